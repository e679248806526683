"""Weights: which there are, and how a file becomes a network."""

from importlib import resources
from pathlib import Path

from safetensors import SafetensorError, safe_open

from colorizer.networks import Network, architecture


class WeightsError(ValueError):
    """A weights file that does not fit; the message names the file, the architecture and the keys that differ."""


def packaged_weights() -> list[str]:
    """Names of the weights in the package."""
    folder = Path(str(resources.files("colorizer").joinpath("weights")))
    return sorted(path.stem for path in folder.glob("*.safetensors"))


def weights_path(name: str | Path) -> Path:
    """Packaged weights by name, or a file. Raises FileNotFoundError that names what there is."""
    path = Path(name)
    if not path.suffix:
        path = Path(str(resources.files("colorizer").joinpath(f"weights/{name}.safetensors")))
    if not path.is_file():
        raise FileNotFoundError(f"no weights at {path}; packaged: {', '.join(packaged_weights()) or 'none'}")
    return path


def load_network(path: Path) -> tuple[Network, dict[str, str]]:
    """The network that a .safetensors file describes, with its weights, in float32, and the file's metadata.

    metadata: `architecture`, `rebalancing` (its power in training) and `samples` (pictures seen in training).
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 - not a dict
    except SafetensorError as error:
        raise WeightsError(f"{path} is not a safetensors file: {error}") from error
    if not {"architecture", "rebalancing"} <= metadata.keys():
        raise WeightsError(f"{path} was not written by `colorizer train`: its metadata name no architecture")
    name = metadata["architecture"]
    network = architecture(name).build()
    wanted = {key for key in network.state_dict() if not key.endswith("num_batches_tracked")}
    if wanted != state.keys():
        missing, unexpected = sorted(wanted - state.keys()), sorted(state.keys() - wanted)
        raise WeightsError(
            f"{path} does not fit {name}: {len(missing)} missing keys {missing[:5]}, "
            f"{len(unexpected)} unexpected keys {unexpected[:5]}"
        )
    network.load_state_dict(state, strict=False)  # only BatchNorm's counters are absent, checked above
    return network, metadata
