"""What counts as the same picture: real photographs, copies that are bit for bit the same, and all that are not."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps
from skimage import data as samples

from bot.photos.fingerprint import fingerprint
from colorizer.photo import decode

PHOTOGRAPHS = ("astronaut", "camera", "cat", "coffee", "coins", "moon", "rocket")


def saved(image, form, **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def opened(file):
    return Image.open(io.BytesIO(file)).convert("RGB")


def with_comment(file):
    comment = b"found in the attic"
    return file[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + file[2:]


def scribbled(image):
    ImageDraw.Draw(image).line([(60, 50), (140, 120), (90, 160)], fill="white", width=5)
    return image


def watermarked(image):
    ImageDraw.Draw(image).text((image.width * 0.3, image.height * 0.7), "STOCK", fill=(250, 250, 250))
    return image


def one_pixel(image):
    image.putpixel((7, 5), tuple(value ^ 1 for value in image.getpixel((7, 5))))
    return image


def screened(image):
    """With a fine grid, the mean of which is nought: nothing is left of it in a small copy."""
    pixels = np.asarray(image, np.int16)
    grid = np.indices(pixels.shape[:2]).sum(axis=0) % 2 * 60 - 30
    return Image.fromarray((pixels + grid[..., None]).clip(0, 255).astype(np.uint8))


SAME = {
    "the file itself": bytes,
    "a comment in the file": with_comment,
    "PNG": lambda file: saved(opened(file), "PNG"),
    "PNG, smaller": lambda file: saved(opened(file), "PNG", optimize=True),
    "lossless WebP": lambda file: saved(opened(file), "WEBP", lossless=True),
}

OTHER = {
    "scribbled": scribbled,
    "watermark": watermarked,
    "one bit of one pixel": one_pixel,
    "a fine grid": screened,
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "darkened": lambda image: ImageEnhance.Brightness(image).enhance(0.9),
    "mirrored": ImageOps.mirror,
    "upside down": ImageOps.flip,
    "rotated": lambda image: image.rotate(0.5, Image.Resampling.BICUBIC),
    "on its side": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "cropped": lambda image: image.crop((2, 2, image.width - 2, image.height - 2)),
    "stretched": lambda image: image.resize((round(image.width * 1.1), image.height)),
    "smaller": lambda image: image.resize((image.width // 2, image.height // 2)),
    "tinted": lambda image: Image.merge("RGB", [*image.split()[:2], image.split()[2].point(lambda x: x * 0.8)]),
}


@pytest.fixture(params=PHOTOGRAPHS)
def file(request):
    return saved(Image.fromarray(getattr(samples, request.param)()).convert("L").convert("RGB"), "JPEG", quality=90)


def of(file):
    return fingerprint(decode(file).pixels)


@pytest.mark.parametrize("how", SAME)
def test_the_same_pixels_in_another_file_are_the_same_picture(file, how):
    assert of(SAME[how](file)) == of(file)


@pytest.mark.parametrize("how", OTHER)
def test_any_other_pixels_are_another_picture(file, how):
    other = OTHER[how](opened(file))
    assert of(saved(other, "PNG")) != of(file)


@pytest.mark.parametrize("quality", [30, 60, 75, 89])
def test_a_photo_that_was_compressed_once_more_is_another_picture(file, quality):
    assert of(saved(opened(file), "JPEG", quality=quality)) != of(file)


def test_the_shape_counts_where_the_bytes_are_the_same():
    plain = np.full((40, 60, 3), 128, np.uint8)
    assert fingerprint(plain) != fingerprint(plain.reshape(60, 40, 3))


def test_pixels_that_lie_otherwise_in_memory_are_the_same_picture():
    pixels = samples.astronaut()
    assert fingerprint(np.asfortranarray(pixels)) == fingerprint(pixels)
