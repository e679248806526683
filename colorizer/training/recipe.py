"""A training recipe: a small TOML file with every number that decides the result."""

import tomllib
from dataclasses import MISSING, asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from colorizer.errors import InputError
from colorizer.texts import read_text
from colorizer.training.numbers import Bounds, Count, Number, Positive, Share, Weight
from colorizer.training.objectives import OBJECTIVES


@dataclass(frozen=True)
class DataRecipe:
    """How pictures are drawn and cropped.

    batch: pictures per step.
    crop: side of the square in pixels.
    zoom: the square is a random one of `zoom` to all of the shorter side.
    source_power: a source of n pictures is drawn in proportion to n to this power.
    degrade: share of pictures whose L is aged.
    left_out: sources that are never trained on, kept to measure on.
    unused: further sources that are not trained on.
    """

    batch: Count
    crop: Annotated[int, Bounds(8)]
    zoom: Annotated[float, Bounds(0, 1, above=True)]
    source_power: Weight = 1.0
    degrade: Share = 0.0
    left_out: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class HintRecipe:
    """How hints are simulated.

    share: of the pictures, that get hints.
    geometric: stop probability of the published sampling.
    many: share of the hinted pictures that get 1 to 200 hints instead, log-uniform.
    reveal: share of the hinted pictures that get every colour.
    condition: share of all pictures whose histogram, saturation or both are given.
    counterfactual: share of the hinted pictures in which one thing gets a colour that it does not have.
    """

    share: Share
    geometric: Annotated[float, Bounds(0, 1, above=True)]
    many: Share
    reveal: Share
    condition: Share
    counterfactual: Share = 0.0


@dataclass(frozen=True)
class EncoderRecipe:
    """What becomes of the part `encoder` of a network: its batch statistics always stay as they are.

    imagenet: begin with the weights of ImageNet.
    rate: learning rate; 0 for an encoder that stays as it is.
    freeze_blocks: so many of the first blocks stay as they are.
    """

    imagenet: bool
    rate: Weight
    freeze_blocks: Number


@dataclass(frozen=True)
class OptimizerRecipe:
    """Length, learning rate and its course.

    steps: of the whole training.
    rate: learning rate at its highest.
    weight_decay: as PyTorch's `method` takes it.
    ema: share of the averaged weights that stays at each step, reached gradually.
    method: "adamw", "adam", "sgd" or "adadelta".
    betas: two, of Adam; the first is the momentum of "sgd".
    warmup: steps of linear rise at the start.
    decay: steps of linear fall to 0 at the end.
    drops: steps at which the rate is multiplied by `drop`.
    drop: factor, 0 to 1.
    clip: largest norm of the gradient.
    """

    steps: Count
    rate: Positive
    weight_decay: Weight
    ema: Share
    method: str = "adamw"
    betas: tuple[Share, ...] = (0.9, 0.999)
    warmup: Count = 1
    decay: Count = 1
    drops: tuple[Number, ...] = ()
    drop: Share = 0.1
    clip: Positive = 5.0


@dataclass(frozen=True)
class Recipe:
    """One experiment.

    network: name of a row of `colorizer.architectures`.
    objective: name of a row of `colorizer.training.objectives`.
    seed: of everything that is drawn.
    loss: the `Settings` of the objective.
    data, optimizer, hints, encoder: the sections; hints only for networks that take them, encoder where there is one.
    """

    network: str
    objective: str
    seed: Annotated[int, Bounds(0, 10**12)]
    data: DataRecipe
    loss: Any
    optimizer: OptimizerRecipe
    hints: HintRecipe | None = None
    encoder: EncoderRecipe | None = None

    def as_dict(self) -> dict[str, Any]:
        """The recipe as plain values, to be stored with a checkpoint."""
        return {key: value for key, value in asdict(self).items() if value is not None}


_SECTIONS = {"data": DataRecipe, "hints": HintRecipe, "encoder": EncoderRecipe, "optimizer": OptimizerRecipe}


def recipe_names() -> list[str]:
    """The recipes of the package."""
    folder = Path(str(resources.files("colorizer.training") / "recipes"))
    return sorted(path.stem for path in folder.glob("*.toml"))


def load_recipe(name: str) -> Recipe:
    """A recipe of the package by its name, or a TOML file by its path.

    Raises InputError that names the file and the missing or unknown keys.
    """
    packaged = resources.files("colorizer.training").joinpath(f"recipes/{name}.toml")
    if packaged.is_file():
        text = packaged.read_text(encoding="utf-8")
    elif Path(name).is_file():
        text = read_text(Path(name))
    else:
        raise InputError(f"no recipe {name!r}; give a TOML file or one of: {', '.join(recipe_names())}")
    try:
        return parse_recipe(tomllib.loads(text), name)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"recipe {name} is not TOML; write it as docs/training.md says: {error}") from error


def parse_recipe(values: dict[str, Any], name: str) -> Recipe:
    """A recipe from plain values; `name` stands in the error messages."""
    values = {"loss": {}} | values
    _check(Recipe, values, name)
    if values["objective"] not in OBJECTIVES:
        raise InputError(f"recipe {name}: no objective {values['objective']!r}; known: {', '.join(sorted(OBJECTIVES))}")
    sections = _SECTIONS | {"loss": OBJECTIVES[values["objective"]].Settings}
    built = {}
    for key, value in values.items():
        built[key] = _section(sections[key], value, f"{name} [{key}]") if key in sections else value
    return Recipe(**built)


def _section(kind: type[Any], values: Any, where: str) -> Any:
    if not isinstance(values, dict):
        raise InputError(f"recipe {where} must be a section")
    _check(kind, values, where)
    try:
        return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
    except ValueError as error:
        raise InputError(f"recipe {where}: {error}") from error


def _check(kind: type[Any], values: dict[str, Any], where: str) -> None:
    known = {field.name: field for field in fields(kind)}
    required = {name for name, field in known.items() if field.default is MISSING}
    missing, unknown = sorted(required - values.keys()), sorted(values.keys() - known.keys())
    if missing or unknown:
        raise InputError(f"recipe {where}: missing keys {missing}, unknown keys {unknown}")
    for name, value in values.items():
        wanted = known[name].type
        several = get_origin(wanted) is tuple
        one, bounds = _bounded(get_args(wanted)[0] if several else wanted)
        if one not in (int, float, str, bool):
            continue
        parts = value if several else [value]
        if not isinstance(parts, list | tuple) or not all(_fits(part, one) for part in parts):
            raise InputError(
                f"recipe {where}: {name} must be {'a list of' if several else 'of'} type {one.__name__}, not {value!r}"
            )
        if bounds is not None and not all(part in bounds for part in parts):
            raise InputError(f"recipe {where}: {name} must be {bounds}, not {value!r}")


def _bounded(kind: Any) -> tuple[Any, Bounds | None]:
    """A type, and within which bounds its numbers lie."""
    return get_args(kind) if get_origin(kind) is Annotated else (kind, None)


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)
