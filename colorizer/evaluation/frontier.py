"""Models at equal colourfulness: what each gains in dB, and how patchy it is, when it is as colourful as asked.

A model is decoded from dull to vivid; between two decodings the figures are interpolated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from colorizer.decoding import decode
from colorizer.evaluation.metrics import chroma, colourfulness, psnr
from colorizer.evaluation.regions import dispersion, error_by_scale, plain_regions
from colorizer.lab import lightness
from colorizer.looks import Decoding
from colorizer.model import Colorizer
from colorizer.pixels import Pixels
from colorizer.upsample import join

Numbers = npt.NDArray[np.float64]

COURSE = tuple(Decoding(rebalancing=power, regression=0.0) for power in (0.0, 0.3, 0.6, 0.9, 1.2, 1.5))
"""From dull to vivid."""

RESAMPLES = 500


class Reference:
    """A true photograph, uint8 (height, width, 3), with what is computed of it once for all models."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self.ab, self.regions = chroma(pixels), plain_regions(pixels)
        self.grey_psnr = psnr(join(pixels, torch.zeros(2, 2, 2)), pixels)
        self.figures = (colourfulness(pixels), *dispersion(self.ab, self.regions))


@dataclass
class Frontier:
    """One model, shown photographs at `side` pixels of the shorter side; `add` photographs, then ask.

    rows: of each photograph the figures of each decoding, in the order of `add`.
    """

    colorizer: Colorizer
    side: int
    decodings: Sequence[Decoding] = COURSE
    rows: list[Numbers] = field(default_factory=list)

    def add(self, photo: Reference) -> None:
        """Measure one photograph."""
        found = []
        for result in self._results(photo.pixels):
            ab = chroma(result)
            _, spread, patchy = dispersion(ab, photo.regions)
            gain = psnr(result, photo.pixels) - photo.grey_psnr
            row = [gain, colourfulness(result), spread, patchy, *photo.figures, *error_by_scale(ab, photo.ab)]
            found.append(row)
        self.rows.append(np.array(found))

    @torch.inference_mode()
    def _results(self, pixels: Pixels) -> list[Pixels]:
        model, short = self.colorizer, min(pixels.shape[:2])
        height, width = (round(length * self.side / short) for length in pixels.shape[:2])
        image = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)
        L = lightness(torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255)
        prediction = model.network.paint(model.network.encode(model.as_seen(L[None])))
        return [
            join(pixels, decode(prediction, one, trained_rebalancing=model.trained_rebalancing)[0].cpu(), guide=L)
            for one in self.decodings
        ]

    def means(self) -> "Means":
        """The figures over all photographs."""
        return Means(np.array(self.rows))

    def at(self, share: float) -> tuple["Point", "Point", "Point"]:
        """At that share of the truth's colourfulness, and the ends of the 95 % bootstrap interval of each figure."""
        rows = np.array(self.rows)
        rng = np.random.default_rng(0)
        drawn = [Means(rows[rng.integers(len(rows), size=len(rows))]).at(share) for _ in range(RESAMPLES)]
        low, high = np.nanpercentile(np.array([[*point] for point in drawn]), [2.5, 97.5], axis=0)
        return Means(rows).at(share), Point(*low), Point(*high)


class Point(NamedTuple):
    """Gain in dB, dispersion in ab units, patchy share of the plain regions' area."""

    gain: float
    dispersion: float
    patchy: float


class Means:
    """Figures of each decoding over photographs, from rows (photographs, decodings, figures)."""

    def __init__(self, rows: Numbers) -> None:
        mean = rows.mean(axis=0)
        self.gain, colour, spread, patchy, true_colour, area, true_spread, true_patchy = mean.T[:8]
        self.share = colour / true_colour
        self.dispersion, self.patchy = spread / area, patchy / area
        self.true_dispersion, self.true_patchy = float((true_spread / area)[0]), float((true_patchy / area)[0])
        self.by_scale = mean[:, 8:]

    def at(self, share: float) -> Point:
        """Interpolated; NaN beyond the decodings that were measured."""
        order = np.argsort(self.share)
        figures = (self.gain, self.dispersion, self.patchy)
        beyond = {"left": float("nan"), "right": float("nan")}
        return Point(*(float(np.interp(share, self.share[order], figure[order], **beyond)) for figure in figures))
