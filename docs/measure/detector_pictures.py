"""Pictures with a known verdict: photographs turned grey, tinted, framed or stamped, and drawings made from nothing.

All randomness comes from the generator that is passed in, so a seed names a set of pictures.
"""

import io
import itertools
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Random = np.random.Generator
Change = Callable[[np.ndarray, Random], np.ndarray]


def recoded(pixels: np.ndarray, kind: str, **options: object) -> np.ndarray:
    """Pixels after a journey through a lossy file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return np.asarray(Image.open(file).convert("RGB"))


def jpeg(pixels: np.ndarray, random: Random, low: int = 30, high: int = 90) -> np.ndarray:
    return recoded(pixels, "JPEG", quality=int(random.integers(low, high + 1)), subsampling=2)


def luminance(pixels: np.ndarray) -> np.ndarray:
    """Grey levels, uint8 (height, width)."""
    return np.asarray(Image.fromarray(pixels).convert("L"))


def grey(pixels: np.ndarray) -> np.ndarray:
    return np.repeat(luminance(pixels)[..., None], 3, axis=2)


def toned(pixels: np.ndarray, dark: tuple[int, ...], middle: tuple[int, ...], light: tuple[int, ...]) -> np.ndarray:
    """A print whose colour is a function of its lightness, through three RGB stops."""
    table = np.stack(
        [np.interp(np.arange(256), (0, 128, 255), stops) for stops in zip(dark, middle, light, strict=True)], 1
    )
    return table.round().astype(np.uint8)[luminance(pixels)]


def mixed(pixels: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    return np.rint(pixels * (1 - share) + other * share).astype(np.uint8)


def smooth_field(shape: tuple[int, int], random: Random) -> np.ndarray:
    """A random field from 0 to 1 without detail, like damp in a stack of prints."""
    coarse = random.random((random.integers(2, 5), random.integers(2, 5))).astype(np.float32)
    field = np.asarray(Image.fromarray(coarse).resize(shape[::-1], Image.Resampling.BICUBIC))
    return (field - field.min()) / max(float(np.ptp(field)), 1e-6)


# What happens to photographs. Each takes and returns sRGB pixels.


def grey_jpeg(pixels: np.ndarray, random: Random) -> np.ndarray:
    return jpeg(grey(pixels), random)


def grey_recompressed(pixels: np.ndarray, random: Random) -> np.ndarray:
    once = jpeg(grey(pixels), random)
    return jpeg(once[3:, 5:], random)


def grey_webp(pixels: np.ndarray, random: Random) -> np.ndarray:
    return recoded(grey(pixels), "WEBP", quality=int(random.integers(30, 91)))


def grey_avif(pixels: np.ndarray, random: Random) -> np.ndarray:
    return recoded(grey(pixels), "AVIF", quality=int(random.integers(30, 91)), speed=9)


def grey_grain(pixels: np.ndarray, random: Random) -> np.ndarray:
    """Film grain, and the slight coloured noise that a scanner adds."""
    shape = pixels.shape
    grain = random.normal(0, random.uniform(3, 14), shape[:2])[..., None]
    colour = random.normal(0, random.uniform(0.5, 4), shape)
    return jpeg(np.rint(grey(pixels) + grain + colour).clip(0, 255).astype(np.uint8), random, 50, 95)


def grey_high_contrast(pixels: np.ndarray, random: Random) -> np.ndarray:
    level = random.uniform(90, 160)
    return jpeg(np.rint((grey(pixels) - level) * 2.2 + 110).clip(0, 255).astype(np.uint8), random)


def sepia(pixels: np.ndarray, random: Random) -> np.ndarray:
    full = toned(pixels, (40, 22, 8), (150, 112, 70), (255, 240, 205))
    return jpeg(mixed(grey(pixels), full, random.uniform(0.35, 1)), random)


def cyanotype(pixels: np.ndarray, random: Random) -> np.ndarray:
    full = toned(pixels, (8, 25, 60), (60, 115, 165), (235, 245, 248))
    return jpeg(mixed(grey(pixels), full, random.uniform(0.4, 1)), random)


def selenium(pixels: np.ndarray, random: Random) -> np.ndarray:
    full = toned(pixels, (35, 22, 32), (130, 112, 122), (250, 246, 244))
    return jpeg(mixed(grey(pixels), full, random.uniform(0.5, 1)), random)


def split_toned(pixels: np.ndarray, random: Random) -> np.ndarray:
    """Two hues, still a function of lightness: blue shadows, cream lights."""
    return jpeg(toned(pixels, (15, 25, 50), (125, 125, 120), (255, 240, 208)), random)


def faded(pixels: np.ndarray, random: Random) -> np.ndarray:
    low, high = random.integers(50, 100), random.integers(190, 235)
    weak = np.rint(low + luminance(pixels) * ((high - low) / 255)).astype(np.uint8)[..., None]
    paper = np.array([1.0, random.uniform(0.88, 0.96), random.uniform(0.68, 0.86)])
    return jpeg(np.rint(weak * paper).astype(np.uint8), random)


def stained(pixels: np.ndarray, random: Random) -> np.ndarray:
    """Yellowed unevenly: the tint comes and goes across the print."""
    stain = np.array([1.0, random.uniform(0.85, 0.94), random.uniform(0.6, 0.8)])
    field = smooth_field(pixels.shape[:2], random)[..., None]
    base = toned(pixels, (30, 24, 20), (135, 126, 112), (250, 244, 230)) if random.random() < 0.5 else grey(pixels)
    return jpeg(np.rint(base * (1 - field * (1 - stain))).astype(np.uint8), random)


def scanned(pixels: np.ndarray, random: Random) -> np.ndarray:
    """Enlarged like a scan at a high resolution: soft, tinted a little, noisy, compressed."""
    large = Image.fromarray(grey(pixels)).resize([4 * side for side in pixels.shape[1::-1]], Image.Resampling.BICUBIC)
    noisy = np.asarray(large) * np.array([1.0, 0.97, random.uniform(0.85, 1)]) + random.normal(
        0, 5, (*large.size[::-1], 3)
    )
    return jpeg(np.rint(noisy).clip(0, 255).astype(np.uint8), random, 60, 92)


def framed(pixels: np.ndarray, random: Random) -> np.ndarray:
    """A grey photo on a coloured mount, on a scanner or inside an app's border."""
    band = int(min(pixels.shape[:2]) * random.uniform(0.03, 0.14)) + 1
    height, width = pixels.shape[:2]
    colour = np.array(vivid(random), np.uint8)
    page = np.broadcast_to(colour, (height + 2 * band, width + 2 * band, 3)).copy()
    if random.random() < 0.3:
        page = np.rint(page + random.normal(0, 4, page.shape)).clip(0, 255).astype(np.uint8)
    sides = random.integers(1, 5)
    page[band : band + height, band : band + width] = grey(pixels)
    if sides == 1:
        page = page[band:, band:-band]  # a banner below only
    return jpeg(page, random, 50, 92)


