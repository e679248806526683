"""A film that somebody corrects: any frame of it, as it is and as it will be coloured, without colouring the film.

Frames are coloured in the pieces in which `run` colours them, so what is seen is what the film becomes. A shot of more
than one piece is the exception: here each of its pieces has colours of its own, there it goes on from the one before.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from colorizer.errors import InputError
from colorizer.film.errors import BrokenFilm
from colorizer.film.flow import Map
from colorizer.film.frames import Frames
from colorizer.film.hints import REACH, Given, TimedHint, Track, followed_to, frame_of, placed, written
from colorizer.film.painting import Painter
from colorizer.film.plan import Plan
from colorizer.film.preview import shown
from colorizer.film.reading import Film, Frame
from colorizer.film.run import shrinking_for
from colorizer.film.small import byte_luma
from colorizer.film.steady import Shot, ShotColours
from colorizer.hints import WrittenHint, colour_text
from colorizer.model import Colorizer
from colorizer.pixels import Pixels

_PIECES = 4
"""That are kept: of a piece of 120 frames the small copies, their flows and what the network says are 120 MB."""

_COPIES = 2 * REACH // 60
"""Pieces at most of which the grey copies are kept, for hints that are followed from piece to piece."""


@dataclass(frozen=True, slots=True)
class FrameHint:
    """A colour that is known on a frame. x, y: Shares of width and height, 0..1. colour: As in `colorizer.Hint`."""

    frame: int
    x: float
    y: float
    colour: str


@dataclass(frozen=True, slots=True)
class SeenColours:
    """The colours of a frame.

    ab: (rows, columns, 2). piece: The first frame of those that are coloured together with it, and the one behind them.
    keys: The key frames among them. anchor: The one from which colours spread.
    """

    ab: Map
    piece: tuple[int, int]
    keys: tuple[int, ...]
    anchor: int


@dataclass
class _Followed:
    """How far a hint was followed: where it is in frames `first` to `last`, and whether it is lost beyond them."""

    track: Track
    first: int
    last: int
    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)


class Correcting:
    """One film. Safe to share between threads, one of which works at a time; memory does not grow with the length."""

    def __init__(self, model: Colorizer, film: Film, plan: Plan) -> None:
        self.film, self.plan = film, plan
        self._model = model
        self._pieces = list(plan.pieces())
        self._starts = np.array([piece.start for piece in self._pieces])
        self._frames, self._shrinking = Frames(film, plan), shrinking_for(film, Painter(model))
        # Nobody says when correcting is over. At the program's end this comes before the parts of PyAV are gone.
        weakref.finalize(self, self._frames.close)
        self._painter = Painter(model)
        self._lock = threading.RLock()
        self._shots: OrderedDict[int, Shot] = OrderedDict()
        self._copies: OrderedDict[int, list[Pixels]] = OrderedDict()
        self._followed: dict[FrameHint, _Followed] = {}
        self._coloured: tuple[object, ShotColours] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames as a player shows them, upright and with square pixels."""
        width, height = max(1, round(self.film.width * self.film.aspect)), self.film.height
        return (width, height) if self.film.rotation % 180 == 0 else (height, width)

    def seconds(self) -> Map:
        """When each frame is shown, and when the last one ends, (frames + 1,), from the beginning."""
        pts = np.array(self.plan.pts) - self.plan.pts[0]
        return (pts * float(self.film.time_base)).astype(np.float32)

    def grey(self, number: int, most: tuple[int, int]) -> Pixels:
        """A frame as it is, uint8 (height, width), upright, at most so wide and high. Raises InputError, BrokenFilm."""
        with self._lock:
            luma = byte_luma(self._frame(number).luma)
            values = np.arange(256, dtype=np.float32)
            table = values if self.film.full_range else (values - 16) * (255 / 219)
            grey = table.clip(0, 255).round().astype(np.uint8)[np.rot90(luma, self.film.rotation // 90)]
            return np.asarray(Image.fromarray(grey).resize(self._within(most), Image.Resampling.BICUBIC))

    def lightness(self, number: int) -> Map:
        """L of the frame's copy for the network, (h, w) in 0..100. Raises InputError, BrokenFilm."""
        with self._lock:
            return self._shrinking.shrink(self._frame(number).luma).L

    def colours(self, number: int, hints: Sequence[FrameHint], look: str = "natural") -> SeenColours:
        """A frame's colours with these hints. Raises InputError and BrokenFilm."""
        with self._lock:
            self._check(number)
            place = self._piece_of(number)
            piece, colours = self._pieces[place], self._colours(place, tuple(hints), look)
            ab = colours.frame(number - piece.start)
            keys = tuple(piece.start + key for key in colours.keys)
            return SeenColours(ab, (piece.start, piece.stop), keys, piece.start + colours.anchor)

    def picture(
        self, number: int, hints: Sequence[FrameHint], look: str = "natural", *, most: tuple[int, int]
    ) -> Pixels:
        """A coloured frame, uint8 sRGB (height, width, 3), at most so wide and high. Raises as `colours` does."""
        with self._lock:
            seen = self.colours(number, hints, look)
            return shown(self._frame(number), seen.ab, self._shrinking, self._within(most))

    def given(self, number: int, hints: Sequence[FrameHint]) -> list[Given]:
        """What these hints say of a frame: where they were followed to. Raises InputError and BrokenFilm."""
        with self._lock:
            self._check(number)
            return [
                Given(x, y, self._follow(hint, number).track.colour)
                for hint in sorted(hints, key=lambda one: one.frame)
                if (at := self._place(hint, number)) is not None
                for x, y in [at]
            ]

    def timed(self, hint: FrameHint) -> str:
        """The hint as `colorizer film --hints` takes it, in pixels. Raises InputError for a frame that is not there."""
        self._check(hint.frame)
        width, height = self._stored_size()
        x, y = (min(size - 1, int(share * size + 0.001)) for share, size in ((hint.x, width), (hint.y, height)))
        return written(hint.frame, WrittenHint(x, y, False, hint.colour), self.film, self.plan)

    def untimed(self, hint: TimedHint) -> FrameHint:
        """The hint on its frame. Raises InputError for a time or a place outside of the film."""
        width, height = self._stored_size()
        on = hint.hint.on(width, height)
        if on.rgb is None:
            raise InputError("in a film a hint names a colour, not keep")
        colour = colour_text(on.rgb)
        return FrameHint(frame_of(hint, self.film, self.plan), on.x / width, on.y / height, colour)

    def _stored_size(self) -> tuple[int, int]:
        width, height = self.film.width, self.film.height
        return (width, height) if self.film.rotation % 180 == 0 else (height, width)

    def _within(self, most: tuple[int, int]) -> tuple[int, int]:
        width, height = self.size
        scale = min(1.0, most[0] / width, most[1] / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def _check(self, number: int) -> None:
        if not 0 <= number < self.plan.frames:
            raise InputError(f"{self.film.path.name} has frames 0 to {self.plan.frames - 1}, no frame {number}")

    def _frame(self, number: int) -> Frame:
        self._check(number)
        frame = self._frames.get(number)
        if frame is None:
            raise BrokenFilm(f"{self.film.path.name} has changed: frame {number} cannot be read any more")
        return frame

    def _piece_of(self, number: int) -> int:
        return int(np.searchsorted(self._starts, number, side="right")) - 1

    def _shot(self, place: int) -> Shot:
        """A piece's frames with their flows."""
        if place not in self._shots:
            piece = self._pieces[place]
            small = [self._shrinking.shrink(frame.luma) for frame in self._frames.read(piece.start, piece.stop)]
            if len(small) < piece.stop - piece.start:
                raise BrokenFilm(f"{self.film.path.name} has changed: frame {piece.stop - 1} cannot be read any more")
            self._shots[place] = Shot(small)
            self._copies[place] = [one.grey for one in small]
        for kept, most in ((self._shots, _PIECES), (self._copies, _COPIES)):
            kept.move_to_end(place)
            while len(kept) > most:
                kept.popitem(last=False)
        return self._shots[place]

    def _colours(self, place: int, hints: tuple[FrameHint, ...], look: str) -> ShotColours:
        wanted = place, hints, look
        if self._coloured is None or self._coloured[0] != wanted:
            if self._painter.look != look:
                self._painter = Painter(self._model, look)
            self._followed = {hint: found for hint, found in self._followed.items() if hint in hints}
            piece = self._pieces[place]
            known = {number: self.given(number, hints) for number in range(piece.start, piece.stop)} if hints else {}
            here = {number - piece.start: found for number, found in known.items() if found}
            self._coloured = wanted, ShotColours(self._shot(place), self._painter, here)
        return self._coloured[1]

    def _place(self, hint: FrameHint, number: int) -> tuple[float, float] | None:
        """Where a hint is in a frame, in shares; None where it is not."""
        at = self._follow(hint, number).places.get(number)
        rows, columns = self._shrinking.flow_size
        return None if at is None else ((at[0] + 0.5) / columns, (at[1] + 0.5) / rows)

    def _follow(self, hint: FrameHint, number: int) -> _Followed:
        """Follow a hint as far as a frame, if that is of its shot and near enough."""
        self._check(hint.frame)
        if hint not in self._followed:
            track = placed(WrittenHint(hint.x * 100, hint.y * 100, True, hint.colour), self._shrinking)
            self._followed[hint] = _Followed(track, hint.frame, hint.frame, {hint.frame: track.place or (0.0, 0.0)})
        found = self._followed[hint]
        first, stop = self._range(hint.frame)
        if first <= number < stop and abs(number - hint.frame) <= REACH:
            while found.last < number and 1 not in found.ended:
                self._step(found, found.last, 1)
            while found.first > number and -1 not in found.ended:
                self._step(found, found.first, -1)
        return found

    def _range(self, number: int) -> tuple[int, int]:
        """The first frame of its shot, and that of the next."""
        shots = [*self.plan.shots, self.plan.frames]
        place = int(np.searchsorted(shots, number, side="right")) - 1
        return shots[place], shots[place + 1]

    def _step(self, found: _Followed, number: int, step: int) -> None:
        """Follow a hint from a frame to the one after or before it."""
        there = number + step
        place = self._piece_of(number)
        piece = self._pieces[place]
        if piece.start <= there < piece.stop:
            shot = self._shot(place)
            way = shot.on[number - piece.start] if step == 1 else shot.back[there - piece.start]
            at = followed_to(found.places[number], way.flow, way.sure)
        else:
            track = Track(found.track.colour, found.places[number])
            track.step(self._copy(number), self._copy(there))
            at = track.place
        if at is None:
            found.ended.add(step)
            return
        found.places[there] = at
        found.first, found.last = min(found.first, there), max(found.last, there)

    def _copy(self, number: int) -> Pixels:
        place = self._piece_of(number)
        if place not in self._copies:
            self._shot(place)
        return self._copies[place][number - self._pieces[place].start]
