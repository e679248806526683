import numpy as np
import pytest
import torch
from skimage import data as samples

from colorizer.lab import rgb_to_lab
from colorizer.upsample import STRIP, join


def lab(pixels):
    return rgb_to_lab(torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)).numpy()


@pytest.mark.parametrize("guided", [False, True])
def test_strips_leave_no_seam(guided):
    """The second half of a photo is the same whether or not a strip ends above it."""
    light = np.linspace(60, 200, 2 * STRIP + 37).astype(np.uint8)[:, None, None]
    pixels = np.broadcast_to(light, (len(light), 40, 3)).copy()
    ab = torch.from_numpy(np.random.default_rng(1).normal(0, 15, (2, 30, 10)).astype(np.float32))
    guide = torch.linspace(25, 80, 120)[None, :, None].expand(1, 120, 40) if guided else None
    down = join(pixels, ab, guide=guide)
    up = join(pixels[::-1].copy(), ab.flip(1), guide=guide.flip(1) if guided else None)[::-1]
    assert np.abs(down.astype(int) - up).max() <= 2


def test_constant_chroma_stays_constant_whatever_the_guide():
    photo = np.repeat(samples.camera()[..., None], 3, axis=2)[:200, :300]
    ab = torch.tensor([8.0, -6.0]).view(2, 1, 1).expand(2, 12, 18)
    guide = torch.from_numpy(lab(photo)[:1, ::4, ::4].copy())
    middle = (lab(photo)[0] > 30) & (lab(photo)[0] < 80)
    found = lab(join(photo, ab, guide=guide))[1:][:, middle]
    assert np.abs(found - np.array([[8.0], [-6.0]])).max() < 2


def test_chroma_follows_the_edge_of_the_photo():
    """A red dark half and a blue light half, coarse in the small chroma, meet at the photo's own edge."""
    photo = np.full((128, 128, 3), 90, np.uint8)
    photo[:, 61:] = 180
    guide = torch.from_numpy(lab(photo)[:1])
    ab = torch.zeros(2, 32, 32)
    ab[0, :, :16], ab[1, :, 16:] = 30, -30
    ideal = np.where(np.arange(128) < 61, 30, 0)
    plain, guided = (np.abs(lab(join(photo, ab, guide=g))[1][64] - ideal)[52:72].mean() for g in (None, guide))
    assert guided < 0.9 * plain


def test_detail_that_the_filter_smooths_away_is_put_back_where_it_is_trusted():
    photo = np.asarray(samples.astronaut())
    small = torch.from_numpy(lab(photo)).float()
    small = torch.nn.functional.interpolate(small[None], size=(192, 192), mode="area")[0]
    ab = torch.nn.functional.avg_pool2d(small[1:], 4)
    none, full = (join(photo, ab, guide=small[:1], detail=detail) for detail in (None, torch.ones(1, 48, 48)))
    error = [np.abs(lab(result)[1:] - lab(photo)[1:]).mean() for result in (none, full)]
    assert error[1] < 0.8 * error[0]
    assert np.array_equal(none, join(photo, ab, guide=small[:1], detail=torch.zeros(1, 48, 48)))


@pytest.mark.parametrize("at_once", [40 * 512, 10**9])
def test_what_a_graphics_card_computes_is_what_the_processor_computes_by_table(at_once, monkeypatch):
    """The same arithmetic on the processor: of a photo in colour, and of chroma that sRGB cannot show."""
    monkeypatch.setattr("colorizer.upsample.PIXELS_ON_DEVICE", at_once)
    photo = np.asarray(samples.astronaut())[:300]
    ab = torch.from_numpy(np.random.default_rng(1).normal(0, 40, (2, 30, 50)).astype(np.float32))
    guide = torch.from_numpy(lab(photo)[:1, ::4, ::4].copy())
    by_table = join(photo, ab, guide=guide, detail=torch.ones(1, 30, 50))
    whole = join(photo, ab, guide=guide, detail=torch.ones(1, 30, 50), device=torch.device("cpu"))
    assert np.abs(by_table.astype(int) - whole).max() <= 1
