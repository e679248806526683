import torch
from skimage import data as samples

from colorizer.lab import lightness_of_bytes
from colorizer.levels import levelled


def test_an_ordinary_photo_is_left_as_it_is():
    L = lightness_of_bytes(samples.astronaut())[None, None]
    assert torch.equal(levelled(L), L)


def test_a_faded_one_gets_its_range_back():
    L = lightness_of_bytes(samples.astronaut())[None, None]
    back = levelled(30 + 0.5 * L)
    assert (back - L).abs().mean() < 4
    assert back.min() >= 0
    assert back.max() <= 100


def test_each_picture_of_a_batch_is_judged_by_itself():
    L = lightness_of_bytes(samples.astronaut())[None, None]
    both = levelled(torch.cat([L, 30 + 0.5 * L]))
    assert torch.equal(both[0], L[0])
    assert both[1].std() > 1.5 * (0.5 * L).std()


def test_a_picture_of_one_tone_stays():
    L = torch.full((1, 1, 8, 8), 50.0)
    assert torch.equal(levelled(L), L)
