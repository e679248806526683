"""Weights: which there are, where they come from, and how a file becomes a network."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from pickle import UnpicklingError
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from colorizer.decoding import REGRESSION, Decoding
from colorizer.networks import Architecture, Network, architecture
from colorizer.networks.siggraph17 import Siggraph17


class WeightsError(ValueError):
    """A weights file that does not fit; the message names the file, the architecture and the keys that differ."""


@dataclass(frozen=True)
class Weights:
    """A record of the catalogue: one file of weights and the constants that belong to it, not to the architecture.

    urls: where it is to be had, tried in this order; none for what the package carries. size: bytes. sha256: its
    digest in hex, or as many leading digits as are published; empty where none are. licence: of the weights; the
    code of all networks here is the project's own. rebalancing: power of the class rebalancing in training.
    mask_centre: what the network subtracts from the mask of hints. decoding: how its colours are read.
    """

    name: str
    architecture: str
    file: str
    source: str
    licence: str
    urls: tuple[str, ...] = ()
    size: int | None = None
    sha256: str = ""
    rebalancing: float = 0.0
    mask_centre: float = 0.0
    decoding: Decoding = REGRESSION


_ZHANG = "BSD-2-Clause"
_S3 = "https://colorizers.s3.us-east-2.amazonaws.com/"
_MIRROR = "https://github.com/clibdev/colorization/releases/latest/download/"
_BERKELEY = "http://colorization.eecs.berkeley.edu/siggraph/models/"  # HTTPS does not answer there

CATALOGUE = {
    record.name: record
    for record in (
        Weights(
            "compact",
            "compact",
            "compact.safetensors",
            "this project, colorizer/weights/MODEL_CARD.md",
            "BSD-2-Clause, data see model card",
            rebalancing=0.5,
            decoding=Decoding(),
        ),
        Weights(
            "eccv16",
            "eccv16",
            "colorization_release_v2-9b330a0b.pth",
            "github.com/richzhang/colorization",
            _ZHANG,
            (_S3 + "colorization_release_v2-9b330a0b.pth", _MIRROR + "colorization-eccv-16.pth"),
            128_976_165,
            "9b330a0bae53f4ded77b1e23defbf78beaa09c10ebc4c4999e8e4f4a160b93f9",
            rebalancing=1.0,
            # Its logits are already divided by the annealing temperature.
            decoding=Decoding(rebalancing=1.0, temperature=1.0, regression=1.0),
        ),
        Weights(
            "siggraph17",
            "siggraph17",
            "siggraph17-df00044c.pth",
            "github.com/richzhang/colorization (converted from Caffe)",
            _ZHANG,
            (_S3 + "siggraph17-df00044c.pth", _MIRROR + "colorization-siggraph-17.pth"),
            136_787_426,
            "df00044c0a4d7c3edcecf6f75437ce346a66e7a42612d9b968e1a7e17dbc6f66",
        ),
        Weights(
            "siggraph17-caffe",
            "siggraph17",
            "caffemodel.pth",
            "github.com/richzhang/colorization-pytorch (converted from Caffe)",
            _ZHANG,
            (_BERKELEY + "caffemodel.pth",),
        ),
        Weights(
            "siggraph17-retrained",
            "siggraph17",
            "pytorch.pth",
            "github.com/richzhang/colorization-pytorch (trained again in PyTorch)",
            _ZHANG,
            (_BERKELEY + "pytorch.pth",),
            mask_centre=0.5,
        ),
    )
}


class Loaded(NamedTuple):
    """A network with weights, in float32, and what belongs to them; decoding None leaves it to the architecture."""

    network: Network
    architecture: Architecture
    rebalancing: float
    decoding: Decoding | None


def load(weights: str | Path) -> Loaded:
    """Weights of the catalogue by name, or a file, as a network.

    A file is one that training wrote (.safetensors), or one of the catalogue's under its own file name. Downloaded
    files are checked each time: reading 130 MB for their sum takes 0.1 s, less than building the network, and a disk
    or a hand that changed one is noticed. Raises WeightsError, FileNotFoundError.
    """
    path = weights_path(weights)
    record = CATALOGUE.get(str(weights)) or next(
        (r for r in CATALOGUE.values() if r.urls and r.file == path.name), None
    )
    if record is None or not record.urls:
        network, metadata = load_network(path)
        decoding = record.decoding if record else None
        return Loaded(network, architecture(metadata["architecture"]), float(metadata["rebalancing"]), decoding)
    verify(record, path)
    return Loaded(build(record, path), architecture(record.architecture), record.rebalancing, record.decoding)


def find(name: str) -> Weights:
    """The record of that name. Raises ValueError that lists the names."""
    if name not in CATALOGUE:
        raise ValueError(f"no weights are called {name!r}; known: {', '.join(sorted(CATALOGUE))}")
    return CATALOGUE[name]


def weights_path(name: str | Path) -> Path:
    """Where weights of that name are, packaged or in the cache, or a file. Raises FileNotFoundError that helps."""
    packaged = _folder() / f"{name}.safetensors"
    record = CATALOGUE.get(str(name))
    path = packaged if packaged.is_file() else cache_folder() / record.file if record else Path(name)
    if path.is_file():
        return path
    if record:
        raise FileNotFoundError(
            f"the weights {record.name} are not here yet ({path} is missing): run `colorizer weights get {record.name}`"
        )
    raise FileNotFoundError(
        f"no weights are called {str(name)!r} and no file is; known: {', '.join(sorted(CATALOGUE))}"
    )


def packaged_weights() -> list[str]:
    """Names of the weights in the package."""
    return sorted(path.stem for path in _folder().glob("*.safetensors"))


def cache_folder() -> Path:
    """Where downloaded weights are kept: $COLORIZER_HOME, else colorizer/ in $XDG_CACHE_HOME or ~/.cache."""
    if home := os.environ.get("COLORIZER_HOME"):
        return Path(home)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "colorizer"


def verify(record: Weights, path: Path) -> None:
    """Raise WeightsError where a file has not the size or the sum of the record."""
    with path.open("rb") as file:
        check_sum(record, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest(), what=str(path))


def check_sum(record: Weights, size: int, sha256: str, *, what: str) -> None:
    """Raise WeightsError where size and sum are not those of the record; `what` names the file in the message."""
    if record.size is not None and size != record.size:
        raise WeightsError(f"{what} is not the file of {record.name}: {size:,} bytes instead of {record.size:,}")
    if not sha256.startswith(record.sha256):
        raise WeightsError(
            f"{what} is not the file of {record.name}, or is damaged: its sha256 is {sha256}, not {record.sha256}"
        )


def build(record: Weights, path: Path) -> Network:
    """The network of a record with the weights of a PyTorch file. Raises WeightsError where they do not fit."""
    network = architecture(record.architecture).build()
    _fill(network, _read_pth(path), f"{path} does not fit {record.architecture}")
    if isinstance(network, Siggraph17):
        network.mask_centre = record.mask_centre
    return network


def load_network(path: Path) -> tuple[Network, dict[str, str]]:
    """The network that a .safetensors file describes, with its weights, in float32, and the file's metadata.

    metadata: `architecture`, `rebalancing` (its power in training), `samples` (pictures seen in training) and what
    else the objective wrote, such as `mask_centre`.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except SafetensorError as error:
        raise WeightsError(f"{path} is not a safetensors file: {error}") from error
    if not {"architecture", "rebalancing"} <= metadata.keys():
        raise WeightsError(f"{path} was not written by `colorizer train`: its metadata name no architecture")
    name = metadata["architecture"]
    network = architecture(name).build()
    _fill(network, state, f"{path} does not fit {name}")
    if isinstance(network, Siggraph17):
        network.mask_centre = float(metadata.get("mask_centre", 0))
    return network, metadata


