"""The measures, against other libraries and against cases that can be worked out by hand."""

import math

import numpy as np
import pytest
import torch
from scipy import linalg
from skimage import color, metrics
from skimage import data as samples

from colorizer import bins
from colorizer.evaluation.metrics import Truth, area, chroma, colourfulness, psnr, rarity, ssim
from colorizer.evaluation.statistics import Bootstrap, frechet, wilson
from colorizer.upsample import join


def plain(*rgb, side=16):
    return np.full((side, side, 3), rgb, np.uint8)


def noisy(picture, amount=12):
    noise = np.random.default_rng(0).integers(-amount, amount + 1, picture.shape)
    return np.clip(picture.astype(int) + noise, 0, 255).astype(np.uint8)


def test_psnr_and_ssim_are_those_of_scikit_image():
    truth = samples.astronaut()[:128, :160]
    worse = noisy(truth)
    assert psnr(worse, truth) == pytest.approx(metrics.peak_signal_noise_ratio(truth, worse), abs=1e-4)
    wang = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    channels = [metrics.structural_similarity(truth[..., i], worse[..., i], **wang) for i in range(3)]
    assert ssim(worse, truth) == pytest.approx(np.mean(channels))
    assert ssim(truth, truth) == 1
    assert psnr(truth, truth) == pytest.approx(20 * math.log10(255) + 10 * math.log10(12))
    with pytest.raises(ValueError, match="11 pixels"):
        ssim(plain(0, 0, 0, side=8), plain(0, 0, 0, side=8))


def test_colourfulness_by_hand():
    assert colourfulness(plain(90, 90, 90)) == 0
    # rg = 255, yb = 127.5 everywhere: no deviation, 0.3 of the mean's length.
    assert colourfulness(plain(255, 0, 0)) == pytest.approx(0.3 * math.hypot(255, 127.5), rel=1e-5)
    # Half red, half green: rg = 255 and -255, yb = 127.5. Absolute values see one colour only.
    both = np.concatenate([plain(255, 0, 0), plain(0, 255, 0)])
    assert colourfulness(both) == pytest.approx(255 + 0.3 * 127.5, rel=1e-5)
    assert colourfulness(both, absolute=True) == pytest.approx(0.3 * math.hypot(255, 127.5), rel=1e-5)


def test_chroma_is_that_of_scikit_image():
    photo = samples.coffee()[:64, :64]
    assert np.allclose(chroma(photo).permute(1, 2, 0), color.rgb2lab(photo)[..., 1:], atol=0.01)


def test_area_is_the_integral_of_the_cumulative_curve():
    distance = torch.from_numpy(np.random.default_rng(1).gamma(2, 20, 4000)).float()
    distance[:50] = 0
    thresholds = range(151)
    curve = [float((distance <= threshold).float().mean()) for threshold in thresholds]
    assert float(area(distance).mean()) == pytest.approx(np.trapezoid(curve, thresholds) / 150, abs=1e-5)
    assert area(torch.tensor([0.0, 0.5, 1.0, 149.5, 150.5, 400.0])).tolist() == pytest.approx(
        [1, 149.5 / 150, 149.5 / 150, 0.5 / 150, 0, 0]
    )


def test_rarity_is_one_over_the_prior_of_the_nearest_bin():
    ab = torch.tensor([[[0.0, 52.0]], [[3.0, 38.0]]])  # (0, 3) and (52, 38), nearest bins (0, 0) and (50, 40)
    for pixel, centre in enumerate(((0, 0), (50, 40))):
        nearest = bins.centres().tolist().index(list(centre))
        assert float(rarity(ab)[0, pixel]) == pytest.approx(1 / float(bins.prior()[nearest]))


def test_the_truth_is_perfect_and_grey_is_not():
    photo = samples.coffee()[:120, :160]
    truth = Truth(photo)
    perfect, grey = truth.compare(photo), truth.compare(join(photo, torch.zeros(2, 2, 2)))
    assert perfect["auc"] == 100
    assert perfect["auc_rebalanced"] == pytest.approx(100 * perfect["rarity"])
    assert perfect["ab_error"] == perfect["colourfulness_difference"] == 0
    assert perfect["ssim"] == 1
    assert grey["auc_rebalanced"] / grey["rarity"] < grey["auc"] < 95  # rare colours are far from grey
    assert grey["ab_error"] == pytest.approx(float(chroma(photo).norm(dim=0).mean()), abs=0.1)
    assert grey["colourfulness"] < 1


def test_frechet_distance_of_known_gaussians():
    rng = np.random.default_rng(2)
    a = rng.normal(size=(4000, 6)).astype(np.float32)
    b = (rng.normal(size=(5000, 6)) * 2 + 3).astype(np.float32)
    # |3|^2 in 6 dimensions and (2 - 1)^2 for each deviation.
    assert frechet(a, b) == pytest.approx(6 * 9 + 6, rel=0.02)
    mixed = a @ rng.normal(size=(6, 6)).astype(np.float32)
    product = np.cov(mixed.T) @ np.cov(b.T)
    expected = ((mixed.mean(0) - b.mean(0)) ** 2).sum() + np.trace(np.cov(mixed.T) + np.cov(b.T))
    assert frechet(mixed, b) == pytest.approx(expected - 2 * linalg.sqrtm(product).real.trace(), rel=1e-4)
    assert frechet(mixed, b) == pytest.approx(frechet(b, mixed))


def test_frechet_distance_of_fewer_photographs_than_features():
    features = np.random.default_rng(3).normal(size=(20, 200)).astype(np.float32)
    assert frechet(features, features) == pytest.approx(0, abs=1e-4)
    assert frechet(features + 1, features) == pytest.approx(200, rel=1e-3)


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(4)
    held = 0
    for seed in range(150):
        figure = Bootstrap(60, resamples=200, seed=seed).mean(rng.exponential(2.0, 60))
        held += figure.low <= 2.0 <= figure.high
    assert 0.88 < held / 150 < 0.99  # a percentile interval of 60 skewed values is a little too narrow


def test_means_and_ratios():
    bootstrap = Bootstrap(4)
    assert bootstrap.mean(np.array([1.0, 2, 3, np.nan])).value == 2
    ratio = bootstrap.mean(np.array([2.0, 4, 6, 8]), np.array([1.0, 2, 3, 4]))
    assert (ratio.value, ratio.low, ratio.high) == (2, 2, 2)
    assert math.isnan(bootstrap.mean(np.full(4, np.nan)).value)
    assert math.isnan(bootstrap.mean(np.ones(4), np.zeros(4)).value)


def test_wilson_interval_as_published():
    # 81 of 263: Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    figure = wilson(81, 263)
    assert (figure.low, figure.high) == pytest.approx((25.53, 36.62), abs=0.01)
    assert wilson(0, 10).low == 0
    assert wilson(10, 10).high == 100
    assert math.isnan(wilson(0, 0).value)
