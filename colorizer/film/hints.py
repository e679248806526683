"""Colours that are known at a place and a time, and where that place is in the other frames of the shot."""

import math
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from colorizer.errors import InputError
from colorizer.film import flow
from colorizer.film.plan import Plan
from colorizer.film.reading import Film
from colorizer.film.small import Shrinking
from colorizer.hints import WrittenHint, colour_text, read_hint
from colorizer.pixels import RGB, Pixels

REACH = 1500
"""Frames before and after its own to which a hint is followed, a minute of film: their small copies fit in 50 MB."""

_SURE = 0.3
"""How far flow and way back must agree at the place, see `flow.agreement`; below that it is lost."""

_WRITTEN = re.compile(r"\s*(?:(\d+):)?(?:(\d+):)?(\d+(?:\.\d+)?)\s*s?\s*:(.+)")


@dataclass(frozen=True, slots=True)
class TimedHint:
    """A colour at a place of the frame that is shown after so many seconds."""

    seconds: float
    hint: WrittenHint


@dataclass(frozen=True, slots=True)
class Given:
    """A colour in a frame. x, y: Shares of width and height, 0..1, upright."""

    x: float
    y: float
    colour: RGB


def read_timed_hint(text: str) -> TimedHint:
    """A hint as people write it: `12.4s:310,220=navy` in pixels, `1:02.5:40%,30%=#aa3b30` in per cent.

    Behind the time stands what `read_hint` reads. Raises InputError that names the text.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise InputError(f"{text!r} is no hint; write 12.4s:310,220=navy (pixels) or 12.4s:40%,30%=navy (per cent)")
    first, second, rest, place_and_colour = found.groups()
    units = [int(number) for number in (first, second) if number is not None]
    seconds = float(rest)
    for number, unit in zip(reversed(units), (60, 3600), strict=False):
        seconds += number * unit
    try:
        hint = read_hint(place_and_colour)
    except InputError as error:
        raise InputError(f"{text!r} is no hint: behind the time, {error}") from error
    if isinstance(hint.colour, str):
        raise InputError(f"{text!r}: in a film a hint names a colour, not keep")
    return TimedHint(seconds, hint)


@dataclass
class Track:
    """A hint that is followed. x, y: Pixels of the copy for flow; None once it is lost."""

    colour: RGB
    place: tuple[float, float] | None

    def given(self, size: tuple[int, int]) -> Given | None:
        """The colour where it is now, in a copy of that height and width."""
        rows, columns = size
        if self.place is None:
            return None
        return Given((self.place[0] + 0.5) / columns, (self.place[1] + 0.5) / rows, self.colour)

    def step(self, here: Pixels, there: Pixels) -> None:
        """Follow the flow from one frame to the next one."""
        if self.place is None:
            return
        on, back = flow.flow(here, there), flow.flow(there, here)
        steep = flow.steepness(here.astype(np.float32) / np.float32(2.55))
        self.place = followed_to(self.place, on, flow.agreement(on, back, steep))


def followed_to(place: tuple[float, float], on: flow.Map, sure: flow.Map) -> tuple[float, float] | None:
    """Where a place lies in the next frame; None where it is lost.

    on: The flow to that frame. sure: How far it is believed, see `flow.agreement`.
    """
    column, row = round(place[0]), round(place[1])
    if sure[row, column] < _SURE:
        return None
    x, y = np.array(place) + on[row, column]
    rows, columns = sure.shape
    return (float(x), float(y)) if -0.5 < x < columns - 0.5 and -0.5 < y < rows - 0.5 else None


def followed(hints: Iterable[TimedHint], film: Film, plan: Plan, shrinking: Shrinking) -> dict[int, list[Given]]:
    """Where hints are in each frame of their shots, by the frames' numbers.

    Raises InputError for a time at which there is no frame, and a place outside of the frames.
    """
    waiting = sorted(((frame_of(one, film, plan), one) for one in hints), key=lambda pair: pair[0])
    found: dict[int, list[Given]] = {}
    if not waiting:
        return found
    shots, past, tracks = set(plan.shots), deque[Pixels](maxlen=REACH + 1), list[tuple[int, Track]]()

    def note(number: int, track: Track) -> None:
        if (given := track.given(shrinking.flow_size)) is not None:
            found.setdefault(number, []).append(given)

    for number, frame in enumerate(film.read()):
        grey = shrinking.shrink(frame.luma).grey
        if number in shots:
            past.clear()
            tracks = []
        for begun, track in tracks:
            track.step(past[-1], grey)
            if number - begun <= REACH:
                note(number, track)
        past.append(grey)
        while waiting and waiting[0][0] == number:
            hint = waiting.pop(0)[1].hint
            track = placed(hint, shrinking)
            note(number, track)
            tracks.append((number, track))
            before = placed(hint, shrinking)
            frames = list(past)
            for back in range(1, len(frames)):
                before.step(frames[-back], frames[-back - 1])
                note(number - back, before)
        tracks = [(begun, track) for begun, track in tracks if track.place is not None]
        if not waiting and not tracks:
            break
    return found


def frame_of(hint: TimedHint, film: Film, plan: Plan) -> int:
    """The frame that is shown at the hint's time, counted from 0. Raises InputError where there is none."""
    ticks = plan.pts[0] + round(hint.seconds / film.time_base)
    if ticks >= plan.pts[-1]:
        raise InputError(f"a hint at {hint.seconds:g} s: the film ends after {_seconds(plan, film, plan.frames):g} s")
    return int(np.searchsorted(plan.pts[:-1], ticks, side="right")) - 1


def written(number: int, hint: WrittenHint, film: Film, plan: Plan) -> str:
    """A hint on a frame as `read_timed_hint` reads it, with as few digits of its time as lead to that frame."""
    begins, ends = (_seconds(plan, film, one) for one in (number, number + 1))
    seconds = (begins + ends) / 2
    for digits in range(7):
        rounded = math.ceil(begins * 10**digits) / 10**digits
        if frame_of(TimedHint(rounded, hint), film, plan) == number:
            seconds = rounded
            break
    unit = "%" if hint.per_cent else ""
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + f"s:{hint.x:g}{unit},{hint.y:g}{unit}={colour_text(hint.colour)}"


def _seconds(plan: Plan, film: Film, number: int) -> float:
    return float((plan.pts[number] - plan.pts[0]) * film.time_base)


def placed(hint: WrittenHint, shrinking: Shrinking) -> Track:
    """The start of a track: where the hint is in the copy for flow. Raises InputError for a place outside."""
    width, height = shrinking.film.width, shrinking.film.height
    if shrinking.film.rotation % 180:
        width, height = height, width
    on = hint.on(width, height)
    rows, columns = shrinking.flow_size
    x = min(columns - 1.0, max(0.0, (on.x + 0.5) / width * columns - 0.5))
    y = min(rows - 1.0, max(0.0, (on.y + 0.5) / height * rows - 0.5))
    if on.rgb is None:
        raise InputError("in a film a hint names a colour, not keep")
    return Track(on.rgb, (x, y))
