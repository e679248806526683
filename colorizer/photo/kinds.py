"""What a file is, told by its first bytes."""

from colorizer.photo.errors import NotAnImage, UnsupportedImage

KINDS = ("JPEG", "PNG", "WebP", "GIF", "AVIF", "TIFF", "BMP", "JPEG 2000", "JPEG XL", "PNM")
"""The formats that are read."""

SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff", ".bmp", ".dib",
    ".jp2", ".j2k", ".jpx", ".jxl", ".pgm", ".ppm", ".pbm", ".pnm",
})  # fmt: skip
"""Their usual endings, in lower case; what a file is, `kind_of` tells by its content."""

_SIGNATURES = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (8, b"WEBP", "WebP"),
    (0, b"GIF8", "GIF"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"II+\x00\x08\x00", "TIFF"),  # BigTIFF
    (0, b"MM\x00+\x00\x08", "TIFF"),
    (0, b"BM", "BMP"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    *(
        (0, b"P" + digit + blank, "PNM")
        for digit in (b"1", b"2", b"3", b"4", b"5", b"6")
        for blank in (b"\n", b" ", b"\r")
    ),
)
_AVIF_BRANDS = frozenset({b"avif", b"avis", b"av01"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_STILL_BRANDS = frozenset({b"mif1", b"mif2", b"miaf", b"msf1", b"1pic"})

# What people also take for pictures, to name it.
_OTHERS = (
    (4, b"ftyp", "an MP4 film"),
    (0, b"\x1aE\xdf\xa3", "a WebM film"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"Rar!", "a RAR archive"),
)
_UNSUPPORTED = (
    (0, b"%PDF", "a PDF document; save its pages as pictures first"),
    (0, b"8BPS", "a Photoshop document; save it as TIFF or JPEG first"),
    (0, b"II\x1a\x00\x00\x00HEAPCCDR", "a raw file of a camera; develop it first"),
    (8, b"CR\x02\x00", "a raw file of a camera; develop it first"),
    (0, b"IIRO", "a raw file of a camera; develop it first"),
    (0, b"IIU\x00", "a raw file of a camera; develop it first"),
    (0, b"FUJIFILMCCD-RAW", "a raw file of a camera; develop it first"),
    (4, b"ftypcrx ", "a raw file of a camera; develop it first"),
    *(
        (0, magic, f"a picture of the kind {name}; save it as PNG or JPEG first")
        for magic, name in (
            (b"\x00\x00\x01\x00", "ICO"), (b"\x0a\x05\x01\x08", "PCX"), (b"\x01\xda", "SGI"), (b"DDS ", "DDS"),
            (b"icns", "ICNS"), (b"qoif", "QOI"), (b"II\xbc\x01", "JPEG XR"), (b"\x76\x2f\x31\x01", "OpenEXR"),
            (b"AT&TFORM", "DjVu"), (b"gimp xcf", "XCF"), (b"%!PS", "PostScript"), (b"SIMPLE  =", "FITS"),
            (b"#?RADIANCE", "HDR"), (b"farbfeld", "farbfeld"),
        )
    ),
)  # fmt: skip


def kind_of(data: bytes) -> str:
    """Name the format of `KINDS` that `data` begins like. Raises `NotAnImage` that names what it is instead."""
    for offset, magic, name in _UNSUPPORTED:  # first: some raw files begin like a TIFF
        if data.startswith(magic, offset):
            raise UnsupportedImage(f"This is {name}. Supported are {', '.join(KINDS)}.")
    for offset, magic, name in _SIGNATURES:
        if data.startswith(magic, offset):
            return name
    if brands := _brands(data):
        if brands & _AVIF_BRANDS or (brands & _STILL_BRANDS and b"av01" in data[:4096]):
            return "AVIF"
        if brands & (_HEIC_BRANDS | _STILL_BRANDS):
            raise UnsupportedImage(f"This is a HEIC picture; save it as JPEG first. Supported are {', '.join(KINDS)}.")
    raise NotAnImage(f"This is {_what_else(data)}. Supported are {', '.join(KINDS)}.")


def _brands(data: bytes) -> set[bytes]:
    """The brands of a file that is built of ISO media boxes."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12], *(data[i : i + 4] for i in range(16, end - 3, 4))}


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
