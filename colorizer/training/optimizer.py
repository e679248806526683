"""From a recipe to the optimizer of a run, and its learning rate at each step."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from colorizer.architectures import name_of
from colorizer.errors import InputError
from colorizer.training.recipe import EncoderRecipe, OptimizerRecipe

_METHODS = ("adamw", "adam", "sgd", "adadelta")


def build(
    network: nn.Module, objective: nn.Module, recipe: OptimizerRecipe, encoder: EncoderRecipe | None
) -> torch.optim.Optimizer:
    """The optimizer of all that learns; a frozen encoder gets no gradient at all.

    Raises InputError for an unknown method, and where the recipe has an encoder and the network has none.
    """
    groups: list[dict[str, Any]] = []
    if encoder is not None:
        groups.append({"params": _encoder_parameters(network, encoder), "base": encoder.rate})
    rest = [
        parameter
        for name, parameter in [*network.named_parameters(), *objective.named_parameters()]
        if parameter.requires_grad and not (encoder and name.startswith("encoder."))
    ]
    groups.append({"params": rest, "base": recipe.rate})
    decay = recipe.weight_decay
    if recipe.method == "adamw":
        return torch.optim.AdamW(groups, lr=recipe.rate, betas=_pair(recipe.betas), weight_decay=decay, fused=True)
    if recipe.method == "adam":
        return torch.optim.Adam(groups, lr=recipe.rate, betas=_pair(recipe.betas), weight_decay=decay)
    if recipe.method == "sgd":
        return torch.optim.SGD(groups, lr=recipe.rate, momentum=recipe.betas[0], weight_decay=decay)
    if recipe.method == "adadelta":
        return torch.optim.Adadelta(groups, lr=recipe.rate, weight_decay=decay)
    raise InputError(f"no method {recipe.method!r}; known: {', '.join(_METHODS)}")


def set_rates(optimizer: torch.optim.Optimizer, recipe: OptimizerRecipe, step: int) -> None:
    """Warm up linearly, fall by `drop` at each of `drops`, fall to 0 linearly over the last `decay` steps."""
    factor = min(1.0, (step + 1) / recipe.warmup, (recipe.steps - step) / recipe.decay)
    factor *= recipe.drop ** sum(step >= drop for drop in recipe.drops)
    for group in optimizer.param_groups:
        group["lr"] = group["base"] * factor


def learning(optimizer: torch.optim.Optimizer) -> Iterable[nn.Parameter]:
    """Every parameter that the optimizer moves."""
    return (parameter for group in optimizer.param_groups for parameter in group["params"])


def _encoder_parameters(network: nn.Module, recipe: EncoderRecipe) -> list[nn.Parameter]:
    encoder = getattr(network, "encoder", None)
    if not isinstance(encoder, nn.Module):
        raise InputError(f"the recipe has a section [encoder], but {name_of(type(network))} has no encoder")
    if recipe.rate == 0:
        encoder.requires_grad_(False)
    elif recipe.freeze_blocks:
        blocks: Any = encoder._blocks
        for module in (encoder._conv_stem, encoder._bn0, *blocks[: recipe.freeze_blocks]):
            module.requires_grad_(False)
    return [parameter for parameter in encoder.parameters() if parameter.requires_grad]


def _pair(betas: tuple[float, ...]) -> tuple[float, float]:
    if len(betas) != 2:
        raise InputError(f"betas must be two numbers, not {list(betas)}")
    return betas[0], betas[1]
