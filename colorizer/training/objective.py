"""The seam between the training loop and the systems it trains: `Batch` goes in, named losses come out."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from colorizer import bins
from colorizer.architectures import name_of
from colorizer.errors import InputError
from colorizer.networks import Network, Prediction
from colorizer.precision import computes_bfloat16
from colorizer.training.photos import PhotoSet


class Batch(NamedTuple):
    """What the network sees and what it should say.

    L: (B, 1, S, S) in 0..100.
    ab: (B, 2, S, S), true, or as it would be with a counterfactual hint.
    hint: (B, 3, S, S), ab / 110 and a mask.
    condition: global condition (B, 316).
    group: (B,), number of each picture's group among the data's groups.
    outside: (B, 1, S, S), 1 where a counterfactual hint must change nothing, 0 in other pictures.
    stays: (B, 1, S, S), 1 where the predicted colour is given as a hint.
    """

    L: Tensor
    ab: Tensor
    hint: Tensor
    condition: Tensor
    group: Tensor
    outside: Tensor
    stays: Tensor


class Objective(nn.Module):
    """What a network learns from; one for each published system, in `colorizer.training.objectives`.

    A module, since some hold parts that learn as well (a discriminator): those are kept with the run's checkpoint, not
    with the weights. Randomness comes from torch's generator, which the loop seeds for each step.
    """

    Settings: ClassVar[type[Any]]
    """The dataclass of the recipe's [loss] section, from which an objective is built."""

    networks: ClassVar[tuple[type[Network], ...]]
    """What it can train."""

    lowered: bool | None = None
    """Whether what can be is computed in bfloat16; None where the device is to decide."""

    rebalancing: float = 0.0
    """Power of the class rebalancing that a trained distribution carries."""

    class_weights: Tensor
    """Of each bin, where there are bins; see `rebalance`."""

    def prepare(self, network: Any) -> None:
        """Set what the objective wants of a network at first. Raises InputError for one that it cannot train."""
        if not isinstance(network, self.networks):
            known = ", ".join(map(name_of, self.networks))
            raise InputError(f"the recipe's objective trains {known}, not {name_of(type(network))}")

    def rebalance(self, prior: Tensor, *, gamma: float, alpha: float) -> None:
        """Weigh the bins by how rare their colours are; arguments as of `bins.rebalancing_weights`."""
        self.rebalancing = alpha
        weights = bins.rebalancing_weights(prior, gamma=gamma, alpha=alpha)
        self.register_buffer("class_weights", weights, persistent=False)

    def mixed(self, like: Tensor) -> torch.autocast:
        """What is computed inside is in bfloat16 where it is safe, on the device of `like`, if that is wanted.

        Sums that need float32 (norms, softmax, losses) stay in it. A CPU without instructions for bfloat16 decides for
        float32: it would take longer.
        """
        device = like.device
        lowered = device.type != "cpu" or computes_bfloat16(device) if self.lowered is None else self.lowered
        return torch.autocast(device.type, torch.bfloat16, enabled=lowered)

    def hold(self, network: Any) -> None:
        """Put parts that must not move (their batch statistics) into evaluation mode; called before each step."""

    def check(self, photos: PhotoSet) -> None:
        """Raises InputError for data that cannot be learned from."""

    def updates(self, network: Any, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """The named losses of each update of this step; the loop descends their sum before it asks for the next."""
        raise NotImplementedError

    def colours(self, prediction: Prediction) -> Tensor:
        """ab (B, 2, h, w) for a sample sheet."""
        return prediction.ab

    def export(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        """Weights of the run as they are to be stored and used."""
        return weights

    def metadata(self) -> dict[str, str]:
        """What must travel with the weights besides the architecture."""
        return {}
