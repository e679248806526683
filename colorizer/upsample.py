"""Small chroma and a full-size photo to a coloured photo: guided upsampling, a strip of rows at a time.

The chroma follows the edges of the photo by the fast guided filter (He and Sun 2015, arXiv:1505.00996): around each
place ab is written as a linear function of L at the small size, and that function is applied to the L of the full size.
What the filter smooths away at the small size is added again, as far as the caller trusts it.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.lab import root_of_bytes, root_of_luminance, roots_to_bytes
from colorizer.pixels import Pixels

RADIUS = 4  # pixels of the small picture
SMOOTHNESS = 15.0  # squared units of L: differences well below its root do not carry colour with them
STRIP = 32  # rows of the full photo at a time, so that what is worked on stays in the processor's cache
COLUMNS = 256  # that are enlarged at a time
WIDE = 8_192  # pixels; of wider photos fewer rows at a time, so that a long one needs no more memory
PIXELS_ON_DEVICE = 4_000_000  # at a time on a graphics card, about half a gigabyte of its memory


@torch.inference_mode()
def join(
    pixels: Pixels,
    ab: Tensor,
    *,
    guide: Tensor | None = None,
    detail: Tensor | None = None,
    device: torch.device | None = None,
) -> Pixels:
    """The photo's own L with the chroma `ab` enlarged to its size, in gamut, as uint8 sRGB (height, width, 3).

    pixels: uint8 sRGB (height, width, 3). ab: (2, h, w). guide: L (1, h', w') of a small copy of the photo, whose
    edges the chroma follows; without it the chroma is enlarged bicubically. detail: (1, h, w) in 0..1, how much of the
    chroma that the guided filter smooths away is put back there; none where it is not given. device: where the full
    size is computed, of use for a graphics card; where none is given, on the processor, by table.
    """
    height, width = pixels.shape[:2]
    # Slopes, then offsets: ab = slope * L + offset.
    field = _linear_model(ab, guide, detail) if guide is not None else torch.cat([torch.zeros_like(ab), ab])
    rows, wide = _enlarge(field.shape[1], height), _widened(_of_roots(field), width)
    result = np.empty_like(pixels)
    step = max(1, min(STRIP, STRIP * WIDE // width))
    if device is not None:
        rows, wide = rows.to(device), wide.to(device)
        step = max(1, PIXELS_ON_DEVICE // width)
    for top in range(0, height, step):
        strip = slice(top, min(top + step, height))
        y = root_of_bytes(pixels[strip]) if device is None else _root_on(device, pixels[strip])
        near = _used(rows[strip])
        slope_x, slope_z, offset_x, offset_z = (rows[strip, near] @ wide[:, near]).unbind()
        roots = y.new_empty(3, *y.shape)
        roots[1] = y
        torch.addcmul(offset_x, slope_x, y, out=roots[0])
        torch.addcmul(offset_z, slope_z, y, out=roots[2])
        result[strip] = roots_to_bytes(roots, by_table=device is None)
    return result


def _of_roots(field: Tensor) -> Tensor:
    """The field for the roots that Lab is made of: x = slope * y + offset, z likewise; see `colorizer.lab`."""
    (slope_a, slope_b), (offset_a, offset_b) = field[:2], field[2:]
    slopes = 1 + 116 / 500 * slope_a, 1 - 116 / 200 * slope_b
    return torch.stack([*slopes, (offset_a - 16 * slope_a) / 500, (16 * slope_b - offset_b) / 200])


def _root_on(device: torch.device, pixels: Pixels) -> Tensor:
    """`root_of_bytes` without tables."""
    return root_of_luminance(torch.from_numpy(pixels).to(device).permute(2, 0, 1) / 255)[0]


def _linear_model(ab: Tensor, guide: Tensor, detail: Tensor | None) -> Tensor:
    """Slopes and offsets (4, h', w') that give ab (2, h, w) from the guide L (1, h', w')."""
    L = guide[None]
    target = F.interpolate(ab[None], size=L.shape[-2:], mode="bicubic", align_corners=False)
    mean_L, mean_ab = _mean(L), _mean(target)
    slope = (_mean(L * target) - mean_L * mean_ab) / (_mean(L * L) - mean_L**2 + SMOOTHNESS)
    slope, offset = _mean(torch.cat([slope, mean_ab - slope * mean_L], dim=1)).chunk(2, dim=1)
    if detail is not None:
        lost = ab - F.interpolate(slope * L + offset, size=ab.shape[-2:], mode="area")
        offset = offset + F.interpolate(lost * detail, size=L.shape[-2:], mode="bicubic", align_corners=False)
    return torch.cat([slope, offset], dim=1)[0]


def _mean(x: Tensor) -> Tensor:
    """The mean over the square of RADIUS around each place; borders are repeated."""
    down = F.avg_pool2d(F.pad(x, [RADIUS] * 4, mode="replicate"), (2 * RADIUS + 1, 1), stride=1)
    return F.avg_pool2d(down, (1, 2 * RADIUS + 1), stride=1)


def _widened(field: Tensor, width: int) -> Tensor:
    """Maps (4, h, w) enlarged across to (4, h, width), some columns at a time: they depend on few small ones."""
    columns = _enlarge(field.shape[2], width)
    parts = [(part, _used(part)) for part in torch.split(columns, COLUMNS)]
    return torch.cat([field[..., near] @ part[:, near].T for part, near in parts], dim=2)


@lru_cache(maxsize=2)
def _enlarge(small: int, large: int) -> Tensor:
    """The matrix (large, small) that resamples an axis bicubically; one serves every strip, and photos of one size."""
    return F.interpolate(torch.eye(small)[None, None], size=(large, small), mode="bicubic", align_corners=False)[0, 0]


def _used(rows: Tensor) -> slice:
    """The columns of a resampling matrix that these rows of it use."""
    columns = rows.any(dim=0).nonzero()
    return slice(int(columns[0]), int(columns[-1]) + 1)
