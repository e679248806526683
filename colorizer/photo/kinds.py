"""What a file is, told by its first bytes."""

from colorizer.photo.errors import NotAnImage

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff", ".bmp"})
"""Endings, in lower case, by which pictures are found in a folder; what a file is, `kind_of` tells by its content."""

# Names of Pillow's readers. A reader that is not listed is never tried, whatever the bytes look like.
READERS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP")
_SUPPORTED = "JPEG, PNG, WebP, GIF, AVIF, TIFF and BMP"

# First bytes of files that people send for pictures, to tell "damaged" from "something else" and to name the else.
_SIGNATURES = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (8, b"WEBP", "WebP"),
    (0, b"GIF8", "GIF"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"BM", "BMP"),
)
_OTHERS = (
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIF picture"),
    (4, b"ftyp", "an MP4 film"),
    (0, b"\x1aE\xdf\xa3", "a WebM film"),
    (0, b"%PDF", "a PDF document"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
)


def kind_of(data: bytes) -> str:
    """Name the supported format that `data` begins like. Raises `NotAnImage` that names what it is instead."""
    for offset, magic, name in _SIGNATURES:
        if data.startswith(magic, offset):
            return name
    raise NotAnImage(f"This is {_what_else(data)}; supported are {_SUPPORTED}.")


def _what_else(data: bytes) -> str:
    if not data:
        return "an empty file"
    for offset, magic, name in _OTHERS:
        if data.startswith(magic, offset):
            return name
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "an HTML page"
    return "not a picture"
