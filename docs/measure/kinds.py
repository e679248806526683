"""Measures the packaged weights on kinds of photographs that people notice; writes docs/kinds.md and docs/kinds.jpg.

Usage: python -m docs.measure.kinds ../shared/photos [--look FILE] [--pictures FOLDER]

The photographs are of sources that training leaves out, chosen by eye. They may not be redistributed: --look writes a
sheet of them, grey, coloured and true, to look at and not to keep.

The sheet in docs/ shows others: scikit-image's, and those of two Debian packages: `apt-get download opencv-doc
lomiri-wallpapers-16.04`, unpacked with `dpkg-deb -x` into the FOLDER. Without it the sheet stays as it is.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.progress import track
from skimage import data as samples

from colorizer.evaluation.frontier import Reference
from colorizer.evaluation.metrics import chroma, colourfulness, psnr
from colorizer.evaluation.regions import PATCHY, dispersion
from colorizer.model import Colorizer
from colorizer.pixels import Pixels
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import load_recipe
from docs.measure.fresh import note
from docs.measure.tables import replace_table

DOCS = Path(__file__).parents[1]
SPREAD = 480
KINDS = {
    "people, small in a large photo": (323, 335, 348, 380, 382, 410, 443),
    "one person, near": (274, 346, 352, 391, 431, 458),
    "lawns and ball games": (252, 268, 269, 299, 406, 411, 426, 463),
    "ruins and streets": (44, 63, 89, 129, 251, 403, 448, 479),
    "strong red, orange and yellow": (33, 62, 101, 134, 328, 434),
    "snow": (123, 249, 257, 288, 343, 401, 469),
    "silver and white things": (65, 73, 131, 141, 170, 216),
    "water": (240, 265, 321, 339, 371, 407, 425, 460),
    "uniforms and teams": (268, 310, 389, 400, 406, 411, 422, 464),
}
"""Numbers among SPREAD photographs, spread over all of the sources that are left out."""

SHOWN = {
    "a uniform": None,
    "a white house": "building.jpg",
    "a street": "leuvenA.jpg",
    "a palace": "home.jpg",
    "fruit": "fruits.jpg",
    "a lawn": "aitzgorri_by_Aitzol_Berasategi.jpg",
    "water": "life_by_Aitzol_Berasategi.jpg",
    "snow": "picosdeeuropa_by_Aitzol_Berasategi.jpg",
}
"""Pictures of the sheet in docs/ by their file; the first one is scikit-image's."""

HEIGHT, LINE = 150, 20  # pixels of a photo on a sheet, and of the words above it


def main() -> None:
    """Measure, write the table, draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--look", type=Path)
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    model = Colorizer.load(device="cpu")
    shards = [path for path in sorted(asked.photos.glob("*.parquet")) if path.stem != "validation"]
    photos = PhotoSet.open(shards).only(load_recipe("compact").data.left_out).spread(SPREAD)
    rows, looks = [], {}
    for kind, numbers in track(KINDS.items(), description="kinds"):
        true = [np.asarray(photos.image(number)) for number in numbers]
        coloured = [model.colorize(pixels) for pixels in true]
        rows.append(_row(kind, true, coloured))
        looks[kind] = list(zip(true, coloured, strict=True))
    head = ["kind", "photos", "dB over grey", "of true colourfulness", "dispersion", "in truth", f"above {PATCHY:g}"]
    replace_table(DOCS / "kinds.md", "kinds", head, rows)
    if asked.look:
        _sheet([(kind, pair) for kind, pairs in looks.items() for pair in pairs]).save(asked.look, quality=90)
    if asked.pictures:
        shown = [(words, _pair(model, pixels)) for words, pixels in _public(asked.pictures)]
        _sheet(shown).save(DOCS / "kinds.jpg", quality=88)
        note(DOCS / "kinds.jpg")


def _row(kind: str, true: list[Pixels], coloured: list[Pixels]) -> list[str]:
    references = [Reference(pixels) for pixels in true]
    gain = [psnr(ours, one.pixels) - one.grey_psnr for ours, one in zip(coloured, references, strict=True)]
    share = sum(map(colourfulness, coloured)) / sum(map(colourfulness, true))
    area, spread, patchy = np.sum(
        [dispersion(chroma(ours), one.regions) for ours, one in zip(coloured, references, strict=True)], axis=0
    )
    truth = sum(one.figures[2] for one in references)
    return [
        kind,
        str(len(true)),
        f"{np.mean(gain):+.2f}",
        f"{share:.0%}",
        f"{spread / area:.2f}",
        f"{truth / area:.2f}",
        f"{patchy / area:.1%}",
    ]


def _public(folder: Path) -> list[tuple[str, Pixels]]:
    found = []
    for words, name in SHOWN.items():
        if name is None:
            found.append((words, samples.astronaut()))
        else:
            with Image.open(next(folder.rglob(name))) as image:
                image.draft("RGB", (1200, 900))
                found.append((words, np.asarray(image.convert("RGB"))))
    return found


def _pair(model: Colorizer, pixels: Pixels) -> tuple[Pixels, Pixels]:
    return pixels, model.colorize(pixels)


def _sheet(rows: list[tuple[str, tuple[Pixels, Pixels]]], across: int = 2) -> Image.Image:
    """Grey, coloured and true, `across` photographs a row."""
    width = 3 * 2 * HEIGHT
    sheet = Image.new("RGB", (across * width, -(-len(rows) // across) * (HEIGHT + LINE)), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, (words, (true, coloured)) in enumerate(rows):
        left, top = number % across * width, number // across * (HEIGHT + LINE)
        pen.text((left + 2, top + 3), words, fill="black", font=font)
        images = [Image.fromarray(true).convert("L").convert("RGB"), Image.fromarray(coloured), Image.fromarray(true)]
        for column, image in enumerate(images):
            image.thumbnail((2 * HEIGHT - 6, HEIGHT), Image.Resampling.LANCZOS)
            sheet.paste(image, (left + column * 2 * HEIGHT, top + LINE))
    return sheet


if __name__ == "__main__":
    main()
