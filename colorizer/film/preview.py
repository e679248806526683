"""Three coloured frames of each shot on one sheet, to see what a film will look like before it is coloured."""

from pathlib import Path

import numpy as np
from PIL import Image

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
    height = max(1, round(_WIDTH * upright[1] / upright[0] / film.aspect))
    wanted = wanted[: max(1, _MOST_ROWS // height)]
    rows: list[Pixels] = []
    held: list[tuple[int, Frame]] = []
    for number, frame in enumerate(film.read()):
        if number not in wanted[len(rows)]:
            continue
        held.append((number, frame))
        if number == wanted[len(rows)][-1]:
            rows.append(_row(held, painter, Chroma(film), shrinking, given, (_WIDTH, height)))
            held = []
            if len(rows) == len(wanted):
                break
    return np.concatenate(rows)


def _row(
    held: list[tuple[int, Frame]],
    painter: Painter,
    chroma: Chroma,
    shrinking: Shrinking,
    given: dict[int, list[Given]],
    size: tuple[int, int],
) -> Pixels:
    small = [shrinking.shrink(frame.luma) for _, frame in held]
    hints = {place: given[number] for place, (number, _) in enumerate(held) if number in given}
    row = np.full((size[1], 3 * size[0], 3), 255, np.uint8)
    colours = steady(small, painter, hints=hints)
    for place, ((_, frame), copy, ab) in enumerate(zip(held, small, colours, strict=True)):
        whole = assembled(chroma.film, frame.luma, chroma.planes(frame.luma, ab, copy.lightness))
        pixels = whole.to_ndarray(format="rgb24")[: chroma.film.height, : chroma.film.width]
        shown = Image.fromarray(np.ascontiguousarray(np.rot90(pixels, chroma.film.rotation // 90))).resize(size)
        row[:, place * size[0] : (place + 1) * size[0]] = np.asarray(shown)
    return row


def save(sheet: Pixels, path: Path) -> None:
    """Write the sheet as JPEG or PNG, by its name."""
    Image.fromarray(sheet).save(path, quality=90)
