"""From what the network says to colours in NumPy: the twin of `colorizer.bins`, `decoding`, `palette`, `variants`."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from colorizer.errors import InputError
from colorizer.gamut import RUNS
from colorizer.hints import Colour, read_palette
from colorizer.looks import Decoding
from colorizer.numpy_lab import Floats, rgb_to_lab, saturation
from colorizer.runtime.resizing import area

COUNT, AB_SCALE = 313, 110.0
PALETTE_SHARE = 0.5
DRAWS, SIDE = 4, 6
BUMP = 13.0  # as in colorizer.decoding


class Prediction(NamedTuple):
    """As of `colorizer.networks`. logits: (313, h, w). ab, shift: (2, h, w). trust: (1, h, w) in 0..1, or None."""

    logits: Floats
    ab: Floats
    trust: Floats | None = None
    shift: Floats | None = None


@cache
def centres() -> Floats:
    """The bin centres, (313, 2)."""
    rows = zip(range(-90, 101, 10), RUNS, strict=True)
    return np.array([(a, b) for a, (first, last) in rows for b in range(first, last + 1, 10)], np.float32)


@cache
def prior() -> Floats:
    """The published share of each bin among ImageNet's pixels, (313,)."""
    text = resources.files("colorizer").joinpath("tables/prior_probs_313.csv").read_text()
    return np.array([line.split(",")[-1] for line in text.splitlines() if line and line[0].isdigit()], np.float32)


def softmax(x: Floats) -> Floats:
    """Along the first axis."""
    powers = np.exp(x - x.max(axis=0))
    result: Floats = powers / powers.sum(axis=0)
    return result


def rebalance(logits: Floats, power: float) -> Floats:
    """See `colorizer.decoding.rebalance`."""
    weights = 1 / (0.5 * prior() + 0.5 / COUNT)
    result: Floats = logits + (power * np.log(weights / (prior() * weights).sum()))[:, None, None].astype(np.float32)
    return result


def decode(prediction: Prediction, decoding: Decoding, rebalancing: float, emphasis: Floats | None) -> Floats:
    """ab (2, h, w); see `colorizer.decoding.decode`. rebalancing: power that the network was trained with."""
    shift: Floats | float = 0.0 if prediction.shift is None else prediction.shift
    if decoding.regression == 1:
        return np.asarray((prediction.ab + shift) * decoding.chroma, np.float32)
    shifted = rebalance(prediction.logits, decoding.rebalancing - rebalancing)
    if emphasis is not None:
        shifted = shifted + emphasis[:, None, None]
    colours = np.tensordot(centres().T, softmax(shifted / np.float32(decoding.temperature)), axes=1)
    share: Floats | float = decoding.regression
    if prediction.trust is not None:
        share = share + (1 - share) * prediction.trust
    ab = (share * prediction.ab + (1 - share) * colours + shift) * decoding.chroma
    if decoding.fading:
        ab = ab * (1 - decoding.fading * np.maximum(1 - confidence(prediction) / 0.8, 0))
    return np.asarray(ab, np.float32)


def hinted_logits(prediction: Prediction) -> Floats:
    """Logits (313, h, w) with what hints say; see `colorizer.decoding.hinted_logits`."""
    if prediction.shift is None or prediction.trust is None:
        return prediction.logits
    ab = prediction.ab + prediction.shift
    a, b = centres().T[:, :, None, None]
    result: Floats = prediction.logits - prediction.trust * ((ab[0] - a) ** 2 + (ab[1] - b) ** 2) / (2 * BUMP**2)
    return result


def confidence(prediction: Prediction) -> Floats:
    """(1, h, w) in 0..1; see `colorizer.decoding.confidence`."""
    probability = softmax(prediction.logits)
    mean = np.tensordot(centres().T, probability, axes=1)
    square = np.tensordot((centres() ** 2).sum(1)[None], probability, axes=1) - (mean**2).sum(0, keepdims=True)
    sure = 1 / (1 + np.maximum(square, 0) / 25**2)
    result: Floats = sure if prediction.trust is None else sure + (1 - sure) * prediction.trust
    return result


def share_beside(kept: Floats, given: Floats | None) -> Floats:
    """See `colorizer.hint_layers.share_beside`."""
    odds_kept = kept / np.maximum(1 - kept, 1e-4)
    odds = given / np.maximum(1 - given, 1e-4) if given is not None else np.zeros_like(kept)
    result: Floats = (1 + odds) / (1 + odds + odds_kept)
    return result


def levelled(L: Floats) -> Floats:
    """See `colorizer.levels.levelled`, of one picture."""
    low, high = np.quantile(L.astype(np.float32), [0.01, 0.99])
    if (low <= 12 and high >= 85) or high - low < 5:
        return L
    result: Floats = ((L - low) / (high - low) * 92 + 4).clip(0, 100).astype(np.float32)
    return result


