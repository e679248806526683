"""Colours of the frames of a shot that stay from frame to frame.

The network colours key frames only. The one of which it is most sure is the anchor: from there, outwards in both
directions, the colours of a key frame are carried along the flow to the next one, where they are mixed with what the
network says of it, given the carried colours as hints. Frames between two key frames get the colours of both.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from colorizer.film import flow
from colorizer.film.flow import Map
from colorizer.film.hints import Given
from colorizer.film.painting import Encoded, Painter
from colorizer.film.small import Small

SPACING = 8
"""Frames at most from one key frame to the next."""

_LOST = 0.5
"""Mean agreement of flow with its way back, over several frames, below which the next key frame is due."""

_TRIFLE = 12.0
"""ab units below which the network's change of mind counts for less, the smaller the less: it is no new thing."""

_TOLERANCE = 20.0
"""ab units by which the network's colours may differ from carried ones that are believed."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The last frame of a piece with its colours, from which the next piece of the shot goes on.

    hints: How many given colours that piece had.
    """

    frame: Small
    ab: Map
    hints: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """From one frame to another: the flow, and how far it is believed."""

    flow: Map
    sure: Map


class Shot:
    """Frames that belong together, with the flow from each to its neighbours."""

    def __init__(self, frames: list[Small]) -> None:
        self.frames = frames
        self._encoded: tuple[list[int], Painter, dict[int, Encoded]] | None = None
        self.lightness = [frame.lightness for frame in frames]
        self.back: list[Way] = []  # from frame t + 1 to t
        self.on: list[Way] = []  # from frame t to t + 1
        steep = [flow.steepness(L) for L in self.lightness]
        for number, (before, after) in enumerate(pairwise(frames)):
            back, on = flow.flow(after.grey, before.grey), flow.flow(before.grey, after.grey)
            self.back.append(Way(back, flow.agreement(back, on, steep[number + 1])))
            self.on.append(Way(on, flow.agreement(on, back, steep[number])))

    def keys(self, hinted: Collection[int]) -> list[int]:
        """Numbers of the key frames: first, last, one of the hinted, and in between as often as the flow asks for."""
        also = hinted if len(hinted) == 1 else ()
        keys, agreed = [0], 1.0
        for number in range(1, len(self.frames)):
            agreed *= float(self.back[number - 1].sure.mean())
            if number - keys[-1] == SPACING or agreed < _LOST or number in also:
                keys.append(number)
                agreed = 1.0
        return keys if keys[-1] == len(self.frames) - 1 else [*keys, len(self.frames) - 1]

    def encoded(self, numbers: list[int], painter: Painter) -> dict[int, Encoded]:
        """What the network says of these frames, by their numbers; what was asked last is kept."""
        if self._encoded is None or self._encoded[:2] != (numbers, painter):
            found = painter.encode([self.frames[number] for number in numbers])
            self._encoded = numbers, painter, dict(zip(numbers, found, strict=True))
        return self._encoded[2]

    def ways(self, source: int, end: int) -> dict[int, Way]:
        """From every frame after `source` up to `end`, which may lie before it, the way to `source`."""
        found: dict[int, Way] = {}
        step = 1 if end > source else -1
        way: Way | None = None
        for number in range(source + step, end + step, step):
            last = self.back[number - 1] if step == 1 else self.on[number]
            if way is None:
                way = last
            else:
                way = Way(last.flow + flow.warped(way.flow, last.flow), last.sure * flow.warped(way.sure, last.flow))
            found[number] = way
        return found

    def carry(self, ab: Map, source: int, number: int, way: Way) -> tuple[Map, Map]:
        """The colours of frame `source` on another, and how far they are believed there, (rows, columns, 1)."""
        moved = flow.warped(np.dstack([ab, self.lightness[source]]), way.flow)
        sure = way.sure * flow.likeness(self.lightness[number], moved[..., 2])
        return moved[..., :2], sure[..., None]


