"""Photographs of prints: a print on a table, in a frame, in a hand, in an album, beside a colour target.

What is asked is only whether the print is grey. All randomness comes from the generator that is passed in.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter
from skimage import data

from colorizer.pixels import Pixels
from docs.measure.detector_pictures import Change, Random, faded, grey, jpeg, selenium, sepia, vivid

Size = tuple[int, int]
"""Width, height."""

SKINS = ((236, 188, 160), (214, 158, 124), (176, 120, 88), (120, 78, 56), (84, 54, 40))
WOODS = ((186, 140, 92), (150, 98, 56), (112, 70, 42), (204, 166, 122), (134, 62, 36), (86, 58, 42))
TARGET = (
    (0, 122, 190),
    (0, 160, 200),
    (0, 150, 90),
    (120, 180, 40),
    (250, 220, 40),
    (240, 130, 40),
    (215, 40, 50),
    (200, 60, 130),
    (110, 70, 140),
    (245, 245, 245),
    (115, 82, 68),
    (60, 60, 60),
    (20, 20, 20),
)


def large(pixels: Pixels, random: Random) -> Image.Image:
    """The photograph at the size of a print in a picture."""
    image = Image.fromarray(pixels)
    side = int(random.integers(300, 500))
    factor = side / max(image.size)
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.BICUBIC)


def printed(pixels: Pixels, random: Random) -> Image.Image:
    """A grey or toned print, often with a white or cream edge."""
    kind = random.random()
    tone = faded if kind < 0.12 else sepia if kind < 0.3 else selenium if kind < 0.36 else None
    image = large(grey(pixels) if tone is None else tone(pixels, random), random)
    if random.random() < 0.4:
        edge = int(min(image.size) * random.uniform(0.02, 0.07))
        paper = Image.new("RGB", (image.width + 2 * edge, image.height + 2 * edge))
        white = (int(random.integers(225, 250)),) * 3
        paper.paste(white if random.random() < 0.6 else (238, 230, 210), (0, 0, *paper.size))
        paper.paste(image, (edge, edge))
        return paper
    return image


def field(size: Size, cells: Size, random: Random) -> np.ndarray:
    """Smooth noise of about unit spread, float (height, width)."""
    noise = random.normal(0, 1, (max(2, cells[1]), max(2, cells[0]))).astype(np.float32)
    return np.asarray(Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC))


def as_pixels(values: np.ndarray) -> Pixels:
    return np.rint(values).clip(0, 255).astype(np.uint8)


def lit(values: np.ndarray, random: Random) -> np.ndarray:
    """Uneven light of a room over float RGB."""
    size = values.shape[1::-1]
    return values * (1 + 0.12 * field(size, (2, 2), random))[..., None]


def wood(size: Size, random: Random) -> Pixels:
    tone = np.array(WOODS[random.integers(len(WOODS))], np.float32) * random.uniform(0.8, 1.15)
    width, height = size
    grain = field(size, (max(2, width // 90), max(2, height // 3)), random) * 0.10
    grain += field(size, (max(2, width // 40), max(2, height // 12)), random) * 0.10
    if random.random() < 0.5:
        grain = np.asarray(Image.fromarray(grain.T.copy()).resize(size))
    return as_pixels(lit(tone * (1 + grain)[..., None], random))


def cloth(size: Size, random: Random) -> Pixels:
    tone = np.array(vivid(random), np.float32) * 0.6 + 60 * random.uniform(0.2, 1)
    weave = field(size, (size[0] // 2, size[1] // 2), random) * 0.06 + field(size, (5, 5), random) * 0.12
    other = np.array(vivid(random), np.float32)
    spots = (field(size, (size[0] // 25, size[1] // 25), random) > 1.1)[..., None] * (random.random() < 0.5)
    return as_pixels(lit(np.where(spots, other, tone) * (1 + weave)[..., None], random))


def paper(size: Size, random: Random) -> Pixels:
    """An album page: black, brown, cream, green or red card."""
    tones = ((34, 32, 32), (92, 72, 52), (226, 208, 172), (64, 82, 66), (112, 44, 44), (60, 66, 92), (196, 164, 120))
    tone = np.array(tones[random.integers(len(tones))], np.float32)
    return as_pixels(lit(tone * (1 + field(size, (size[0] // 2, size[1] // 2), random) * 0.04)[..., None], random))


def blurred_room(size: Size, random: Random) -> Pixels:
    """A background out of focus, in several colours."""
    base = np.stack([field(size, (4, 4), random) for _ in range(3)], axis=2) * 30
    tone = np.array(vivid(random), np.float32) * 0.5 + 70
    return as_pixels(lit(base + tone, random))


def laid(
    print_: Image.Image, ground: Callable[[Size, Random], Pixels], random: Random, *, most: float = 7
) -> Image.Image:
    """A print somewhere on a ground, of which it takes a third to nine tenths; sometimes turned a little."""
    share = random.uniform(0.35, 0.92)
    across = print_.width / np.sqrt(share) * random.uniform(0.96, 1.04)
    down = print_.width * print_.height / share / across
    size = (max(print_.width + 8, round(across)), max(print_.height + 8, round(down)))
    page = Image.fromarray(ground(size, random))
    angle = 0.0 if random.random() < 0.4 else random.uniform(-most, most) * (1 - share)  # else it leaves the picture
    mask = Image.new("L", print_.size, 255).rotate(angle, Image.Resampling.BICUBIC, expand=True)
    turned = print_.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    free = (size[0] - turned.width, size[1] - turned.height)
    at = (round(random.uniform(0.25, 0.75) * free[0]), round(random.uniform(0.25, 0.75) * free[1]))
    if random.random() < 0.7:
        shadow = Image.new("L", size)
        shadow.paste(mask, (at[0] + 4, at[1] + 4))
        dark = shadow.filter(ImageFilter.GaussianBlur(5)).point(lambda level: level * 0.4)
        page.paste((0, 0, 0), (0, 0), dark)
    page.paste(turned, at, mask)
    return page


def taken(page: Image.Image, random: Random) -> Pixels:
    """As a camera takes it: a cast, noise, JPEG."""
    values = np.asarray(page, np.float32) * (1 + random.normal(0, 0.012, 3))
    return jpeg(as_pixels(values + random.normal(0, random.uniform(0, 4), values.shape)), random, 55, 94)


def on_a_table(pixels: Pixels, random: Random) -> Pixels:
    return taken(laid(printed(pixels, random), wood if random.random() < 0.65 else cloth, random), random)


def in_an_album(pixels: Pixels, random: Random) -> Pixels:
    print_ = printed(pixels, random)
    page = laid(print_, paper, random, most=3)
    if random.random() < 0.4:  # a caption in coloured ink
        draw = ImageDraw.Draw(page)
        draw.text((page.width * 0.3, page.height * 0.95), "Summer 1931", fill=vivid(random))
    return taken(page, random)


def in_a_frame(pixels: Pixels, random: Random) -> Pixels:
    """Behind a mat, in a moulding with a bevel; often with the wall around it."""
    image = printed(pixels, random)
    side = min(image.size)
    mats = ((250, 248, 242), (236, 224, 196), (40, 60, 50), (120, 30, 36), (52, 64, 96), (205, 190, 160))
    mat = mats[random.integers(len(mats))]
    for tone, width in ((mat, random.uniform(0, 0.16)), (None, random.uniform(0.03, 0.12))):
        band = int(side * width)
        size = (image.width + 2 * band, image.height + 2 * band)
        if tone is not None:
            page = Image.new("RGB", size, tone)
        elif random.random() < 0.6:
            page = Image.fromarray(wood(size, random))
        else:
            gold = np.array((176, 138, 62) if random.random() < 0.6 else vivid(random), np.float32)
            page = Image.fromarray(as_pixels(gold * (1 + 0.2 * field(size, (40, 40), random))[..., None]))
        page.paste(image, (band, band))
        image = page
    if random.random() < 0.5:
        image = laid(image, cloth if random.random() < 0.5 else blurred_room, random, most=2)
    return taken(image, random)


def in_a_hand(pixels: Pixels, random: Random) -> Pixels:
    print_ = printed(pixels, random)
    page = laid(print_, blurred_room if random.random() < 0.7 else cloth, random)
    draw = ImageDraw.Draw(page)
    skin = np.array(SKINS[random.integers(len(SKINS))])
    width, height = page.size
    thick = min(page.size) * random.uniform(0.07, 0.11)
    for finger in range(random.integers(1, 5)):
        tone = tuple(as_pixels(skin * random.uniform(0.88, 1.08)).tolist())
        y = height * random.uniform(0.35, 0.8) + finger * thick * 1.1
        reach = width * random.uniform(0.10, 0.22)
        box = (-thick, y, reach, y + thick) if finger else (width - reach, y, width + thick, y + thick)
        draw.rounded_rectangle(box, thick / 2, fill=tone)
    return taken(page.filter(ImageFilter.GaussianBlur(0.6)), random)


def with_a_target(pixels: Pixels, random: Random) -> Pixels:
    """A strip of colour patches beside the print, on the scanner's white or black lid."""
    print_ = printed(pixels, random)
    lid = (int(random.choice([18, 60, 240])),) * 3
    count = int(random.integers(6, len(TARGET) + 1))
    strip = Image.new("RGB", (print_.width, max(10, int(print_.height * random.uniform(0.06, 0.2)))), lid)
    draw = ImageDraw.Draw(strip)
    first = int(random.integers(len(TARGET)))
    step = strip.width / count
    gap = min(step * random.uniform(0, 0.15), (strip.height - 2) / 2)  # beside a panorama the strip is thin
    for index in range(count):
        box = (index * step, gap, (index + 1) * step - gap, strip.height - gap - 1)
        draw.rectangle(box, fill=TARGET[(first + index) % len(TARGET)])
    turns = int(random.integers(4))
    if turns % 2:
        strip = strip.resize((print_.height, strip.height))
        print_ = print_.transpose(Image.Transpose.ROTATE_90)
    space = int(min(print_.size) * random.uniform(0, 0.04))
    page = Image.new("RGB", (print_.width, print_.height + strip.height + space), lid)
    page.paste(print_, (0, 0))
    page.paste(strip.resize((page.width, strip.height)), (0, print_.height + space))
    turned = np.rot90(np.asarray(page), -turns)
    border = int(min(turned.shape[:2]) * random.uniform(0, 0.05))
    whole = np.pad(turned, ((border,) * 2, (border,) * 2, (0, 0)), constant_values=lid[0])
    return taken(Image.fromarray(whole), random)


