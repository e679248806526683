"""A perceptual hash, so that a copy of a photo is known again: resized, recompressed or posted elsewhere."""

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE = 16
"""The hash has the square of that many bits."""

ALIKE = 20
"""Most bits in which two copies of one photo differ; different photographs differ in about half of them."""


def fingerprint(pixels: npt.NDArray[np.uint8]) -> str:
    """The DCT hash ("phash") of sRGB pixels (height, width, 3), as 64 hexadecimal digits."""
    return str(imagehash.phash(Image.fromarray(pixels), hash_size=SIDE))


def alike(one: str, other: str) -> bool:
    """Whether two fingerprints are those of copies of one photo."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE
