"""From a photograph of any size to a coloured one: `Colorizer`.

The network sees a small copy of the photo's lightness and predicts chroma only, which `upsample.join` enlarges to the
full size and joins with the photo's own L. So a photo is encoded once, and painted as often as one likes.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from colorizer import loading, mounts, palette
from colorizer.architectures import Architecture
from colorizer.decoding import Suggestion
from colorizer.devices import device_here
from colorizer.encoded import EncodedPhoto, Result, with_border
from colorizer.errors import InputError
from colorizer.hint_layers import Colours, Hints, Layer
from colorizer.hints import Hint
from colorizer.lab import lightness
from colorizer.looks import Decoding, in_look
from colorizer.networks.network import Network
from colorizer.palette import Palette
from colorizer.panorama import Tiled, join
from colorizer.pictures import Photograph, Picture, Style, read
from colorizer.pixels import Pixels
from colorizer.precision import InBfloat16, computes_bfloat16
from colorizer.predictor import Predictor


def load(weights: str | Path = "compact", *, device: str = "auto") -> "Colorizer":
    """A model that is ready to colour; see `Colorizer.load`."""
    return Colorizer.load(weights, device=device)


class Colorizer:
    """Colours photographs with one network. Safe to share between threads.

    A photograph is given as a path, as the bytes of a picture file or as a Pillow image, and comes back as a `Picture`,
    which is a Pillow image; or it is given as an array, uint8 sRGB (height, width, 3), and comes back as one. Whatever
    colour it has is dropped; its L is kept, to the rounding of 8 bits.
    """

    def __init__(
        self,
        network: Network,
        *,
        architecture: Architecture,
        device: torch.device,
        trained_rebalancing: float = 0.0,
        decoding: Decoding | None = None,
    ) -> None:
        network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if architecture.bfloat16 and computes_bfloat16(device):
            network = InBfloat16(network)
        elif device.type == "cpu":
            network.join_steps()
        self.architecture = architecture
        self.device = device
        self.join_on = device if device.type == "cuda" else None
        self.decoding = decoding or architecture.decoding
        self.network = Tiled(network).eval()
        self.trained_rebalancing = trained_rebalancing
        self._predictor = Predictor(self.network, architecture, device, self.decoding, trained_rebalancing)

    def __repr__(self) -> str:
        return f"<Colorizer {self.architecture.name} on {self.device}>"

    @classmethod
    def load(cls, weights: str | Path = "compact", *, device: str = "auto") -> "Colorizer":
        """A colorizer with weights.

        weights: A name of `available_models()`, or a file that training wrote.
        device: "cpu", "cuda", "cuda:1" for the second one, or "auto": CUDA where there is one.

        Raises WeightsNotFound, which says how to get published weights, WeightsError for a file that does not fit, and
        InputError for a device that is not there.
        """
        chosen = device_here(device)
        network, architecture, rebalancing, decoding = loading.load(weights)
        return cls(
            network,
            architecture=architecture,
            device=chosen,
            trained_rebalancing=rebalancing,
            decoding=decoding,
        )

    @overload
    def colorize(
        self, photo: Photograph, hints: Hints = ..., *, palette: Palette = ..., style: Style = ..., look: str = ...,
        seed: int | None = ...,
    ) -> Picture: ...  # fmt: skip
    @overload
    def colorize(
        self, photo: Pixels, hints: Hints = ..., *, palette: Palette = ..., style: Style = ..., look: str = ...,
        seed: int | None = ...,
    ) -> Pixels: ...  # fmt: skip
    def colorize(
        self,
        photo: Photograph | Pixels,
        hints: Hints = None,
        *,
        palette: Palette = None,
        style: Style = None,
        look: str = "natural",
        seed: int | None = None,
    ) -> Picture | Pixels:
        """The photo in colour, at its own size.

        photo: Path, bytes, Pillow image, or uint8 array (height, width, 3).
        hints: Colours that are known at places. Or a tensor (3, h, w) at the size of `small_lightness`, as `hint_map`
            gives it.
        palette: Colours that the result should be made of.
        style: A colour photo whose colours the result should have, given as `photo` is; not with `palette`.
        look: How colourful: "natural", "vivid" or "soft".
        seed: Another plausible result for each number, see `variants`; None for the ordinary one.

        Raises PhotoError for bytes that are no picture, OSError for a file that cannot be read, and InputError for an
        array of another shape or type, an unknown look, a hint outside the photo, and hints or a seed where the network
        takes no hints.
        """
        encoded = with_border(self._encode(photo, palette, style, look), hints)
        layers = self._predictor.layers(encoded, hints, seed)
        result: Picture | Pixels = encoded.finish(self._paint(encoded, layers))
        return result

    @overload
    def colorize_batch(self, photos: Sequence[Photograph]) -> list[Picture]: ...
    @overload
    def colorize_batch(self, photos: Sequence[Pixels]) -> list[Pixels]: ...
    def colorize_batch(self, photos: Sequence[Photograph] | Sequence[Pixels]) -> list[Picture] | list[Pixels]:
        """`colorize` for several photos; those of one size go through the network together."""
        opened = [read(photo) for photo in photos]
        small = [self.small_lightness(pixels) for pixels, _ in opened]
        results: dict[int, Any] = {}
        for size in dict.fromkeys(L.shape for L in small):
            members = [i for i, L in enumerate(small) if L.shape == size]
            ab, certain = self._predictor.batch(torch.stack([small[i] for i in members]))
            for n, i in enumerate(members):
                pixels, finish = opened[i]
                painted = join(pixels, ab[n], guide=small[i], detail=certain[n], device=self.join_on)
                results[i] = finish(mounts.restored(painted, pixels, mounts.find(pixels)))
        return [results[i] for i in range(len(photos))]

    @overload
    def encode(
        self, photo: Photograph, *, palette: Palette = ..., style: Style = ..., look: str = ...
    ) -> EncodedPhoto[Picture]: ...
    @overload
    def encode(
        self, photo: Pixels, *, palette: Palette = ..., style: Style = ..., look: str = ...
    ) -> EncodedPhoto[Pixels]: ...
    @overload
    def encode(
        self, photo: EncodedPhoto[Result], *, palette: Palette = ..., style: Style = ..., look: str = ...
    ) -> EncodedPhoto[Result]: ...
    def encode(
        self, photo: Photograph | Pixels | EncodedPhoto[Any], *, palette: Palette = None, style: Style = None,
        look: str = "natural",
    ) -> EncodedPhoto[Any]:  # fmt: skip
        """The costly part: the photo as `paint`, `suggest` and `variants` take it. Arguments as in `colorize`.

        Of a photo that was encoded already only what comes after the encoder is computed again, for another palette,
        style or look.
        """
        return self._encode(photo, palette, style, look)

    def paint(
        self, encoded: EncodedPhoto[Result], hints: Hints = None, *, decoding: Decoding | None = None,
        seed: int | None = None,
    ) -> Result:  # fmt: skip
        """An encoded photo in colour; cheap, so that hints can be tried while someone watches.

        encoded: What `encode` gave.
        hints, seed: As in `colorize`.
        decoding: How colours are read, instead of as the photo was encoded with.
        """
        encoded = with_border(encoded, hints)
        if decoding is not None:
            encoded = replace(encoded, decoding=decoding)
        return encoded.finish(self._paint(encoded, self._predictor.layers(encoded, hints, seed)))

    @overload
    def variants(self, photo: Photograph, n: int, *, hints: Hints = ..., seed: int = ...) -> list[Picture]: ...
    @overload
    def variants(self, photo: Pixels, n: int, *, hints: Hints = ..., seed: int = ...) -> list[Pixels]: ...
    @overload
    def variants(self, photo: EncodedPhoto[Result], n: int, *, hints: Hints = ..., seed: int = ...) -> list[Result]: ...
    def variants(
        self, photo: Photograph | Pixels | EncodedPhoto[Any], n: int, *, hints: Hints = None, seed: int = 0
    ) -> list[Any]:
        """`n` different plausible results; the first is the ordinary one. The same seed gives the same results.

        Another colour is drawn where the network is unsure, given as a hint, so that it spreads over the whole thing,
        and the network is asked again before the next one is drawn: each variant agrees with itself.

        photo: As in `colorize`, or what `encode` gave.
        n: How many results, 0 or more.
        hints: As in `colorize`; every variant keeps them.
        seed: Another number, other variants.
        """
        encoded = with_border(photo if isinstance(photo, EncodedPhoto) else self.encode(photo), hints)
        seeds: list[int | None] = [None, *range(seed + 1, seed + n)][: max(0, n)]
        return [encoded.finish(self._paint(encoded, self._predictor.layers(encoded, hints, one))) for one in seeds]

    def suggest(
        self,
        photo: Photograph | Pixels | EncodedPhoto[Any],
        point: tuple[float, float],
        k: int = 5,
        hints: Hints = None,
    ) -> list[Suggestion]:
        """Colours that would be plausible at a place, most likely first.

        photo: As in `colorize`, or what `encode` gave.
        point: x and y in pixels of the photo.
        k: At most so many colours.
        hints: As in `colorize`.

        Raises InputError for a point outside the photo or a network without a distribution over the 313 bins.
        """
        encoded = photo if isinstance(photo, EncodedPhoto) else self.encode(photo)
        return self._predictor.suggest(encoded, point, k, hints)

    def confidence(self, encoded: EncodedPhoto[Any], hints: Hints = None) -> Tensor:
        """How sure the network is at each place of its small copy, (h, w) in 0..1; its mean is that of the photo."""
        return self._predictor.confidence(encoded, self._predictor.layers(encoded, hints))

    def colours(self, encoded: EncodedPhoto[Any], hints: Hints = None, *, seed: int | None = None) -> list[Colours]:
        """What `paint` joins with the photo: the small chroma of each region, the first everywhere."""
        return [self._predictor.colours(encoded, layer) for layer in self._predictor.layers(encoded, hints, seed)]

    def chroma(self, L: Tensor, hint: Tensor | None = None, decoding: Decoding | None = None) -> Tensor:
        """ab (B, 2, h, w) at the network's own size.

        L: (B, 1, H, W) in 0..100.
        hint: (B, 3, H, W), see `Network`.
        decoding: How colours are read, instead of as the network ships with.
        """
        return self._predictor.ab(self._predictor.predict(L, hint), decoding or self.decoding)

    def as_seen(self, L: Tensor) -> Tensor:
        """L (B, 1, H, W) as the network gets it."""
        return self._predictor.as_seen(L)

    def small_lightness(self, pixels: Pixels) -> Tensor:
        """L (1, h, w) in 0..100 of the copy that the network sees of uint8 sRGB (height, width, 3).

        Raises InputError for another shape or type.
        """
        return lightness(self._small(read(pixels)[0]))

    def hint_map(self, encoded: EncodedPhoto[Any], hints: Sequence[Hint]) -> Tensor:
        """Hints as the network takes them, (3, h, w). Raises InputError for a place outside the photo."""
        return self._predictor.hint_map(encoded, hints)

    @torch.inference_mode()
    def _encode(
        self, photo: Photograph | Pixels | EncodedPhoto[Any], colours: Palette, style: Style, look: str
    ) -> EncodedPhoto[Any]:
        decoding = in_look(self.decoding, look)
        if isinstance(photo, EncodedPhoto):
            pixels, finish, L, mount, seen = photo.pixels, photo.finish, photo.L, photo.mount, photo.seen
        else:
            pixels, finish = read(photo)
            L, mount = self.small_lightness(pixels), mounts.find(pixels)
            seen = self.network.see(self.as_seen(L[None]))
        condition, emphasis = None, None
        if colours is not None and style is not None:
            raise InputError("give a palette or a style photo, not both")
        if colours is not None:
            condition = palette.of_colours(colours)
        elif style is not None:
            condition = palette.of_photo(self._small(read(style)[0]))
        if condition is not None:
            emphasis = palette.emphasis(condition)
        given = condition[None].to(self.device) if condition is not None and self.architecture.condition else None
        state = self.network.encode_seen(seen, given)
        return EncodedPhoto(pixels, L, seen, state, decoding, finish, emphasis, mount)

    def _small(self, pixels: Pixels) -> Tensor:
        """sRGB (3, h, w) in 0..1 of the copy that the network sees, area-averaged."""
        height, width = self.architecture.input_size(*pixels.shape[:2])
        image = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)
        return torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255

    @torch.inference_mode()
    def _paint(self, encoded: EncodedPhoto[Any], layers: Sequence[Layer]) -> Pixels:
        painted = encoded.pixels
        for layer in layers:
            mask, ab, certain = self._predictor.colours(encoded, layer)
            coloured = join(encoded.pixels, ab, guide=encoded.L, detail=certain, device=self.join_on)
            painted = coloured if mask is None else np.where(mask[..., None], coloured, painted)
        return mounts.restored(painted, encoded.pixels, encoded.mount)
