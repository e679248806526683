"""Animated WebP, which FFmpeg does not read: frames by Pillow."""

from collections.abc import Generator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, UnidentifiedImageError

MILLISECOND = Fraction(1, 1000)


def is_animated(path: Path) -> bool:
    """Whether a file is a WebP picture with more frames than one."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        return False
    try:
        with Image.open(path) as image:
            return bool(getattr(image, "is_animated", False))
    except (UnidentifiedImageError, OSError):
        return False


def frames(path: Path) -> Generator[av.VideoFrame | None]:
    """The frames as RGBA, with time and duration in milliseconds. Ends where the file is cut short."""
    with Image.open(path) as image:
        pts = 0
        for number in range(getattr(image, "n_frames", 1)):
            try:
                image.seek(number)
                pixels = np.asarray(image.convert("RGBA"))
            except (OSError, EOFError, ValueError):
                yield None
                return
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgba")
            frame.pts, frame.time_base = pts, MILLISECOND
            frame.duration = _shown(image)
            pts += frame.duration
            yield frame


def length(path: Path) -> tuple[int, int]:
    """How many frames, and milliseconds, as far as the file says it without being decoded whole."""
    with Image.open(path) as image:
        count = int(getattr(image, "n_frames", 1))
        image.load()
        return count, count * _shown(image)


def _shown(image: Image.Image) -> int:
    """Milliseconds for which the frame is shown; browsers take 10 and less, 0 above all, for 100."""
    stated = round(image.info.get("duration", 0))
    return stated if stated > 10 else 100
