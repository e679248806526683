"""Programs that use the library, for the type checker: what comes out has the type that goes in; nothing is run."""

from pathlib import Path
from typing import assert_type

import numpy as np
import numpy.typing as npt
from PIL import Image

import colorizer

Array = npt.NDArray[np.uint8]


def a_file(path: Path) -> None:
    model = colorizer.load()
    assert_type(model, colorizer.Colorizer)
    assert_type(model.colorize(path), colorizer.Picture)
    assert_type(model.colorize(str(path), look="vivid"), colorizer.Picture)
    assert_type(model.colorize(path.read_bytes(), palette=["navy", (1, 2, 3)]), colorizer.Picture)
    model.colorize(path).resize((10, 10)).save("small.png")


def a_pillow_image(image: Image.Image) -> None:
    model = colorizer.load("siggraph17", device="cpu")
    photo = model.encode(image, style=image)
    assert_type(photo, colorizer.EncodedPhoto[colorizer.Picture])
    assert_type(model.paint(photo, [colorizer.Hint(310, 220, "#aa3b30", box=(1, 2, 3, 4))]), colorizer.Picture)
    assert_type(model.variants(photo, 3), list[colorizer.Picture])


def an_array(pixels: Array) -> None:
    model = colorizer.Colorizer.load()
    assert_type(model.colorize(pixels), Array)
    assert_type(model.paint(model.encode(pixels)), Array)
    assert_type(model.variants(pixels, 3, seed=2), list[Array])
    assert_type(model.colorize_batch([pixels]), list[Array])
    assert_type(colorizer.encode_jpeg(model.colorize(pixels)), bytes)
    assert_type(colorizer.decode(b"").pixels, Array)
    assert_type([one.rgb for one in model.suggest(pixels, (3, 4))], list[tuple[int, int, int]])


def an_error() -> str:
    try:
        colorizer.load("nothing")
    except colorizer.ColorizerError as error:
        return str(error)
    return ", ".join(colorizer.available_models())
