"""What every network offers, and what it answers."""

from typing import Any, NamedTuple

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

    mask_centre = 0.0
    """What a network with hints subtracts from their mask; it belongs to the weights, see `colorizer.catalogue`."""

    def encode(self, L: Tensor, condition: Tensor | None = None) -> Any:
        """The part that does not depend on hints; here nothing."""
        return L

    def paint(self, encoded: Any, hint: Tensor | None = None) -> Prediction:
        """What `encode` gave and hints to a prediction."""
        prediction: Prediction = self(encoded, hint)
        return prediction
