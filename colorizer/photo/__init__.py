"""Photographs as bytes and as pixels: the one place that talks to the image codecs.

`decode` turns the bytes of any supported picture into 8-bit sRGB the way a viewer would show it; `encode_jpeg` turns
pixels into a JPEG. For bytes that a stranger wrote there is `IsolatedDecoder`, which does the same in a process of its
own, with limits of time and memory. Nothing here imports PyTorch.
"""

from colorizer.photo.errors import (
    BrokenImage,
    CodecCrashed,
    NotAnImage,
    PhotoError,
    TooCostly,
    TooManyPixels,
    UnsupportedImage,
)
from colorizer.photo.isolated import IsolatedDecoder, Limits
from colorizer.photo.kinds import SUFFIXES, kind_of
from colorizer.photo.reading import Photo, decode, decode_file, from_pillow
from colorizer.photo.writing import encode_jpeg

__all__ = [
    "SUFFIXES",
    "BrokenImage",
    "CodecCrashed",
    "IsolatedDecoder",
    "Limits",
    "NotAnImage",
    "Photo",
    "PhotoError",
    "TooCostly",
    "TooManyPixels",
    "UnsupportedImage",
    "decode",
    "decode_file",
    "encode_jpeg",
    "from_pillow",
    "kind_of",
]
