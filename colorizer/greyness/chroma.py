"""Numbers that tell a tint from colours.

A toned, faded or yellowed print has chroma too, but there chroma follows lightness: all pixels of one lightness have
about the same a and b, but for stains that change slowly across the print. So the measures look at what is left of
a and b after a curve over lightness, and after a curve with slow spatial change, have been taken away.
"""

import numpy as np
import numpy.typing as npt

from colorizer.greyness.planes import Planes, coarser, covered

SIDE = 144
"""Longer side, in pixels, of the picture that is measured: small enough for chroma noise to average out."""
_KNOTS = 8
_WAVES = 4
_FRAME_SHARE = 0.25
_FRAME_SPREAD = 4.0


def chroma_measures(lab: Planes) -> dict[str, float]:
    """Measure a small copy in Lab (height, width, 3). Distances are Euclidean in Lab's ab plane, shares 0 to 1.

    residual: 90th percentile of the distance from the curve that ab follows over lightness;
    across: spread (standard deviation) of that residual across its main direction, as stains have one hue only;
    off_hue: share of the picture in patches of at least 3 pixels side that lie more than 3 off that direction;
    patches: share in patches of 5 pixels side or more, more than 5 off the curve with slow spatial change;
    loose: share of single pixels more than 3 off the same; farthest: 99th percentile of the distance from it;
    minor: spread of ab across its main direction, over the whole picture;
    opposite: chroma reached in two opposite hues, 0 for a single hue, and no more than `residual`: split tones have
    two hues as well, but on the curve;
    mean: distance of the mean colour from neutral; yellow, green: its b and minus its a, where positive;
    tint: root mean square chroma of the curve;
    near_*, far_*: residual, across and loose of the picture seen from afar, where blotchy noise has averaged out;
    edges: correlation of the changes of chroma with those of lightness, -1 to 1: noise has none;
    change: mean change of chroma from pixel to pixel.
    """
    lab = without_frame(lab)
    ab = lab[..., 1:].reshape(-1, 2)
    measures, toned = off_the_curve(lab)
    mean = ab.mean(axis=0)
    widths, axes = _principal(ab)
    low, high = np.percentile(ab @ axes[:, 1], (5, 95))
    measures |= {
        "minor": float(widths[0]),
        "opposite": float(max(0.0, min(measures["residual"], high, -low))),
        "mean": float(np.hypot(*mean)),
        "yellow": max(0.0, float(mean[1])),
        "green": max(0.0, float(-mean[0])),
        "tint": float(np.sqrt((toned**2).sum(axis=1).mean())),
    }
    for name, factor in (("near", 3), ("far", 6)):
        afar, _ = off_the_curve(coarser(lab, factor))
        measures |= {f"{name}_{key}": afar[key] for key in ("residual", "across", "loose")}
    return measures | _changes(lab)


def off_the_curve(lab: Planes) -> tuple[dict[str, float], Planes]:
    """Residual to `farthest` of `chroma_measures`, and the curve at each pixel (pixels, 2)."""
    shape = lab.shape[:2]
    ab = lab[..., 1:].reshape(-1, 2)
    curve = _curve(lab[..., 0])
    toned = _fitted(curve, ab)
    stained = _fitted(np.concatenate([curve, _slow(lab[..., 0])], axis=1), ab)
    residual = ab - toned
    distance = np.hypot(*residual.T)
    near = residual[distance <= np.quantile(distance, 0.97)]
    spreads, directions = _principal(near)
    off_hue = np.abs((residual - np.median(residual, axis=0)) @ directions[:, 0])
    beyond = np.hypot(*(ab - stained).T)
    return {
        "residual": float(np.percentile(distance, 90)),
        "across": float(spreads[0]),
        "off_hue": covered(off_hue.reshape(shape) > 3, 3),
        "patches": covered(beyond.reshape(shape) > 5, 5),
        "loose": float((beyond > 3).mean()),
        "farthest": float(np.percentile(beyond, 99)),
    }, toned


