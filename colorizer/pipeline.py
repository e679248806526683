"""From a grey photograph of any size to a coloured one: `Colorizer`.

The network sees a small copy of the photo's lightness. What it answers is chroma only, which `upsample.join` enlarges
to the full size and joins with the photo's own L. So a photo is encoded once, and painted as often as one likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageColor
from torch import Tensor

from colorizer import bins, catalogue
from colorizer.decoding import REGRESSION, Decoding, Suggestion, clusters, confidence, decode, fit, in_look, rebalance
from colorizer.lab import lab_to_rgb, lightness, rgb_to_lab, saturation, shrink_to_gamut
from colorizer.levels import levelled
from colorizer.networks import Architecture, Network, Prediction
from colorizer.precision import InBfloat16, computes_bfloat16
from colorizer.upsample import join

Pixels = npt.NDArray[np.uint8]
RGB = tuple[int, int, int]

HINT_RADIUS = 3.0
"""Half the side of a hint's square, in pixels of the network's copy: 6 x 6 pixels, as in Zhang et al. 2017."""

PALETTE_SHARE = 0.5
"""Share of a picture that a palette speaks for; the rest stays as pictures usually are, mostly neutral."""


@dataclass(frozen=True)
class Hint:
    """A colour that is known at a place: x, y in pixels of the photo, sRGB bytes. The photo's own L stays."""

    x: float
    y: float
    rgb: RGB


@dataclass(frozen=True)
class EncodedPhoto:
    """A photo that the network has seen: what `paint` needs to colour it again and again.

    pixels: uint8 (height, width, 3). L: (1, h, w) of the network's copy. state: the network's own.
    decoding: how its colours are read. emphasis: (313,), what a palette adds to the logits, or None.
    """

    pixels: Pixels
    L: Tensor
    state: Any
    decoding: Decoding
    emphasis: Tensor | None = None


