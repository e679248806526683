"""The interface of every network, and its result."""

from typing import Any, NamedTuple

from torch import Tensor, nn


class Prediction(NamedTuple):
    """What a network predicts for a batch of pictures; either map may be smaller than the input.

    logits: (B, bins, h, w) over the ab bins of the architecture; None where it has no distribution.
    ab: (B, 2, h', w') in ab units.
    trust: (B, 1, h, w) in 0..1, how far hints decide at each place; None where the network does not tell.
    shift: (B, 2, h, w) by which hints move what logits and ab say, which then are as without hints; None where logits
        and ab have heard the hints themselves. See `colorizer.decoding`.
    """

    logits: Tensor | None
    ab: Tensor
    trust: Tensor | None = None
    shift: Tensor | None = None


class Network(nn.Module):
    """L in, ab out, with hints and a global condition where the architecture takes them.

    The arguments are the same everywhere:
    L: (B, 1, H, W) in 0..100, any size.
    hint: (B, 3, H, W), ab / 110 and a mask; the mask is 1 where a colour is given, elsewhere all three are 0.
    condition: (B, 316), see `colorizer.bins.global_condition`.
    """

    mask_centre = 0.0
    """What a network with hints subtracts from their mask; it belongs to the weights, see `colorizer.catalogue`."""

    dropped: tuple[str, ...] = ()
    """How parameters begin that older files hold and nothing reads any more."""

    def join_steps(self) -> None:
        """Change the network in place into one that does the same in fewer steps, for a processor; here nothing.

        It learns no more, and its weights can only be loaded into one that was changed as well.
        """

    def encode(self, L: Tensor, condition: Tensor | None = None) -> Any:
        """Compute what does not depend on hints."""
        return self.encode_seen(self.see(L), condition)

    def see(self, L: Tensor) -> Any:
        """Compute what depends on the photo alone, so that another condition costs less; here nothing."""
        return L

    def encode_seen(self, seen: Any, condition: Tensor | None = None) -> Any:
        """The rest of `encode`, from the result of `see`; here nothing."""
        return seen

    def paint(self, encoded: Any, hint: Tensor | None = None) -> Prediction:
        """From the result of `encode`, and hints, to a prediction."""
        prediction: Prediction = self(encoded, hint)
        return prediction
