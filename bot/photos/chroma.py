"""Numbers that tell a tint from colours.

A toned, faded or yellowed print has chroma too, but there chroma follows lightness: all pixels of one lightness have
about the same a and b, but for stains that change slowly across the print. So the measures look at what is left of
a and b after a curve over lightness, and after a curve with slow spatial change, have been taken away.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage
from skimage.color import rgb2lab

Floats = npt.NDArray[np.float32]
_SIDE = 144
"""Longer side, in pixels, of the picture that is measured: small enough for chroma noise to average out."""
_KNOTS = 8
_WAVES = 4
_FRAME_SHARE = 0.25
_FRAME_SPREAD = 4.0


def shrink(pixels: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Average uint8 RGB down until its longer side is at most `side`; smaller pictures stay as they are."""
    image = Image.fromarray(pixels)
    # Whole-number averaging first: it is many times faster on twelve megapixels, and what follows smooths the rest.
    factor = max(image.size) // (2 * side)
    if factor > 1:
        image = image.reduce(factor)
    longer = max(image.size)
    if longer > side:
        width, height = (max(1, round(length * side / longer)) for length in image.size)
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image)


def chroma_measures(pixels: npt.NDArray[np.uint8]) -> dict[str, float]:
    """Measure uint8 sRGB pixels (height, width, 3). Distances are Euclidean in Lab's ab plane, shares 0 to 1.

    residual: 90th percentile of the distance from the curve that ab follows over lightness;
    across: spread (standard deviation) of that residual across its main direction, as stains have one hue only;
    off_hue: share of the picture in patches of at least 3 pixels side that lie more than 3 off that direction;
    patches: share in patches of 5 pixels side or more, more than 5 off the curve with slow spatial change;
    loose: share of single pixels more than 3 off the same;
    minor: spread of ab across its main direction, over the whole picture;
    opposite: chroma reached in two opposite hues, 0 for a single hue, and no more than `residual`: split tones have
    two hues as well, but on the curve;
    mean: distance of the mean colour from neutral; yellow, green: its b and minus its a, where positive;
    tint: root mean square chroma of the curve.
    """
    lab = np.asarray(rgb2lab(shrink(pixels, _SIDE)), dtype=np.float32)
    lab = _without_frame(np.asarray(ndimage.gaussian_filter(lab, (1, 1, 0))))
    shape = lab.shape[:2]
    lightness = lab[..., 0]
    ab = lab[..., 1:].reshape(-1, 2)
    curve = _curve(lightness)
    toned = _fitted(curve, ab)
    stained = _fitted(np.concatenate([curve, _slow(lightness)], axis=1), ab)
    residual = ab - toned
    distance = np.hypot(*residual.T)
    near = residual[distance <= np.quantile(distance, 0.97)]
    spreads, directions = _principal(near)
    off_hue = np.abs((residual - np.median(residual, axis=0)) @ directions[:, 0])
    beyond = np.hypot(*(ab - stained).T)
    mean = ab.mean(axis=0)
    far = float(np.percentile(distance, 90))
    widths, axes = _principal(ab)
    low, high = np.percentile(ab @ axes[:, 1], (5, 95))
    return {
        "residual": far,
        "across": float(spreads[0]),
        "off_hue": _patches(off_hue.reshape(shape) > 3, 3),
        "patches": _patches(beyond.reshape(shape) > 5, 5),
        "loose": float((beyond > 3).mean()),
        "minor": float(widths[0]),
        "opposite": float(max(0.0, min(far, high, -low))),
        "mean": float(np.hypot(*mean)),
        "yellow": max(0.0, float(mean[1])),
        "green": max(0.0, float(-mean[0])),
        "tint": float(np.sqrt((toned**2).sum(axis=1).mean())),
    }


def _without_frame(lab: Floats) -> Floats:
    """Cut plain bands off the edges: a mount or an app's border says nothing of the photo inside."""
    height, width = lab.shape[:2]
    top = _plain_rows(lab)
    bottom = _plain_rows(lab[::-1])
    rows = lab[top : height - bottom]
    left = _plain_rows(rows.transpose(1, 0, 2))
    right = _plain_rows(rows[:, ::-1].transpose(1, 0, 2))
    inside = rows[:, left : width - right]
    return inside if min(inside.shape[:2]) >= 4 else lab


def _plain_rows(lab: Floats) -> int:
    """Count the first rows that have one colour each, and the two after them, into which JPEG bleeds."""
    most = int(len(lab) * _FRAME_SHARE)
    for count in range(most + 1):
        row = lab[count]
        if np.abs(row - np.median(row, axis=0)).mean(axis=0).max() > _FRAME_SPREAD:
            return count + 2 if count else 0
    # A quarter of the picture is plain and more follows: that is sky or a studio wall, not a frame.
    return 0 if len(lab) < 8 else most


def _curve(lightness: Floats) -> Floats:
    """Piecewise-linear basis over lightness (pixels, knots): any smooth tone curve."""
    knots = np.linspace(0, 100, _KNOTS, dtype=np.float32)
    away = np.abs(lightness.reshape(-1, 1) - knots) / (knots[1] - knots[0])
    return np.asarray(np.maximum(0, 1 - away), dtype=np.float32)


def _slow(lightness: Floats) -> Floats:
    """Lowest cosine waves across the picture, alone and times lightness (pixels, terms): stains and light leaks."""
    height, width = lightness.shape
    down = np.cos(np.pi * np.outer(np.arange(_WAVES), (np.arange(height) + 0.5) / height))
    along = np.cos(np.pi * np.outer(np.arange(_WAVES), (np.arange(width) + 0.5) / width))
    waves = [np.outer(down[i], along[j]).ravel() for i in range(_WAVES) for j in range(_WAVES) if 0 < i + j <= _WAVES]
    fields = np.stack(waves, axis=1)
    return np.concatenate([fields, fields * (lightness.reshape(-1, 1) / 100)], axis=1).astype(np.float32)


def _fitted(basis: Floats, ab: Floats) -> Floats:
    """Fit ab by least squares, leaving out the worst 15 % of pixels: stamps must not bend the curve."""
    # Sums over all pixels, from which those of the pixels left out are subtracted: far less to add up than the rest.
    normal = (basis.T @ basis).astype(np.float64)
    # Keeps levels that do not occur harmless.
    normal[np.diag_indices_from(normal)] += 1e-5 * len(ab) + 1e-6
    target = (basis.T @ ab).astype(np.float64)
    out = np.zeros(len(ab), dtype=bool)
    for last in (False, False, True):
        left = basis[out]
        weights = np.linalg.solve(normal - left.T @ left, target - left.T @ ab[out])
        fit = np.asarray(basis @ weights.astype(np.float32), dtype=np.float32)
        if last:
            break
        distance = np.hypot(*(ab - fit).T)
        out = distance > max(float(np.quantile(distance, 0.85)), 1.0)
    return fit


def _principal(points: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Spread along the two principal directions, smaller first, and the directions as columns."""
    centred = points - points.mean(axis=0)
    covariance = (centred.T @ centred).astype(np.float64) / len(points)
    values, vectors = np.linalg.eigh(covariance)
    return np.sqrt(np.maximum(values, 0)), vectors


def _patches(mask: npt.NDArray[np.bool_], side: int) -> float:
    """Share of the picture covered by squares of `side` that fit into `mask`: thin strokes of a stamp do not."""
    inside = ndimage.minimum_filter(mask.astype(np.uint8), side, mode="constant")
    return float(ndimage.maximum_filter(inside, side, mode="constant").mean())
