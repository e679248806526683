"""The fingerprint of a photo's pixels: what tells that two files hold the same picture, bit for bit."""

import hashlib

import numpy as np
import numpy.typing as npt


def fingerprint_of_files(*files: bytes) -> str:
    """SHA-256 of whole files, as 64 hexadecimal digits: a film is known again when it is the very same one."""
    digest = hashlib.sha256()
    for data in files:
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def fingerprint(pixels: npt.NDArray[np.uint8]) -> str:
    """SHA-256 of uint8 sRGB pixels (height, width, 3) and their shape, as 64 hexadecimal digits.

    A photo posted once more, with other metadata or in another lossless format, has the same; any other pixel gives
    another. It is no perceptual hash on purpose: docs/hosting.md says why.
    """
    digest = hashlib.sha256(repr(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()
