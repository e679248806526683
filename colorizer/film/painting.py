"""What the network says of small frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.architectures import LONGEST
from colorizer.bins import AB_SCALE
from colorizer.decoding import confidence, decode
from colorizer.errors import InputError
from colorizer.film.flow import Map
from colorizer.film.hints import Given
from colorizer.film.planes import linear_model
from colorizer.film.small import Small, batch
from colorizer.hint_layers import RADIUS
from colorizer.lab import rgb_to_lab
from colorizer.levels import levelled
from colorizer.looks import in_look
from colorizer.model import Colorizer
from colorizer.networks.network import Prediction

_BATCH = 4
_CELLS = 8
"""Hints of carried colours along the shorter side of a frame, one in each cell where the colours are believed."""

_BELIEVED = 0.7


@dataclass(frozen=True, slots=True)
class Encoded:
    """A frame after the costly part of the network.

    frame: Which. state: For hints. ab: (rows, columns, 2), without hints. confidence: Mean over the frame, 0..1.
    """

    frame: Small
    state: Any
    ab: Map
    confidence: float

    @property
    def chroma(self) -> float:
        """Mean chroma, in ab units."""
        return float(np.hypot(self.ab[..., 0], self.ab[..., 1]).mean())


class Painter:
    """A network with a look.

    dimmed: Frames with a mean L below this lose colour, the more the darker; 0 for none. What the network sees in the
        dark is mostly noise: there it flashes blue and red.
    """

    dimmed = 15.0

    def __init__(self, model: Colorizer, look: str = "natural") -> None:
        self.model = model
        self.look = look
        self.decoding = in_look(model.decoding, look)

    @torch.inference_mode()
    def encode(self, frames: list[Small]) -> list[Encoded]:
        """Frames of one film; together they are stretched to the full range of L, if at all."""
        found: list[Encoded] = []
        L = batch(frames)
        if self.model.architecture.levels:
            L = levelled(L.flatten()[None, None, :, None]).view_as(L)
        long = max(L.shape[2:]) > LONGEST * min(L.shape[2:])  # seen tile by tile, one frame at a time
        step = 1 if long else _BATCH
        for i in range(0, len(frames), step):
            state = self.model.network.encode(L[i : i + step].to(self.model.device))
            prediction = self.model.network.paint(state)
            sure = confidence(prediction).flatten(1).mean(dim=1)
            for k, frame in enumerate(frames[i : i + step]):
                ab = self._colours(_one(prediction, k), frame)
                found.append(Encoded(frame, _one(state, k), ab, float(sure[k])))
        return found

    @torch.inference_mode()
    def hinted(self, encoded: Encoded, carried: tuple[Map, Map] | None, given: Sequence[Given] = ()) -> Map:
        """The frame's colours where others are known.

        carried: Colours (rows, columns, 2), and how far they are believed, (rows, columns) in 0..1.
        given: Colours that people know.

        Raises InputError for given colours where the network takes no hints.
        """
        if not self.model.architecture.hints:
            if given:
                raise InputError(f"{self.model.architecture.name} takes no hints")
            return encoded.ab
        hints = _hints(carried, given, encoded.frame.L.shape)
        prediction = self.model.network.paint(encoded.state, hints.to(self.model.device))
        return self._colours(prediction, encoded.frame)

    def _colours(self, prediction: Prediction, frame: Small) -> Map:
        ab = decode(prediction, self.decoding, trained_rebalancing=self.model.trained_rebalancing)
        rows, columns = frame.grey.shape
        large = F.interpolate(ab, size=(rows, columns), mode="bicubic", align_corners=False)[0].permute(1, 2, 0)
        L = frame.lightness
        slope, offset = np.split(linear_model(np.ascontiguousarray(large.cpu().numpy()), L), 2, axis=2)
        bright = min(1.0, max(0.0, float(L.mean()) / self.dimmed)) if self.dimmed else 1.0
        result: Map = (slope * L[..., None] + offset) * np.float32(bright)
        return result


def _one(state: Any, k: int) -> Any:
    """One picture of an encoded batch."""
    if isinstance(state, Tensor):
        return state[k : k + 1]
    if isinstance(state, tuple) and hasattr(state, "_fields"):
        return type(state)(*(_one(part, k) for part in state))
    if isinstance(state, tuple | list):
        return type(state)(_one(part, k) for part in state)
    return state


def _hints(carried: tuple[Map, Map] | None, given: Sequence[Given], size: tuple[int, ...]) -> Tensor:
    """Colours as the network takes hints, (1, 3, h, w): of carried ones a small square in each cell of a grid."""
    height, width = size
    hints = torch.zeros(1, 3, height, width)
    if carried is not None:
        _put_carried(hints, *carried)
    for one in given:
        y, x = one.y * height, one.x * width
        top, left = max(0, round(y - RADIUS)), max(0, round(x - RADIUS))
        place = (0, slice(None), slice(top, round(y + RADIUS)), slice(left, round(x + RADIUS)))
        ab = rgb_to_lab(torch.tensor(one.colour, dtype=torch.float32).view(3, 1, 1) / 255)[1:]
        hints[place][:2], hints[place][2:] = ab / AB_SCALE, 1
    return hints


def _put_carried(hints: Tensor, ab: Map, sure: Map) -> None:
    height, width = hints.shape[2:]
    rows, columns = sure.shape
    cell = max(1, min(rows, columns) // _CELLS)
    smooth = cv2.blur(ab, (5, 5))
    for top in range(0, rows, cell):
        for left in range(0, columns, cell):
            part = sure[top : top + cell, left : left + cell]
            y, x = np.unravel_index(int(part.argmax()), part.shape)
            if part[y, x] < _BELIEVED:
                continue
            row, column = top + int(y), left + int(x)
            v, u = int((row + 0.5) / rows * height) // 4 * 4, int((column + 0.5) / columns * width) // 4 * 4
            hints[0, :2, v : v + 4, u : u + 4] = torch.from_numpy(smooth[row, column] / AB_SCALE)[:, None, None]
            hints[0, 2, v : v + 4, u : u + 4] = 1
