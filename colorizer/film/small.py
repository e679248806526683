"""Small copies of frames: L as the network sees it, and grey bytes between which flow is found."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from colorizer.film.flow import Map
from colorizer.film.reading import Film
from colorizer.film.video_frame import Plane
from colorizer.lab import lightness
from colorizer.pixels import Pixels

_FLOW_SIDE = 96
"""Pixels of the shorter side of the copy between which flow is found."""

_LONGEST = 2048
"""Pixels of its longer side at most, for films that are hardly more than a line."""


def byte_luma(luma: Plane) -> Pixels:
    """Luma in 8 bits."""
    return (luma if luma.dtype == np.uint8 else luma >> 2).astype(np.uint8, copy=False)


def lightness_table(full_range: bool) -> Map:
    """L in 0..100 of each value of 8-bit luma, (256,)."""
    values = torch.arange(256, dtype=torch.float32)
    grey = values / 255 if full_range else ((values - 16) / 219).clamp(0, 1)
    return lightness(grey.expand(3, 1, 256))[0, 0].numpy()


@dataclass(frozen=True, slots=True)
class Small:
    """A frame as it is analysed, upright.

    L: Float32 in 0..100, (h, w), at the size of the network's copy.
    grey: uint8, (rows, columns), for flow.
    """

    L: Map
    grey: Pixels

    @property
    def lightness(self) -> Map:
        """L in 0..100 at the size of the copy for flow."""
        return self.grey.astype(np.float32) / 2.55


@dataclass(frozen=True)
class Shrinking:
    """How the frames of a film are made small. size: Height and width of the network's copy, upright."""

    film: Film
    size: tuple[int, int]

    @property
    def flow_size(self) -> tuple[int, int]:
        """Height and width of the copy for flow, upright."""
        scale = _FLOW_SIDE / min(self.size)
        return min(_LONGEST, round(self.size[0] * scale)), min(_LONGEST, round(self.size[1] * scale))

    def shrink(self, luma: Plane) -> Small:
        """The small copies of a frame."""
        grey = np.rot90(byte_luma(luma), self.film.rotation // 90)
        L = lightness_table(self.film.full_range).take(_resized(grey, self.size))
        rows, columns = self.flow_size
        return Small(L, (cv2.resize(L, (columns, rows), interpolation=cv2.INTER_AREA) * 2.55).astype(np.uint8))


def _resized(grey: Pixels, size: tuple[int, int]) -> Pixels:
    smaller = grey.shape[0] >= size[0]
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(np.ascontiguousarray(grey), size[::-1], interpolation=way).astype(np.uint8, copy=False)


def batch(frames: list[Small]) -> Tensor:
    """L (B, 1, h, w) of several frames."""
    return torch.from_numpy(np.stack([frame.L for frame in frames])[:, None])
