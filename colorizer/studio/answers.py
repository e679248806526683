"""Numbers as bytes for the page: far smaller than JSON, and read by JavaScript as they are (little-endian)."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from colorizer.encoded import EncodedPhoto
from colorizer.hint_layers import Colours
from colorizer.hints import Hint

AB_STEPS = 256
"""Steps of an ab unit."""

L_STEPS = 600
"""Steps of a unit of L."""


def colours(encoded: EncodedPhoto[Any], hints: Sequence[Hint], layers: Sequence[Colours]) -> bytes:
    """A line of JSON, filled with spaces to a multiple of 4 bytes, then of each layer ab and confidence.

    ab: int16, (2, h, w), in steps of 1/256. Confidence: uint8, (h, w), in steps of 1/255, filled likewise.
    The JSON: height and width of a layer; of each layer the number of the first hint that has its region, or null for
    everywhere; mount: where the photo lies within its border in pixels of the copy that is shown, or null.
    """
    rows, columns = layers[0].ab.shape[1:]
    regions = [None if layer.mask is None else _owner(layer.mask, hints) for layer in layers]
    mount = list(encoded.mount) if encoded.mount else None
    parts = [_filled(json.dumps({"height": rows, "width": columns, "layers": regions, "mount": mount}).encode(), b"\n")]
    for layer in layers:
        steps = (layer.ab.numpy() * AB_STEPS).round().clip(-32768, 32767)
        parts.append(steps.astype("<i2").tobytes())
        parts.append(_filled((layer.certain.numpy() * 255).round().clip(0, 255).astype(np.uint8).tobytes()))
    return b"".join(parts)


def guide(L: Tensor) -> bytes:
    """L (1, h, w) as uint16 in steps of 1/600."""
    return (L.numpy() * L_STEPS).round().clip(0, 65535).astype("<u2").tobytes()


def _owner(mask: object, hints: Sequence[Hint]) -> int:
    return next(i for i, hint in enumerate(hints) if hint.mask is mask)


def _filled(data: bytes, end: bytes = b"") -> bytes:
    return data + b" " * (-len(data + end) % 4) + end
