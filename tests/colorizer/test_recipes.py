"""Recipes of trainings: what is wrong with one is named, and those of the package read back what they say."""

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest
import torch

from colorizer.training.numbers import Bounds
from colorizer.training.objectives import OBJECTIVES
from colorizer.training.optimizer import set_rates
from colorizer.training.recipe import (
    DataRecipe,
    EncoderRecipe,
    HintRecipe,
    OptimizerRecipe,
    Recipe,
    load_recipe,
    parse_recipe,
    recipe_names,
)


def test_every_number_of_a_recipe_has_bounds():
    losses = [one.Settings for one in OBJECTIVES.values()]
    kinds = [Recipe, DataRecipe, HintRecipe, EncoderRecipe, OptimizerRecipe, *losses]
    types = {f"{kind.__name__}.{field.name}": field.type for kind in kinds for field in fields(kind)}
    assert [name for name, kind in types.items() if {kind, *get_args(kind)} & {int, float} and not bounded(kind)] == []


def bounded(kind):
    return any(isinstance(one, Bounds) for one in get_args(kind))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": {}}, r"mine.toml \[data\]: missing keys"),
        ({"colour": 1}, "unknown keys.*colour"),
        ({"data": 3}, r"\[data\] must be a section"),
        ({"objective": "beauty"}, "no objective 'beauty'; known: cgan18, compact"),
        (
            {"objective": "zhang16"},
            r"\[loss\]: missing keys \['sigma', 'temperature'\], unknown keys .*'hints_only', ",
        ),
        ({"seed": "x"}, "seed must be of type int, not 'x'"),
        (
            {"data": {"batch": 1, "crop": 8, "zoom": 1, "unused": "coco"}},
            "unused must be a list of type str, not",
        ),
        ({"data": {"batch": 1, "crop": 8, "zoom": 1, "unused": ["coco", 3]}}, "unused must be a list of type str"),
        ({"data": {"batch": 0, "crop": 8, "zoom": 1}}, r"\[data\]: batch must be 1 or more, not 0"),
        ({"data": {"batch": 1, "crop": 8, "zoom": 0}}, "zoom must be above 0 to 1, not 0"),
        ({"data": {"batch": 1, "crop": 8, "zoom": float("nan")}}, "zoom must be above 0 to 1, not nan"),
        ({"data": {"batch": 1, "crop": 8, "zoom": 1, "degrade": 7.0}}, "degrade must be 0 to 1, not 7.0"),
        ({"seed": -1}, "seed must be 0 to 1e[+]12, not -1"),
    ],
)
def test_a_wrong_recipe_names_the_keys(change, message):
    values = load_recipe("compact").as_dict() | change
    with pytest.raises(ValueError, match=message):
        parse_recipe(values, "mine.toml")


def test_each_key_has_a_line_that_says_what_it_does():
    sections = {Recipe, DataRecipe, HintRecipe, EncoderRecipe, OptimizerRecipe}
    for section in sections | {objective.Settings for objective in OBJECTIVES.values()}:
        lines = re.findall(r"^ *([a-z][a-z0-9_, ]*): \S", section.__doc__, re.MULTILINE)
        assert {name for line in lines for name in line.split(", ")} == {field.name for field in fields(section)}


def test_every_packaged_recipe_reads_back_what_it_says():
    for name in recipe_names():
        recipe = load_recipe(name)
        assert parse_recipe(recipe.as_dict(), name) == recipe


def test_the_page_names_every_recipe():
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text()
    assert [name for name in recipe_names() if f"`{name}`" not in page] == []


def test_the_rate_warms_up_drops_and_decays():
    recipe = replace(load_recipe("compact").optimizer, steps=100, warmup=10, decay=20, drops=(50,), drop=0.1, rate=1.0)
    optimizer = torch.optim.SGD([{"params": [torch.zeros(1)], "base": 1.0}])
    course = {}
    for step in (0, 9, 49, 50, 90, 99):
        set_rates(optimizer, recipe, step)
        course[step] = optimizer.param_groups[0]["lr"]
    assert course == pytest.approx({0: 0.1, 9: 1.0, 49: 1.0, 50: 0.1, 90: 0.05, 99: 0.005})
