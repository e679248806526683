"""The pictures of a realism test: photographs in their real colours, in a model's, and in obviously wrong ones."""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from colorizer.errors import InputError
from colorizer.evaluation.metrics import chroma
from colorizer.model import Colorizer
from colorizer.pixels import Pixels
from colorizer.training.photos import PhotoSet
from colorizer.upsample import join

SIDE = 256
"""Pixels: photographs are shown as squares of this size, as published."""

MIN_CHROMA = 3.0
"""Mean ab distance from grey, below which a photograph is black and white and its "real colours" are none."""

DONORS = 8
"""Photographs of which the one with the least fitting colours lends them to a catch trial."""


@dataclass(frozen=True)
class StudyPhoto:
    """JPEG files of one photograph. number: its place in the set. coloured: by model. wrong: for catch trials."""

    number: int
    real: bytes
    coloured: Mapping[str, bytes]
    wrong: bytes


def make_pictures(
    models: Mapping[str, Colorizer],
    photos: PhotoSet,
    count: int,
    *,
    seed: int = 0,
    progress: Callable[[list[int]], Iterable[int]] = iter,
) -> list[StudyPhoto]:
    """`count` photographs drawn from the set, with all their colourings; black-and-white ones are passed over.

    progress: goes through the drawn numbers and shows how far it is. Raises InputError for too few photographs.
    """
    rng = np.random.default_rng(seed)
    squares: dict[int, Pixels] = {}
    for number in rng.permutation(len(photos)).tolist():
        square = np.asarray(ImageOps.fit(photos.image(number), (SIDE, SIDE), Image.Resampling.LANCZOS))
        if float(chroma(square).norm(dim=0).mean()) >= MIN_CHROMA:
            squares[number] = square
        if len(squares) == count:
            break
    if len(squares) < count or count < 2:
        raise InputError(f"{count} photographs in colour are needed, at least 2; there are {len(squares)}")
    made = []
    for number in progress(list(squares)):
        real = squares[number]
        coloured = {name: _jpeg(model.colorize(real)) for name, model in models.items()}
        others = [squares[other] for other in squares if other != number]
        drawn = rng.choice(len(others), min(DONORS, len(others)), replace=False)
        wrong = _recoloured(real, [others[i] for i in drawn])
        made.append(StudyPhoto(number, _jpeg(real), coloured, _jpeg(wrong)))
    return made


def _recoloured(real: Pixels, donors: list[Pixels]) -> Pixels:
    """The photograph in another one's colours: that donor's whose colours are farthest from its own."""
    own = chroma(real)
    colours = [chroma(donor) for donor in donors]
    return join(real, max(colours, key=lambda ab: float((ab - own).norm(dim=0).mean())))


def _jpeg(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()
