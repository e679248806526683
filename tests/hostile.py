"""Pictures that strangers could send to stop a bot; made when a test needs them."""

import io
import zlib

import numpy as np
from PIL import Image, PngImagePlugin, TiffImagePlugin


def empty_scans(scans, side=7_000):
    """A progressive JPEG whose scans say nothing: a few bytes each, and a pass over the whole picture."""
    buffer = io.BytesIO()
    Image.new("L", (side, side), 128).save(buffer, "JPEG", progressive=True)
    content = buffer.getvalue()[:-2]
    last = content[content.rindex(b"\xff\xc4") :]  # the tables of the last scan, and the scan
    return content + scans * last + b"\xff\xd9"


def thin_png(width=1, height=49_999_999):
    """A PNG of one row or column of black pixels: the rows alone take more memory than the pixels."""
    buffer = io.BytesIO()
    buffer.write(b"\x89PNG\r\n\x1a\n")
    size = width.to_bytes(4, "big"), height.to_bytes(4, "big")
    PngImagePlugin.putchunk(buffer, b"IHDR", *size, b"\x08\0\0\0\0")
    packer = zlib.compressobj(9)
    rows, data = bytes((width + 1) * 10_000), b""
    for _ in range(height // 10_000):
        data += packer.compress(rows)
    data += packer.compress(bytes((width + 1) * (height % 10_000))) + packer.flush()
    PngImagePlugin.putchunk(buffer, b"IDAT", data)
    PngImagePlugin.putchunk(buffer, b"IEND", b"")
    return buffer.getvalue()


def plain_jpeg(width, height, **options):
    """A small file of many pixels."""
    buffer = io.BytesIO()
    Image.new("L", (width, height), 90).save(buffer, "JPEG", quality=50, **options)
    return buffer.getvalue()


def many_strips(width=5_000, height=9_000):
    """A TIFF of one compressed strip for each row."""
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 4, (height, width), dtype=np.uint8) * 60
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[TiffImagePlugin.ROWSPERSTRIP] = 1
    Image.fromarray(noise).save(buffer, "TIFF", compression="tiff_lzw", tiffinfo=tags)
    return buffer.getvalue()
