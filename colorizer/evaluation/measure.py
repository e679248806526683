"""Running models over photographs, one photograph at a time: only numbers and features are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from colorizer.encoded import EncodedPhoto
from colorizer.errors import InputError
from colorizer.evaluation.classifier import FEATURES, Classifier
from colorizer.evaluation.hints import hint_curve
from colorizer.evaluation.metrics import Truth
from colorizer.evaluation.report import Report, Row
from colorizer.evaluation.statistics import Bootstrap, Figure, frechet
from colorizer.looks import REGRESSION, Decoding
from colorizer.model import Colorizer
from colorizer.pixels import Pixels
from colorizer.upsample import join

DECODINGS = (
    Decoding(regression=1.0),
    Decoding(rebalancing=0.0, regression=0.0),
    Decoding(rebalancing=0.5, regression=0.0),
    Decoding(rebalancing=0.75, regression=0.0),
    Decoding(rebalancing=1.0, regression=0.0),
)
"""Decodings from faithful to colourful, beside the shipped one: no single figure tells both."""

GREY, TRUE = "grey", "true colour"


@dataclass(frozen=True)
class Candidate:
    """A row of the table: a model and how it is decoded, None for as it is shipped."""

    name: str
    colorizer: Colorizer
    decoding: Decoding | None = None


def load_candidates(models: Sequence[str], *, device: str = "auto", decodings: bool = False) -> list[Candidate]:
    """The models (packaged weights by name, or files) as rows; with `decodings` also compact's other decodings.

    Raises what `Colorizer.load` raises, and InputError for a model that is named twice.
    """
    rows: list[Candidate] = []
    for model in models:
        name = Path(model).stem if Path(model).suffix else model
        name = model if name in {row.name for row in rows} else name
        if name in {row.name for row in rows}:
            raise InputError(f"{model} is named twice")
        colorizer = Colorizer.load(model, device=device)
        rows.append(Candidate(name, colorizer))
        if decodings and colorizer.architecture.decoding != REGRESSION:
            others = [decoding for decoding in DECODINGS if decoding != colorizer.decoding]
            rows += [Candidate(f"{name}, {describe(decoding)}", colorizer, decoding) for decoding in others]
    return rows


def describe(decoding: Decoding) -> str:
    """A decoding in a few words."""
    if decoding.regression == 1:
        return "regression head"
    mixed = f", {decoding.regression:.0%} regression" if decoding.regression else ""
    return f"annealed mean T {decoding.temperature:g}, rebalancing {decoding.rebalancing:g}{mixed}"


class Evaluation:
    """All candidates over a set of photographs: `add` each photograph, then ask for the `report`.

    The first two rows are the photograph in grey and in its true colours. Without a classifier its columns are absent.
    """

    def __init__(
        self, candidates: Sequence[Candidate], *, classifier: Classifier | None = None, hints: bool = False
    ) -> None:
        self.names = [GREY, TRUE, *(candidate.name for candidate in candidates)]
        self._candidates = candidates
        self._classifier = classifier
        self._numbers: list[list[dict[str, float]]] = [[] for _ in self.names]
        self._features: list[list[npt.NDArray[np.float32]]] = [[] for _ in self.names]
        self._curves: dict[str, list[list[float]]] = {}
        if hints:
            heard = [c for c in candidates if c.decoding is None and c.colorizer.architecture.hints]
            self._curves = {candidate.name: [] for candidate in heard}

    def add(self, pixels: Pixels, *, label: int | None = None) -> list[Pixels]:
        """Measure one true photograph, uint8 (height, width, 3); gives the picture of each row.

        label: its ImageNet class, 0..999, where that is known. Raises InputError for a photograph under 11 pixels.
        """
        pictures = self._paint(pixels)
        truth = Truth(pixels)
        for numbers, picture in zip(self._numbers, pictures, strict=True):
            numbers.append(truth.compare(picture))
        if self._classifier is not None:
            self._look(self._classifier, pictures, label)
        return pictures

    def _paint(self, pixels: Pixels) -> list[Pixels]:
        pictures = [join(pixels, torch.zeros(2, 2, 2)), pixels]
        encoded: dict[int, EncodedPhoto[Pixels]] = {}
        for candidate in self._candidates:
            model = candidate.colorizer
            if id(model) not in encoded:
                encoded[id(model)] = model.encode(pixels)
            photo = encoded[id(model)]
            pictures.append(model.paint(photo, decoding=candidate.decoding))
            if candidate.name in self._curves:
                curves = self._curves[candidate.name]
                curves.append(hint_curve(model, photo, seed=len(curves)))
        return pictures

    def _look(self, classifier: Classifier, pictures: list[Pixels], label: int | None) -> None:
        probabilities, features = classifier.look(pictures)
        seen = int(probabilities[1].argmax())
        for i, probability in enumerate(probabilities):
            top = int(probability.argmax())
            self._numbers[i][-1] |= {
                "top1": float("nan") if label is None else 100.0 * (top == label),
                "agreement": 100.0 * (top == seen),
                "probability": 100 * float(probability[seen]),
            }
            self._features[i].append(features[i])

    def report(self) -> Report:
        """The table of what was measured so far. Raises InputError before the first photograph."""
        count = len(self._numbers[0])
        if count == 0:
            raise InputError("no photograph has been measured")
        bootstrap = Bootstrap(count)
        # For each row the photographs' numbers by key, each (photographs,).
        numbers = [{key: np.array([one[key] for one in own]) for key in own[0]} for own in self._numbers]
        grey, true = numbers[:2]
        rows = [Row(name, _figures(own, grey, true, bootstrap)) for name, own in zip(self.names, numbers, strict=True)]
        for key in ("psnr", "gain"):
            rows[1].figures.pop(key)  # infinite by definition
        notes = []
        if self._classifier is not None and count > 1:
            true_features = np.stack(self._features[1])
            for row, features in zip(rows, self._features, strict=True):
                row.figures["frechet"] = Figure(frechet(np.stack(features), true_features))
            if count <= FEATURES:
                notes.append(
                    f"Frechet distance of {count} photographs on {FEATURES} features: too high, since they are few; "
                    "compare it within this table only."
                )
        curves = {name: [bootstrap.mean(dB) for dB in np.array(curve).T] for name, curve in self._curves.items()}
        labelled = int(np.isfinite(true["top1"]).sum()) if "top1" in true else 0
        return Report(count, labelled, rows, curves, notes)


def _figures(
    own: dict[str, npt.NDArray[np.float64]],
    grey: dict[str, npt.NDArray[np.float64]],
    true: dict[str, npt.NDArray[np.float64]],
    bootstrap: Bootstrap,
) -> dict[str, Figure]:
    """The columns of one row but the Frechet distance; what is not known is left out."""
    found = {
        "psnr": bootstrap.mean(own["psnr"]),
        "gain": bootstrap.mean(own["psnr"] - grey["psnr"]),
        "ssim": bootstrap.mean(own["ssim"]),
        "auc": bootstrap.mean(own["auc"]),
        "auc_rebalanced": bootstrap.mean(own["auc_rebalanced"], own["rarity"]),
        "ab_error": bootstrap.mean(own["ab_error"]),
    }
    for key in ("colourfulness", "colourfulness_absolute"):
        difference = own[f"{key}_difference"]
        found[key] = bootstrap.mean(own[key])
        found[f"{key}_difference"] = bootstrap.mean(difference)
        found[f"{key}_per_photo"] = bootstrap.mean(np.abs(difference))
    if "top1" in own:
        found["top1"] = bootstrap.mean(own["top1"])
        for key in ("agreement", "probability"):
            won, gap = own[key] - grey[key], true[key] - grey[key]
            found[key] = bootstrap.mean(own[key])
            found[f"{key}_won"] = bootstrap.mean(100 * won, gap)
    return {key: figure for key, figure in found.items() if not np.isnan(figure.value)}
