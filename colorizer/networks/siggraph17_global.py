"""Zhang et al. 2017, the global hints network: the local one's blocks with a global condition instead of places.

The histogram of ab (313 bins) and the mean saturation, each with a 1 that says it is given, pass 1x1 convolutions and
are added to the output of the fourth block at every place. The main branch sees L only: no colours at places.
"""

from typing import Any

from torch import Tensor, nn

from colorizer.bins import CONDITION, COUNT
from colorizer.networks.network import Prediction
from colorizer.networks.siggraph17 import Siggraph17

WIDTH = 512


class Siggraph17Global(Siggraph17):
    """L and a global condition to logits over the 529 grid bins at a quarter of the size, and to ab at full size."""

    guidance = "condition"

    def __init__(self) -> None:
        super().__init__(inputs=1)
        self.histogram = nn.Conv2d(COUNT + 1, WIDTH, 1)
        self.saturation = nn.Conv2d(CONDITION - COUNT - 1, WIDTH, 1)
        layers: list[nn.Module] = [nn.ReLU(), nn.BatchNorm2d(WIDTH)]
        for _ in range(3):
            layers += [nn.Conv2d(WIDTH, WIDTH, 1), nn.ReLU(), nn.BatchNorm2d(WIDTH)]
        self.combine = nn.Sequential(*layers)

    def describe(self, condition: Tensor) -> Tensor:
        """What a global condition (B, 316) adds at every place, (B, 512, 1, 1)."""
        maps = condition[..., None, None]
        added: Tensor = self.combine(self.histogram(maps[:, : COUNT + 1]) + self.saturation(maps[:, COUNT + 1 :]))
        return added

    def features(self, L: Tensor, condition: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """As of the local hints network, with a global condition (B, 316) instead of places."""
        condition = L.new_zeros(len(L), CONDITION) if condition is None else condition.to(L)
        return self.blocks((L - 50) / 100, self.describe(condition))

    def encode_seen(self, seen: Any, condition: Tensor | None = None) -> Any:
        """The whole network, of L: nothing depends on hints."""
        conv8, conv10 = self.features(seen, condition)
        return Prediction(self.distribution(conv8, *seen.shape[2:]), self.colours(conv10, *seen.shape[2:]))

    def paint(self, encoded: Any, hint: Tensor | None = None) -> Prediction:
        """What `encode` gave."""
        prediction: Prediction = encoded
        return prediction

    def forward(self, L: Tensor, hint: Tensor | None = None, condition: Tensor | None = None) -> Prediction:
        """See `Network`."""
        return self.paint(self.encode(L, condition))
