"""Fit the constants of `colorizer/greyness/judge.py` on training photographs.

    python -m docs.measure.fit_detector --count 650 --photos ../shared/photos/train-[2-5]-of-6.parquet

prints three sets of weights with their bias, to copy there. A photograph is given as it is and changed in random ways.
Noise and prints are told apart among what seems to be in colour by the weights that stand there. In doubt a picture is
in colour: the biases there are lower by 0.1 and 0.4. That of colour is higher by 0.3: grey pictures that it takes for
colour are found by the other two.
"""

import argparse
import io
import multiprocessing
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image
from scipy.optimize import minimize

from colorizer.greyness.chroma import SIDE, chroma_measures
from colorizer.greyness.judge import COLOUR_BIAS, COLOUR_WEIGHTS, NOISE_WEIGHTS, PRINT_WEIGHTS, scaled, score
from colorizer.greyness.planes import lab_of, shrink
from colorizer.greyness.prints import print_measures
from docs.measure.detector_pictures import COLOUR, GREY, TINTED
from docs.measure.surroundings import ALONE, COLOUR_PRINTS, PRINTS

Row = tuple[str, dict[str, float], dict[str, float]]
"""What happened to the picture, its chroma measures, the measures of the print in it."""

COLOURED = COLOUR | COLOUR_PRINTS


def measured(path: Path, count: int, seed: int) -> list[Row]:
    """Measures of photographs as they are and changed in random ways."""
    random = np.random.default_rng(seed)
    table = pq.read_table(path, columns=["image"])
    rows = []
    greys = [name for name in GREY | TINTED if name not in ("stained", "split-toned")]
    dyed = [name for name in COLOUR if name != "colour, as it is"]
    for content in table.take(random.choice(table.num_rows, count, replace=False))["image"].to_pylist():
        pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        # Stains and split tones are where tint and colour meet, so they get a larger share.
        hard = "stained" if random.random() < 0.7 else "split-toned"
        prints = [str(name) for name in random.choice(list(PRINTS), 2)]
        names = ["colour, as it is", str(random.choice(dyed)), str(random.choice(greys)), hard, *prints]
        names += list(COLOUR_PRINTS) if random.random() < 0.3 else []
        for name in names:
            change = (COLOURED | GREY | TINTED | PRINTS)[name]
            lab = lab_of(shrink(np.ascontiguousarray(change(pixels, random)), SIDE))
            rows.append((name, chroma_measures(lab), print_measures(lab)))
    return rows


def fitted(rows: list[tuple[dict[str, float], bool]], names: Iterable[str]) -> tuple[np.ndarray, float, float]:
    """Weights of the measures of these names, bias, and the share that they misjudge."""
    inputs = np.array([[scaled(name, measures) for name in names] for measures, _ in rows])
    truth = np.array([true for _, true in rows])
    weights, bias = logistic(inputs, truth)
    return weights, bias, float(((inputs @ weights + bias > 0) != truth).mean())


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
        rows = [row for part in pool.starmap(measured, jobs, chunksize=1) for row in part]
    surrounded = {name for name in PRINTS if name not in ALONE}
    whole = [(name, chroma) for name, chroma, _ in rows if name not in surrounded | set(COLOUR_PRINTS)]
    seeming = [row for row in rows if score(row[1], COLOUR_WEIGHTS, COLOUR_BIAS) > -1]
    parts = (
        ([(chroma, name in COLOURED) for name, chroma in whole if name not in ALONE], COLOUR_WEIGHTS),
        (
            [
                (chroma, name not in COLOURED)
                for name, chroma, _ in seeming
                if name not in surrounded | set(COLOUR_PRINTS)
            ],
            NOISE_WEIGHTS,
        ),
        (
            [(box, name in surrounded) for name, _, box in seeming if box and name in surrounded | set(COLOURED)],
            PRINT_WEIGHTS,
        ),
    )
    for pictures, names in parts:
        weights, bias, wrong = fitted(pictures, names)
        report = {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}
        sys.stdout.write(f"{report}\nbias {bias:.2f}; {len(pictures)} pictures, {wrong:.4f} misjudged\n")


if __name__ == "__main__":
    main()
