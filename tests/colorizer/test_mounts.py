"""Plain borders are found on real photographs, and stay as they are."""

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from colorizer import Hint
from colorizer.model import Colorizer
from colorizer.mounts import find
from docs.measure.mounts import TONES, mounted, overlap


@pytest.fixture(scope="module")
def model():
    return Colorizer.load(device="cpu")


def grey(pixels, size=None):
    image = Image.fromarray(pixels).convert("L")
    return np.repeat(np.asarray(image.resize(size) if size else image)[..., None], 3, axis=2)


PHOTOS = {"camera": grey(samples.camera()), "rocket": grey(samples.rocket()), "coffee": grey(samples.coffee())}


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("tone", TONES)
def test_a_mount_of_any_tone_is_found_at_its_edges(photo, tone):
    sheet, box = mounted(PHOTOS[photo], TONES[tone], np.random.default_rng(7))
    assert overlap(find(sheet), box) > 0.96


def test_borders_within_borders_are_found_together():
    photo = PHOTOS["camera"]
    print_ = np.pad(photo, ((20, 20), (20, 20), (0, 0)), constant_values=240)
    mount = np.full((800, 900, 3), (96, 72, 52), np.uint8)
    mount[100 : 100 + 552, 150 : 150 + 552] = print_
    lid = np.pad(mount, ((40, 40), (30, 30), (0, 0)), constant_values=5)
    assert find(lid) == (160, 672, 200, 712)


@pytest.mark.parametrize("name", ["camera", "rocket", "coffee", "astronaut", "cat", "clock", "coins", "horse", "moon"])
def test_a_photo_without_a_border_has_none(name):
    pixels = np.asarray(getattr(samples, name)())
    pixels = pixels.astype(np.uint8) * 255 if pixels.dtype == bool else pixels
    assert find(grey(pixels)) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (16, 16), (40, 4000)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_nothing_but_border_is_no_mount(shape, value):
    assert find(np.full((*shape, 3), value, np.uint8)) is None


def test_edges_are_exact_on_large_scans():
    photo = grey(samples.camera(), (2400, 1800))
    sheet = np.full((2500, 3301, 3), (96, 72, 52), np.uint8)
    sheet[333:2133, 444:2844] = photo
    top, bottom, left, right = find(sheet)
    for edge, truth in ((top, 333), (bottom, 2133), (left, 444), (right, 2844)):
        assert abs(edge - truth) <= 2


@pytest.mark.parametrize("tone", TONES)
def test_the_mount_stays_as_it_is_and_the_photo_gets_colours(model, tone):
    sheet, (top, bottom, left, right) = mounted(PHOTOS["coffee"], TONES[tone], np.random.default_rng(7))
    for made in (model.colorize(sheet), model.colorize_batch([sheet])[0], model.variants(sheet, 2)[1]):
        outside = np.ones(sheet.shape[:2], bool)
        outside[top - 8 : bottom + 8, left - 8 : right + 8] = False
        assert np.array_equal(made[outside], sheet[outside])
        inside = made[top:bottom, left:right].astype(int)
        assert np.abs(inside[..., 0] - inside[..., 2]).mean() > 3


def test_who_puts_a_hint_on_the_mount_gets_it_coloured(model):
    sheet, (top, _, left, _) = mounted(PHOTOS["coffee"], TONES["grey"], np.random.default_rng(7))
    place = Hint(left // 2, top // 2, "#aa3322")
    for made in (model.colorize(sheet, [place]), model.paint(model.encode(sheet), [place])):
        corner = made[: top // 2, : left // 2].astype(int)
        assert (corner[..., 0] - corner[..., 2]).mean() > 3
