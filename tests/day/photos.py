"""The pictures of the day: small real photographs, each one another, and the things that are no photographs."""

import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from skimage import data as samples

from tests import films

SIDE = 120
"""Pixels of the shorter side."""

_CROP = 0.62
_GREY = ("astronaut", "camera", "cat", "coffee", "rocket", "clock", "coins", "gravel", "brick", "grass")
_COLOURED = ("coffee", "cat", "astronaut")
_PLACES = ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5))


def grey() -> Iterator[bytes]:
    """Grey photos as JPEG files, none a copy of another: corners of photographs, as they are and mirrored."""
    for corner in _PLACES:
        for mirrored in (False, True):
            for name in _GREY:
                if (name, corner, mirrored) == ("rocket", (1.0, 0.0), True):
                    continue  # a corner of clear sky, which nobody takes for a photograph
                yield jpeg(_sized(_corner(getattr(samples, name)(), *corner, mirrored=mirrored)).convert("L"))


def in_colour() -> Iterator[bytes]:
    """Colour photos, after a while the same again."""
    made = [jpeg(_sized(_corner(getattr(samples, name)(), *corner))) for name in _COLOURED for corner in _PLACES]
    return itertools.cycle(made)


def brown(photo: bytes) -> bytes:
    """The print of a grey photo on brown paper."""
    light = np.asarray(Image.open(io.BytesIO(photo)).convert("L"), np.float32)[..., None] / 255
    dark, cream = np.array([38, 24, 14], np.float32), np.array([246, 228, 196], np.float32)
    return png(Image.fromarray((dark + light * (cream - dark)).round().astype(np.uint8)))


def resized(photo: bytes, side: int) -> bytes:
    """A copy whose shorter side has so many pixels."""
    return jpeg(_sized(Image.open(io.BytesIO(photo)), side), quality=70)


def film(folder: Path, kind: str) -> tuple[Path, tuple[int, int], float]:
    """The file for a word of the script, its width and height, and the seconds that its post says."""
    path, size = folder / f"{kind}.mp4", (2000, 1200) if kind == "huge film" else (96, 64)
    match kind:
        case "no film":
            path.write_bytes(b"....ftyp no film")
        case "broken film":
            films.broken(path)
        case _:
            films.film(path, 2 if kind == "huge film" else 9, size=size)
    return path, size, 900 if kind == "long film" else 0.4


def drawings() -> Iterator[bytes]:
    """Charts, each with other bars."""
    number = 0
    while True:
        number += 1
        image = Image.new("RGB", (320, 200), "white")
        draw = ImageDraw.Draw(image)
        draw.line([(30, 15), (30, 175), (305, 175)], fill="black", width=2)
        for i in range(6):
            height = 30 + (37 * (i + number)) % 120
            draw.rectangle([45 + i * 42, 175 - height, 70 + i * 42, 174], fill=("#3b6ea5", "#c0504d")[i % 2])
        yield png(image)


def drawn(width: int, height: int) -> bytes:
    """An empty page of that many pixels."""
    return png(Image.new("L", (width, height), 240))


def noise(width: int, height: int) -> bytes:
    """A file that no codec makes small."""
    return png(Image.fromarray(np.random.default_rng(7).integers(0, 255, (height, width), np.uint8)))


def jpeg(image: Image.Image, quality: int = 88) -> bytes:
    """As a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def png(image: Image.Image) -> bytes:
    """As a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _corner(pixels: np.ndarray, right: float, down: float, *, mirrored: bool = False) -> Image.Image:
    image = Image.fromarray(pixels)
    width, height = (round(_CROP * side) for side in image.size)
    left, top = round(right * (image.width - width)), round(down * (image.height - height))
    cut = image.crop((left, top, left + width, top + height))
    return cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else cut


def _sized(image: Image.Image, side: int = SIDE) -> Image.Image:
    scale = side / min(image.size)
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
