"""A training recipe: a small TOML file with every number that decides the result."""

import tomllib
from dataclasses import asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class DataRecipe:
    """How pictures are drawn and cropped."""

    batch: int
    crop: int
    zoom: float
    group_power: float
    degrade: float


@dataclass(frozen=True)
class HintRecipe:
    """How hints are simulated."""

    share: float
    geometric: float
    many: float
    reveal: float
    condition: float


@dataclass(frozen=True)
class LossRecipe:
    """Soft encoding, rebalancing and the weight of the regression head."""

    neighbours: int
    gamma: float
    alpha: float
    regression: float


@dataclass(frozen=True)
class OptimizerRecipe:
    """Length, learning rates and what stays frozen."""

    steps: int
    warmup: int
    decay: int
    rate: float
    encoder_rate: float
    weight_decay: float
    freeze_blocks: int
    ema: float


@dataclass(frozen=True)
class Recipe:
    """One experiment; the meaning of each number is commented in recipes/compact.toml."""

    network: str
    imagenet_encoder: bool
    seed: int
    data: DataRecipe
    hints: HintRecipe
    loss: LossRecipe
    optimizer: OptimizerRecipe

    def as_dict(self) -> dict[str, Any]:
        """The recipe as plain values, to be stored with a checkpoint."""
        return asdict(self)


def load_recipe(name: str) -> Recipe:
    """A recipe of the package by its name, or a TOML file by its path.

    Raises ValueError that names the file and the missing or unknown keys.
    """
    packaged = resources.files("colorizer.training").joinpath(f"recipes/{name}.toml")
    if packaged.is_file():
        text = packaged.read_text()
    elif Path(name).is_file():
        text = Path(name).read_text()
    else:
        known = sorted(Path(str(resources.files("colorizer.training") / "recipes")).glob("*.toml"))
        raise ValueError(f"no recipe {name!r}; give a TOML file or one of: {', '.join(p.stem for p in known)}")
    return parse_recipe(tomllib.loads(text), name)


def parse_recipe(values: dict[str, Any], name: str) -> Recipe:
    """A recipe from plain values; `name` stands in the error messages."""
    _check(Recipe, values, name)
    sections = {"data": DataRecipe, "hints": HintRecipe, "loss": LossRecipe, "optimizer": OptimizerRecipe}
    for section, kind in sections.items():
        _check(kind, values[section], f"{name} [{section}]")
    return Recipe(**{key: sections[key](**value) if key in sections else value for key, value in values.items()})


def _check(kind: type[Any], values: dict[str, Any], where: str) -> None:
    wanted = {field.name for field in fields(kind)}
    if wanted != values.keys():
        missing, unknown = sorted(wanted - values.keys()), sorted(values.keys() - wanted)
        raise ValueError(f"recipe {where}: missing keys {missing}, unknown keys {unknown}")