def blotchy(pixels: Pixels, random: Random) -> Pixels:
    """Chroma noise in blotches, as phones and denoised scans have: 8 to 25 pixels wide at 1,200."""
    image = printed(pixels, random)
    spread = max(image.size) * random.uniform(8, 25) / 1200
    shape = image.size[::-1]
    noise = [gaussian_filter(random.normal(0, 1, shape), spread) for _ in range(2)]
    a, b = (one / one.std() * random.uniform(1.5, 3.5) for one in noise)
    # Steps of a and b at mid grey, in sRGB levels.
    steps = np.stack([2.1 * a + 0.4 * b, -1.0 * a + 0.1 * b, 0.3 * a - 1.8 * b], axis=2)
    return jpeg(as_pixels(np.asarray(image, np.float32) + steps), random, 60, 94)


def on_tinted_paper(pixels: Pixels, random: Random) -> Pixels:
    """Black ink on coloured paper."""
    tone = 255 - (255 - np.array(vivid(random), np.float32)) * random.uniform(0.1, 0.55)
    return taken(Image.fromarray(as_pixels(grey(pixels) / 255 * tone)), random)


def framed_colour(pixels: Pixels, random: Random) -> Pixels:
    """A colour photograph on a table, in a frame, in an album: in colour."""
    ground = (wood, cloth, paper, blurred_room)[random.integers(4)]
    return taken(laid(large(pixels, random), ground, random), random)


