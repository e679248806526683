"""The catalogue of weights: where they come from, where their files are, and how those are checked."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from colorizer.architectures import by_name
from colorizer.errors import ColorizerError, InputError
from colorizer.looks import REGRESSION, Decoding


class WeightsError(ColorizerError, ValueError):
    """A weights file that does not fit; the message names the file, the architecture and the keys that differ."""


class WeightsNotFound(ColorizerError, FileNotFoundError):
    """There are no weights of that name or path on this machine; the message says how to get them."""


@dataclass(frozen=True)
class Weights:
    """One file of weights, and the constants that belong to it rather than to the architecture.

    name: By which it is loaded.
    architecture: Name of the network that it fits.
    file: Name of the file.
    source: Who published it.
    licence: Of the weights; the code of all networks here is the project's own.
    urls: Addresses to download it from, tried in this order; none for weights in the package.
    size: Bytes; None where that is not published.
    sha256: Digest in hex, or as many leading digits as are published; empty where none are.
    rebalancing: Power of the class rebalancing in training.
    mask_centre: What the network subtracts from the mask of hints.
    decoding: How its colours are read.
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

CATALOGUE = by_name(
    (
        Weights(
            "compact",
            "compact",
            "compact.safetensors",
            "this project, colorizer/weights/MODEL_CARD.md",
            "BSD-2-Clause, data see model card",
            sha256="4f1ee49488aab22725f4f6b9b384d50deb4ab3725b0f462668dc0fd19510c16e",
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
)


def find(name: str) -> Weights:
    """The record of that name. Raises InputError that lists the names."""
    if name not in CATALOGUE:
        raise InputError(f"no weights are called {name!r}; known: {', '.join(sorted(CATALOGUE))}")
    return CATALOGUE[name]


def weights_path(name: str | Path) -> Path:
    """The file of weights, by name (in the package or the cache) or by path. Raises WeightsNotFound."""
    packaged = _folder() / f"{name}.safetensors"
    record = CATALOGUE.get(str(name))
    path = packaged if packaged.is_file() else cache_folder() / record.file if record else Path(name)
    if path.is_file():
        return path
    if record:
        raise WeightsNotFound(
            f"the weights {record.name} are not here yet ({path} is missing): run `colorizer weights get {record.name}`"
        )
    raise WeightsNotFound(f"no weights are called {str(name)!r} and no file is; known: {', '.join(sorted(CATALOGUE))}")


def available_models() -> list[str]:
    """Names that `load` takes: those in the package, then those that `colorizer weights get NAME` fetches first."""
    return [*packaged_weights(), *sorted(CATALOGUE.keys() - set(packaged_weights()))]


def packaged_weights() -> list[str]:
    """Names of the weights in the package."""
    return sorted(path.stem for path in _folder().glob("*.safetensors"))


def cache_folder() -> Path:
    """Where downloaded weights are kept: $COLORIZER_HOME, else colorizer/ in $XDG_CACHE_HOME or ~/.cache."""
    if home := os.environ.get("COLORIZER_HOME"):
        return Path(home)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "colorizer"


def verify(record: Weights, path: Path) -> None:
    """Raise WeightsError for a file of another size or sum than the record's."""
    with path.open("rb") as file:
        check_sum(record, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest(), what=str(path))


def check_finite(path: Path, broken: Sequence[str]) -> None:
    """Raise WeightsError when there are parameters that are not finite.

    path: The file, for the message.
    broken: Names of such parameters.
    """
    if broken:
        raise WeightsError(
            f"{path} is damaged, or its training has failed: NaN or infinite numbers in {', '.join(broken[:5])}"
        )


def check_sum(record: Weights, size: int, sha256: str, *, what: str) -> None:
    """Raise WeightsError for another size or sum than the record's.

    size: Bytes.
    sha256: Digest in hex.
    what: The file, for the message.
    """
    if record.size is not None and size != record.size:
        raise WeightsError(
            f"{what} is not the file of {record.name}: {size:,} bytes instead of {record.size:,}; "
            f"`colorizer weights get {record.name}` gets that"
        )
    if not sha256.startswith(record.sha256):
        raise WeightsError(
            f"{what} is not the file of {record.name}, or is damaged: its sha256 is {sha256}, not {record.sha256}"
        )


def _folder() -> Path:
    return Path(str(resources.files("colorizer").joinpath("weights")))
