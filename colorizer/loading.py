"""From files of weights to networks."""

from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from colorizer.architectures import Architecture, architecture
from colorizer.catalogue import CATALOGUE, Weights, WeightsError, check_finite, verify, weights_path
from colorizer.looks import Decoding
from colorizer.networks.network import Network


class Loaded(NamedTuple):
    """A network with weights, in float32, and what belongs to them.

    rebalancing: Power of the class rebalancing in training.
    decoding: How its colours are read.
    """

    network: Network
    architecture: Architecture
    rebalancing: float
    decoding: Decoding


def load(weights: str | Path) -> Loaded:
    """A network with its weights.

    weights: A name of the catalogue, a file that training wrote (.safetensors), or a downloaded file of the catalogue
        under its own file name. A file whose sum is known is checked each time; for 130 MB that takes 0.1 s.

    Raises WeightsNotFound, and WeightsError for a file that is damaged or does not fit.
    """
    path = weights_path(weights)
    record = CATALOGUE.get(str(weights)) or next(
        (r for r in CATALOGUE.values() if r.urls and r.file == path.name), None
    )
    if record is not None:
        verify(record, path)
    if record is None or not record.urls:
        network, metadata = load_network(path)
        kind = architecture(metadata["architecture"])
        decoding = record.decoding if record else kind.decoding
        return Loaded(network, kind, float(metadata["rebalancing"]), decoding)
    return Loaded(build(record, path), architecture(record.architecture), record.rebalancing, record.decoding)


def build(record: Weights, path: Path) -> Network:
    """The network of a record with the weights of a PyTorch file. Raises WeightsError where they do not fit."""
    network = architecture(record.architecture).build()
    _fill(network, _read_pth(path), path, record.architecture)
    network.mask_centre = record.mask_centre
    return network


def load_network(path: Path) -> tuple[Network, dict[str, str]]:
    """The network of a .safetensors file that training wrote, in float32, and the file's metadata.

    The metadata are `architecture`, `rebalancing` (its power in training), `samples` (pictures it was trained on) and
    what else the objective wrote, such as `mask_centre`. Raises WeightsError.
    """
    state, metadata = read_trained(path)
    name = metadata["architecture"]
    network = architecture(name).build()
    _fill(network, state, path, name)
    network.mask_centre = float(metadata.get("mask_centre", 0))
    return network, metadata


def read_trained(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The parameters in a .safetensors file that training wrote, by name, and the file's metadata.

    Raises WeightsError for another file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except SafetensorError as error:
        raise WeightsError(
            f"{path} is not a safetensors file, so name one that `colorizer train` wrote: {error}"
        ) from error
    if not {"architecture", "rebalancing"} <= metadata.keys():
        raise WeightsError(f"{path} was not written by `colorizer train`: its metadata name no architecture")
    return state, metadata


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


def _fill(network: Network, state: Mapping[str, Tensor], path: Path, name: str) -> None:
    """Load weights strictly, but for what nothing reads: counters that older files lack, parts that they still hold.

    Raises WeightsError, also for numbers that are not finite.
    """
    state = {key: value for key, value in state.items() if not key.startswith(network.dropped)}
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
            f"{path} does not fit {name}: {len(missing)} missing keys {missing[:5]}, {len(unexpected)} unexpected keys "
            f"{unexpected[:5]}, {len(shapes)} wrong shapes {shapes[:5]}"
        )
    check_finite(path, [key for key, value in state.items() if not torch.isfinite(value).all()])
    network.load_state_dict({**counters, **state})
