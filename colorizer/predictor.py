"""What a network predicts for an encoded photo, in colours: with hints, region by region, or as another variant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer import bins, hint_layers
from colorizer.architectures import Architecture
from colorizer.decoding import Suggestion, clusters, confidence, decode, fit, hinted_logits, rebalance
from colorizer.encoded import EncodedPhoto
from colorizer.errors import InputError
from colorizer.hint_layers import Colours, Hints, Layer, over, share_beside
from colorizer.hints import Hint
from colorizer.lab import lab_to_colour
from colorizer.levels import levelled
from colorizer.looks import Decoding
from colorizer.networks.network import Prediction
from colorizer.panorama import Tiled
from colorizer.variants import draw


@dataclass(frozen=True)
class Predictor:
    """A network and how it is read.

    network: It, in evaluation mode on `device`.
    architecture: What it can do.
    device: Where it computes; results are on the CPU unless said otherwise.
    decoding: How colours are read where nothing else is asked for.
    trained_rebalancing: The power of the class rebalancing that its distribution was trained with.
    """

    network: Tiled
    architecture: Architecture
    device: torch.device
    decoding: Decoding
    trained_rebalancing: float

    def as_seen(self, L: Tensor) -> Tensor:
        """L (B, 1, H, W) as the network gets it. The published ones get it as it is, as they were published."""
        return (levelled(L) if self.architecture.levels else L).to(self.device)

    @torch.inference_mode()
    def predict(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """What the network says of photos of which nothing is kept.

        L: (B, 1, H, W) in 0..100.
        hint: (B, 3, H, W), see `Network`.
        """
        encoded = self.network.encode(self.as_seen(L))
        prediction: Prediction = self.network.paint(encoded, None if hint is None else hint.to(self.device))
        return prediction

    @torch.inference_mode()
    def ab(self, prediction: Prediction, decoding: Decoding, emphasis: Tensor | None = None) -> Tensor:
        """Its colours (B, 2, h, w), on the device.

        decoding: How they are read.
        emphasis: What a palette or style adds to the logits, (313,), or None.
        """
        if emphasis is not None:
            decoding = replace(decoding, regression=0.0)  # a palette reaches the distribution only
        return decode(prediction, decoding, trained_rebalancing=self.trained_rebalancing, emphasis=emphasis)

    @torch.inference_mode()
    def batch(self, L: Tensor) -> tuple[Tensor, Tensor]:
        """ab (B, 2, h, w) of photos without hints, and the confidence in it (B, 1, h, w). L: (B, 1, H, W) in 0..100."""
        prediction = self.predict(L)
        ab = self.ab(prediction, self.decoding)
        return ab.cpu(), fit(confidence(prediction), ab).cpu()

    def layers(self, encoded: EncodedPhoto[Any], hints: Hints, seed: int | None = None) -> list[Layer]:
        """What to paint, one over the other, see `hint_layers`; with a seed another plausible result.

        Raises InputError for hints or a seed where the network takes no hints, and for a hint outside the photo.
        """
        if not self.architecture.hints and (seed is not None or (hints is not None and len(hints))):
            raise InputError(f"{self.architecture.name} takes no hints, of which variants are made too")
        if hints is None or not len(hints):
            layers = [Layer(None, None, None)]
        elif isinstance(hints, Tensor):
            layers = [Layer(None, hints, None)]
        else:
            height, width = encoded.pixels.shape[:2]
            layers = hint_layers.layers(hints, (height, width), partial(self.hint_map, encoded))
        return layers if seed is None else self._varied(encoded, layers, seed)

    @torch.inference_mode()
    def hint_map(self, encoded: EncodedPhoto[Any], hints: Sequence[Hint]) -> Tensor:
        """Hints as the network takes them, (3, h, w). Raises InputError for a place outside the photo."""

        def unhinted() -> Tensor:
            ab = self.ab(self._predict(encoded, None), encoded.decoding, encoded.emphasis).cpu()
            return fit(ab / encoded.decoding.chroma, encoded.L)[0]  # decoding multiplies it again

        height, width = encoded.pixels.shape[:2]
        rows, columns = encoded.L.shape[1:]
        return hint_layers.hint_map(hints, (height, width), (rows, columns), unhinted)

    @torch.inference_mode()
    def colours(self, encoded: EncodedPhoto[Any], layer: Layer) -> Colours:
        """The colours of one layer, and the confidence in them."""
        trust = None if layer.kept is None else self._predict(encoded, layer.kept).trust
        if layer.kept is not None and trust is None:  # the network does not say how far hints reach
            layer = Layer(layer.mask, over(layer.given, layer.kept), None)
        prediction = self._predict(encoded, layer.given)
        ab, certain = self.ab(prediction, encoded.decoding, encoded.emphasis), confidence(prediction)
        if trust is not None and layer.given is not None:
            plain = self._predict(encoded, None)
            share, plain_ab = share_beside(trust, prediction.trust), self.ab(plain, encoded.decoding, encoded.emphasis)
            ab = plain_ab + fit(share, ab) * (ab - plain_ab)
            certain = confidence(plain) + share * (certain - confidence(plain))
        return Colours(layer.mask, ab[0].cpu(), fit(certain, ab)[0].cpu())

    @torch.inference_mode()
    def confidence(self, encoded: EncodedPhoto[Any], layers: Sequence[Layer]) -> Tensor:
        """How sure the network is at each place of what it predicts, (h, w) in 0..1."""
        result = torch.empty(0)
        for layer in layers:
            certain = confidence(self._predict(encoded, layer.given))[0, 0].cpu()
            if layer.mask is None:
                result = certain
            else:
                inside = F.interpolate(torch.from_numpy(layer.mask)[None, None].float(), size=certain.shape)[0, 0] > 0
                result = torch.where(inside, certain, result)
        return result

    @torch.inference_mode()
    def suggest(self, encoded: EncodedPhoto[Any], point: tuple[float, float], k: int, hints: Hints) -> list[Suggestion]:
        """See `Colorizer.suggest`."""
        height, width = encoded.pixels.shape[:2]
        x, y = point
        if not (0 <= x < width and 0 <= y < height):
            raise InputError(f"point {point} lies outside the photo of {width} x {height} pixels")
        here = [layer for layer in self.layers(encoded, hints) if layer.mask is None or layer.mask[int(y), int(x)]]
        logits = self._logits(self._predict(encoded, here[-1].given))
        row, column = int(y / height * logits.shape[1]), int(x / width * logits.shape[2])
        L = float(encoded.L[0, int(y / height * encoded.L.shape[1]), int(x / width * encoded.L.shape[2])])
        if k < 1:
            return []
        found = clusters(logits[:, row, column].softmax(dim=0), k)
        return [Suggestion(lab_to_colour(L, ab), ab, share) for ab, share in found]

    def _logits(self, prediction: Prediction) -> Tensor:
        """The distribution that the decoding reads, as logits (313, h, w)."""
        logits = hinted_logits(prediction)
        if logits is None or logits.shape[1] != bins.COUNT:
            raise InputError(f"{self.architecture.name} has no distribution over colours to suggest from")
        return rebalance(logits, self.decoding.rebalancing - self.trained_rebalancing)[0].float().cpu()

    def _predict(self, encoded: EncodedPhoto[Any], given: Tensor | None) -> Prediction:
        prediction: Prediction = self.network.paint(
            encoded.state, given[None].to(self.device) if given is not None else None
        )
        return prediction

    @torch.inference_mode()
    def _varied(self, encoded: EncodedPhoto[Any], layers: Sequence[Layer], seed: int) -> list[Layer]:
        def predict(given: Tensor | None) -> tuple[Tensor, Tensor]:
            prediction = self._predict(encoded, given)
            return self._logits(prediction), confidence(prediction)[0, 0].cpu()

        rows, columns = encoded.L.shape[1:]
        drawn = draw(predict, layers[0].given, (rows, columns), seed)
        return [layer._replace(given=over(layer.given, drawn)) for layer in layers]
