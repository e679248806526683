"""Colouring with less memory than usual, for a machine or a graphics card that is short of it."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace

import torch

from colorizer.architectures import UNIT
from colorizer.model import Colorizer
from colorizer.precision import InBfloat16


def with_less(colorizer: Colorizer) -> Iterator[tuple[str, Colorizer]]:
    """The same network in ways that need less memory, each less than the one before, with words for each.

    The photo keeps its size; what the network sees of it may get smaller. The processor is the last resort of a
    graphics card.
    """
    if colorizer.device.type == "cuda":
        torch.cuda.empty_cache()
        joins = copy(colorizer)
        joins.join_on = None
        yield "joined with the photo on the processor", joins
        torch.cuda.empty_cache()
        yield "with a smaller copy for the network", _seeing_less(joins)
        torch.cuda.empty_cache()
        colorizer = on_processor(colorizer)
        yield "on the processor", colorizer
        yield "on the processor, with a smaller copy for the network", _seeing_less(colorizer)
    else:
        yield "with a smaller copy for the network", _seeing_less(colorizer)


def on_processor(colorizer: Colorizer) -> Colorizer:
    """A copy that computes on the processor."""
    plain = colorizer.network.network
    if isinstance(plain, InBfloat16):
        plain = plain.network
    network = colorizer.architecture.build()
    if colorizer.device.type == "cpu":
        network.join_steps()  # as the one was whose weights are taken
    network.load_state_dict({name: weight.cpu() for name, weight in plain.state_dict().items()})
    return Colorizer(
        network,
        architecture=colorizer.architecture,
        device=torch.device("cpu"),
        trained_rebalancing=colorizer.trained_rebalancing,
        decoding=colorizer.decoding,
    )


def _seeing_less(colorizer: Colorizer) -> Colorizer:
    """With a copy for the network of two thirds the side, to a multiple that every network takes."""
    side = max(UNIT, colorizer.architecture.side * 2 // 3 // UNIT * UNIT)
    less = copy(colorizer)
    less.architecture = replace(colorizer.architecture, side=side)
    return less
