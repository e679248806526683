"""Measures what somebody without knowledge gains in the studio: dB by number of clicks, into docs/studio.md.

Usage: python -m docs.measure.novice PATH... [--photos N]
PATH: photographs in colour that the model has not seen.

The novice clicks where the colour is most wrong, over 3 x 3 places of the model's map, and is offered five suggestions.
One novice tries each and keeps the one with which the picture as a whole is nearest to the truth, or none where each
makes it worse: they are all on the screen within a moment. One takes unseen what is nearest to the truth there.
Beside them the same clicks with the true colour, and true colours at places drawn around the middle (`colorizer eval
--hints`, the protocol of Zhang et al. 2017).
"""

import argparse
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from rich.progress import track
from torch import Tensor
from torch.nn import functional as F

from colorizer.encoded import EncodedPhoto
from colorizer.evaluation.hints import COUNTS, hint_curve
from colorizer.evaluation.metrics import psnr
from colorizer.hints import Hint
from colorizer.lab import lab_to_colour, rgb_to_lab
from colorizer.model import Colorizer
from colorizer.pixels import Pixels
from colorizer.training.photos import PhotoSet
from docs.measure.tables import replace_table

CLICKS = (0, 1, 2, 3, 4, 5, 10)
Way = Literal["tried", "nearest", "true"]
WAYS: dict[str, Way] = {
    "the best of five, tried, dB": "tried",
    "the nearest of five, unseen, dB": "nearest",
    "the true colour there, dB": "true",
}
DRAWN = "true colours at drawn places, dB"
PAGE = Path(__file__).parents[1] / "studio.md"


def main() -> None:
    """Print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--photos", type=int, default=200)
    asked = parser.parse_args()
    model = Colorizer.load(device="cpu")
    curves: dict[str, list[list[float]]] = {name: [] for name in (*WAYS, DRAWN)}
    for seed, image in enumerate(track(PhotoSet.open(asked.paths).spread(asked.photos), total=asked.photos)):
        encoded = model.encode(np.asarray(image))
        for name, way in WAYS.items():
            curves[name].append(clicked(model, encoded, way))
        curves[DRAWN].append(hint_curve(model, encoded, seed=seed)[: COUNTS.index(10) + 1])
    means = {name: np.mean(found, axis=0) for name, found in curves.items()}
    rows = [
        [
            str(clicks),
            *(_cell(means[name], i) for name in WAYS),
            _cell(means[DRAWN], COUNTS.index(clicks)) if clicks in COUNTS else "",
        ]
        for i, clicks in enumerate(CLICKS)
    ]
    tried = np.array(curves[next(iter(WAYS))])
    share = float(np.mean(tried[:, CLICKS.index(5)] - tried[:, 0] >= 2))
    words = f"{asked.photos} photographs; 5 clicks with the best of five bring {share:.0%} of them 2 dB or more."
    replace_table(PAGE, "novice", ["clicks", *curves], rows, words)


def _cell(curve: npt.NDArray[np.float64], at: int) -> str:
    return f"{curve[at]:.2f} ({curve[at] - curve[0]:+.2f})" if at else f"{curve[0]:.2f}"


def clicked(model: Colorizer, encoded: EncodedPhoto[Pixels], way: Way) -> list[float]:
    """PSNR in dB after each of CLICKS, when points get their colours in that way."""
    truth, curve = encoded.pixels, []
    height, width = truth.shape[:2]
    hints: list[Hint] = []
    [now] = model.colours(encoded)
    rows, columns = now.ab.shape[1:]
    true = _small(truth, (rows, columns))
    lightness = _mean(F.interpolate(encoded.L[None], size=(rows, columns), mode="area")[0, 0])
    left = torch.ones(rows, columns)  # places that were not clicked yet
    for click in range(CLICKS[-1] + 1):
        if click in CLICKS:
            curve.append(psnr(model.paint(encoded, hints), truth))
        row, column = divmod(int((_mean((now.ab - true).norm(dim=0)) * left).argmax()), columns)
        left[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0
        x, y = (column + 0.5) * width / columns, (row + 0.5) * height / rows
        wanted = _mean(true)[:, row, column]
        if way == "true":
            colours = [lab_to_colour(float(lightness[row, column]), (float(wanted[0]), float(wanted[1])))]
        else:
            offered = model.suggest(encoded, (x, y), 5, hints)
            far = [float((torch.tensor(one.ab) - wanted).norm()) for one in offered]
            colours = [one.rgb for one in offered]
            if way == "nearest":
                nearer = min(far) < float((_mean(now.ab)[:, row, column] - wanted).norm())
                colours = [colours[far.index(min(far))]] if nearer else []
        tried = [(hint, model.colours(encoded, [*hints, hint])[0]) for hint in (Hint(x, y, one) for one in colours)]
        if way == "tried":
            tried = [one for one in tried if _error(one[1].ab, true) < _error(now.ab, true)]
        if tried:
            hint, now = min(tried, key=lambda one: _error(one[1].ab, true))
            hints.append(hint)
    return curve


def _error(ab: Tensor, true: Tensor) -> float:
    return float(((ab - true) ** 2).mean())


def _small(pixels: Pixels, size: tuple[int, int]) -> Tensor:
    rgb = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)
    return F.interpolate(rgb_to_lab(rgb)[None, 1:], size=size, mode="area")[0]


def _mean(x: Tensor) -> Tensor:
    """Over 3 x 3 places of (..., h, w)."""
    maps = x.reshape(1, -1, *x.shape[-2:])
    return F.avg_pool2d(F.pad(maps, [1] * 4, mode="replicate"), 3, stride=1).view_as(x)


if __name__ == "__main__":
    with torch.inference_mode():
        main()
