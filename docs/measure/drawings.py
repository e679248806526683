"""Drawings made from nothing: charts, pages of text, comics, logos; RGB, of random size, in colour or black and white.

All randomness comes from the generator that is passed in, so a seed names a set of pictures.
"""

import itertools
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from docs.measure.detector_pictures import Random, jpeg, vivid

WORDS = ("the", "of", "and", "in", "you", "that", "was", "for", "with", "they", "have", "this", "from", "photograph")


def sentence(random: Random, count: int) -> str:
    return " ".join(WORDS[index] for index in random.integers(0, len(WORDS), count))


def ink(random: Random, coloured: bool) -> tuple[int, ...]:
    return vivid(random) if coloured else (int(random.integers(0, 200)),) * 3


def canvas(random: Random, paper: tuple[int, ...] = (255, 255, 255)) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (int(random.integers(320, 1000)), int(random.integers(320, 1000))), paper)
    return image, ImageDraw.Draw(image)


def bar_chart(random: Random, coloured: bool) -> Image.Image:
    image, draw = canvas(random)
    width, height = image.size
    count = int(random.integers(4, 12))
    for index in range(count):
        top = random.uniform(0.15, 0.8) * height
        left = width * (0.1 + 0.85 * index / count)
        draw.rectangle((left, top, left + width * 0.6 / count, height * 0.9), fill=ink(random, coloured))
        draw.text(
            (left, height * 0.92), str(2000 + index), fill="black", font=ImageFont.load_default(max(8, width // 45))
        )
    draw.line(
        (width * 0.08, height * 0.1, width * 0.08, height * 0.9, width * 0.97, height * 0.9), fill="black", width=2
    )
    draw.text((width * 0.2, height * 0.03), sentence(random, 5), fill="black", font=ImageFont.load_default(width // 25))
    return image


def line_chart(random: Random, coloured: bool) -> Image.Image:
    image, draw = canvas(random, (255, 255, 255) if random.random() < 0.7 else (235, 235, 242))
    width, height = image.size
    for step in range(1, 9):
        draw.line((width * 0.1, height * step / 10, width * 0.95, height * step / 10), fill=(215, 215, 215))
        draw.text(
            (2, height * step / 10), f"{step * 10}", fill="black", font=ImageFont.load_default(max(8, width // 40))
        )
    for _ in range(random.integers(1, 6)):
        values = np.cumsum(random.normal(0, 0.03, 60)) + random.uniform(0.3, 0.7)
        points = [(width * (0.1 + 0.85 * i / 59), height * float(value)) for i, value in enumerate(values)]
        draw.line(points, fill=ink(random, coloured), width=int(random.integers(1, 5)))
    return image


def pie_chart(random: Random, coloured: bool) -> Image.Image:
    image, draw = canvas(random)
    width, height = image.size
    side = min(image.size) * 0.4
    box = (width / 2 - side, height / 2 - side, width / 2 + side, height / 2 + side)
    cuts = np.r_[0, np.sort(random.uniform(0, 360, random.integers(2, 7))), 360]
    for start, end in itertools.pairwise(cuts):
        draw.pieslice(box, start, end, fill=ink(random, coloured), outline="white", width=3)
    draw.text((10, 10), sentence(random, 4), fill="black", font=ImageFont.load_default(width // 25))
    return image


def text_page(random: Random, coloured: bool) -> Image.Image:
    papers = [(255, 255, 255), (250, 246, 235)] if coloured else [(255, 255, 255), (26, 26, 27)]
    paper = papers[random.integers(2)]
    image, draw = canvas(random, paper)
    size = int(random.integers(14, 30))
    colour = (20, 20, 20) if sum(paper) > 300 else (215, 218, 220)
    for top in range(size, image.height - size, int(size * 1.4)):
        if random.random() < 0.9:
            link = coloured and random.random() < 0.15
            line = sentence(random, max(2, int(image.width / size / 2.6)))
            draw.text((size, top), line, fill=(0, 80, 200) if link else colour, font=ImageFont.load_default(size))
    return image


def screenshot(random: Random, coloured: bool) -> Image.Image:
    dark = random.random() < 0.4
    image, draw = canvas(random, (30, 31, 34) if dark else (246, 247, 248))
    width, height = image.size
    bar = ink(random, coloured)
    draw.rectangle((0, 0, width, height // 12), fill=bar)
    for row in range(2, 11):
        top = height * row / 12
        draw.rounded_rectangle(
            (width * 0.05, top, width * 0.95, top + height / 15),
            8,
            fill=(50, 51, 56) if dark else (255, 255, 255),
            outline=(120,) * 3,
        )
        draw.ellipse((width * 0.07, top + 4, width * 0.07 + height / 20, top + height / 20), fill=ink(random, coloured))
        draw.text(
            (width * 0.18, top + 4),
            sentence(random, 6),
            fill="white" if dark else "black",
            font=ImageFont.load_default(max(9, height // 40)),
        )
    return image


def comic(random: Random, coloured: bool) -> Image.Image:
    """Panels with outlined figures, flat fills and speech."""
    image, draw = canvas(random)
    width, height = image.size
    rows, columns = random.integers(1, 4), random.integers(1, 3)
    thick = max(2, min(image.size) // 150)
    for row in range(rows):
        for column in range(columns):
            left, top = column * width / columns + 8, row * height / rows + 8
            right, bottom = (column + 1) * width / columns - 8, (row + 1) * height / rows - 8
            w, h = right - left, bottom - top
            back = vivid(random) if coloured and random.random() < 0.8 else (255, 255, 255)
            draw.rectangle((left, top, right, bottom), fill=back, outline="black", width=thick)
            for _ in range(random.integers(1, 3)):
                x, y, r = left + w * random.uniform(0.25, 0.75), top + h * 0.55, min(w, h) * random.uniform(0.1, 0.2)
                body = ink(random, coloured) if random.random() < 0.7 else (255, 255, 255)
                draw.polygon([(x - r, bottom), (x, y), (x + r, bottom)], fill=body, outline="black", width=thick)
                draw.ellipse(
                    (x - r, y - r, x + r, y + r),
                    fill=(255, 220, 180) if coloured else "white",
                    outline="black",
                    width=thick,
                )
                for eye in (-0.4, 0.4):
                    draw.ellipse((x + r * (eye - 0.1), y - r * 0.3, x + r * (eye + 0.1), y - r * 0.1), fill="black")
                draw.arc((x - r * 0.5, y, x + r * 0.5, y + r * 0.6), 10, 170, fill="black", width=thick)
            if random.random() < 0.5:  # hatching
                for step in range(0, int(w), 9):
                    draw.line((left + step, bottom - h * 0.1, left + step + 6, bottom), fill="black", width=1)
            draw.ellipse(
                (left + w * 0.05, top + h * 0.04, right - w * 0.05, top + h * 0.28),
                fill="white",
                outline="black",
                width=thick,
            )
            draw.text(
                (left + w * 0.2, top + h * 0.1),
                sentence(random, 4),
                fill="black",
                font=ImageFont.load_default(max(9, int(w) // 16)),
            )
    return image


def line_drawing(random: Random, coloured: bool) -> Image.Image:
    """Pen strokes on paper."""
    image, draw = canvas(random, (255, 255, 255) if not coloured else (252, 248, 240))
    width, height = image.size
    for _ in range(random.integers(20, 90)):
        walk = np.cumsum(random.normal(0, min(image.size) / 40, (int(random.integers(5, 30)), 2)), axis=0)
        points = [tuple(point) for point in walk + random.uniform(0, 1, 2) * (width, height)]
        draw.line(
            points,
            fill=ink(random, coloured) if coloured else (20,) * 3,
            width=int(random.integers(1, 5)),
            joint="curve",
        )
    return image


def logo(random: Random, coloured: bool) -> Image.Image:
    image, draw = canvas(random, vivid(random) if coloured and random.random() < 0.5 else (255, 255, 255))
    width, height = image.size
    for _ in range(random.integers(2, 6)):
        x, y = random.uniform(0.1, 0.6) * width, random.uniform(0.1, 0.5) * height
        box = (x, y, x + width * random.uniform(0.15, 0.35), y + height * random.uniform(0.15, 0.35))
        (draw.ellipse if random.random() < 0.5 else draw.rectangle)(box, fill=ink(random, coloured))
    draw.text(
        (width * 0.15, height * 0.75),
        sentence(random, 2).upper(),
        fill=ink(random, coloured),
        font=ImageFont.load_default(width // 10),
    )
    return image


DRAWINGS: dict[str, Callable[[Random, bool], Image.Image]] = {
    "bar chart": bar_chart,
    "line chart": line_chart,
    "pie chart": pie_chart,
    "text page": text_page,
    "screenshot": screenshot,
    "comic": comic,
    "line drawing": line_drawing,
    "logo": logo,
}


def drawing(name: str, random: Random) -> np.ndarray:
    """One drawing of a kind as it would be posted: smoothed edges, PNG or JPEG, often at another size."""
    image = DRAWINGS[name](random, bool(random.random() < 0.5))
    scale = random.choice([0.6, 0.8, 1.0])
    image = image.resize([max(160, int(side * scale)) for side in image.size], Image.Resampling.LANCZOS)
    pixels = np.asarray(image)
    return jpeg(pixels, random, 50, 95) if random.random() < 0.6 else pixels