class ShotColours:
    """The colours of a shot's frames where these hints are given, each made when it is asked for.

    keys: Numbers of the key frames.
    anchor: That from which colours spread: a frame with given colours, if there is one; else the frame before, or that
        of which the network is most sure among the more colourful half: alone, its confidence prefers the dull ones.
    """

    def __init__(
        self, shot: Shot, painter: Painter, given: Mapping[int, Sequence[Given]], before: Carried | None = None
    ) -> None:
        """before: What the first frame of the shot is coloured like, if an earlier run has coloured it."""
        self._shot, self._painter, self._given = shot, painter, given
        self._ways: tuple[int, dict[int, Way], dict[int, Way]] | None = None
        self.keys = shot.keys(given)
        most = max((len(known) for known in given.values()), default=0)
        goes_on = before is not None and most <= before.hints
        fresh = self.keys[1:] if goes_on else self.keys
        self._encoded = shot.encoded(fresh, painter)
        if before is not None and goes_on:
            self.anchor = 0
            self._colours = {0: before.ab}
            return
        known = {number: len(given.get(number, ())) for number in self.keys}
        usual = float(np.median([one.chroma for one in self._encoded.values()]))
        lively = [number for number in self.keys if known[number] or self._encoded[number].chroma >= usual]
        anchor = self.anchor = max(lively, key=lambda number: (known[number], self._encoded[number].confidence))
        encoded = self._encoded[anchor]
        self._colours = {anchor: painter.hinted(encoded, None, given[anchor]) if known[anchor] else encoded.ab}

    def frame(self, number: int) -> Map:
        """ab (rows, columns, 2) of one frame, at the size of its copy for flow."""
        place = bisect_right(self.keys, number) - 1
        if self.keys[place] == number:
            return self._key(place)
        left, right = self.keys[place], self.keys[place + 1]
        if self._ways is None or self._ways[0] != left:
            self._ways = left, self._shot.ways(left, right - 1), self._shot.ways(right, left + 1)
        _, ahead, behind = self._ways
        there = (number - left) / (right - left)
        ab_left, sure_left = self._shot.carry(self._key(place), left, number, ahead[number])
        ab_right, sure_right = self._shot.carry(self._key(place + 1), right, number, behind[number])
        share_left, share_right = (1 - there) * (sure_left + 0.01), there * (sure_right + 0.01)
        mixed = (ab_left * share_left + ab_right * share_right) / (share_left + share_right)
        return mixed.astype(np.float32, copy=False)

    def _key(self, place: int) -> Map:
        """The colours of a key frame, carried from the anchor outwards."""
        anchor = self.keys.index(self.anchor)
        step = 1 if place > anchor else -1
        for here in range(anchor + step, place + step, step) if place != anchor else ():
            if self.keys[here] not in self._colours:
                self._colours[self.keys[here]] = self._carried(self.keys[here - step], self.keys[here])
        return self._colours[self.keys[place]]

    def _carried(self, source: int, number: int) -> Map:
        carried, sure = self._shot.carry(self._colours[source], source, number, self._shot.ways(source, number)[number])
        own = self._painter.hinted(self._encoded[number], (carried, sure[..., 0]), self._given.get(number, ()))
        limit = np.where(sure > 0.5, _TOLERANCE, np.float32(200))
        change = (own - carried).clip(-limit, limit)
        matters = np.minimum(1, np.linalg.norm(change, axis=2, keepdims=True) / _TRIFLE)
        mixed: Map = carried + (1 - sure) * matters * change
        return mixed


def steady(
    frames: list[Small],
    painter: Painter,
    before: Carried | None = None,
    hints: Mapping[int, Sequence[Given]] | None = None,
) -> list[Map]:
    """ab (rows, columns, 2) of each frame, at the size of its copy for flow.

    frames: One after the other, without a cut.
    before: The frame before them, if it belongs to the same shot.
    hints: Colours that people know, by the number of the frame.
    """
    first = 1 if before else 0
    given = {number + first: known for number, known in (hints or {}).items()}
    shot = Shot([before.frame, *frames] if before else frames)
    colours = ShotColours(shot, painter, given, before)
    return [colours.frame(number) for number in range(first, len(shot.frames))]
