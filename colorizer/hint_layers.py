"""Hints as a network takes them: maps at the size of its copy of the photo, one for each region that they are bound to.

Layers are painted one over the other: the first counts everywhere, each further one in its own region alone.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from colorizer.bins import AB_SCALE
from colorizer.hints import Hint, Mask, hint_list
from colorizer.lab import rgb_to_lab

Hints = Sequence[Hint] | Tensor | None
"""Hints, or a map of them as `hint_map` makes it."""

RADIUS = 3.0
"""Half the side of a hint's square, in pixels of the network's copy: 6 x 6 pixels, as in Zhang et al. 2017."""


class Layer(NamedTuple):
    """What is painted in one region.

    mask: Where it counts, bool of the photo's height and width; None for everywhere.
    given: Map (3, h, w) of the hints with a colour; None where there are none.
    kept: Map of the hints that keep what is there; None where there are none.
    """

    mask: Mask | None
    given: Tensor | None
    kept: Tensor | None


class Colours(NamedTuple):
    """What is predicted for one region.

    mask: Where it counts, bool of the photo's height and width; None for everywhere.
    ab: (2, h, w) in ab units, at the network's own size.
    certain: Confidence (1, h, w) in 0..1.
    """

    mask: Mask | None
    ab: Tensor
    certain: Tensor


def hint_map(
    hints: Sequence[Hint], photo: tuple[int, int], copy: tuple[int, int], unhinted: Callable[[], Tensor]
) -> Tensor:
    """Hints as the network takes them, (3, h, w): ab / 110, and a mask that is 1 where a colour is given.

    hints: For a photo of the height and width `photo`.
    photo: Height and width of the photo in pixels.
    copy: Height and width (h, w) of the network's copy.
    unhinted: Gives ab (2, h, w) as it is without hints; called only for hints that keep it.

    Raises InputError for a place outside the photo.
    """
    given = torch.zeros(3, *copy)
    kept = unhinted() if any(hint.rgb is None for hint in hints) else None
    for hint in hints:
        hint.inside(*photo)
        y, x = hint.y / photo[0] * copy[0], hint.x / photo[1] * copy[1]
        top, left = max(0, round(y - RADIUS)), max(0, round(x - RADIUS))
        place = (slice(None), slice(top, round(y + RADIUS)), slice(left, round(x + RADIUS)))
        if hint.rgb is not None:
            ab = rgb_to_lab(torch.tensor(hint.rgb, dtype=torch.float32).view(3, 1, 1) / 255)[1:]
        elif kept is not None:
            ab = kept[place]
        given[:2][place] = ab / AB_SCALE
        given[2:][place] = 1
    return given


def layers(hints: Sequence[Hint], photo: tuple[int, int], to_map: Callable[[Sequence[Hint]], Tensor]) -> list[Layer]:
    """The layers of some hints; those of one region share a layer, and hints without a region count in every layer.

    hints: For a photo of the height and width `photo`.
    photo: Height and width of the photo in pixels.
    to_map: `hint_map` of some of the hints.
    """

    def layer(mask: Mask | None, members: Sequence[Hint]) -> Layer:
        colours = [hint for hint in members if hint.rgb is not None]
        keeps = [hint for hint in members if hint.rgb is None]
        return Layer(mask, to_map(colours) if colours else None, to_map(keeps) if keeps else None)

    everywhere: list[Hint] = []
    regions: list[tuple[Mask, list[Hint]]] = []
    for hint in hint_list(hints):
        mask = hint.inside(*photo)
        if mask is None:
            everywhere.append(hint)
        elif same := [members for other, members in regions if np.array_equal(other, mask)]:
            same[0].append(hint)
        else:
            regions.append((mask, [hint]))
    return [layer(None, everywhere), *(layer(mask, everywhere + members) for mask, members in regions)]


def share_beside(kept: Tensor, given: Tensor | None) -> Tensor:
    """How much of what the colours change is left, 0..1, where some places are to stay as they are.

    Both are a network's trust in hints that it is given alone, 0..1. Trust t has the odds t / (1 - t) against no hint
    at all; together the two kinds of hints compete with these odds, as they do in the network's own softmax.
    """
    odds_kept, odds = (
        (trust / (1 - trust).clamp_min(1e-4) if trust is not None else torch.zeros_like(kept))
        for trust in (kept, given)
    )
    return (1 + odds) / (1 + odds + odds_kept)


def over(given: Tensor | None, drawn: Tensor) -> Tensor | None:
    """Hints (3, h, w) with others over them; None where there are none."""
    if not bool(drawn[2].any()):
        return given
    return drawn if given is None else torch.where(drawn[2:] > 0, drawn, given)
