"""Fit the constants of `bot/photos/detect.py` on training photographs.

    python -m docs.measure.fit_detector --count 650 --photos ../shared/photos/train-[2-5]-of-6.parquet

prints the weights and the bias to copy there. A photograph is given as it is and changed in random ways.
"""

import argparse
import io
import multiprocessing
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image
from scipy.optimize import minimize

from bot.photos.chroma import chroma_measures
from bot.photos.detect import _WEIGHTS, _scaled
from docs.measure.detector_pictures import COLOUR, GREY, TINTED


def measured(path: Path, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scaled measures (pictures, names) and whether each picture is in colour."""
    random = np.random.default_rng(seed)
    table = pq.read_table(path, columns=["image"])
    rows, colours = [], []
    greys = [name for name in GREY | TINTED if name not in ("stained", "split-toned")]
    dyed = [name for name in COLOUR if name != "colour, as it is"]
    for content in table.take(random.choice(table.num_rows, count, replace=False))["image"].to_pylist():
        pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        # Stains and split tones are where tint and colour meet, so they get a larger share.
        hard = "stained" if random.random() < 0.7 else "split-toned"
        for name in ("colour, as it is", str(random.choice(dyed)), str(random.choice(greys)), hard):
            measures = chroma_measures((COLOUR | GREY | TINTED)[name](pixels, random))
            rows.append([_scaled(key, measures[key]) for key in _WEIGHTS])
            colours.append(name in COLOUR)
    return np.array(rows), np.array(colours)


def logistic(inputs: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias of a slightly regularised logistic regression."""
    centre, spread = inputs.mean(0), inputs.std(0)
    normal = np.column_stack([(inputs - centre) / spread, np.ones(len(inputs))])
    sign = np.where(truth, 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (normal @ weights)
        slope = -(normal * (sign / (1 + np.exp(margin)))[:, None]).mean(0)
        slope[:-1] += 6e-4 * weights[:-1]
        return np.logaddexp(0, -margin).mean() + 3e-4 * (weights[:-1] ** 2).sum(), slope

    found = minimize(loss, np.zeros(normal.shape[1]), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ centre)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, nargs="+", required=True)
    parser.add_argument("--count", type=int, default=2000, help="photographs from each file")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    jobs = [(path, given.count, given.seed + index) for index, path in enumerate(given.photos)]
    with multiprocessing.Pool(2) as pool:
        parts = pool.starmap(measured, jobs, chunksize=1)
    inputs, truth = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    weights, bias = logistic(inputs, truth)
    report = ({name: round(float(weight), 2) for name, weight in zip(_WEIGHTS, weights, strict=True)}, round(bias, 2))
    sys.stdout.write(
        f"{report}\n{len(truth)} pictures, {((inputs @ weights + bias > 0) != truth).mean():.4f} misjudged\n"
    )


if __name__ == "__main__":
    main()
