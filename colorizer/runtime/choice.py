"""PyTorch or ONNX Runtime: which of the two colours."""

from importlib.util import find_spec
from pathlib import Path

from colorizer.devices import device_name
from colorizer.errors import InputError
from colorizer.files.batch import Model

RUNTIMES = ("auto", "torch", "onnx")
"""auto: PyTorch where it is installed, else ONNX Runtime."""


def model_of(weights: str | Path, *, device: str, runtime: str) -> Model:
    """A model with weights, in one of RUNTIMES.

    Raises what `colorizer.load` and `colorizer.runtime.model.load` raise, and InputError for a device that ONNX Runtime
    does not use here. Where neither is installed, MissingPackage names PyTorch.
    """
    if runtime == "onnx" or (runtime == "auto" and not _is_there("torch") and _is_there("onnxruntime")):
        if device_name(device) not in ("auto", "cpu"):
            raise InputError(f"device {device!r}: ONNX Runtime computes on the processor here; use cpu or auto")
        from colorizer.runtime.model import load

        return load(weights)
    from colorizer.model import Colorizer

    return Colorizer.load(weights, device=device)


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # somebody has put None there, to do without it
        return False