class Colorizer:
    """Colours photographs with one network. Safe to share between threads."""

    def __init__(
        self,
        network: Network,
        *,
        kind: Architecture,
        device: torch.device,
        trained_rebalancing: float = 0.0,
        decoding: Decoding | None = None,
    ) -> None:
        self.kind = kind
        self.device = device
        self.decoding = decoding or (Decoding() if kind.name == "compact" else REGRESSION)
        network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        fast = kind.name == "compact" and computes_bfloat16(device)
        self.network = (InBfloat16(network) if fast else network).eval()
        self.trained_rebalancing = trained_rebalancing

    @classmethod
    def load(cls, weights: str | Path = "compact", *, device: str = "auto") -> "Colorizer":
        """A colorizer with weights of the catalogue (by name) or a file that training wrote (by path).

        device: "cpu", "cuda" or "auto" (CUDA where there is one). Raises WeightsError, FileNotFoundError (which says
        how to get published weights), ValueError.
        """
        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        if chosen.startswith("cuda") and not torch.cuda.is_available():
            raise ValueError(f"device {device!r}: PyTorch finds no CUDA device here; use cpu or auto")
        network, kind, rebalancing, decoding = catalogue.load(weights)
        where = torch.device(chosen)
        return cls(network, kind=kind, device=where, trained_rebalancing=rebalancing, decoding=decoding)

    def colorize(
        self,
        pixels: Pixels,
        hints: Sequence[Hint] | Tensor | None = None,
        *,
        palette: Sequence[RGB] | None = None,
        style: Pixels | None = None,
        look: str = "natural",
        year: int | None = None,
        seed: int | None = None,
    ) -> Pixels:
        """The photo in colour, same shape.

        pixels: uint8 sRGB (height, width, 3); whatever colour it has is dropped, its L is kept (to the rounding of
        8 bits). hints: known colours, or a tensor (3, h, w) at the size of `small_lightness`: ab / 110 and a mask, 0
        where nothing is given. palette: sRGB colours that the result should be made of. style: a colour photo whose
        colours it should have. look: "natural", "vivid" or "soft". year: when the photo was taken, for networks that
        were trained to listen to it; those of the catalogue are not. seed: another plausible result for each number,
        see `variants`.
        Raises ValueError for another shape, type or look, and where the network knows no hints.
        """
        encoded = self.encode(pixels, palette=palette, style=style, look=look, year=year)
        return self.paint(encoded, hints) if seed is None else self._variant(encoded, hints, seed)

    def colorize_batch(self, photos: Sequence[Pixels]) -> list[Pixels]:
        """`colorize` for several photos; those of one size go through the network together."""
        small = [self.small_lightness(pixels) for pixels in photos]
        results: dict[int, Pixels] = {}
        for size in dict.fromkeys(L.shape for L in small):
            members = [i for i, L in enumerate(small) if L.shape == size]
            ab, sure = self._batch(torch.stack([small[i] for i in members]))
            results |= {i: join(photos[i], ab[n], guide=small[i], detail=sure[n]) for n, i in enumerate(members)}
        return [results[i] for i in range(len(photos))]

    @torch.inference_mode()
    def encode(
        self,
        pixels: Pixels,
        *,
        palette: Sequence[RGB] | None = None,
        style: Pixels | None = None,
        look: str = "natural",
        year: int | None = None,
    ) -> EncodedPhoto:
        """The costly part: the photo as `paint`, `suggest` and `variants` take it. Arguments as in `colorize`."""
        decoding = in_look(self.decoding, look)
        L = self.small_lightness(pixels)
        told, emphasis = None, None
        if palette is not None or style is not None:
            told, emphasis = self._condition(palette, style)
        condition = told[None].to(self.device) if told is not None and self.kind.condition else None
        state = self.network.encode(self._seen(L[None]), condition)
        return EncodedPhoto(pixels, L, state, decoding, emphasis)

    @torch.inference_mode()
    def paint(
        self, encoded: EncodedPhoto, hints: Sequence[Hint] | Tensor | None = None, *, decoding: Decoding | None = None
    ) -> Pixels:
        """An encoded photo in colour; cheap, so that hints can be tried while someone watches."""
        prediction = self._predict(encoded, hints)
        ab = self._decode(prediction, decoding or encoded.decoding, encoded.emphasis)[0].cpu()
        sure = fit(confidence(prediction), ab)[0].cpu()
        return join(encoded.pixels, ab, guide=encoded.L, detail=sure)

    @torch.inference_mode()
    def confidence(self, encoded: EncodedPhoto, hints: Sequence[Hint] | Tensor | None = None) -> Tensor:
        """How sure the network is at each place of its small copy, (h, w) in 0..1; its mean is that of the photo."""
        return confidence(self._predict(encoded, hints))[0, 0].cpu()

    @torch.inference_mode()
    def suggest(
        self,
        photo: Pixels | EncodedPhoto,
        point: tuple[float, float],
        k: int = 5,
        hints: Sequence[Hint] | Tensor | None = None,
    ) -> list[Suggestion]:
        """At most `k` colours that would be plausible at `point` (x, y in pixels of the photo), most likely first.

        Raises ValueError for a point outside the photo or a network without a distribution over the 313 bins.
        """
        encoded = photo if isinstance(photo, EncodedPhoto) else self.encode(photo)
        height, width = encoded.pixels.shape[:2]
        x, y = point
        if not (0 <= x < width and 0 <= y < height):
            raise ValueError(f"point {point} lies outside the photo of {width} x {height} pixels")
        logits = self._logits(self._predict(encoded, hints))
        row, column = int(y / height * logits.shape[1]), int(x / width * logits.shape[2])
        L = float(encoded.L[0, int(y / height * encoded.L.shape[1]), int(x / width * encoded.L.shape[2])])
        found = clusters(logits[:, row, column].softmax(dim=0), k)
        return [Suggestion(_rgb(L, ab), ab, share) for ab, share in found]

    def variants(
        self,
        photo: Pixels | EncodedPhoto,
        n: int,
        *,
        hints: Sequence[Hint] | Tensor | None = None,
        seed: int = 0,
    ) -> list[Pixels]:
        """`n` different plausible results; the first is the ordinary one. The same seed gives the same results.

        Another colour is drawn where the network is unsure, given as a hint, so that it spreads over the whole thing,
        and the network is asked again before the next one is drawn: each variant agrees with itself.
        """
        encoded = photo if isinstance(photo, EncodedPhoto) else self.encode(photo)
        first = [self.paint(encoded, hints)] if n > 0 else []
        return first + [self._variant(encoded, hints, seed + i) for i in range(1, n)]

    @torch.inference_mode()
    def chroma(self, L: Tensor, hint: Tensor | None = None, decoding: Decoding | None = None) -> Tensor:
        """L (B, 1, H, W) in 0..100 and hints (B, 3, H, W) to ab (B, 2, h, w) at the network's own size."""
        prediction = self.network.paint(
            self.network.encode(self._seen(L)), None if hint is None else hint.to(self.device)
        )
        return self._decode(prediction, decoding or self.decoding, None)

    def small_lightness(self, pixels: Pixels) -> Tensor:
        """L (1, h, w) in 0..100 of the copy that the network sees, area-averaged from uint8 (height, width, 3).

        Raises ValueError for another shape or type.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
            raise ValueError(f"expected uint8 pixels of shape (height, width, 3), got {pixels.dtype} {pixels.shape}")
        height, width = self.kind.input_size(*pixels.shape[:2])
        image = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)
        return lightness(torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255)

    def hint_map(self, encoded: EncodedPhoto, hints: Sequence[Hint]) -> Tensor:
        """Hints as the network takes them, (3, h, w). Raises ValueError for a place outside the photo."""
        height, width = encoded.pixels.shape[:2]
        rows, columns = encoded.L.shape[1:]
        given = torch.zeros(3, rows, columns)
        for hint in hints:
            if not (0 <= hint.x < width and 0 <= hint.y < height):
                raise ValueError(f"{hint} lies outside the photo of {width} x {height} pixels")
            x, y = hint.x / width * columns, hint.y / height * rows
            top, left = max(0, round(y - HINT_RADIUS)), max(0, round(x - HINT_RADIUS))
            place = (slice(None), slice(top, round(y + HINT_RADIUS)), slice(left, round(x + HINT_RADIUS)))
            rgb = torch.tensor(hint.rgb, dtype=torch.float32).view(3, 1, 1) / 255
            given[:2][place] = rgb_to_lab(rgb)[1:] / bins.AB_SCALE
            given[2:][place] = 1
        return given

    @torch.inference_mode()
    def _seen(self, L: Tensor) -> Tensor:
        """L (B, 1, H, W) as the network gets it. The published ones get it as it is, as they were published."""
        return (levelled(L) if self.kind.name == "compact" else L).to(self.device)

    def _batch(self, L: Tensor) -> tuple[Tensor, Tensor]:
        prediction = self.network.paint(self.network.encode(self._seen(L)))
        ab = self._decode(prediction, self.decoding, None)
        return ab.cpu(), fit(confidence(prediction), ab).cpu()

    def _predict(self, encoded: EncodedPhoto, hints: Sequence[Hint] | Tensor | None) -> Prediction:
        given = None
        if hints is not None and len(hints):
            if not self.kind.hints:
                raise ValueError(f"{self.kind.name} takes no hints")
            given = hints if isinstance(hints, Tensor) else self.hint_map(encoded, hints)
        prediction: Prediction = self.network.paint(
            encoded.state, given[None].to(self.device) if given is not None else None
        )
        return prediction

    def _decode(self, prediction: Prediction, decoding: Decoding, emphasis: Tensor | None) -> Tensor:
        if emphasis is not None:
            decoding = replace(decoding, regression=0.0)  # the regression head has not heard of the palette
        return decode(prediction, decoding, trained_rebalancing=self.trained_rebalancing, emphasis=emphasis)

    def _logits(self, prediction: Prediction) -> Tensor:
        """The distribution that the shipped decoding reads, as logits (313, h, w)."""
        logits = prediction.logits
        if logits is None or logits.shape[1] != bins.COUNT:
            raise ValueError(f"{self.kind.name} has no distribution over colours to suggest from")
        return rebalance(logits, self.decoding.rebalancing - self.trained_rebalancing)[0].float().cpu()

    def _condition(self, palette: Sequence[RGB] | None, style: Pixels | None) -> tuple[Tensor, Tensor]:
        """The global condition of a palette or a style photo, and what it adds to the logits."""
        if palette is not None and style is not None:
            raise ValueError("give a palette or a style photo, not both")
        if style is not None:
            size = self.kind.input_size(*style.shape[:2])
            small = np.array(Image.fromarray(style).resize(size[::-1], Image.Resampling.BICUBIC, reducing_gap=3.0))
            rgb = torch.from_numpy(small).permute(2, 0, 1) / 255
            told = bins.global_condition(rgb_to_lab(rgb)[1:], saturation(rgb))
        else:
            if not palette:
                raise ValueError("a palette needs at least one colour")
            rgb = torch.tensor(palette, dtype=torch.float32).T[:, :, None] / 255
            told = bins.global_condition(rgb_to_lab(rgb)[1:], None)
            told[: bins.COUNT] = PALETTE_SHARE * told[: bins.COUNT] + (1 - PALETTE_SHARE) * bins.prior()
        histogram = told[: bins.COUNT]
        return told, ((histogram + 1e-4) / (bins.prior() + 1e-4)).log() / 2

    @torch.inference_mode()
    def _variant(
        self, encoded: EncodedPhoto, hints: Sequence[Hint] | Tensor | None, seed: int, draws: int = 4
    ) -> Pixels:
        rng = np.random.default_rng(seed)
        given = hints if isinstance(hints, Tensor) else self.hint_map(encoded, hints or ())
        given = given.clone()
        for _ in range(draws):
            prediction = self._predict(encoded, given if bool(given[2].any()) else None)
            logits = self._logits(prediction)
            unsure = 1 - confidence(prediction)[0, 0].cpu().numpy().astype(np.float64)
            rows, columns = unsure.shape
            place = int(rng.choice(unsure.size, p=unsure.ravel() ** 2 / (unsure**2).sum()))
            row, column = divmod(place, columns)
            found = clusters(logits[:, row, column].softmax(dim=0), 5)
            shares = np.array([share for _, share in found]) ** 0.5  # less likely ones a little more often
            ab = found[int(rng.choice(len(found), p=shares / shares.sum()))][0]
            scale_y, scale_x = encoded.L.shape[1] / rows, encoded.L.shape[2] / columns
            top, left = int(row * scale_y), int(column * scale_x)
            given[:2, top : top + 6, left : left + 6] = torch.tensor(ab)[:, None, None] / bins.AB_SCALE
            given[2, top : top + 6, left : left + 6] = 1
        return self.paint(encoded, given)


def _rgb(L: float, ab: tuple[float, float]) -> RGB:
    """The sRGB bytes of a colour of that lightness, brought into the gamut by less chroma."""
    lab = torch.tensor([L, *ab]).view(3, 1, 1)
    r, g, b = (lab_to_rgb(shrink_to_gamut(lab)) * 255).round().int().flatten().tolist()
    return r, g, b


def read_colour(text: str) -> RGB:
    """A colour written #RRGGBB (or as CSS names it) as sRGB bytes. Raises ValueError that names it."""
    try:
        r, g, b = ImageColor.getrgb(text.strip())[:3]
    except ValueError as error:
        raise ValueError(f"{text.strip()!r} is no colour; write it as #RRGGBB") from error
    return r, g, b


def read_hint(text: str) -> Hint:
    """A hint written X,Y=#RRGGBB. Raises ValueError that names it."""
    place, _, colour = text.partition("=")
    try:
        x, y = (float(part) for part in place.split(","))
    except ValueError as error:
        raise ValueError(f"{text!r} is no hint; write it as X,Y=#RRGGBB, for example 310,220=#aa3b30") from error
    return Hint(x, y, read_colour(colour))
