"""Three coloured frames of each shot on one sheet, to see what a film will look like before it is coloured."""

from pathlib import Path

import numpy as np
from PIL import Image

from colorizer.film.flow import Map
from colorizer.film.hints import Given
from colorizer.film.painting import Painter
from colorizer.film.plan import Plan
from colorizer.film.planes import Chroma
from colorizer.film.reading import Film, Frame
from colorizer.film.small import Shrinking
from colorizer.film.steady import steady
from colorizer.film.writing import assembled
from colorizer.pixels import Pixels

_WIDTH = 320
"""Pixels of one frame on the sheet."""

_MOST_ROWS = 65_000
"""Pixels: what a JPEG can be high."""


def preview(film: Film, plan: Plan, painter: Painter, shrinking: Shrinking, given: dict[int, list[Given]]) -> Pixels:
    """A row for each shot, uint8 (height, width, 3): a frame near its beginning, its middle and its end.

    Of a film with too many shots for one sheet, the first ones.
    """
    wanted = [sorted({first + (end - first) * part // 6 for part in (1, 3, 5)}) for first, end in plan.shot_ranges()]
    upright = (film.width, film.height) if film.rotation % 180 == 0 else (film.height, film.width)
    height = min(4 * _WIDTH, max(1, round(_WIDTH * upright[1] / upright[0] / film.aspect)))
    wanted = wanted[: max(1, _MOST_ROWS // height)]
    rows: list[Pixels] = []
    held: list[tuple[int, Frame]] = []
    for number, frame in enumerate(film.read()):
        if number not in wanted[len(rows)]:
            continue
        held.append((number, frame))
        if number == wanted[len(rows)][-1]:
            rows.append(_row(held, painter, shrinking, given, (_WIDTH, height)))
            held = []
            if len(rows) == len(wanted):
                break
    return np.concatenate(rows)


def _row(
    held: list[tuple[int, Frame]],
    painter: Painter,
    shrinking: Shrinking,
    given: dict[int, list[Given]],
    size: tuple[int, int],
) -> Pixels:
    small = [shrinking.shrink(frame.luma) for _, frame in held]
    hints = {place: given[number] for place, (number, _) in enumerate(held) if number in given}
    row = np.full((size[1], 3 * size[0], 3), 255, np.uint8)
    for place, ((_, frame), ab) in enumerate(zip(held, steady(small, painter, hints=hints), strict=True)):
        row[:, place * size[0] : (place + 1) * size[0]] = shown(frame, ab, shrinking, size)
    return row


def shown(frame: Frame, ab: Map, shrinking: Shrinking, size: tuple[int, int]) -> Pixels:
    """A frame in these colours as it will be written, uint8 sRGB (height, width, 3), of that width and height, upright.

    ab: (rows, columns, 2), at the size of the frame's copy for flow.
    """
    film = shrinking.film
    planes = Chroma(film).planes(frame.luma, ab, shrinking.shrink(frame.luma).lightness)
    pixels = assembled(film, frame.luma, planes).to_ndarray(format="rgb24")[: film.height, : film.width]
    upright = np.ascontiguousarray(np.rot90(pixels, film.rotation // 90))
    return np.asarray(Image.fromarray(upright).resize(size))


def save(sheet: Pixels, path: Path) -> None:
    """Write the sheet as JPEG or PNG, by its name."""
    Image.fromarray(sheet).save(path, quality=90)