def condition_of_colours(palette: Sequence[Colour]) -> Floats:
    """The global condition (316,) of a palette; see `colorizer.palette.of_colours`."""
    rgb = np.array(read_palette(palette), np.float32).T / np.float32(255)
    condition = _condition(rgb_to_lab(rgb)[1:].T, None)
    condition[:COUNT] = PALETTE_SHARE * condition[:COUNT] + (1 - PALETTE_SHARE) * prior()
    return condition


def condition_of_photo(rgb: Floats) -> Floats:
    """The global condition (316,) of a small copy of a photo, (3, h, w) in 0..1; see `colorizer.palette.of_photo`."""
    rows, columns = rgb.shape[1] // 4 or 1, rgb.shape[2] // 4 or 1
    sides = min(4, rgb.shape[1]), min(4, rgb.shape[2])
    inside = rgb_to_lab(rgb)[1:, : rows * sides[0], : columns * sides[1]]
    return _condition(area(inside, (rows, columns)).reshape(2, -1).T, saturation(rgb))


def emphasis(condition: Floats) -> Floats:
    """See `colorizer.palette.emphasis`."""
    return np.log((condition[:COUNT] + 1e-4) / (prior() + 1e-4)) / 2


def _condition(ab: Floats, how_saturated: float | None) -> Floats:
    """Soft histogram of colours (n, 2) over the bins, and what is said of saturation."""
    apart = np.linalg.norm(ab.round().clip(-110, 110)[:, None] - centres(), axis=2)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :5]
    distance = np.take_along_axis(apart, nearest, axis=1)
    weight = np.exp((distance[:, :1] ** 2 - distance**2) / 50)
    counted = np.zeros(COUNT)
    np.add.at(counted, nearest, weight / weight.sum(axis=1, keepdims=True))
    condition = np.zeros(COUNT + 3, np.float32)
    condition[:COUNT], condition[COUNT] = counted / counted.sum(), 1
    if how_saturated is not None:
        condition[COUNT + 1 :] = how_saturated, 1
    return condition


def clusters(probability: Floats, k: int) -> list[tuple[tuple[float, float], float]]:
    """See `colorizer.decoding.clusters`."""
    weight = np.where(probability < 1e-6, 0.0, probability.astype(np.float64))
    means, shares = _weighted_means(
        centres().astype(np.float64), weight / weight.sum(), min(k, int((weight > 0).sum()))
    )
    order = np.argsort(-shares, kind="stable")
    return [((float(means[i, 0]), float(means[i, 1])), float(shares[i])) for i in order if shares[i] > 0]


def _weighted_means(
    points: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], count: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    def apart(means: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        distance: Floats = np.linalg.norm(points[:, None] - means, axis=2)
        return distance

    chosen = [int(weight.argmax())]
    while len(chosen) < count:
        chosen.append(int((weight * apart(points[chosen]).min(axis=1) ** 2).argmax()))
    means = points[chosen]
    for _ in range(50):
        member = np.eye(count)[apart(means).argmin(axis=1)] * weight[:, None]
        mass = member.sum(axis=0)
        means = np.where(mass[:, None] > 0, member.T @ points / np.maximum(mass[:, None], 1e-12), means)
    return means, mass


def draw(
    predict: Callable[[Floats | None], tuple[Floats, Floats]], given: Floats | None, copy: tuple[int, int], seed: int
) -> Floats:
    """See `colorizer.variants.draw`."""
    if seed < 0:
        raise InputError(f"a seed is 0 or larger, not {seed}")
    rng = np.random.default_rng(seed)
    drawn = np.zeros((3, *copy), np.float32)
    for _ in range(DRAWS):
        logits, certain = predict(over(given, drawn))
        unsure = 1 - certain.astype(np.float64)
        rows, columns = unsure.shape
        place = int(rng.choice(unsure.size, p=unsure.ravel() ** 2 / (unsure**2).sum()))
        row, column = divmod(place, columns)
        found = clusters(softmax(logits[:, row, column]), 5)
        shares = np.array([share for _, share in found]) ** 0.5
        ab = found[int(rng.choice(len(found), p=shares / shares.sum()))][0]
        top, left = int(row * copy[0] / rows), int(column * copy[1] / columns)
        drawn[:2, top : top + SIDE, left : left + SIDE] = np.array(ab)[:, None, None] / AB_SCALE
        drawn[2, top : top + SIDE, left : left + SIDE] = 1
    return drawn


def over(given: Floats | None, drawn: Floats) -> Floats | None:
    """Hints (3, h, w) with others over them; None where there are none."""
    if not drawn[2].any():
        return given
    return drawn if given is None else np.where(drawn[2:] > 0, drawn, given)
