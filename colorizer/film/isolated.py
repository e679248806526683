"""Films that strangers send: looked at and coloured in a process of its own, whose time, memory and output are limited.

The process inherits no secret: its environment is empty but for the path of its modules and the number of threads. It
ends when its limits are reached, when the film is done, or when the process that started it is gone.
"""

import base64
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from colorizer.errors import out_of_memory
from colorizer.film import errors
from colorizer.film.looking import Seen as Seen
from colorizer.film.looking import look, still
from colorizer.pixels import Pixels

_PR_SET_PDEATHSIG = 1
"""Linux, prctl(2)."""

_GRACE = 5
"""Seconds between the signal that time is up and the end of the process."""

Tell = Callable[[str, int, int], None]
"""Called now and then with the stage, the frames that are done, and all frames."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one film may cost.

    frames: How many. length: Seconds that it lasts; None for as long as its frames allow. pixels: Of a frame. seconds:
    Of processor time. patience: Elapsed time is limited to so many times that, for a machine that is busy with other
    things. memory: Bytes beside what the process needs when idle. size: Bytes of a file that is written. nice: How far
    the process stands back for others, 0 to 19.
    """

    frames: int = 1500
    length: float | None = None
    pixels: int = 1920 * 1088
    seconds: int = 1800
    patience: float = 3.0
    memory: int = 3 * 2**30
    size: int = 200 * 2**20
    nice: int = 0


@dataclass(frozen=True, slots=True)
class Coloured:
    """What was done. frames, shots: How many. silent: Its sound was left out, which the result cannot hold.

    stills: One frame as it was, and coloured, uint8 sRGB (height, width, 3), upright; empty unless wanted.
    """

    frames: int
    shots: int
    silent: bool = False
    stills: tuple[Pixels, ...] = ()


def look_isolated(source: Path, count: int, *, limits: Limits | None = None) -> Seen:
    """See how long and large a film is, and so many of its frames, within limits.

    Raises OSError, what `Film.open` raises, and the errors of the limits as `colour_isolated` does.
    """
    found, pictures = _run({"task": "look", "source": str(source), "count": count}, source, limits or Limits())
    return Seen(found["frames"], found["seconds"], found["width"], found["height"], pictures)


def colour_isolated(
    source: Path,
    out: Path,
    *,
    sound: Path | None = None,
    limits: Limits | None = None,
    weights: str = "compact",
    look: str = "natural",
    comment: str | None = None,
    stills: bool = False,
    tell: Tell | None = None,
) -> Coloured:
    """`colour_film` within limits. Sound that the result cannot hold is left out.

    sound: A file with the sound, where that is not the film's own.
    comment: Words that the result carries in place of the film's own titles; None for those.
    stills: Give a frame before and after, too.
    tell: See `Tell`. Where it raises, the process is stopped, and another run goes on from there.

    Raises what `colour_film` raises, FilmTooLong, FilmTooLarge, `FilmTooCostly` where time, memory or the size of the
    result did not suffice, and `FilmCrashed` where a codec brought the process down.
    """
    request = {
        "task": "colour",
        "source": str(source),
        "sound": str(sound) if sound else None,
        "out": str(out),
        "weights": weights,
        "look": look,
        "comment": comment,
        "stills": stills,
    }
    found, pictures = _run(request, source, limits or Limits(), tell)
    return Coloured(found["frames"], found["shots"], found["silent"], pictures)


def _run(
    request: dict[str, Any], source: Path, limits: Limits, tell: Tell | None = None
) -> tuple[dict[str, Any], tuple[Pixels, ...]]:
    """What the process found out, and the pictures that it gave."""
    with source.open("rb"):  # what cannot be opened is an OSError, as everywhere
        pass
    paths = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        [
            sys.executable,
            "-P",
            "-m",
            "colorizer.film.isolated",
            json.dumps({**request, "limits": asdict(limits), "parent": os.getpid()}),
        ],
        env={"PYTHONPATH": os.pathsep.join(paths), **_threads()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for whoever started it
    )
    last: dict[str, Any] = {}
    pictures: list[Pixels] = []
    try:
        for line in process.stdout or ():
            last = json.loads(line)
            if "picture" in last:
                pictures.append(np.frombuffer(base64.b64decode(last["picture"]), np.uint8).reshape(last["shape"]))
            elif tell is not None and "stage" in last:
                tell(last["stage"], last["done"], last["total"])
    finally:
        if "frames" not in last and "error" not in last:
            process.kill()
        status = process.wait()
        if process.stdout:
            process.stdout.close()
    if "frames" in last:
        return last, tuple(pictures)
    if "error" in last:
        raise _error(last["error"], last["message"])
    raise _verdict(status, source)


