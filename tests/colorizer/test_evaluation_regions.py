"""Error by scale, patchiness, frontiers and false hints, on pictures whose figures are known."""

import numpy as np
import pytest
import torch
from skimage import data as samples

import colorizer
from colorizer.evaluation.frontier import Frontier, Means, Reference
from colorizer.evaluation.locality import false_hint
from colorizer.evaluation.regions import deviation, dispersion, error_by_scale, plain_regions
from colorizer.looks import Decoding


@pytest.fixture(scope="module")
def model():
    return colorizer.load(device="cpu")


def test_the_error_is_split_by_scale_and_nothing_is_lost():
    truth = torch.zeros(2, 64, 64)
    cast = truth + 3
    assert error_by_scale(cast, truth) == pytest.approx([18, 0, 0, 0])
    objects = truth.clone()
    objects[0, :, :32], objects[0, :, 32:] = 2, -2
    assert error_by_scale(objects, truth) == pytest.approx([0, 4, 0, 0])
    checks = torch.zeros(2, 64, 64)
    checks[1, ::2] = 1
    assert error_by_scale(checks, truth) == pytest.approx([0.25, 0, 0, 0.25])
    noise = torch.randn(2, 64, 64)
    assert sum(error_by_scale(noise, truth)) == pytest.approx(float(noise.square().sum(dim=0).mean()), rel=1e-4)


def test_plain_things_are_found_and_blotches_on_them_counted():
    picture = np.full((96, 96, 3), 200, np.uint8)
    picture[20:70, 20:70] = (180, 40, 40)
    regions = plain_regions(picture)
    ground, thing, *edges = sorted(regions, key=lambda mask: -mask.mean())
    assert ground[:10].all()
    assert not ground[30:60, 30:60].any()
    assert thing[30:60, 30:60].all()
    assert all(mask.mean() < 0.06 for mask in edges)
    blotched = torch.zeros(2, 96, 96)
    blotched[0, :, :48] = 20  # half of everything is red: a deviation of 10 in each region, nearly
    assert deviation(blotched, ground) == pytest.approx(10, abs=0.8)
    area, spread, patchy = dispersion(blotched, [ground, thing])
    assert area == pytest.approx(float(ground.mean() + thing.mean()))
    assert spread / area == pytest.approx(10, abs=0.5)
    assert patchy == pytest.approx(area)


def test_a_frontier_is_interpolated_between_its_decodings():
    rows = np.zeros((3, 2, 12))
    rows[:, 0, :8] = [1.0, 10, 2.0, 0.1, 20, 1.0, 3.0, 0.0]  # half as colourful as the truth
    rows[:, 1, :8] = [0.0, 20, 4.0, 0.3, 20, 1.0, 3.0, 0.0]  # as colourful
    means = Means(rows)
    assert means.at(0.75) == pytest.approx((0.5, 3.0, 0.2))
    assert all(np.isnan(means.at(1.2)))
    assert means.true_dispersion == 3


def test_more_rebalancing_gives_more_colour_and_more_patches(model):
    frontier = Frontier(model, 128, decodings=(Decoding(rebalancing=0.0), Decoding(rebalancing=1.2)))
    for photo in (samples.coffee(), samples.astronaut()[:256, :256]):
        frontier.add(Reference(photo[::3, ::3].copy()))
    means = frontier.means()
    assert means.share[0] < means.share[1]
    assert means.dispersion[0] < means.dispersion[1]
    assert np.isfinite(means.by_scale).all()


def test_a_false_hint_reaches_its_thing_and_not_the_rest(model):
    photo = np.full((128, 160, 3), 190, np.uint8)
    photo += np.random.default_rng(0).integers(0, 6, photo.shape, np.uint8)
    photo[40:100, 50:120] = (80, 80, 80)
    found = false_hint(model, model.encode(photo), np.random.default_rng(3))
    assert found.inside < 12
    assert found.outside < 0.2
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    assert false_hint(model, model.encode(noise), np.random.default_rng(0)) is None
