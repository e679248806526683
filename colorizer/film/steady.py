"""Colours of the frames of a shot that stay from frame to frame.

The network colours key frames only. The one of which it is most sure is the anchor: from there, outwards in both
directions, the colours of a key frame are carried along the flow to the next one, where they are mixed with what the
network says of it, given the carried colours as hints. Frames between two key frames get the colours of both.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from colorizer.film import flow
from colorizer.film.flow import Map
from colorizer.film.hints import Given
from colorizer.film.painting import Painter
from colorizer.film.small import Small

SPACING = 8
"""Frames at most from one key frame to the next."""

_LOST = 0.5
"""Mean agreement of flow with its way back, over several frames, below which the next key frame is due."""

_KEEP = 0.97
"""Share of carried colours in a key frame where nothing speaks against them."""

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
class _Way:
    """From one frame to another: the flow, and how far it is believed."""

    flow: Map
    sure: Map


class _Shot:
    """Frames that belong together, with the flow from each to its neighbours."""

    def __init__(self, frames: list[Small]) -> None:
        self.frames = frames
        self.lightness = [frame.lightness for frame in frames]
        self.back: list[_Way] = []  # from frame t + 1 to t
        self.on: list[_Way] = []  # from frame t to t + 1
        steep = [flow.steepness(L) for L in self.lightness]
        for number, (before, after) in enumerate(pairwise(frames)):
            back, on = flow.flow(after.grey, before.grey), flow.flow(before.grey, after.grey)
            self.back.append(_Way(back, flow.agreement(back, on, steep[number + 1])))
            self.on.append(_Way(on, flow.agreement(on, back, steep[number])))

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

    def ways(self, source: int, end: int) -> dict[int, _Way]:
        """From every frame after `source` up to `end`, which may lie before it, the way to `source`."""
        found: dict[int, _Way] = {}
        step = 1 if end > source else -1
        way: _Way | None = None
        for number in range(source + step, end + step, step):
            last = self.back[number - 1] if step == 1 else self.on[number]
            if way is None:
                way = last
            else:
                way = _Way(last.flow + flow.warped(way.flow, last.flow), last.sure * flow.warped(way.sure, last.flow))
            found[number] = way
        return found

    def carry(self, ab: Map, source: int, number: int, way: _Way) -> tuple[Map, Map]:
        """The colours of frame `source` on another, and how far they are believed there, (rows, columns, 1)."""
        moved = flow.warped(np.dstack([ab, self.lightness[source]]), way.flow)
        sure = way.sure * flow.likeness(self.lightness[number], moved[..., 2])
        return moved[..., :2], sure[..., None]


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
    shot = _Shot([before.frame, *frames] if before else frames)
    keys = shot.keys(given)
    colours = _key_colours(shot, keys, painter, before, given)
    for left, right in pairwise(keys):
        ahead, behind = shot.ways(left, right - 1), shot.ways(right, left + 1)
        for number in range(left + 1, right):
            there = (number - left) / (right - left)
            ab_left, sure_left = shot.carry(colours[left], left, number, ahead[number])
            ab_right, sure_right = shot.carry(colours[right], right, number, behind[number])
            share_left, share_right = (1 - there) * (sure_left + 0.01), there * (sure_right + 0.01)
            mixed = (ab_left * share_left + ab_right * share_right) / (share_left + share_right)
            colours[number] = mixed.astype(np.float32, copy=False)
    return [colours[number] for number in range(len(shot.frames))][first:]


def _key_colours(
    shot: _Shot, keys: list[int], painter: Painter, before: Carried | None, given: Mapping[int, Sequence[Given]]
) -> dict[int, Map]:
    """The colours of the key frames, from the anchor outwards.

    The anchor is a frame with given colours, if there is one; else the frame before, or that of which the network is
    most sure among the more colourful half: alone, its confidence prefers the dull ones.
    """
    most = max((len(known) for known in given.values()), default=0)
    goes_on = before is not None and most <= before.hints
    fresh = keys[1:] if goes_on else keys
    encoded = dict(zip(fresh, painter.encode([shot.frames[number] for number in fresh]), strict=True))
    if before is not None and goes_on:
        anchor, colours = 0, {0: before.ab}
    else:
        known = {number: len(given.get(number, ())) for number in keys}
        usual = float(np.median([one.chroma for one in encoded.values()]))
        lively = [number for number in keys if known[number] or encoded[number].chroma >= usual]
        anchor = max(lively, key=lambda number: (known[number], encoded[number].confidence))
        colours = {
            anchor: painter.hinted(encoded[anchor], None, given[anchor]) if known[anchor] else encoded[anchor].ab
        }
    place = keys.index(anchor)
    neighbours = [*pairwise(keys[place:]), *pairwise(keys[place::-1])]
    for source, number in neighbours:
        carried, sure = shot.carry(colours[source], source, number, shot.ways(source, number)[number])
        own = painter.hinted(encoded[number], (carried, sure[..., 0]), given.get(number, ()))
        limit = np.where(sure > 0.5, _TOLERANCE, np.float32(200))
        change = (own - carried).clip(-limit, limit)
        matters = np.minimum(1, np.linalg.norm(change, axis=2, keepdims=True) / _TRIFLE)
        colours[number] = carried + (1 - _KEEP * sure) * matters * change
    return colours
