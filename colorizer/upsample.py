"""Small chroma and a full-size photo to a coloured photo: guided upsampling, a strip of rows at a time.

The chroma follows the edges of the photo by the fast guided filter (He and Sun 2015, arXiv:1505.00996): around each
place ab is written as a linear function of L at the small size, and that function is applied to the L of the full size.
What the filter smooths away at the small size is added again, as far as the caller trusts it.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.lab import lab_to_bytes, lab_to_rgb, lightness, lightness_of_bytes, shrink_to_gamut
from colorizer.pixels import Pixels

RADIUS = 4  # pixels of the small picture
SMOOTHNESS = 15.0  # squared units of L: differences well below its root do not carry colour with them
STRIP = 64  # rows of the full photo at a time, so that what is worked on stays in the processor's cache
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
    # Rows of slopes, then of offsets: ab = slope * L + offset.
    field = _linear_model(ab, guide, detail) if guide is not None else torch.cat([torch.zeros_like(ab), ab])
    rows, columns = _enlarge(field.shape[1], height), _enlarge(field.shape[2], width)
    wide = field @ columns.T
    result = np.empty_like(pixels)
    step = max(1, min(STRIP, STRIP * WIDE // width))
    if device is not None:
        rows, wide = rows.to(device), wide.to(device)
        step = max(1, PIXELS_ON_DEVICE // width)
    for top in range(0, height, step):
        strip = slice(top, min(top + step, height))
        L = lightness_of_bytes(pixels[strip]) if device is None else _lightness_on(device, pixels[strip])
        near = _used(rows[strip])
        slope_a, slope_b, offset_a, offset_b = (rows[strip, near] @ wide[:, near]).unbind()
        lab = torch.stack([L, slope_a * L + offset_a, slope_b * L + offset_b])
        result[strip] = lab_to_bytes(lab) if device is None else _bytes_from_device(lab)
    return result


def _lightness_on(device: torch.device, pixels: Pixels) -> Tensor:
    """`lightness_of_bytes` without tables."""
    return lightness(torch.from_numpy(pixels).to(device).permute(2, 0, 1) / 255)[0]


def _bytes_from_device(lab: Tensor) -> Pixels:
    """`lab_to_bytes` without tables."""
    rgb = (lab_to_rgb(shrink_to_gamut(lab)) * 255).round().to(torch.uint8)
    result: Pixels = rgb.permute(1, 2, 0).contiguous().cpu().numpy()
    return result


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
    return F.avg_pool2d(F.pad(x, [RADIUS] * 4, mode="replicate"), 2 * RADIUS + 1, stride=1)


def _enlarge(small: int, large: int) -> Tensor:
    """The matrix (large, small) that resamples an axis bicubically; one matrix serves every strip alike."""
    return F.interpolate(torch.eye(small)[None, None], size=(large, small), mode="bicubic", align_corners=False)[0, 0]


def _used(rows: Tensor) -> slice:
    """The columns of a resampling matrix that these rows of it use."""
    columns = rows.any(dim=0).nonzero()
    return slice(int(columns[0]), int(columns[-1]) + 1)
