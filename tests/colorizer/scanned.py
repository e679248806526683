"""Scanned photographs as people have them in folders."""

import numpy as np
from PIL import Image
from skimage import data as samples

from colorizer.photo import decode

GREY = samples.camera()[100:228, 150:278]
COLOUR = samples.astronaut()[:160, 130:290]


def picture(path, pixels=GREY, kind="PNG", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, kind, **options)
    return path


def has_colour(path):
    pixels = decode(path.read_bytes()).pixels.astype(int)
    return np.abs(pixels[..., 0] - pixels[..., 2]).mean() > 1
