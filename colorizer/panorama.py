"""Photos longer than 4:1, such as panoramas and strips of negatives: the network sees them tile by tile.

Shrunk until they fit what it was trained on they would be too low for it to make out a face; and at once they would
take too much time and memory, which grow faster than the length.
"""

from typing import Any

import torch
from torch import Tensor

from colorizer import upsample
from colorizer.architectures import LONGEST, UNIT
from colorizer.networks.network import Network, Prediction
from colorizer.pixels import Pixels

_OVERLAP = 256  # pixels of the copy in which two tiles pass into each other
_MARGIN = 64  # pixels of the copy that the join of a tile looks at beyond it, more than the guided filter reaches


class Tiled(Network):
    """A network that sees long pictures as overlapping tiles and joins what it says of them."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def see(self, L: Tensor) -> Any:
        """See `Network`; of a long picture a list, one for each tile."""
        tiles = _tiles(L)
        return self.network.see(L) if len(tiles) == 1 else _Long(L, [self.network.see(_cut(L, tile)) for tile in tiles])

    def encode_seen(self, seen: Any, condition: Tensor | None = None) -> Any:
        """See `Network`."""
        if not isinstance(seen, _Long):
            return self.network.encode_seen(seen, condition)
        return _Long(seen.L, [self.network.encode_seen(state, condition) for state in seen.states])

    def paint(self, encoded: Any, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        if not isinstance(encoded, _Long):
            return self.network.paint(encoded, hint)
        painted = [
            self.network.paint(state, None if hint is None else _heard(_cut(hint, tile)))
            for tile, state in zip(_tiles(encoded.L), encoded.states, strict=True)
        ]
        logits = [one.logits for one in painted if one.logits is not None]
        heard = any(one.trust is not None for one in painted)
        shifted = any(one.shift is not None for one in painted)
        return Prediction(
            _blended(logits, encoded.L) if logits else None,
            _blended([one.ab for one in painted], encoded.L),
            _blended([_or_none(one.trust, one.ab[:, :1]) for one in painted], encoded.L) if heard else None,
            _blended([_or_none(one.shift, one.ab) for one in painted], encoded.L) if shifted else None,
        )

    def forward(self, L: Tensor, hint: Tensor | None = None, condition: Tensor | None = None) -> Prediction:
        """See `Network`."""
        return self.paint(self.encode(L, condition), hint)


class _Long:
    """A long picture that was seen or encoded tile by tile."""

    def __init__(self, L: Tensor, states: list[Any]) -> None:
        self.L = L
        self.states = states


def join(
    pixels: Pixels, ab: Tensor, *, guide: Tensor, detail: Tensor | None = None, device: torch.device | None = None
) -> Pixels:
    """`upsample.join`, of a long photo piece by piece: its matrices grow with the square of the length."""
    tiles = _tiles(guide)
    if len(tiles) == 1:
        return upsample.join(pixels, ab, guide=guide, detail=detail, device=device)
    result = torch.from_numpy(pixels).new_empty(pixels.shape).numpy()
    axis, length = _long_axis(guide)
    ends = [tile.start for tile in tiles[1:]] + [length]
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        low, high = max(0, start - _MARGIN), min(length, end + _MARGIN)
        size = pixels.shape[0 if axis == -2 else 1]
        seen = [round(place * size / length) for place in (low, start, end, high)]
        piece = upsample.join(
            _along(pixels, axis, slice(seen[0], seen[3])),
            _scaled_cut(ab, slice(low, high), length),
            guide=_cut(guide, slice(low, high)),
            detail=None if detail is None else _scaled_cut(detail, slice(low, high), length),
            device=device,
        )
        kept = _along(piece, axis, slice(seen[1] - seen[0], seen[2] - seen[0]))
        _along(result, axis, slice(seen[1], seen[2]))[:] = kept
    return result


def _long_axis(L: Tensor) -> tuple[int, int]:
    """The longer of the last two axes, and its length."""
    return (-1, L.shape[-1]) if L.shape[-1] >= L.shape[-2] else (-2, L.shape[-2])


def _tiles(L: Tensor) -> list[slice]:
    """Where tiles of (..., H, W) begin and end along its longer axis; one tile for what is not too long."""
    _, length = _long_axis(L)
    short = min(L.shape[-2:])
    size = max(LONGEST * short // UNIT * UNIT, 2 * _OVERLAP)
    if length <= max(size, LONGEST * short) or length % UNIT:
        return [slice(0, length)]
    starts = list(range(0, length - size, size - _OVERLAP))
    return [slice(start, start + size) for start in (*starts, length - size)]


def _cut(x: Tensor, tile: slice) -> Tensor:
    """A tile of (..., H, W)."""
    axis, _ = _long_axis(x)
    return x.narrow(axis, tile.start, tile.stop - tile.start)


def _scaled_cut(x: Tensor, tile: slice, length: int) -> Tensor:
    """The same of a map that is so many times smaller."""
    factor = length // _long_axis(x)[1]
    return _cut(x, slice(tile.start // factor, tile.stop // factor))


def _along(pixels: Pixels, axis: int, part: slice) -> Pixels:
    """Part of a photo (height, width, 3) along the axis that the maps call -1 or -2."""
    return pixels[:, part] if axis == -1 else pixels[part]


def _heard(hint: Tensor) -> Tensor | None:
    """Hints of a tile; None where there are none."""
    return hint if bool((hint[:, 2] > 0).any()) else None


def _or_none(found: Tensor | None, like: Tensor) -> Tensor:
    """What hints do in a tile, nothing in one without hints."""
    return torch.zeros_like(like) if found is None else found


def _blended(maps: list[Tensor], L: Tensor) -> Tensor:
    """Maps (B, C, h, w) of the tiles of L as one map of the whole, passing into each other where tiles overlap."""
    axis, length = _long_axis(L)
    tiles = _tiles(L)
    factor = (tiles[0].stop - tiles[0].start) // maps[0].shape[axis]
    shape = list(maps[0].shape)
    shape[axis] = length // factor
    total, weight = maps[0].new_zeros(shape), maps[0].new_zeros(shape[axis])
    for tile, one in zip(tiles, maps, strict=True):
        count = one.shape[axis]
        ramp = torch.arange(1, count + 1, device=one.device) * factor / _OVERLAP
        here = torch.minimum(ramp, ramp.flip(0)).clamp_max(1).to(one.dtype)
        start = tile.start // factor
        total.narrow(axis, start, count).add_(one * (here if axis == -1 else here[:, None]))
        weight.narrow(0, start, count).add_(here)
    return total / (weight if axis == -1 else weight[:, None])
