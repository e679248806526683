"""A photo between `Colorizer.encode` and `Colorizer.paint`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from torch import Tensor

from colorizer.hints import Hint, hint_list
from colorizer.looks import Decoding
from colorizer.mounts import Mount
from colorizer.pictures import Picture
from colorizer.pixels import Pixels

Result = TypeVar("Result", Picture, Pixels)
"""What a photograph comes back as: a Picture, or for an array an array."""


@dataclass(frozen=True)
class EncodedPhoto(Generic[Result]):
    """A photo after the costly part of the network: what `paint` needs to colour it again and again.

    pixels: uint8 sRGB, (height, width, 3).
    L: Float in 0..100, (1, h, w): the copy that the network saw.
    seen: What the network keeps of the photo alone, for another palette or style.
    state: What it keeps of the photo with its palette or style.
    decoding: How its colours are read.
    finish: Makes of painted pixels what the caller of `encode` uses: a Picture, or the array as it is.
    emphasis: What a palette or style adds to the logits, (313,), or None.
    mount: Where the photo lies within a plain border, which stays as it is; None where there is no border.
    """

    pixels: Pixels
    L: Tensor
    seen: Any
    state: Any
    decoding: Decoding
    finish: Callable[[Pixels], Result]
    emphasis: Tensor | None = None
    mount: Mount | None = None


def with_border(encoded: EncodedPhoto[Result], hints: Sequence[Hint] | Tensor | None) -> EncodedPhoto[Result]:
    """The photo as it is, or with a border that is coloured as well, because somebody has put a hint there."""
    placed = () if hints is None or isinstance(hints, Tensor) else hint_list(hints)
    if encoded.mount and not all(encoded.mount.holds(hint.x, hint.y) for hint in placed):
        return replace(encoded, mount=None)
    return encoded
