"""Architectures by name; each file of this package registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from torch import Tensor, nn


class Prediction(NamedTuple):
    """What a network says of a picture.

    logits: (B, bins, h, w) over the ab bins of the architecture, None where it has no distribution.
    ab: (B, 2, h', w') in ab units. Either may be smaller than the input.
    trust: (B, 1, h, w) in 0..1, how far hints decide there; None where the network does not say.
    """

    logits: Tensor | None
    ab: Tensor
    trust: Tensor | None = None


class Network(nn.Module):
    """What every architecture offers: L in, ab out, hints and global condition where it has them.

    L is (B, 1, H, W) in 0..100, any size. Hints are (B, 3, H, W): ab / 110 and a mask that is 1 where a colour is
    given, ab 0 where it is 0. A global condition is (B, 316), see `colorizer.bins.global_condition`.
    """

    def encode(self, L: Tensor, condition: Tensor | None = None) -> Any:
        """The part that does not depend on hints; here nothing."""
        return L

    def paint(self, encoded: Any, hint: Tensor | None = None) -> Prediction:
        """What `encode` gave and hints to a prediction."""
        prediction: Prediction = self(encoded, hint)
        return prediction


@dataclass(frozen=True)
class Architecture:
    """A row of the catalogue.

    build: makes the network with random weights. parameters: how many it has, published where it was published; a
    test counts them. hints, condition, year: whether it listens to them. side: length of the shorter side that it was
    trained at, in pixels; square: whether the photo is stretched to a square of that side, as published.
    """

    name: str
    build: Callable[[], Network]
    parameters: int
    source: str
    hints: bool
    condition: bool
    side: int
    square: bool
    year: bool = False

    def input_size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of the copy that the network sees of a photo of that size."""
        if self.square:
            return self.side, self.side
        scale = min(self.side / min(height, width), 4 * self.side / max(height, width))  # only panoramas reach 4:1
        return max(1, round(height * scale)), max(1, round(width * scale))


N = TypeVar("N", bound=Network)

ARCHITECTURES: dict[str, Architecture] = {}


def register(
    name: str,
    *,
    parameters: int,
    source: str,
    hints: bool = False,
    condition: bool = False,
    side: int = 256,
    square: bool = True,
) -> Callable[[type[N]], type[N]]:
    """Put a network class that is built without arguments into the catalogue."""

    def add(kind: type[N]) -> type[N]:
        ARCHITECTURES[name] = Architecture(name, kind, parameters, source, hints, condition, side, square)
        return kind

    return add


def architecture(name: str) -> Architecture:
    """The architecture of that name. Raises ValueError that lists the known names."""
    if name not in ARCHITECTURES:
        raise ValueError(f"no network is called {name!r}; known: {', '.join(sorted(ARCHITECTURES))}")
    return ARCHITECTURES[name]
