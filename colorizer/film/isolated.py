"""Films that strangers send: coloured in a process of its own, whose time, memory and output are limited.

The process inherits no secret: its environment is empty but for the path of its modules. It ends when its limits are
reached, when the film is done, or when the process that started it is gone.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from colorizer.film import errors

_OUT_OF_MEMORY = re.compile(r"allocate memory|insufficient memory|out of memory", re.IGNORECASE)
"""What PyTorch, OpenCV and FFmpeg say."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one film may cost.

    frames: How many. pixels: Of a frame. seconds: Of processor time. patience: Elapsed time is limited to so many times
    that, for a machine that is busy with other things. memory: Bytes beside what the process needs when idle. size:
    Bytes of a file that is written.
    """

    frames: int = 1500
    pixels: int = 1920 * 1088
    seconds: int = 1800
    patience: float = 3.0
    memory: int = 3 * 2**30
    size: int = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Coloured:
    """What was done. frames, shots: How many."""

    frames: int
    shots: int


def colour_isolated(
    source: Path,
    out: Path,
    *,
    limits: Limits | None = None,
    weights: str = "compact",
    look: str = "natural",
    tell: Callable[[str, int, int], None] | None = None,
) -> Coloured:
    """`colour_film` within limits.

    tell: Called now and then with the stage, the frames that are done, and all frames.

    Raises what `colour_film` raises, FilmTooLong, FilmTooLarge, `FilmTooCostly` where time, memory or the size of the
    result did not suffice, and `FilmCrashed` where a codec brought the process down.
    """
    limits = limits or Limits()
    paths = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    request = {"source": str(source), "out": str(out), "weights": weights, "look": look, "limits": asdict(limits)}
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", "-m", "colorizer.film.isolated", json.dumps(request)],
        env={"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for whoever started it
    )
    last: dict[str, Any] = {}
    try:
        for line in process.stdout or ():
            last = json.loads(line)
            if tell is not None and "stage" in last:
                tell(last["stage"], last["done"], last["total"])
    finally:
        if "frames" not in last and "error" not in last:
            process.kill()
        status = process.wait()
        if process.stdout:
            process.stdout.close()
    if "frames" in last:
        return Coloured(last["frames"], last["shots"])
    if "error" in last:
        raise _error(last["error"], last["message"])
    raise _verdict(status, source)


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
    """The process: colours one film and says on its standard output how far it is."""
    limits = Limits(**request["limits"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import torch

    from colorizer.film.run import Progress, Wishes, colour_film
    from colorizer.model import Colorizer

    model = Colorizer.load(request["weights"], device="cpu")
    model.chroma(torch.zeros(1, 1, 64, 64))  # what the network needs once is not the film's
    told = -1

    def tell(state: Progress) -> None:
        nonlocal told
        if state.done // 10 != told:
            told = state.done // 10
            _say({"stage": state.stage, "done": state.done, "total": state.total})

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + limits.memory, used + limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.size, limits.size))
    spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent) + limits.seconds, int(spent) + limits.seconds + 5))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds * limits.patience)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    wishes = Wishes(look=request["look"], most_frames=limits.frames, most_pixels=limits.pixels)
    try:
        plan = colour_film(
            model, Path(request["source"]), Path(request["out"]), wishes, weights=request["weights"], tell=tell
        )
    except errors.FilmError as error:
        _say({"error": type(error).__name__, "message": str(error)})
    except Exception as error:  # noqa: BLE001 - told to the other side, which raises it
        if isinstance(error, MemoryError) or _OUT_OF_MEMORY.search(str(error)):
            _say({"error": errors.FilmTooCostly.__name__, "message": "the film needs more memory than its limit"})
        else:
            _say({"error": errors.FilmCrashed.__name__, "message": traceback.format_exc()})
    else:
        _say({"frames": plan.frames, "shots": len(plan.shots)})


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - to the process that started this one


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
