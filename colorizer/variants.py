"""Other plausible results: hints that are drawn from what the network believes."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from colorizer.bins import AB_SCALE
from colorizer.decoding import clusters
from colorizer.errors import InputError
from colorizer.hint_layers import over

DRAWS = 4
"""Colours that are drawn for one variant."""

SIDE = 6
"""Side of the square of a drawn hint, in pixels of the network's copy."""


def draw(
    predict: Callable[[Tensor | None], tuple[Tensor, Tensor]],
    given: Tensor | None,
    copy: tuple[int, int],
    seed: int,
) -> Tensor:
    """A map of drawn hints (3, h, w), see `hint_layers.hint_map`.

    A place is drawn where the network is unsure, and a colour that would be plausible there. As a hint it spreads over
    the whole thing, and the network is asked again before the next one is drawn: a variant agrees with itself.

    predict: From a map of hints to logits (313, h', w') and confidence (h', w') in 0..1.
    given: Map of the hints that were given anyway, or None.
    copy: Height and width (h, w) of the network's copy.
    seed: The same seed gives the same hints; 0 or larger.

    Raises InputError for another seed.
    """
    if seed < 0:
        raise InputError(f"a seed is 0 or larger, not {seed}")
    rng = np.random.default_rng(seed)
    drawn = torch.zeros(3, *copy)
    for _ in range(DRAWS):
        logits, certain = predict(over(given, drawn))
        unsure = 1 - certain.numpy().astype(np.float64)
        rows, columns = unsure.shape
        place = int(rng.choice(unsure.size, p=unsure.ravel() ** 2 / (unsure**2).sum()))
        row, column = divmod(place, columns)
        found = clusters(logits[:, row, column].softmax(dim=0), 5)
        shares = np.array([share for _, share in found]) ** 0.5  # less likely ones a little more often
        ab = found[int(rng.choice(len(found), p=shares / shares.sum()))][0]
        top, left = int(row * copy[0] / rows), int(column * copy[1] / columns)
        drawn[:2, top : top + SIDE, left : left + SIDE] = torch.tensor(ab)[:, None, None] / AB_SCALE
        drawn[2, top : top + SIDE, left : left + SIDE] = 1
    return drawn
