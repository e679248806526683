"""Colour spaces: against scikit-image and published colours, and to ab and back."""

import numpy as np
import pytest
import torch
from skimage import color
from skimage import data as samples

from colorizer.lab import rgb_to_lab
from colorizer.spaces import SPACES

SCALE = {"ycbcr": 224 / 2, "oklab": 1 / 0.3}


@pytest.fixture(scope="module")
def rgb():
    return torch.from_numpy(samples.astronaut()[::8, ::8]).permute(2, 0, 1)[None] / 255


def test_ycbcr_is_that_of_scikit_image(rgb):
    theirs = color.rgb2ycbcr(rgb[0].permute(1, 2, 0).numpy())[..., 1:] - 128
    ours = SPACES["ycbcr"].encode(rgb_to_lab(rgb))[0].permute(1, 2, 0) * SCALE["ycbcr"]
    assert np.abs(ours.numpy() - theirs).max() < 0.05


@pytest.mark.parametrize(
    ("colour", "expected"),
    [((1, 0, 0), (0.2249, 0.1258)), ((0, 1, 0), (-0.2339, 0.1795)), ((0, 0, 1), (-0.0324, -0.3115))],
)
def test_oklab_of_the_primaries_is_as_published(colour, expected):
    lab = rgb_to_lab(torch.tensor(colour, dtype=torch.float32).view(1, 3, 1, 1))
    found = SPACES["oklab"].encode(lab).flatten() / SCALE["oklab"]
    assert found.tolist() == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("name", SPACES)
def test_a_photo_comes_back(name, rgb):
    space, lab = SPACES[name], rgb_to_lab(rgb)
    chroma = space.encode(lab)
    assert chroma.shape[1] == space.channels
    assert float(chroma.abs().max()) <= 1.1
    away = (space.decode(lab[:, :1], chroma) - lab[:, 1:]).norm(dim=1)
    # A luma that is not the luminance, as in YCbCr and Oklab, costs a little of the strongest colours.
    assert float(away.mean()) < 1
    assert float(space.loss(chroma, chroma)) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("name", SPACES)
def test_no_chroma_is_grey(name):
    L = torch.linspace(0, 100, 16).view(1, 1, 4, 4)
    assert float(SPACES[name].decode(L, torch.zeros(1, SPACES[name].channels, 4, 4)).abs().max()) < 0.1


def test_red_on_either_side_of_the_seam_of_hue_is_alike():
    lab = torch.tensor([[50.0, 60.0, 1.0], [50.0, 60.0, -1.0]]).view(2, 3, 1, 1)
    first, second = SPACES["lch"].encode(lab).unbind()
    assert float(SPACES["lch"].loss(first[None], second[None])) < 1e-3