def scene(size: Size, random: Random) -> Pixels:
    """Somewhere in a colour photograph of scikit-image."""
    names = ("astronaut", "coffee", "chelsea", "rocket", "retina", "immunohistochemistry")
    whole = Image.fromarray(getattr(data, names[random.integers(len(names))])())
    factor = max(size[0] / whole.width, size[1] / whole.height) * random.uniform(1, 1.6)
    large_ = whole.resize((int(whole.width * factor) + 1, int(whole.height * factor) + 1))
    left, top = int(random.integers(large_.width - size[0])), int(random.integers(large_.height - size[1]))
    return np.asarray(large_.crop((left, top, left + size[0], top + size[1])))


def before_a_scene(pixels: Pixels, random: Random) -> Pixels:
    """A print held before, or pasted over, something colourful."""
    return taken(laid(printed(pixels, random), scene, random), random)


PRINTS: dict[str, Change] = {
    "print on a table": on_a_table,
    "print in an album": in_an_album,
    "print in a frame": in_a_frame,
    "print in a hand": in_a_hand,
    "print with a colour target": with_a_target,
    "grey, blotchy noise": blotchy,
    "print on tinted paper": on_tinted_paper,
}
"""What the constants of `colorizer.greyness` were fitted on, made of other photographs than they are measured on."""

ALONE = ("grey, blotchy noise", "print on tinted paper")
"""Those without a surrounding."""

UNSEEN: dict[str, Change] = {"print before a scene": before_a_scene}
"""What they were not fitted on."""

COLOUR_PRINTS: dict[str, Change] = {"colour print, the same surroundings": framed_colour}
