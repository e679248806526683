"""Decoding: every supported kind of picture comes out as a viewer would show it, everything else as a named error."""

import io
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from PIL.JpegImagePlugin import JpegImageFile
from skimage import data as skimage_data

from colorizer.photo import BrokenImage, NotAnImage, PhotoError, TooManyPixels, decode, encode_jpeg

WIDTH, HEIGHT = 48, 32
KINDS = ("JPEG", "PNG", "WebP", "GIF", "AVIF", "TIFF", "BMP")


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photograph() -> Image.Image:
    return Image.fromarray(skimage_data.astronaut()).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def corners() -> Image.Image:
    """Red, green / blue, white quarters: each turn of it looks different."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:16, :24], pixels[:16, 24:], pixels[16:, :24], pixels[16:, 24:] = (
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (255, 255, 255),
    )
    return Image.fromarray(pixels)


def close(pixels: np.ndarray, expected: object, tolerance: int) -> bool:
    return int(np.abs(pixels.astype(int) - np.asarray(expected).astype(int)).max()) <= tolerance


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("JPEG", {"quality": 98, "subsampling": 0}, 12),
        ("JPEG", {"quality": 98, "subsampling": 0, "progressive": True}, 12),
        ("PNG", {}, 0),
        ("WebP", {"lossless": True}, 0),
        ("AVIF", {"quality": 98, "subsampling": "4:4:4"}, 16),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("BMP", {}, 0),
    ],
)
def test_each_format_is_told_by_content(kind, options, tolerance):
    photo = decode(saved(photograph(), kind, **options))
    assert photo.format == kind
    assert photo.size == (WIDTH, HEIGHT)
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.flags["C_CONTIGUOUS"]
    assert close(photo.pixels, photograph(), tolerance)


def test_a_gif_gives_its_first_frame():
    red, blue = Image.new("RGB", (9, 7), "red"), Image.new("RGB", (9, 7), "blue")
    photo = decode(saved(red, "GIF", save_all=True, append_images=[blue]))
    assert photo.format == "GIF"
    assert close(photo.pixels, red, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(kind, orientation):
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = corners() if undo is None else corners().transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {} if kind in ("PNG", "TIFF") else {"quality": 95}
    photo = decode(saved(stored, kind, exif=exif, **options))
    assert photo.size == (WIDTH, HEIGHT)
    for y, x in [(4, 4), (4, 40), (28, 4), (28, 40)]:
        assert close(photo.pixels[y, x], np.asarray(corners())[y, x], 12)


XMP_ON_ITS_SIDE = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_xmp_says_of_orientation_is_passed_over_as_in_browsers(kind):
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", XMP_ON_ITS_SIDE.decode())
    options = {"pnginfo": texts} if kind == "PNG" else {"xmp": XMP_ON_ITS_SIDE}
    content = saved(corners(), kind, **options)
    assert Image.open(io.BytesIO(content)).getexif()[0x0112] == 6, "Pillow takes it"
    assert decode(content).size == (WIDTH, HEIGHT)


def swapped_profile() -> bytes:
    """An RGB profile whose red primary is green and the other way round: its effect cannot be missed."""
    raw = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for index in range(int.from_bytes(raw[128:132], "big")):
        tag = slice(132 + 12 * index, 136 + 12 * index)
        swap = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
        raw[tag] = swap.get(bytes(raw[tag]), bytes(raw[tag]))
    place = raw.find("sRGB".encode("utf-16-be"))
    raw[place : place + 8] = "swap".encode("utf-16-be")
    return bytes(raw)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [(kind, "RGB") for kind in ("JPEG", "PNG", "WEBP", "TIFF")]
    + [("PNG", "RGBA"), ("WEBP", "RGBA"), ("TIFF", "RGBA"), ("PNG", "P"), ("TIFF", "P")],
)
def test_an_embedded_profile_is_converted(kind, mode):
    red = Image.new("RGB", (8, 8), (255, 0, 0)).convert(mode)
    pixels = decode(saved(red, kind, icc_profile=swapped_profile())).pixels
    assert close(pixels, [[(0, 255, 0)]], 4)


@pytest.mark.parametrize(
    "profile",
    [b"junk", swapped_profile()[:200], b"\0" * 400, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()],
)
def test_a_useless_profile_is_ignored(profile):
    assert close(decode(saved(corners(), "PNG", icc_profile=profile)).pixels, corners(), 0)


def test_grey_stays_grey_under_an_srgb_profile():
    ramp = Image.fromarray(np.tile(np.arange(256, dtype=np.uint8), (4, 1)))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for image in (ramp, ramp.convert("RGB")):
        assert close(decode(saved(image, "PNG", icc_profile=profile)).pixels, ramp.convert("RGB"), 0)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 77, (77, 77, 77)),
        ("LA", (0, 0), (255, 255, 255)),
        ("LA", (100, 255), (100, 100, 100)),
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 128), (255, 127, 127)),
        ("P", 1, (0, 0, 0)),
    ],
)
def test_every_mode_becomes_opaque_rgb(mode, colour, expected):
    image = Image.new(mode, (5, 4), colour)
    if mode == "P":
        image.putpalette([255, 0, 0, 0, 0, 0])
    assert close(decode(saved(image, "PNG")).pixels, [[expected]], 1)


def test_transparent_palette_entry_is_white():
    image = Image.new("P", (5, 4), 0)
    image.putpalette([255, 0, 0, 0, 0, 0])
    for kind in ("PNG", "GIF"):
        assert close(decode(saved(image, kind, transparency=0)).pixels, [[(255, 255, 255)]], 0)


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"quality": 95}), ("TIFF", {})])
@pytest.mark.parametrize(
    ("ink", "shown"), [((0, 0, 0, 0), (255, 255, 255)), ((0, 255, 255, 0), (255, 0, 0)), ((0, 0, 0, 255), (0, 0, 0))]
)
def test_cmyk_inks_are_the_right_way_round(kind, options, ink, shown):
    assert close(decode(saved(Image.new("CMYK", (16, 16), ink), kind, **options)).pixels, [[shown]], 4)


RAMP16 = np.linspace(0, 65535, 64 * 16).astype(np.uint16).reshape(16, 64)
RAMP8 = np.rint(RAMP16 / 257).astype(np.uint8)


@pytest.mark.parametrize(
    ("samples", "kind", "options"),
    [
        (RAMP16, "PNG", {}),
        (RAMP16, "TIFF", {}),
        (RAMP16, "TIFF", {"compression": "tiff_adobe_deflate"}),
        (RAMP16.astype(np.int32), "TIFF", {}),
        ((RAMP16 / 65535).astype(np.float32), "TIFF", {}),
        ((RAMP16 / 257).astype(np.float32), "TIFF", {}),
        (65535 - RAMP16, "TIFF", {"tiffinfo": {262: 0}}),
    ],
)
def test_deep_grey_is_scaled_not_clipped(samples, kind, options):
    pixels = decode(saved(Image.fromarray(samples), kind, **options)).pixels
    assert close(pixels, np.repeat(RAMP8[..., None], 3, axis=2), 1)


def big_endian_tiff(samples: np.ndarray) -> bytes:
    """A minimal uncompressed 16-bit TIFF, grey or RGB, written by hand: Pillow writes neither."""
    height, width = samples.shape[:2]
    channels = samples.shape[2] if samples.ndim == 3 else 1
    body = samples.astype(">u2").tobytes()
    extra = 8 + 2 + 9 * 12 + 4
    bits = (16 << 16) if channels == 1 else extra
    pixels_at = extra + 6
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, channels, bits),
        (259, 3, 1, 1 << 16),
        (262, 3, 1, (1 if channels == 1 else 2) << 16),
        (273, 4, 1, pixels_at),
        (277, 3, 1, channels << 16),
        (278, 4, 1, height),
        (279, 4, 1, len(body)),
    ]
    entries = b"".join(
        tag.to_bytes(2, "big") + kind.to_bytes(2, "big") + count.to_bytes(4, "big") + value.to_bytes(4, "big")
        for tag, kind, count, value in tags
    )
    head = b"MM\x00*" + (8).to_bytes(4, "big") + (9).to_bytes(2, "big") + entries + bytes(4)
    return head + b"\x00\x10" * 3 + body


def test_big_endian_sixteen_bit_tiff():
    grey = np.repeat(RAMP8[..., None], 3, axis=2)
    assert close(decode(big_endian_tiff(RAMP16)).pixels, grey, 1)
    assert close(decode(big_endian_tiff(np.dstack([RAMP16, RAMP16, RAMP16]))).pixels, grey, 1)
    red = decode(big_endian_tiff(np.dstack([RAMP16, 0 * RAMP16, 0 * RAMP16]))).pixels
    assert close(red[..., 0], RAMP8, 1)
    assert not red[..., 1:].any()


def test_dark_sixteen_bit_grey_stays_dark():
    samples = np.full((8, 8), 200, np.uint16)
    assert decode(saved(Image.fromarray(samples), "TIFF")).pixels.max() <= 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><p>gone", "HTML"),
        (b"\n  <html>", "HTML"),
        (b'<?xml version="1.0"?><svg xmlns="x"/>', "SVG"),
        (b"%PDF-1.7", "PDF"),
        (b"II*\0\x10\0\0\0CR\x02\0", "raw file"),
        (b"\0\0\x01\0\x01\0", "ICO"),
        (b"AT&TFORM\0\0\0\0DJVU", "DjVu"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "MP4"),
        (b"\x1aE\xdf\xa3", "WebM"),
        (b"hello", "not a picture"),
    ],
)
def test_what_is_not_a_picture_is_named(content, word):
    with pytest.raises(NotAnImage, match=word) as caught:
        decode(content)
    assert "JPEG, PNG" in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_cut_short_is_broken(kind, share):
    whole = saved(Image.fromarray(skimage_data.chelsea()), kind)
    with pytest.raises(BrokenImage, match=kind):
        decode(whole[: int(len(whole) * share)])


def test_a_progressive_file_cut_between_its_scans_is_broken():
    whole = saved(Image.fromarray(skimage_data.chelsea()), "JPEG", progressive=True)
    with pytest.raises(BrokenImage):
        decode(whole[: whole.rindex(b"\xff\xda")])


def test_pixels_are_limited():
    content = saved(photograph(), "PNG")
    assert decode(content, max_pixels=WIDTH * HEIGHT).size == (WIDTH, HEIGHT)
    with pytest.raises(TooManyPixels, match=r"48 x 32 .* 1,535"):
        decode(content, max_pixels=WIDTH * HEIGHT - 1)


@pytest.mark.parametrize("side", [8_000, 20_000, 100_000])
def test_a_bomb_is_refused_by_its_header(side):
    header = io.BytesIO()
    header.write(b"\x89PNG\r\n\x1a\n")
    size = side.to_bytes(4, "big")
    PngImagePlugin.putchunk(header, b"IHDR", size, size, b"\x08\x02\0\0\0")
    PngImagePlugin.putchunk(header, b"IDAT", zlib.compress(bytes(100)))
    with pytest.raises(TooManyPixels, match="50,000,000"):
        decode(header.getvalue())


SMALL = {kind: saved(photograph(), kind) for kind in KINDS}


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on damaged metadata
@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_damage_never_escapes_as_a_codec_error(kind, draw):
    content = bytearray(SMALL[kind])
    for _ in range(draw.draw(st.integers(1, 6))):
        # The headers are where the parsers live, so half of the damage goes there.
        last = len(content) - 1 if draw.draw(st.booleans()) else min(len(content) - 1, 120)
        content[draw.draw(st.integers(0, last))] = draw.draw(st.integers(0, 255))
    content = content[: draw.draw(st.integers(0, len(content)))] if draw.draw(st.booleans()) else content
    try:
        photo = decode(bytes(content), max_pixels=1_000_000)
    except PhotoError:
        return
    assert photo.pixels.shape == (photo.size[1], photo.size[0], 3)


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([content[:16] for content in SMALL.values()] + [b""]))
def test_noise_after_a_signature_never_escapes(noise, start):
    with pytest.raises(PhotoError):
        decode(start + noise, max_pixels=1_000_000)


def test_encoded_jpeg_holds_the_picture_and_nothing_else():
    pixels = np.asarray(photograph())
    content = encode_jpeg(pixels)
    with Image.open(io.BytesIO(content)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert isinstance(image, JpegImageFile)
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3
    assert close(decode(content).pixels, pixels, 40)


def test_encoding_takes_views_noise_and_both_ends_of_quality():
    noise = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    assert len(encode_jpeg(noise[::-1, ::2], quality=100)) > len(encode_jpeg(noise[::-1, ::2], quality=1))


@pytest.mark.parametrize(
    ("pixels", "quality", "word"),
    [
        (np.zeros((4, 4), np.uint8), 92, "shape"),
        (np.zeros((4, 4, 4), np.uint8), 92, "shape"),
        (np.zeros((0, 4, 3), np.uint8), 92, "shape"),
        (np.zeros((4, 4, 3), np.float32), 92, "float32"),
        (np.zeros((1, 70_000, 3), np.uint8), 92, "65,500"),
        (np.zeros((4, 4, 3), np.uint8), 0, "quality"),
    ],
)
def test_encoding_names_what_it_cannot_take(pixels, quality, word):
    with pytest.raises(ValueError, match=word):
        encode_jpeg(pixels, quality=quality)


def test_twelve_megapixels_need_no_float_copy(tmp_path):
    path = tmp_path / "large.jpg"
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(path, quality=80)
    script = (
        "import pathlib, resource, sys; from colorizer.photo import decode\n"
        "data = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "decode(data)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    # 48 MB inside Pillow, 36 MB of result and a transfer buffer; one float32 copy alone would be 144 MB.
    assert int(run.stdout) < 150_000, "kilobytes"
