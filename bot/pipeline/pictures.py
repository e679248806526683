"""The pictures of a job: its original, decoded, and smaller ones made from it."""

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.request import Request
from bot.domain.stages import Stage
from bot.pipeline.jumps import Goto
from bot.pipeline.tools import Tools
from bot.store.files import JobFiles
from bot.store.tables import Job, Photo
from bot.store.views import Size
from colorizer.photo import (
    BrokenImage,
    CodecCrashed,
    NotAnImage,
    PhotoError,
    TooCostly,
    TooManyPixels,
    UnsupportedImage,
    encode_jpeg,
)
from colorizer.photo.labels import machine_made
from colorizer.pixels import Pixels

MACHINE_MADE = machine_made()
"""What results carry beside their pixels: the word that a machine made their colours."""

THUMBNAIL = 320  # pixels, longest side
SIDE_BY_SIDE = 1600  # pixels, width of the two together
CAPTION = 26  # pixels, height of the strip with the words
LONGEST = 65_000  # pixels of a column; what a JPEG can hold
_OUTCOMES = {
    TooManyPixels: Outcome.TOO_MANY_PIXELS,
    NotAnImage: Outcome.NOT_AN_IMAGE,
    UnsupportedImage: Outcome.NOT_AN_IMAGE,
    BrokenImage: Outcome.BROKEN_IMAGE,
    TooCostly: Outcome.TOO_COSTLY,
    CodecCrashed: Outcome.CODEC_CRASHED,
}


def original(job: Job, photo: Photo, tools: Tools) -> Pixels:
    """The fetched photo as uint8 sRGB (height, width, 3)."""
    name = JobFiles.original(photo.number)
    data = tools.files.read(job.id, name)
    if data is None:
        raise Goto(Stage.FETCH, f"{name} is not on this machine")
    try:
        return tools.photos.decoder.decode(data).pixels
    except PhotoError as error:
        raise Refused(_OUTCOMES[type(error)], f"{photo.url}: {error}") from error


def made(job: Job, tools: Tools, name: str) -> bytes:
    """A picture that the colorize stage has made."""
    data = tools.files.read(job.id, name)
    if data is None:
        raise Goto(Stage.COLORIZE, f"{name} is not on this machine")
    return data


def unusable_reference(job: Job, reason: str) -> str:
    """The note for the asker when the picture whose colours were wanted cannot be used."""
    if Request.from_json(job.wanted or {}).like is not None:
        return f"I could not use the picture after like: {reason}"
    return f"I could not use the picture whose colours this subreddit wants: {reason}"


def write_views(job: Job, name: str, pixels: Pixels, tools: Tools, *, xmp: bytes = b"") -> None:
    """Smaller copies for the result page, under the name of the picture whose views they will be."""
    for size in Size if tools.links is not None else ():
        tools.files.write(job.id, JobFiles.view(name, size.label), view(pixels, size, xmp=xmp))


def write_comparison(job: Job, photo: Photo, before: Pixels, results: Sequence[Pixels], tools: Tools) -> None:
    """The side-by-side, with the photo as it was for the result page, and the thumbnail for the reply log."""
    name = JobFiles.comparison(photo.number)
    tools.files.write(job.id, name, side_by_side(before, results))
    write_views(job, name, before, tools)
    tools.files.write(job.id, JobFiles.after(photo.number), thumbnail(results[0]))


def thumbnail(pixels: Pixels) -> bytes:
    """A small JPEG for the reply log."""
    return encode_jpeg(_shrink(pixels, THUMBNAIL / max(pixels.shape[:2])), quality=85)


def view(pixels: Pixels, size: Size, *, xmp: bytes = b"") -> bytes:
    """A smaller copy for a result page, as a progressive JPEG: it is there at once, and becomes sharp."""
    height, width = pixels.shape[:2]
    small = Image.fromarray(pixels).resize(size.of(width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85, progressive=True, optimize=True, xmp=xmp)
    return buffer.getvalue()


def side_by_side(before: Pixels, results: Sequence[Pixels]) -> bytes:
    """The photo and its results beside each other in one JPEG, each with a small caption below it.

    Several results stand in a grid of two columns.
    """
    pictures = [before, *results]
    names = ["before", *(_caption(number, len(results)) for number in range(1, len(results) + 1))]
    rows = -(-len(pictures) // 2)
    scale = min(SIDE_BY_SIDE / 2 / before.shape[1], (LONGEST / rows - CAPTION) / before.shape[0])
    small = [_captioned(_shrink(picture, scale), name) for picture, name in zip(pictures, names, strict=True)]
    small += [np.full_like(small[0], 255)] * (-len(small) % 2)
    lines = [np.concatenate(small[i : i + 2], axis=1) for i in range(0, len(small), 2)]
    return encode_jpeg(np.concatenate(lines), quality=90, xmp=MACHINE_MADE)


def _caption(number: int, several: int) -> str:
    return "after: a machine's guess" if several == 1 else f"guess {number}"


def _captioned(pixels: Pixels, words: str) -> Pixels:
    """With a white strip of CAPTION pixels below; the words are as small as a narrow picture needs."""
    width = pixels.shape[1]
    strip = Image.new("RGB", (width, CAPTION), "white")
    draw = ImageDraw.Draw(strip)
    size = next((size for size in range(16, 7, -1) if draw.textlength(words, _font(size)) <= width - 8), None)
    if size is not None:
        draw.text((width / 2, CAPTION / 2), words, "#444444", _font(size), anchor="mm")
    return np.concatenate([pixels, np.asarray(strip)])


@lru_cache(16)
def _font(size: int) -> Any:
    """The font that comes with Pillow."""
    return ImageFont.load_default(size)


def _shrink(pixels: Pixels, scale: float) -> Pixels:
    if scale >= 1:
        return pixels
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    small: Any = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(small)
