"""Fits the constants of `colorizer/networks/spread.py`, which say how far a likely hint reaches.

Usage: python -m docs.measure.fit_hints ../shared/photos/train-*.parquet ../shared/photos/more-*.parquet [--photos N]

Begins with the values that stand there and prints others, to copy there if they differ. Sought is the most dB by 1,
2, 5 and 10 true hints, less a penalty for what false hints move. Only photographs that are trained on take part.
"""

import argparse
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from rich.progress import track
from torch import Tensor
from torch.nn import functional as F

from colorizer.evaluation.hints import true_hints
from colorizer.evaluation.locality import MOVED, wish
from colorizer.evaluation.metrics import chroma
from colorizer.model import Colorizer
from colorizer.networks import spread
from colorizer.networks.compact import Compact, Encoded
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import load_recipe

COUNTS = (1, 2, 5, 10)
PENALTY = 20.0
"""dB that are given for not moving all of a photo by a false hint."""

STEPS, BATCH, RATE = 60, 4, 0.03
FITTED = (
    "USUAL",
    "DECISION",
    "EVERYWHERE",
    "ALIKE",
    "ALIKE_AND_NEAR",
    "SHARPNESS",
    "SHARPNESS_NEAR",
    "REACH",
    "CONTRAST",
    "DOUBT",
)


class Case(NamedTuple):
    """One photograph: encoded, its colours without hints and in truth (2, h, w), true hints, false ones and outside."""

    state: Encoded
    plain: Tensor
    truth: Tensor
    hints: list[Tensor]
    wishes: list[tuple[Tensor, Tensor]]


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--photos", type=int, default=160)
    asked = parser.parse_args()
    data = load_recipe("compact").data
    photos = PhotoSet.open(asked.paths).without([*data.left_out, *data.unused])
    rng = np.random.default_rng(0)
    drawn = rng.choice(len(photos), asked.photos, replace=False, p=photos.weights(data.source_power))
    model = Colorizer.load(device="cpu")
    cases = [_case(model, np.asarray(photos.image(int(i))), int(i)) for i in track(drawn, description="encoding")]
    network = Colorizer.load(device="cpu").network.network
    network = cast(Compact, getattr(network, "network", network)).float().requires_grad_(False)
    values = {name: torch.tensor(float(getattr(spread, name))) for name in FITTED}
    logarithms = {name: value.abs().log().requires_grad_() for name, value in values.items()}
    optimizer = torch.optim.Adam(logarithms.values(), lr=RATE)
    for step in track(range(STEPS), description="fitting"):
        for name, logarithm in logarithms.items():
            setattr(spread, name, logarithm.exp() * values[name].sign())
        optimizer.param_groups[0]["lr"] = RATE * min(1, 2 * (1 - step / STEPS))
        optimizer.zero_grad()
        losses = [_loss(network, cases[i]) for i in rng.choice(len(cases), BATCH, replace=False)]
        torch.stack(losses).mean().backward()
        torch.nn.utils.clip_grad_norm_(list(logarithms.values()), 1.0)
        optimizer.step()
    for name in FITTED:
        print(f"{name} = {float(getattr(spread, name).detach()):.3g}")  # noqa: T201 - a program's output


@torch.no_grad()
def _case(model: Colorizer, pixels: Any, seed: int) -> Case:
    photo = model.encode(pixels)
    [plain] = model.colours(photo)
    size = (plain.ab.shape[1], plain.ab.shape[2])
    hints = [_quarter(hint) for hint in true_hints(photo, seed=seed, counts=COUNTS)]
    found = [wish(photo, np.random.default_rng([seed, i])) for i in range(2)]
    wishes = [(_quarter(one.hint), _smaller(torch.from_numpy(one.outside)[None].float(), size)) for one in found if one]
    state = Encoded(*(one.float().clone() for one in photo.state))
    return Case(state, plain.ab.clone(), _smaller(chroma(pixels), size), hints, wishes)


def _loss(network: Compact, case: Case) -> Tensor:
    error = ((case.plain - case.truth) ** 2).sum(0).mean()
    results = [_coloured(network, case, hint) for hint in case.hints]
    gains = [10 * torch.log10(error / ((ab - case.truth) ** 2).sum(0).mean()) for ab in results]
    moved = [
        ((((_coloured(network, case, hint) - case.plain).norm(dim=0) - MOVED) / 0.7).sigmoid() * outside).mean()
        for hint, outside in case.wishes
    ]
    return PENALTY * torch.stack(moved or [torch.zeros(())]).mean() - torch.stack(gains).mean()


def _coloured(network: Compact, case: Case, hint: Tensor) -> Tensor:
    shift, trust = network.listen(case.state.trunk, case.state.L, case.state.ab, hint)
    return ((1 - trust) * case.plain + trust * case.state.ab + shift)[0]


def _quarter(hint: Tensor) -> Tensor:
    return Compact.quarter(hint[None]).clone()


def _smaller(x: Tensor, size: tuple[int, int]) -> Tensor:
    """(C, H, W) at another size."""
    return F.adaptive_avg_pool2d(x[None], size)[0].clone()


if __name__ == "__main__":
    main()
