import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import color, data

from colorizer.lab import lab_to_bytes, lab_to_rgb, lightness, lightness_of_bytes, rgb_to_lab, shrink_to_gamut


def _tensor(rgb: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(rgb.astype(np.float32) / 255).permute(2, 0, 1)


@pytest.mark.parametrize("photo", [data.astronaut, data.coffee, data.cat])
def test_lab_agrees_with_scikit_image(photo):
    rgb = photo()
    ours = rgb_to_lab(_tensor(rgb)).permute(1, 2, 0).numpy()
    assert np.abs(ours - color.rgb2lab(rgb)).max() < 0.02


def test_lab_and_back_is_the_same_picture():
    rgb = _tensor(data.coffee())
    assert (lab_to_rgb(rgb_to_lab(rgb)) - rgb).abs().max() < 1e-3


def test_lightness_is_the_first_channel_of_lab():
    rgb = torch.stack([_tensor(data.astronaut())] * 2)
    assert torch.allclose(lightness(rgb), rgb_to_lab(rgb)[:, :1], atol=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-110, 110), st.floats(-110, 110)), min_size=1, max_size=20))
def test_shrinking_keeps_lightness_and_hue_and_ends_inside(colours):
    lab = torch.tensor(colours).T.unsqueeze(-1)
    shrunk = shrink_to_gamut(lab)
    back = rgb_to_lab(lab_to_rgb(shrunk))
    assert torch.equal(shrunk[0], lab[0])
    cross = shrunk[1] * lab[2] - shrunk[2] * lab[1]
    assert cross.abs().max() < 0.05
    assert (back[0] - lab[0]).abs().max() < 0.7


def test_colours_inside_the_gamut_are_left_alone():
    lab = rgb_to_lab(_tensor(data.astronaut()))
    assert torch.equal(shrink_to_gamut(lab), lab)


def test_the_tables_for_large_photos_agree_with_the_formulas():
    pixels = data.coffee()
    L = lightness(_tensor(pixels))[0]
    assert (lightness_of_bytes(pixels) - L).abs().max() < 1e-3
    vivid = torch.stack([L, torch.full_like(L, 70), torch.full_like(L, -60)])  # much of it outside the gamut
    expected = (lab_to_rgb(shrink_to_gamut(vivid)) * 255).round().permute(1, 2, 0).numpy()
    difference = np.abs(lab_to_bytes(vivid) - expected)
    assert difference.max() <= 1
    assert difference.mean() < 0.01