def _changes(lab: Planes) -> dict[str, float]:
    if min(lab.shape[:2]) < 2:
        return {"edges": 0.0, "change": 0.0}
    L, a, b = (np.hypot(*np.gradient(lab[..., plane])) for plane in range(3))
    chroma = np.hypot(a, b)
    flat = min(float(L.std()), float(chroma.std())) < 1e-4
    return {
        "edges": 0.0 if flat else float(np.corrcoef(chroma.ravel(), L.ravel())[0, 1]),
        "change": float(chroma.mean()),
    }


def without_frame(lab: Planes) -> Planes:
    """Cut plain bands off the edges: a mount or an app's border says nothing of the photo inside."""
    height, width = lab.shape[:2]
    top = _plain_rows(lab)
    bottom = _plain_rows(lab[::-1])
    rows = lab[top : height - bottom]
    left = _plain_rows(rows.transpose(1, 0, 2))
    right = _plain_rows(rows[:, ::-1].transpose(1, 0, 2))
    inside = rows[:, left : width - right]
    return inside if min(inside.shape[:2]) >= 4 else lab


def _plain_rows(lab: Planes) -> int:
    """Count the first rows that have one colour each, and the two after them, into which JPEG bleeds."""
    most = int(len(lab) * _FRAME_SHARE)
    for count in range(most + 1):
        row = lab[count]
        if np.abs(row - np.median(row, axis=0)).mean(axis=0).max() > _FRAME_SPREAD:
            return count + 2 if count else 0
    # A quarter of the picture is plain and more follows: that is sky or a studio wall, not a frame.
    return 0 if len(lab) < 8 else most


def _curve(lightness: Planes) -> Planes:
    """Piecewise-linear basis over lightness (pixels, knots): any smooth tone curve."""
    knots = np.linspace(0, 100, _KNOTS, dtype=np.float32)
    away = np.abs(lightness.reshape(-1, 1) - knots) / (knots[1] - knots[0])
    return np.asarray(np.maximum(0, 1 - away), dtype=np.float32)


def _slow(lightness: Planes) -> Planes:
    """Lowest cosine waves across the picture, alone and times lightness (pixels, terms): stains and light leaks."""
    height, width = lightness.shape
    down = np.cos(np.pi * np.outer(np.arange(_WAVES), (np.arange(height) + 0.5) / height))
    along = np.cos(np.pi * np.outer(np.arange(_WAVES), (np.arange(width) + 0.5) / width))
    waves = [np.outer(down[i], along[j]).ravel() for i in range(_WAVES) for j in range(_WAVES) if 0 < i + j <= _WAVES]
    fields = np.stack(waves, axis=1)
    return np.concatenate([fields, fields * (lightness.reshape(-1, 1) / 100)], axis=1).astype(np.float32)


def _fitted(basis: Planes, ab: Planes) -> Planes:
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


def _principal(points: Planes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Spread along the two principal directions, smaller first, and the directions as columns."""
    centred = points - points.mean(axis=0)
    covariance = (centred.T @ centred).astype(np.float64) / len(points)
    values, vectors = np.linalg.eigh(covariance)
    return np.sqrt(np.maximum(values, 0)), vectors


def curve_over(sample: Planes, lab: Planes) -> Planes:
    """The tone curve of `sample` at each lightness of `lab`, both (height, width, 3); returns ab (height, width, 2).

    Colours off the curve hardly count, and levels that do not occur in the sample follow their neighbours.
    """
    basis, ab = _curve(sample[..., 0]), sample[..., 1:].reshape(-1, 2)
    steps = np.diff(np.eye(_KNOTS), axis=0)
    steady = len(ab) * (0.01 * steps.T @ steps + 1e-6 * np.eye(_KNOTS))
    trust = np.ones(len(ab), np.float32)
    for _ in range(3):
        weighed = basis * trust[:, None]
        knots = np.linalg.solve((weighed.T @ basis) + steady, weighed.T @ ab)
        trust = 1 / (1 + ((ab - basis @ knots) ** 2).sum(axis=1) / 9)
    return np.asarray((_curve(lab[..., 0]) @ knots).reshape(*lab.shape[:2], 2), np.float32)
