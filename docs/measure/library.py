"""Draws docs/library.jpg: what the library makes of a public photograph (scikit-image's astronaut).

Usage: python -m docs.measure.library
"""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from skimage import data as samples

import colorizer
from docs.measure.fresh import note

SHEET = Path(__file__).parents[2] / "docs/library.jpg"
SIDE, LINE, COLUMNS = 240, 30, 5  # pixels of a picture and of the words below it; pictures in a row
PLACE = (140, 380)  # of the hint: on her suit


OUTLINE = (50, 512), (30, 420), (110, 260), (160, 190), (320, 190), (400, 250), (415, 345), (330, 350), (265, 440)
"""Of the suit, roughly."""


def suit(size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """True inside of the outline."""
    image = Image.new("1", size)
    ImageDraw.Draw(image).polygon([*OUTLINE, (265, 512)], fill=1)
    return np.asarray(image)


def main() -> None:
    """Write the sheet."""
    grey = Image.fromarray(samples.astronaut()).convert("L")
    model = colorizer.load(device="cpu")
    photo, rocket = model.encode(grey), Image.fromarray(samples.rocket())
    blue = colorizer.Hint(*PLACE, "royalblue")
    masked = colorizer.Hint(*PLACE, "royalblue", mask=suit(grey.size))
    cells = {
        "the photo": grey,
        'look="natural"': model.paint(photo),
        'look="vivid"': model.colorize(grey, look="vivid"),
        'look="soft"': model.colorize(grey, look="soft"),
        'palette=["navy", "#dcc83c"]': model.colorize(grey, palette=["navy", "#dcc83c"]),
        "style=a rocket at night": model.colorize(grey, style=rocket),
        'a hint "royalblue" on the suit': model.paint(photo, [blue]),
        "the same hint, with a mask": model.paint(photo, [masked]),
        "variants(photo, 3)[1]": model.variants(photo, 3)[1],
        "variants(photo, 3)[2]": model.variants(photo, 3)[2],
    }
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * SIDE, rows * (SIDE + LINE)), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for number, (words, picture) in enumerate(cells.items()):
        left, top = number % COLUMNS * SIDE, number // COLUMNS * (SIDE + LINE)
        sheet.paste(picture.convert("RGB").resize((SIDE - 4, SIDE - 4), Image.Resampling.LANCZOS), (left + 2, top + 2))
        pen.text((left + SIDE // 2, top + SIDE + LINE // 2 - 2), words, fill="black", font=font, anchor="mm")
    data = io.BytesIO()
    sheet.save(data, "JPEG", quality=90)
    SHEET.write_bytes(data.getvalue())
    note(SHEET)
    print(f"written: {SHEET}")  # noqa: T201 - a program for the command line


if __name__ == "__main__":
    main()
