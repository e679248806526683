"""A short grey film for the demo's Reddit: a camera that moves over a photograph."""

import io
from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
from PIL import Image

from colorizer.pixels import Pixels

SIZE = (480, 320)
"""Width and height, pixels."""

FRAMES, RATE = 60, 20
"""How many, and how many a second."""


def can_make_clips() -> bool:
    """Whether PyAV is installed, by the extra `film`."""
    return find_spec("av") is not None


def clip(photo: Pixels) -> bytes:
    """MP4 without sound, three seconds long. photo: uint8 sRGB (height, width, 3)."""
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=RATE, options={"crf": "20"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for view in _views(Image.fromarray(photo).convert("L")):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(view.convert("RGB")), "rgb24")))
        film.mux(stream.encode(None))
    return buffer.getvalue()


def _views(photo: Image.Image) -> Iterator[Image.Image]:
    """From left to right, and a little closer."""
    for number in range(FRAMES):
        there = number / (FRAMES - 1)
        share = 0.9 - 0.2 * there  # of what fits into the photo
        scale = share * min(photo.width / SIZE[0], photo.height / SIZE[1])
        width, height = SIZE[0] * scale, SIZE[1] * scale
        left, top = (photo.width - width) * there, (photo.height - height) / 2
        yield photo.resize(SIZE, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))
