"""Pictures of more than 8 bits, in several pages, with profiles or gamma: what comes out is what a viewer shows."""

import io
import struct
import zlib

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, PngImagePlugin
from skimage import data as skimage_data

from colorizer.photo import BrokenImage, decode, stored
from tests.colorizer.test_photo import RAMP8, RAMP16, close, corners, saved

GREY = np.repeat(RAMP8[..., None], 3, axis=2)
COLOUR8 = np.dstack([RAMP8, RAMP8[::-1], RAMP8[:, ::-1]])
COLOUR16 = COLOUR8.astype(np.uint16) * 257


def tiff(samples, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, metadata=None, **options)
    return buffer.getvalue()


def planar(samples):
    return np.moveaxis(samples, -1, 0)


RGB = {"photometric": "rgb"}
PLANAR = {"photometric": "rgb", "planarconfig": "separate"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (tiff(COLOUR16, **RGB), COLOUR8),
        (tiff(planar(COLOUR16), **PLANAR), COLOUR8),
        (tiff(planar(COLOUR8), **PLANAR), COLOUR8),
        (tiff(planar(COLOUR16), **PLANAR, rowsperstrip=5), COLOUR8),
        (tiff(planar(COLOUR16), **PLANAR, compression="lzw", predictor=True), COLOUR8),
        (tiff(planar(COLOUR16), **PLANAR, tile=(16, 16), compression="deflate"), COLOUR8),
        (tiff(planar(COLOUR16), **PLANAR, byteorder=">"), COLOUR8),
        (tiff(COLOUR16, **RGB, compression="zstd", bigtiff=True), COLOUR8),
        (tiff(COLOUR8, **RGB, bigtiff=True), COLOUR8),
        (tiff(RAMP8, photometric="minisblack", bigtiff=True, byteorder=">"), GREY),
        (tiff((COLOUR16 / 65535).astype(np.float32), **RGB), COLOUR8),
        (tiff((COLOUR16 / 65535).astype(np.float16), **RGB), COLOUR8),
        (tiff((COLOUR16 / 65535).astype(np.float64), **RGB), COLOUR8),
        (tiff(COLOUR16.astype(np.float32), **RGB), COLOUR8),
        (tiff(COLOUR16.astype(np.uint32) * 65537, **RGB), COLOUR8),
        (tiff(RAMP16.astype(np.uint32), photometric="minisblack"), GREY),
        (tiff((RAMP16 // 2).astype(np.int16), photometric="minisblack"), GREY),
        (tiff((RAMP16.astype(np.int32) - 32768).astype(np.int16), photometric="minisblack"), GREY),
        (tiff(RAMP16.astype(np.int32) - 32768, photometric="minisblack"), GREY),
        (tiff(RAMP16 >> 4, photometric="minisblack", bitspersample=12), GREY),
        (tiff(RAMP16 >> 4, photometric="minisblack", extratags=[(281, "H", 1, 4095, True)]), GREY),
        (tiff(65535 - RAMP16, photometric="miniswhite"), GREY),
        (tiff((1 - RAMP16 / 65535).astype(np.float32), photometric="miniswhite"), GREY),
        (imagecodecs.png_encode(COLOUR16), COLOUR8),
        (imagecodecs.jpegxl_encode(COLOUR16, lossless=True), COLOUR8),
        (imagecodecs.jpegxl_encode(COLOUR8, lossless=True), COLOUR8),
        (imagecodecs.jpegxl_encode(RAMP8, lossless=True, usecontainer=True), GREY),
        (imagecodecs.jpegxl_encode((COLOUR16 / 65535).astype(np.float32), lossless=True), COLOUR8),
        (imagecodecs.jpeg2k_encode(COLOUR8, reversible=True), COLOUR8),
        (imagecodecs.jpeg2k_encode(RAMP16, reversible=True, codecformat="jp2"), GREY),
        (b"P5\n64 16\n65535\n" + RAMP16.astype(">u2").tobytes(), GREY),
        (b"P5\n64 16\n255\n" + RAMP8.tobytes(), GREY),
        (b"P6 64 16 65535\n" + COLOUR16.astype(">u2").tobytes(), COLOUR8),
        (b"P2\n2 1\n255\n0 255\n", [[[0] * 3, [255] * 3]]),
    ],
)
def test_samples_of_any_depth_are_scaled_by_their_range(content, expected):
    assert close(decode(content).pixels, expected, 1)


def test_a_few_samples_out_of_range_are_clipped():
    for wrong in (1.0001, 1.5, -0.2, np.inf, -np.inf, np.nan):
        samples = (RAMP16 / 65535).astype(np.float32).repeat(4, axis=0).repeat(4, axis=1)
        samples[0, 0] = wrong
        pixels = decode(tiff(samples, photometric="minisblack")).pixels
        assert close(pixels[4:], GREY.repeat(4, axis=0).repeat(4, axis=1)[4:], 1)
        assert pixels[0, 0, 0] == (255 if wrong > 1 else 0)


def test_floats_beyond_both_ends_and_24_bits_in_a_larger_box_are_seen():
    overshot = (RAMP16 / 65535 * 1.7 - 0.3).astype(np.float32)
    pixels = decode(tiff(overshot, photometric="minisblack")).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)
    assert len(np.unique(pixels)) > 0.7 * len(np.unique(GREY))
    assert close(decode(tiff(RAMP16.astype(np.uint32) << 8, photometric="minisblack")).pixels, GREY, 1)


@pytest.mark.parametrize("kind", [np.uint16, np.uint32, np.int32, np.float32])
def test_dark_pictures_stay_dark(kind):
    samples = np.full((8, 8), 0.002 if kind is np.float32 else 1, kind)
    assert decode(tiff(samples, photometric="minisblack")).pixels.max() <= 1


def test_opacity_of_16_bits_is_laid_on_white():
    opaque, clear, half = (np.full_like(RAMP16, value) for value in (65535, 0, 32768))
    for content in (
        lambda alpha: imagecodecs.png_encode(np.dstack([RAMP16, alpha])),
        lambda alpha: imagecodecs.png_encode(np.dstack([RAMP16] * 3 + [alpha])),
        lambda alpha: tiff(np.dstack([RAMP16, alpha]), photometric="minisblack", extrasamples=["unassalpha"]),
        lambda alpha: tiff(np.dstack([RAMP16] * 3 + [alpha]), photometric="rgb", extrasamples=["unassalpha"]),
        lambda alpha: imagecodecs.jpegxl_encode(np.dstack([RAMP16, alpha]), lossless=True),
    ):
        assert close(decode(bytes(content(opaque))).pixels, GREY, 1)
        assert close(decode(bytes(content(clear))).pixels, 255, 0)
        assert close(decode(bytes(content(half))).pixels, 127.5 + GREY / 2, 1)
    multiplied = np.dstack([RAMP16 // 2] * 3 + [half])
    assert close(decode(tiff(multiplied, photometric="rgb", extrasamples=["assocalpha"])).pixels, 127.5 + GREY / 2, 2)
    more = np.dstack([COLOUR16, RAMP16])
    assert close(decode(tiff(more, photometric="rgb", extrasamples=["unspecified"])).pixels, COLOUR8, 1)


def test_deep_pictures_are_turned_as_others_are():
    stored = np.asarray(corners().transpose(Image.Transpose.ROTATE_90)).astype(np.uint16) * 257
    content = tiff(stored, photometric="rgb", extratags=[(274, "H", 1, 6, True)])
    assert close(decode(content).pixels, corners(), 0)


# Pages


def book(*pages, **options):
    """A TIFF of several pages; each is an array, or an array and its subfile type."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, **options) as writer:
        for page in pages:
            samples, subfiletype = page if isinstance(page, tuple) else (page, 0)
            writer.write(samples, photometric="minisblack", subfiletype=subfiletype, metadata=None)
    return buffer.getvalue()


SMALL = np.full((20, 30), 50, np.uint8)


def test_of_several_pages_the_largest_is_taken_and_all_can_be_had():
    for deep in (np.uint8, np.uint16):
        pages = [
            np.full(size, number * (257 if deep is np.uint16 else 1), deep)
            for number, size in ((40, (20, 30)), (80, (200, 300)), (120, (200, 300)))
        ]
        content = book(*pages)
        photo = decode(content)
        assert (photo.page, photo.pages, photo.size) == (2, 3, (300, 200))
        assert [decode(content, page=n).pixels[0, 0, 0] for n in (1, 2, 3)] == [40, 80, 120]
        with pytest.raises(BrokenImage, match="no picture 4: it has 3"):
            decode(content, page=4)
    with pytest.raises(BrokenImage, match="PNG has no picture 2"):
        decode(saved(corners(), "PNG"), page=2)


def test_previews_and_masks_are_no_pages():
    for content in (book((SMALL, 1), RAMP8), book(RAMP8, (SMALL, 1)), book(RAMP8)):
        photo = decode(content)
        assert photo.pages == 1
        assert close(photo.pixels, GREY, 0)
    assert decode(book((SMALL, 1))).size == (30, 20)


def test_the_large_picture_may_lie_below_the_first_page():
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(SMALL, photometric="minisblack", subifds=1, metadata=None)
        writer.write(RAMP8, photometric="minisblack", metadata=None)
    photo = decode(buffer.getvalue())
    assert close(photo.pixels, GREY, 0)


# Profiles and gamma

LINEAR_GREY = imagecodecs.cms_profile("gray", gamma=1.0)
PRIMARIES = (0.64, 0.33, 1, 0.30, 0.60, 1, 0.15, 0.06, 1)


def rgb_profile(gamma):
    return imagecodecs.cms_profile("rgb", gamma=gamma, whitepoint=(0.3127, 0.3290, 1.0), primaries=PRIMARIES)


def shown(linear):
    """sRGB's bytes of linear light."""
    return np.rint(255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def renamed(profile, name):
    """A profile that calls itself something else."""
    for encoding in ("ascii", "utf-16-be"):
        profile = profile.replace("built-in".encode(encoding), f"{name:8}"[:8].encode(encoding))
    described = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    assert name[:8] in described
    return profile


def test_a_linear_grey_scan_keeps_its_dark_tones():
    expected = np.repeat(shown(RAMP16 / 65535)[..., None], 3, axis=2)
    for content in (
        tiff(RAMP16, photometric="minisblack", iccprofile=LINEAR_GREY),
        tiff(RAMP16, photometric="minisblack", iccprofile=LINEAR_GREY, compression="lzw"),
        tiff((RAMP16 / 65535).astype(np.float32), photometric="minisblack", iccprofile=LINEAR_GREY),
        tiff(np.dstack([RAMP16] * 3), photometric="rgb", iccprofile=rgb_profile(1.0)),
        with_profile(imagecodecs.png_encode(RAMP16), LINEAR_GREY),
        with_profile(imagecodecs.png_encode(np.dstack([RAMP16] * 3)), rgb_profile(1.0)),
    ):
        assert close(decode(content).pixels, expected, 1)


def test_a_profile_is_judged_by_its_content_not_by_its_name():
    name = "sRGB lin"
    for gamma in (1.0, 1.8):
        profile = renamed(rgb_profile(gamma), name)
        expected = shown((COLOUR8 / 255) ** gamma)
        assert close(decode(saved(Image.fromarray(COLOUR8), "PNG", icc_profile=profile)).pixels, expected, 2)
    ordinary = renamed(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), "Wide RGB")
    assert close(decode(saved(Image.fromarray(COLOUR8), "PNG", icc_profile=ordinary)).pixels, COLOUR8, 0)


def with_chunks(content, *chunks):
    """A PNG with chunks put in behind its header."""
    made = io.BytesIO()
    for kind, body in chunks:
        PngImagePlugin.putchunk(made, kind, body)
    return content[:33] + made.getvalue() + content[33:]


def with_profile(content, profile):
    return with_chunks(content, (b"iCCP", b"x\0\0" + zlib.compress(profile)))


def gamma_chunk(gamma):
    return b"gAMA", struct.pack(">I", round(gamma * 100_000))


def test_gamma_of_a_png_counts_where_nothing_better_is_said():
    plain = saved(Image.fromarray(RAMP8), "PNG")
    linear = np.repeat(shown(RAMP8 / 255)[..., None], 3, axis=2)
    assert close(decode(with_chunks(plain, gamma_chunk(1.0))).pixels, linear, 1)
    assert close(
        decode(with_chunks(imagecodecs.png_encode(RAMP16), gamma_chunk(1.0))).pixels,
        np.repeat(shown(RAMP16 / 65535)[..., None], 3, axis=2),
        1,
    )
    in_colour = saved(Image.fromarray(COLOUR8), "PNG")
    assert close(decode(with_chunks(in_colour, gamma_chunk(1.0))).pixels, shown(COLOUR8 / 255), 2)
    for chunks in (
        [gamma_chunk(0.45455)],
        [gamma_chunk(0.0)],
        [gamma_chunk(1.0), (b"sRGB", b"\0")],
    ):
        assert close(decode(with_chunks(plain, *chunks)).pixels, GREY, 0)
    swapped = with_chunks(
        in_colour,
        gamma_chunk(0.45455),
        (b"cHRM", struct.pack(">8I", 31270, 32900, 30000, 60000, 64000, 33000, 15000, 6000)),
    )
    assert not close(decode(swapped).pixels, COLOUR8, 40)


# Files that others refuse


def test_a_png_may_hold_long_texts():
    plain = saved(corners(), "PNG")
    xmp = b"XML:com.adobe.xmp\0"
    long = 2_000_000 * b"<x/>"
    for chunk in (
        (b"iTXt", xmp + b"\0\0\0\0" + long),
        (b"iTXt", xmp + b"\1\0\0\0" + zlib.compress(long)),
        (b"zTXt", b"history\0\0" + zlib.compress(long)),
        (b"tEXt", b"history\0" + long),
        (b"zTXt", b"broken\0\0 nothing packed"),
    ):
        assert close(decode(with_chunks(plain, chunk)).pixels, corners(), 0)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"optimize": True}])