def stamped(pixels: np.ndarray, random: Random) -> np.ndarray:
    """A grey photo with a coloured date, name or watermark."""
    image = Image.fromarray(grey(pixels))
    size = max(8, int(min(image.size) * random.uniform(0.06, 0.11)))
    words = ("12. 7 '98", "PHOTO ARCHIVE", "u/someone", "(c) 1931 Smith", "SAMPLE")
    text = words[random.integers(len(words))]
    draw = ImageDraw.Draw(image)
    x = int(random.integers(2, max(3, image.width // 3)))
    y = int(image.height * random.choice([0.03, 0.86]))
    draw.text((x, y), text, font=ImageFont.load_default(size), fill=vivid(random))
    return jpeg(np.asarray(image), random, 50, 92)


def colour_jpeg(pixels: np.ndarray, random: Random) -> np.ndarray:
    return jpeg(pixels, random)


def colour_enlarged(pixels: np.ndarray, random: Random) -> np.ndarray:
    large = Image.fromarray(pixels).resize([3 * side for side in pixels.shape[1::-1]], Image.Resampling.BICUBIC)
    return jpeg(np.asarray(large), random)


def colour_dull(pixels: np.ndarray, random: Random) -> np.ndarray:
    """Half of the saturation: an old colour print, a foggy day."""
    return jpeg(mixed(pixels, grey(pixels), 0.5), random, 60, 92)


def hand_tinted(pixels: np.ndarray, random: Random) -> np.ndarray:
    """Grey detail under blurred colour, as painted on a print."""
    wash = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(min(pixels.shape[:2]) / 25)))
    return jpeg(
        np.rint(grey(pixels) + (wash.astype(float) - grey(wash)) * 0.9).clip(0, 255).astype(np.uint8), random, 60
    )


GREY: dict[str, Change] = {
    "grey, JPEG": grey_jpeg,
    "grey, JPEG twice": grey_recompressed,
    "grey, WebP": grey_webp,
    "grey, AVIF": grey_avif,
    "grey, grain and scanner noise": grey_grain,
    "grey, high contrast": grey_high_contrast,
    "grey, framed in colour": framed,
    "grey, stamped in colour": stamped,
}
TINTED: dict[str, Change] = {
    "sepia": sepia,
    "cyanotype": cyanotype,
    "selenium": selenium,
    "split-toned": split_toned,
    "faded": faded,
    "stained": stained,
    "scanned large": scanned,
}
COLOUR: dict[str, Change] = {
    "colour, as it is": lambda pixels, _: pixels,
    "colour, JPEG": colour_jpeg,
    "colour, enlarged": colour_enlarged,
    "colour, half saturation": colour_dull,
    "hand-tinted": hand_tinted,
}


# Drawings. Each returns an RGB image of random size, in colour or in black and white.

WORDS = ("the", "of", "and", "in", "you", "that", "was", "for", "with", "they", "have", "this", "from", "photograph")


def vivid(random: Random) -> tuple[int, ...]:
    colour = (int(random.integers(256)), int(random.integers(140, 256)), int(random.integers(120, 256)))
    return tuple(Image.new("HSV", (1, 1), colour).convert("RGB").tobytes())


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
