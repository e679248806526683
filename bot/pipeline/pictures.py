"""The pictures of a job: its original, decoded, and smaller ones made from it."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from bot.domain.outcomes import Outcome, Refused
from bot.domain.stages import Stage
from bot.pipeline.tools import Tools
from bot.store.files import JobFiles
from bot.store.tables import Job
from colorizer.photo import BrokenImage, NotAnImage, PhotoError, TooManyPixels, decode, encode_jpeg

Pixels = npt.NDArray[np.uint8]

THUMBNAIL = 320  # pixels, longest side
SIDE_BY_SIDE = 1600  # pixels, width or height of the two together
_OUTCOMES = {
    TooManyPixels: Outcome.TOO_MANY_PIXELS,
    NotAnImage: Outcome.NOT_AN_IMAGE,
    BrokenImage: Outcome.BROKEN_IMAGE,
}


class GoBack(Exception):
    """A file of the job is gone from this machine: the job must repeat an earlier stage."""

    def __init__(self, stage: Stage, name: str) -> None:
        super().__init__(f"{name} is not on this machine")
        self.stage = stage


def original(job: Job, tools: Tools) -> Pixels:
    """The fetched photo as uint8 sRGB (height, width, 3)."""
    data = tools.files.read(job.id, JobFiles.ORIGINAL)
    if data is None:
        raise GoBack(Stage.FETCH, JobFiles.ORIGINAL)
    try:
        return decode(data, max_pixels=tools.max_pixels).pixels
    except PhotoError as error:
        raise Refused(_OUTCOMES[type(error)], f"{job.photo_url}: {error}") from error


def made(job: Job, tools: Tools, name: str) -> bytes:
    """A picture that the colorize stage has made."""
    data = tools.files.read(job.id, name)
    if data is None:
        raise GoBack(Stage.COLORIZE, name)
    return data


def thumbnail(pixels: Pixels) -> bytes:
    """A small JPEG for the reply log."""
    return encode_jpeg(_shrink(pixels, THUMBNAIL / max(pixels.shape[:2])), quality=85)


def side_by_side(before: Pixels, after: Pixels) -> bytes:
    """Both pictures in one JPEG: beside each other when upright, above each other when wide."""
    axis = 1 if before.shape[0] >= before.shape[1] * 0.8 else 0
    scale = SIDE_BY_SIDE / 2 / before.shape[axis]
    return encode_jpeg(np.concatenate([_shrink(before, scale), _shrink(after, scale)], axis=axis), quality=90)


def _shrink(pixels: Pixels, scale: float) -> Pixels:
    if scale >= 1:
        return pixels
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    small: Any = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(small)