def _threads() -> dict[str, str]:
    """How many threads to compute with, where whoever runs this has said so."""
    name = "OMP_NUM_THREADS"
    return {name: os.environ[name]} if name in os.environ else {}


def _error(name: str, message: str) -> Exception:
    kind = getattr(errors, name, None)
    return kind(message) if kind else errors.FilmCrashed(message)


def _verdict(status: int, source: Path) -> errors.FilmError:
    """What the death of the process says of the film."""
    died = -status
    if died in (signal.SIGXCPU, signal.SIGALRM):
        return errors.FilmTooCostly(f"{source.name} takes longer than its limit")
    if died in (signal.SIGKILL, signal.SIGXFSZ):
        return errors.FilmTooCostly(f"{source.name} was given up: it takes more memory or space than its limit")
    name = signal.Signals(died).name if died > 0 else f"exit status {status}"
    return errors.FilmCrashed(f"{source.name} makes its codec crash ({name})")


def _serve(request: dict[str, Any]) -> None:
    """The process: does one thing with one film, and says on its standard output how far it is and what it found."""
    limits = Limits(**request["limits"])
    _end_with(request["parent"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(limits.nice)
    work = _looking(request, limits) if request["task"] == "look" else _colouring(request, limits)
    _bound(limits)
    try:
        found = work()
    except errors.FilmError as error:
        _say({"error": type(error).__name__, "message": str(error)})
    except Exception as error:  # noqa: BLE001 - told to the other side, which raises it
        if out_of_memory(error):
            _say({"error": errors.FilmTooCostly.__name__, "message": "the film needs more memory than its limit"})
        else:
            _say({"error": errors.FilmCrashed.__name__, "message": traceback.format_exc()})
    else:
        _say(found)


def _end_with(parent: int) -> None:
    """End when the process that started this one does, however that ends: two must never work on one film."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        sys.exit(1)


def _bound(limits: Limits) -> None:
    """From here on, what the process needs is the film's."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + limits.memory, used + limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.size, limits.size))
    spent = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.seconds, spent + limits.seconds + _GRACE))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds * limits.patience)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _looking(request: dict[str, Any], limits: Limits) -> Callable[[], dict[str, Any]]:
    from colorizer.film.reading import Film

    def work() -> dict[str, Any]:
        seen = look(
            Film.open(Path(request["source"])),
            request["count"],
            most_frames=limits.frames,
            most_seconds=limits.length,
            most_pixels=limits.pixels,
        )
        for picture in seen.pictures:
            _show(picture)
        return {"frames": seen.frames, "seconds": seen.seconds, "width": seen.width, "height": seen.height}

    return work


def _colouring(request: dict[str, Any], limits: Limits) -> Callable[[], dict[str, Any]]:
    from colorizer.importing import imported_to_stay

    with imported_to_stay():
        import torch

        from colorizer.film.reading import Film
        from colorizer.film.run import Progress, Wishes, colour_film
        from colorizer.film.writing import unfit_sound
        from colorizer.model import Colorizer

    model = Colorizer.load(request["weights"], device="cpu")
    model.chroma(torch.zeros(1, 1, 64, 64))  # what the network needs once is not the film's
    told = -1

    def tell(state: Progress) -> None:
        nonlocal told
        if state.done // 10 != told:
            told = state.done // 10
            _say({"stage": state.stage, "done": state.done, "total": state.total})

    def work() -> dict[str, Any]:
        out, sound = Path(request["out"]), request["sound"]
        film = Film.open(Path(request["source"]), Path(sound) if sound else None)
        silent = unfit_sound(out, film) is not None
        wishes = Wishes(
            look=request["look"], most_frames=limits.frames, most_pixels=limits.pixels, comment=request["comment"]
        )
        plan = colour_film(
            model, replace(film, audio=()) if silent else film, out, wishes, weights=request["weights"], tell=tell
        )
        for one in (film, Film.open(out)) if request["stills"] else ():
            _show(still(one, plan.frames // 3))
        return {"frames": plan.frames, "shots": len(plan.shots), "silent": silent}

    return work


def _show(pixels: Pixels) -> None:
    _say({"picture": base64.b64encode(pixels.tobytes()).decode(), "shape": pixels.shape})


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - to the process that started this one


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
