"""A film on disk whose colours are corrected: what is saved beside it, and the run that colours all of it."""

import shlex
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from colorizer.errors import ColorizerError, InputError, remedy
from colorizer.film.correcting import Correcting, FrameHint
from colorizer.film.hint_list import list_of, read_hints, read_list
from colorizer.film.plan import Plan
from colorizer.film.reading import Film
from colorizer.film.run import Progress, Wishes, colour_film
from colorizer.film.writing import unfit_sound
from colorizer.model import Colorizer
from colorizer.whole_files import write_whole

MOST_FRAMES = 250_000
"""Of a film that is opened: more than two hours and a half. All of it is read before the page opens."""

ENDING = ".hints.txt"
"""Of the file that holds the hints, behind the film's name without its own ending."""


class FilmPlace:
    """One film on disk.

    Nothing that was there before is written over: a second run saves under the next free name, and begins with the
    newest list of hints that was saved.
    """

    def __init__(self, path: Path, correcting: Correcting) -> None:
        self._path, self._correcting = path, correcting
        # What MP4 cannot hold is copied into Matroska.
        self._suffix = ".mkv" if unfit_sound(Path("result.mp4"), correcting.film) else ".mp4"
        self._saved: tuple[Path, Path] | None = None

    def names(self, number: int) -> tuple[Path, Path]:
        """Of the coloured film and of the list."""
        stem = self._path.stem if number == 1 else f"{self._path.stem}.{number}"
        return self._path.with_name(f"{stem}.coloured{self._suffix}"), self._path.with_name(f"{stem}{ENDING}")

    def last(self) -> list[FrameHint]:
        """The hints that were saved last. Raises InputError and OSError for a list that does not fit this film."""
        number = 1
        while self.names(number + 1)[1].exists():
            number += 1
        _, file = self.names(number)
        if not file.exists():
            return []
        try:
            return [self._correcting.untimed(hint) for hint in read_list(file)]
        except InputError as error:
            named = str(error) if str(file) in str(error) else f"{file}: {error}"
            raise InputError(f"{named}; mend the list, or move it away to begin without it") from error

    def own(self) -> tuple[Path, Path]:
        """Where this run writes the coloured film and the list."""
        if self._saved is None:
            number = 1
            while any(path.exists() for path in self.names(number)):
                number += 1
            self._saved = self.names(number)
        return self._saved

    def save(self, hints: Sequence[FrameHint], look: str) -> tuple[Path, str]:
        """Write the list. Returns its path, and the command that colours the film with it. Raises InputError."""
        film, file = self.own()
        parts = ["colorizer", "film", self._path.name, film.name, "--hints", file.name, "--look", look]
        command = shlex.join(part for part in parts if hints or part not in ("--hints", file.name))
        try:
            write_whole(file, list_of(map(self._correcting.timed, hints), command))
        except OSError as error:
            raise InputError(f"cannot save {file}: {error.strerror or error}") from error
        return file, command


@dataclass(frozen=True, slots=True)
class Running:
    """How far the run is that colours the film.

    state: "idle" before the first one. stage: As in `Progress`, while it runs. seconds: That are left, as far as known.
    message: What came of it.
    """

    state: Literal["idle", "running", "done", "stopped", "failed"] = "idle"
    stage: str = ""
    done: int = 0
    total: int = 0
    seconds: float | None = None
    message: str = ""


class _Stopped(Exception):
    """Somebody wants the run to end."""


class ColouringRun:
    """Colours the film in a thread, one run at a time; what is done of it is kept when it is stopped."""

    def __init__(self, model: Colorizer, path: Path, weights: str) -> None:
        self._model, self._path, self._weights = model, path, weights
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.now = Running()

    def start(self, out: Path, hints: Sequence[str], look: str) -> None:
        """Begin. hints: As people write them. Raises InputError where a run is at work, and for wrong hints."""
        wishes = Wishes(look=look, hints=read_hints(hints), most_frames=MOST_FRAMES)
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise InputError("the film is being coloured already; stop that first")
            self._stop.clear()
            self.now = Running("running")
            # A daemon: Ctrl-C ends the program, and the next run goes on from the pieces that are done.
            self._thread = threading.Thread(target=self._run, args=(out, wishes), name="film", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the run to end after the frame that it is at."""
        self._stop.set()

    def _run(self, out: Path, wishes: Wishes) -> None:
        began: tuple[float, int] | None = None

        def tell(state: Progress) -> None:
            nonlocal began
            if self._stop.is_set():
                raise _Stopped
            left = None
            if state.stage == "colours":
                if began is None:
                    began = time.monotonic(), state.done
                elif state.done > began[1]:
                    left = (time.monotonic() - began[0]) / (state.done - began[1]) * (state.total - state.done)
            self.now = Running("running", state.stage, state.done, state.total, left)

        try:
            plan = colour_film(self._model, self._path, out, wishes, weights=self._weights, tell=tell)
        except _Stopped:
            self.now = Running("stopped", message="Stopped. What is done is kept: the next start goes on from there.")
        except (ColorizerError, ValueError) as error:
            self.now = Running("failed", message=str(error))
        except OSError as error:
            self.now = Running("failed", message=f"{error.filename or out}: {remedy(error)}")
        except Exception:
            self.now = Running("failed", message="This failed for a reason that is not known; the console has more.")
            raise
        else:
            self.now = Running("done", message=f"Wrote {out.name}: {plan.frames} frames, in {out.parent}")


def opened_film(model: Colorizer, path: Path, tell: Callable[[int, int], None]) -> Correcting:
    """A film, read once for its times and cuts.

    tell: Called with the frames that were read, and how many there seem to be.

    Raises OSError, and FilmError for what is no film, is broken or too long.
    """
    film = Film.open(path)
    plan = Plan.make(film, lambda done: tell(done, max(done, film.frames)), MOST_FRAMES)
    return Correcting(model, film, plan)