@pytest.mark.parametrize("grey", [False, True])
def test_a_jpeg_may_lack_its_end_marker_and_nothing_else(options, grey):
    image = Image.fromarray(skimage_data.chelsea()).convert("L" if grey else "RGB")
    whole = saved(image, "JPEG", **options)
    assert whole.endswith(b"\xff\xd9")
    assert close(decode(whole[:-2]).pixels, decode(whole).pixels, 0)
    assert close(decode(whole[:-1]).pixels, decode(whole).pixels, 0)
    for missing in (10, 100, 3000):
        with pytest.raises(BrokenImage):
            decode(whole[:-missing])


@pytest.mark.parametrize("brand", [b"mif1", b"miaf", b"avis", b"msf1"])
def test_avif_is_told_by_any_of_its_brands(brand):
    content = saved(corners(), "AVIF", quality=95)
    assert content[8:12] == b"avif"
    photo = decode(content[:8] + brand + content[12:])
    assert photo.format == "AVIF"
    assert photo.size == corners().size


@pytest.mark.parametrize("kind", ["uint16 png", "float tiff", "planar tiff", "lzw tiff", "jpegxl", "jpeg2000", "pgm"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_what_is_cut_short_is_broken(kind, share):
    noise = np.random.default_rng(0).integers(0, 65535, (64, 64, 3), np.uint16)
    content = {
        "uint16 png": imagecodecs.png_encode(noise),
        "float tiff": tiff((noise / 65535).astype(np.float32), photometric="rgb"),
        "planar tiff": tiff(planar(noise), **PLANAR),
        "lzw tiff": tiff(noise, photometric="rgb", compression="lzw"),
        "jpegxl": imagecodecs.jpegxl_encode(noise, lossless=True),
        "jpeg2000": imagecodecs.jpeg2k_encode(noise, reversible=True),
        "pgm": b"P6 64 64 65535\n" + noise.astype(">u2").tobytes(),
    }[kind]
    with pytest.raises(BrokenImage):
        decode(content[: int(len(content) * share)])


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (256, 256), (300, 400), (1600, 900), (1000, 800), (9, 70_000)])
def test_the_size_of_a_jpeg_xl_is_known_before_it_is_decoded(size):
    from colorizer.photo import jpegxl

    width, height = size
    for boxed in (False, True):
        content = imagecodecs.jpegxl_encode(np.zeros((height, width), np.uint8), lossless=True, usecontainer=boxed)
        assert jpegxl.size(bytes(content)) == size


@pytest.mark.parametrize("strip", [64, 320, 2_000_000])
@pytest.mark.parametrize("options", [{}, {"compression": "lzw"}, {"compression": "zlib", "rowsperstrip": 3}])
def test_pictures_are_converted_strip_by_strip(monkeypatch, strip, options):
    monkeypatch.setattr(stored, "STRIP", strip)
    for samples in (COLOUR16, COLOUR8, COLOUR16.astype(np.float32)):
        content = tiff(samples, photometric="rgb", **options)
        assert close(decode(content).pixels, COLOUR8, 1)
        upside_down = tiff(samples[::-1], photometric="rgb", extratags=[(274, "H", 1, 4, True)], **options)
        assert close(decode(upside_down).pixels, COLOUR8, 1)
