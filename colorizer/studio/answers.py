"""Numbers as bytes for the page: far smaller than JSON, and read by JavaScript as they are (little-endian)."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from colorizer.encoded import EncodedPhoto
from colorizer.hint_layers import Colours
from colorizer.hints import Hint

if TYPE_CHECKING:  # photos need nothing of films
    from colorizer.film.correcting import SeenColours

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
    return _joined({"height": rows, "width": columns, "layers": regions, "mount": mount}, layers)


def frame_colours(seen: "SeenColours") -> bytes:
    """As `colours`, of a frame of a film, all of whose colours count.

    The JSON has more: piece, the first frame of those that are coloured together and the one behind them; anchor, from
    which colours spread among them.
    """
    rows, columns = seen.ab.shape[:2]
    facts = {
        "height": rows,
        "width": columns,
        "layers": [None],
        "mount": None,
        "piece": seen.piece,
        "anchor": seen.anchor,
    }
    ab = torch.from_numpy(np.ascontiguousarray(seen.ab.transpose(2, 0, 1)))
    return _joined(facts, [Colours(None, ab, torch.ones(1, rows, columns))])


def _joined(facts: dict[str, Any], layers: Sequence[Colours]) -> bytes:
    parts = [_filled(json.dumps(facts).encode(), b"\n")]
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
