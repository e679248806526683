"""Photographs with a known verdict: turned grey, tinted, framed or stamped; `drawings.py` has what is no photograph.

All randomness comes from the generator that is passed in, so a seed names a set of pictures.
"""

import io
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


def vivid(random: Random) -> tuple[int, ...]:
    """A random colour that nobody takes for grey."""
    colour = (int(random.integers(256)), int(random.integers(140, 256)), int(random.integers(120, 256)))
    return tuple(Image.new("HSV", (1, 1), colour).convert("RGB").tobytes())


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
