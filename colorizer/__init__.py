"""Colours for grey photographs.

    import colorizer

    model = colorizer.load()  # the weights are in the package
    model.colorize("grandmother.jpg").save("coloured.jpg")

    photo = model.encode("grandmother.jpg")  # the costly part, once
    model.paint(photo, [colorizer.Hint(310, 220, "#aa3b30")])

Names are imported when they are first used: `Hint` does not load PyTorch, `load` does.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colorizer.catalogue import WeightsError, WeightsNotFound, available_models
    from colorizer.decoding import Suggestion
    from colorizer.encoded import EncodedPhoto
    from colorizer.errors import ColorizerError, InputError, MissingPackage
    from colorizer.hints import Hint
    from colorizer.model import Colorizer, load
    from colorizer.photo import PhotoError, decode, encode_jpeg
    from colorizer.pictures import Picture

__all__ = [
    "Colorizer",
    "ColorizerError",
    "EncodedPhoto",
    "Hint",
    "InputError",
    "MissingPackage",
    "PhotoError",
    "Picture",
    "Suggestion",
    "WeightsError",
    "WeightsNotFound",
    "available_models",
    "decode",
    "encode_jpeg",
    "load",
]

_HOMES = {
    "catalogue": ("WeightsError", "WeightsNotFound", "available_models"),
    "decoding": ("Suggestion",),
    "encoded": ("EncodedPhoto",),
    "errors": ("ColorizerError", "InputError", "MissingPackage"),
    "hints": ("Hint",),
    "model": ("Colorizer", "load"),
    "photo": ("PhotoError", "decode", "encode_jpeg"),
    "pictures": ("Picture",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        from colorizer.importing import explained

        raise explained(error) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
