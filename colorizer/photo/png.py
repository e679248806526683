"""What Pillow does not do for PNG files: long texts are no reason to refuse one, and 16 bits stay 16 bits."""

import zlib
from collections.abc import Iterator

import imagecodecs
import numpy as np

from colorizer.photo.stored import Stored

MAX_TEXT = 256 * 1024
"""Bytes of one text, unpacked, that are handed on; an editor's history in XMP may be megabytes."""

_HEAD = 8
_BIT_DEPTH = 24


def without_long_texts(data: bytes) -> bytes:
    """The same file without the texts that Pillow refuses a picture for."""
    kept = [data[:_HEAD]]
    end, dropped = _HEAD, False
    for kind, start, end in _chunks(data):
        if kind in (b"tEXt", b"iTXt", b"zTXt") and _is_long(kind, data[start + 8 : end - 4]):
            dropped = True
        else:
            kept.append(data[start:end])
    return b"".join([*kept, data[end:]]) if dropped else data


def is_deep(data: bytes) -> bool:
    """Whether its samples have 16 bits."""
    return data[_BIT_DEPTH : _BIT_DEPTH + 1] == b"\x10"


def deepen(stored: Stored, data: bytes) -> None:
    """Replace the samples that Pillow would give by those of 16 bits.

    A single colour that is meant to be transparent, which scans do not have, counts as opaque.
    """
    samples = np.asarray(imagecodecs.png_decode(data))
    samples = samples if samples.ndim == 3 else samples[..., None]
    stored.rows = lambda top, bottom: samples[top:bottom]
    stored.space = "GRAY" if samples.shape[2] <= 2 else "RGB"
    stored.alpha = samples.shape[2] in (2, 4)
    stored.white = None


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each whole chunk."""
    place = _HEAD
    while place + 12 <= len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if end > len(data):
            return
        yield data[place + 4 : place + 8], place, end
        place = end


def _is_long(kind: bytes, body: bytes) -> bool:
    if len(body) > MAX_TEXT:
        return True
    _, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        packed = rest[1:]
    elif kind == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        return False
    try:
        return len(zlib.decompressobj().decompress(packed, MAX_TEXT + 1)) > MAX_TEXT
    except zlib.error:
        return True
