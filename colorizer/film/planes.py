"""From small colours and a full-size luma plane to the two chroma planes beside it.

The colours follow the edges of the luma as in `colorizer.upsample`, at half the size, which is that of the chroma
planes. The luma itself is not touched; where it leaves too little room for a colour, the colour gets less chroma.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from colorizer.film.flow import Map
from colorizer.film.reading import Film
from colorizer.film.small import byte_luma, lightness_table
from colorizer.film.video_frame import BT601, BT709, BT2020, SMPTE240, Plane

_RADIUS = 2  # pixels of the small copy
_SMOOTHNESS = 15.0  # squared units of L, as in colorizer.upsample

_WEIGHTS = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114), SMPTE240: (0.212, 0.087), BT2020: (0.2627, 0.0593)}
"""Of red and blue in the luma (ITU-T H.273, table 4)."""


def linear_model(ab: Map, L: Map) -> Map:
    """Slopes and offsets (rows, columns, 4) that give ab (rows, columns, 2) from L (rows, columns) and keep its edges.

    By the guided filter (He and Sun 2015, arXiv:1505.00996); what it smooths away is in the offsets.
    """

    def mean(x: Map) -> Map:
        side = 2 * _RADIUS + 1
        return cv2.blur(x, (side, side), borderType=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)

    guide = L[..., None]
    mean_L, mean_ab = mean(L)[..., None], mean(ab)
    slope = (mean(ab * guide) - mean_L * mean_ab) / (mean(L * L)[..., None] - mean_L**2 + _SMOOTHNESS)
    model = mean(np.dstack([slope, mean_ab - slope * mean_L]))
    model[..., 2:] += ab - (model[..., :2] * guide + model[..., 2:])
    return model


@dataclass(frozen=True)
class Chroma:
    """Makes the chroma planes of a film."""

    film: Film

    def planes(self, luma: Plane, ab: Map, L: Map) -> tuple[Plane, Plane]:
        """Cb and Cr, of half the luma's height and width, rounded up, and of its type.

        luma: At full size as stored. ab: (rows, columns, 2), upright. L: (rows, columns), upright.
        """
        model = np.rot90(linear_model(ab, L), -(self.film.rotation // 90))
        rows, columns = -(-luma.shape[0] // 2), -(-luma.shape[1] // 2)
        half = cv2.resize(byte_luma(luma), (columns, rows), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        large = cv2.resize(np.ascontiguousarray(model), (columns, rows), interpolation=cv2.INTER_CUBIC)
        here = lightness_table(self.film.full_range).take(half)
        lab = np.dstack([here, large[..., 0] * here + large[..., 2], large[..., 1] * here + large[..., 3]])
        rgb = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB).astype(np.float32, copy=False)
        cb, cr = self._chroma(half, rgb)
        steps = (255 if self.film.full_range else 224) << (self.film.bits - 8)
        most = (1 << self.film.bits) - 1
        middle = 1 << (self.film.bits - 1)
        both = (np.stack([cb, cr]) * steps + (middle + 0.5)).clip(0, most).astype(luma.dtype)
        return cast("Plane", both[0]), cast("Plane", both[1])

    def _chroma(self, luma: Plane, rgb: Map) -> tuple[Map, Map]:
        """Cb and Cr, -0.5..0.5, of colours (rows, columns, 3) in 0..1, with room for them beside the luma."""
        red_weight, blue_weight = _WEIGHTS[self.film.matrix]
        red, green, blue = np.moveaxis(rgb, 2, 0)
        own = red_weight * red + (1 - red_weight - blue_weight) * green + blue_weight * blue
        more_red, more_blue = red - own, blue - own
        more_green = green - own
        light = luma.astype(np.float32) / 255 if self.film.full_range else ((luma - np.float32(16)) / 219).clip(0, 1)
        room = np.ones_like(light)
        for more in (more_red, more_green, more_blue):
            space = np.where(more > 0, 1 - light, light)
            np.minimum(room, space / np.maximum(np.abs(more), 1e-4), out=room)
        return more_blue * room / (2 * (1 - blue_weight)), more_red * room / (2 * (1 - red_weight))
