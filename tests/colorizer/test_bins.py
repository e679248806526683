"""The published facts about the 313 bins (Zhang et al. 2016), and the maths that is built on them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from colorizer import bins


def test_313_bins_on_the_grid_in_published_order():
    centres = bins.centres()
    assert centres.shape == (313, 2)
    assert centres[0].tolist() == [-90, 50]
    assert centres[-1].tolist() == [100, 0]
    assert (centres % 10 == 0).all()
    order = centres[:, 0] * 1000 + centres[:, 1]
    assert (order.diff() > 0).all()


def test_published_prior():
    prior = bins.prior()
    assert prior.sum() == pytest.approx(1, abs=1e-5)
    by_colour = {tuple(map(int, c)): float(p) for c, p in zip(bins.centres().tolist(), prior, strict=True)}
    assert by_colour[0, 0] == pytest.approx(0.201, abs=5e-4)
    assert by_colour[0, 10] == pytest.approx(0.108, abs=5e-4)
    assert by_colour[0, -10] == pytest.approx(0.064, abs=5e-4)


def test_published_rebalancing_weights():
    weights = bins.rebalancing_weights(bins.prior())
    assert float(weights.min()) == pytest.approx(0.0965, abs=1e-4)
    assert float(weights.max()) == pytest.approx(6.175, abs=1e-3)
    assert float((weights * bins.prior()).sum()) == pytest.approx(1, abs=1e-5)


def test_no_rebalancing_at_alpha_0():
    assert torch.allclose(bins.rebalancing_weights(bins.prior(), alpha=0), torch.ones(313))


@settings(max_examples=50, deadline=None)
@given(st.tuples(st.floats(-110, 110), st.floats(-110, 110)), st.integers(1, 10))
def test_soft_codes_sum_to_one_and_start_with_the_nearest(colour, k):
    ab = torch.tensor([colour])
    index, weight = bins.soft_encode(ab, k=k)
    distance = (bins.centres() - ab).norm(dim=1)
    assert float(weight.sum()) == pytest.approx(1, abs=1e-5)
    assert float(distance[index[0, 0]]) == pytest.approx(float(distance.min()), abs=1e-3)
    assert (weight[0].diff() <= 1e-6).all()


def test_a_colour_on_a_bin_is_coded_mostly_by_it_and_evenly_by_its_neighbours():
    index, weight = bins.soft_encode(torch.tensor([[20.0, 30.0]]))
    assert bins.centres()[index[0, 0]].tolist() == [20, 30]
    assert torch.allclose(weight[0, 1:], weight[0, 1].expand(4))


def test_the_table_says_what_soft_encoding_says():
    ab = torch.randint(-100, 101, (2, 2, 5, 7)).float()
    index, weight = bins.encode_pixels(ab)
    exact, exact_weight = bins.soft_encode(ab.permute(0, 2, 3, 1).reshape(-1, 2))
    assert torch.allclose(weight.reshape(-1, 5), exact_weight, atol=1e-5)
    coded = (bins.centres()[index] * weight[..., None]).sum(-2).reshape(-1, 2)
    coded_exactly = (bins.centres()[exact] * exact_weight[..., None]).sum(-2)
    assert torch.allclose(coded, coded_exactly, atol=20)  # ties between equally far bins may fall either way


def test_annealed_mean_goes_from_mean_to_mode():
    logits = torch.zeros(1, 313, 1, 1)
    logits[0, 100] = 3.0
    mean, mode = bins.annealed_mean(logits, 1.0), bins.annealed_mean(logits, 0.02)
    weights = torch.softmax(logits[0, :, 0, 0], 0)
    assert torch.allclose(mean[0, :, 0, 0], weights @ bins.centres(), atol=1e-4)
    assert torch.allclose(mode[0, :, 0, 0], bins.centres()[100], atol=1e-3)
