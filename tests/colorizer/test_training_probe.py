"""The linear probe, on squares cut from real photographs: which photograph is a square from?"""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples

from colorizer.architectures import architecture
from colorizer.training.photos import PhotoSet
from colorizer.training.probe import NUMBERS, pooled, probe


@pytest.fixture(scope="module")
def squares(tmp_path_factory):
    root = tmp_path_factory.mktemp("squares")
    rng = np.random.default_rng(0)
    for name in ("astronaut", "cat", "coffee", "rocket"):
        pixels = getattr(samples, name)()
        (root / name).mkdir()
        for number in range(8):
            top, left = (int(rng.integers(0, n - 128)) for n in pixels.shape[:2])
            Image.fromarray(pixels[top : top + 128, left : left + 128]).save(root / name / f"{number}.png")
    return PhotoSet.open([root])


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(1)
    return architecture("crosschannel").build()


def test_each_layer_tells_photographs_better_than_chance(network, squares):
    rows = probe(network, squares, side=64)
    assert [row.layer for row in rows] == ["conv1", "conv2", "conv3", "conv4", "conv5"]
    assert max(row.accuracy for row in rows) >= 0.5  # chance is a quarter
    assert all(0 <= row.random <= 1 for row in rows)


def test_labels_that_mean_nothing_cannot_be_told(network, squares):
    shuffled = PhotoSet(squares.pictures, list(np.random.default_rng(0).permutation(squares.groups)))
    assert probe(network, shuffled, side=64)[0].accuracy <= 0.5


def test_features_are_pooled_to_about_nine_thousand_numbers(network, squares):
    features = pooled(network, squares.spread(2), 180)
    assert {name: x.shape[1] for name, x in features.items()} == {
        "conv1": 48 * 13**2,
        "conv2": 128 * 8**2,
        "conv3": 192 * 6**2,
        "conv4": 192 * 6**2,
        "conv5": 128 * 8**2,
    }
    assert max(x.shape[1] for x in features.values()) <= NUMBERS


def test_a_probe_needs_groups(network, squares):
    with pytest.raises(ValueError, match="two groups"):
        probe(network, PhotoSet(squares.pictures[:4], squares.groups[:4]))
