"""The files of a run: the checkpoint from which it goes on, and the averaged weights, which are its result."""

from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from colorizer.errors import InputError, out_of_memory
from colorizer.loading import read_trained
from colorizer.networks import Network
from colorizer.whole_files import replacing

CHECKPOINT = "checkpoint.pt"


def write_checkpoint(folder: Path, state: dict[str, Any]) -> None:
    """Write the state of a run; an interrupted write leaves the old one whole."""
    with replacing(folder / CHECKPOINT) as partial:
        torch.save(state, partial)


def read_checkpoint(folder: Path, network: str, device: torch.device) -> dict[str, Any]:
    """The state of a run of that network. Raises InputError for another one's, for a damaged one and for none."""
    path = folder / CHECKPOINT
    if not path.is_file():
        raise InputError(f"{folder}: no run there, it has no {CHECKPOINT}; name the folder of a run, or a weights file")
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        name = state["recipe"]["network"]
    except (EOFError, LookupError, RuntimeError, TypeError, ValueError, UnpicklingError) as error:
        if out_of_memory(error):
            raise
        raise InputError(
            f"{path} is damaged or no checkpoint: name another folder; --start takes the weights beside it"
        ) from error
    if name != network:
        raise InputError(f"{folder} holds a run of {name}, not of {network}: name another folder")
    return state


def write_weights(path: Path, weights: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write weights alone, in half precision, with what must be known to use them."""
    stored = {key: _stored(key, value) for key, value in weights.items() if not key.endswith("num_batches_tracked")}
    with replacing(path) as partial:
        save_file(stored, partial, metadata=metadata)
        partial.chmod(0o644)  # safetensors writes files that only their owner may read


def read_weights(path: Path, name: str, network: Network) -> tuple[dict[str, Tensor], list[str], int]:
    """The weights in a file for the network of that name, and how many pictures they were trained on.

    Between the two the parameters that the file lacks, which are the network's own. Raises InputError for another
    network's weights.
    """
    found, metadata = read_trained(path)
    if (other := metadata["architecture"]) != name:
        raise InputError(f"{path} holds weights of {other}, not of {name}")
    own = network.state_dict()
    found = {key: value for key, value in found.items() if not key.startswith(network.dropped)}
    if unknown := sorted(found.keys() - own.keys()):
        raise InputError(f"{path} has parameters that {name} has not: {', '.join(unknown[:5])}")
    lacking = sorted(key for key in own.keys() - found.keys() if not key.endswith("num_batches_tracked"))
    weights = own | {key: value.float() for key, value in found.items()}
    return weights, lacking, int(metadata.get("samples", 0))


def _stored(key: str, value: Tensor) -> Tensor:
    """Half precision; but the variances of a batch normalization may lie beyond its range."""
    value = value.contiguous()
    return value.float() if key.endswith((".running_mean", ".running_var")) else value.half()