def _folder() -> Path:
    return Path(str(resources.files("colorizer").joinpath("weights")))


def _read_pth(path: Path) -> Mapping[str, Tensor]:
    """The state dict in a file of PyTorch. Nothing but tensors is read: a file that holds code is refused."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError, KeyError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise WeightsError(f"{path} is not a file of PyTorch weights: {first}") from error
    if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
        raise WeightsError(f"{path} holds no state dict: expected tensors by name")
    return state


def _fill(network: Network, state: Mapping[str, Tensor], problem: str) -> None:
    """Load weights strictly. BatchNorm's counters may be absent: older files have none, and nothing reads them."""
    own = network.state_dict()
    counters = {key: value for key, value in own.items() if key.endswith("num_batches_tracked")}
    missing = sorted(own.keys() - counters.keys() - state.keys())
    unexpected = sorted(state.keys() - own.keys())
    shapes = [
        f"{key} {tuple(state[key].shape)} instead of {tuple(own[key].shape)}"
        for key in sorted(own.keys() & state.keys())
        if own[key].shape != state[key].shape
    ]
    if missing or unexpected or shapes:
        raise WeightsError(
            f"{problem}: {len(missing)} missing keys {missing[:5]}, {len(unexpected)} unexpected keys "
            f"{unexpected[:5]}, {len(shapes)} wrong shapes {shapes[:5]}"
        )
    network.load_state_dict({**counters, **state})
