"""Frames of a film by their numbers, decoded when they are asked for, so that none has to be kept."""

from bisect import bisect_left
from collections.abc import Generator, Iterator

from colorizer.film.plan import Plan
from colorizer.film.reading import Film, Frame

_AHEAD = 50
"""Frames that are rather read over than looked for anew."""

_EARLIER = 4
"""Seconds before a frame at which reading begins where a file has no list of the frames that need no other one."""

_LISTED = (".mp4", ".mov", ".m4v", ".mkv", ".webm")
_NEVER_SOUGHT = (".gif", ".png", ".apng", ".webp")
"""Their frames are what changed since the frame before."""


class Frames:
    """Gives one frame after the other quickly, and any as quickly as the file allows. For one thread at a time.

    The file stays open from the first frame on, until `close`; what is asked after that opens it anew.
    """

    def __init__(self, film: Film, plan: Plan) -> None:
        self._film, self._plan = film, plan
        self._seeks = film.path.suffix.lower() not in _NEVER_SOUGHT
        self._reading: Generator[Frame] | None = None
        self._coming: Iterator[tuple[int, Frame]] = iter(())
        self._last: tuple[int, Frame] | None = None

    def read(self, start: int, stop: int) -> Iterator[Frame]:
        """Frames `start` up to `stop`; fewer where the file has changed since the plan was made."""
        for number in range(start, stop):
            frame = self.get(number)
            if frame is None:
                return
            yield frame

    def get(self, number: int) -> Frame | None:
        """One frame; None where the file has it no more."""
        if self._last is None or not self._last[0] <= number <= self._last[0] + _AHEAD:
            self._begin(number)
        found = self._reach(number)
        if found is None and self._seeks:  # what is found by time is not what is found by counting
            self._seeks = False
            self._begin(number)
            found = self._reach(number)
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._reading is not None:
            self._reading.close()
        self._reading, self._coming, self._last = None, iter(()), None

    def _begin(self, number: int) -> None:
        self.close()
        if not self._seeks or number <= _AHEAD:
            self._reading = self._film.read()
            self._coming = enumerate(self._reading)
            return
        listed = self._film.path.suffix.lower() in _LISTED
        earlier = 0 if listed else round(_EARLIER / self._film.time_base)
        self._reading = self._film.read(self._plan.pts[number] - earlier)
        self._coming = self._numbered(self._reading)

    def _numbered(self, frames: Iterator[Frame]) -> Iterator[tuple[int, Frame]]:
        """With the numbers that belong to their times."""
        for frame in frames:
            number = bisect_left(self._plan.pts, frame.pts, hi=self._plan.frames)
            if number < self._plan.frames and self._plan.pts[number] == frame.pts:
                yield number, frame

    def _reach(self, number: int) -> Frame | None:
        if self._last is not None and self._last[0] == number:
            return self._last[1]
        for found, frame in self._coming:
            self._last = found, frame
            if found >= number:
                return frame if found == number else None
        self._last = None
        return None
