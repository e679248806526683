"""The fingerprint of a photo's pixels: what tells that two files hold the same picture, bit for bit."""

import hashlib

import numpy as np
import numpy.typing as npt


def fingerprint(pixels: npt.NDArray[np.uint8]) -> str:
    """SHA-256 of uint8 sRGB pixels (height, width, 3) and their shape, as 64 hexadecimal digits.

    A photo posted once more, with other metadata or in another lossless format, has the same; any other pixel gives
    another. It is no perceptual hash on purpose: docs/hosting.md says why.
    """
    digest = hashlib.sha256(repr(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()
