"""Zhang et al. 2017: regression of ab with hints, and a distribution over the 529 grid bins beside it.

The paper has a Huber loss, the released code an absolute one, times 10. The distribution reads features that it does
not shape (`detach`). The released training starts with the distribution alone (`regression` 0, nothing detached).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torch.nn import functional as F

from colorizer.bins import AB_SCALE
from colorizer.errors import InputError
from colorizer.networks.siggraph17 import Siggraph17
from colorizer.networks.siggraph17_global import Siggraph17Global
from colorizer.training.numbers import Share, Weight
from colorizer.training.objective import Batch, Objective


@dataclass(frozen=True)
class UserGuidedSettings:
    """Distances, weights, and the meaning of the mask.

    distance: of ab, "l1" or "huber".
    regression: weight of that distance.
    classification: weight of the distribution's cross-entropy.
    detach: the distribution does not shape the features that it reads.
    mask_centre: what is subtracted from the mask of hints; 0.5 where no hint is to be -0.5 and a hint 0.5.
    """

    distance: str
    regression: Weight
    classification: Weight
    detach: bool
    mask_centre: Share

    def __post_init__(self) -> None:
        if self.distance not in ("l1", "huber"):
            raise InputError(f"distance must be 'l1' or 'huber', not {self.distance!r}")


class UserGuided(Objective):
    """Regression at full size and hard labels at a quarter of it."""

    Settings = UserGuidedSettings
    networks = (Siggraph17, Siggraph17Global)

    def __init__(self, settings: UserGuidedSettings) -> None:
        super().__init__()
        self.settings = settings

    def prepare(self, network: Any) -> None:
        """Give the mask its meaning."""
        super().prepare(network)
        network.mask_centre = self.settings.mask_centre

    def updates(self, network: Siggraph17, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        guidance = getattr(batch, network.guidance)
        size = batch.L.shape[2:]
        with self.mixed(batch.L):
            conv8, conv10 = network.features(batch.L, guidance)
            logits = network.distribution(conv8.detach() if self.settings.detach else conv8, *size).float()
            ab = network.colours(conv10, *size).float()
        beta = 1 / AB_SCALE if self.settings.distance == "huber" else 0.0  # 1 ab unit, in the paper
        regression = F.smooth_l1_loss(ab / AB_SCALE, batch.ab / AB_SCALE, beta=beta) * 2  # a and b are added
        yield {
            "regression": regression * self.settings.regression,
            "classification": F.cross_entropy(logits, grid_labels(batch.ab[..., ::4, ::4]))
            * self.settings.classification,
        }

    def metadata(self) -> dict[str, str]:
        """The mask convention."""
        return {"mask_centre": str(self.settings.mask_centre)}


def grid_labels(ab: Tensor) -> Tensor:
    """Number of the nearest of the 529 bins on the full 10-unit grid, (B, h, w), for ab (B, 2, h, w)."""
    a, b = ((ab + 110) / 10).round().clamp(0, 22).long().unbind(dim=1)
    return a * 23 + b
