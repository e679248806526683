"""Encoding once and painting often: suggestions, variants, palettes, styles, confidence."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples

from colorizer import bins, palette
from colorizer.architectures import architecture
from colorizer.decoding import clusters, confidence, decode, faded
from colorizer.hints import Hint
from colorizer.lab import rgb_to_lab
from colorizer.looks import Decoding
from colorizer.model import Colorizer
from colorizer.networks import Prediction


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer.load(device="cpu")


@pytest.fixture(scope="module")
def coffee():
    return np.asarray(Image.fromarray(samples.coffee()).convert("L").convert("RGB"))


def ab(pixels):
    return rgb_to_lab(torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1))[1:]


def test_suggestions_are_different_plausible_colours_with_shares(colorizer, coffee):
    found = colorizer.suggest(coffee, (300, 250), k=5)
    assert len(found) == 5
    shares = [suggestion.share for suggestion in found]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    colours = torch.tensor([suggestion.ab for suggestion in found])
    assert torch.pdist(colours).min() > 8
    assert colorizer.suggest(coffee, (300, 250), k=5) == found
    with pytest.raises(ValueError, match=r"\(600, 0\) lies outside the photo of 600 x 400"):
        colorizer.suggest(coffee, (600, 0))


def test_a_suggestion_taken_as_a_hint_gives_that_colour(colorizer, coffee):
    encoded = colorizer.encode(coffee)
    for suggestion in colorizer.suggest(encoded, (500, 60), k=3):
        result = ab(colorizer.paint(encoded, [Hint(500, 60, suggestion.rgb)]))[:, 56:65, 496:505].mean(dim=(1, 2))
        assert (result - ab(np.array([[suggestion.rgb]], np.uint8))[:, 0, 0]).norm() < 10


@pytest.mark.parametrize("shape", [(400, 600), (101, 60)], ids=["photo", "odd sides"])
def test_another_palette_of_an_encoded_photo_gives_the_same_pixels_as_the_photo_itself(colorizer, coffee, shape):
    photo = np.asarray(Image.fromarray(coffee).resize(shape[::-1]))
    encoded = colorizer.encode(photo)
    for wish in ({"palette": ["navy", "#dcc83c"]}, {"style": samples.rocket()}, {}):
        assert np.array_equal(colorizer.paint(colorizer.encode(encoded, **wish)), colorizer.colorize(photo, **wish))
    tinted = colorizer.encode(encoded, palette=["navy"])
    assert np.array_equal(colorizer.paint(colorizer.encode(tinted)), colorizer.colorize(photo))


def test_clusters_of_a_known_distribution():
    probability = torch.zeros(313)
    centres = bins.centres()
    for colour, share in (((60, 40), 0.5), ((50, 40), 0.1), ((-40, 40), 0.3), ((0, -60), 0.1)):
        probability[(centres == torch.tensor(colour)).all(dim=1)] = share
    (first, second, third) = clusters(probability, 3)
    assert first == (pytest.approx((58.333, 40), abs=0.01), pytest.approx(0.6))
    assert second == (pytest.approx((-40, 40)), pytest.approx(0.3))
    assert third == (pytest.approx((0, -60)), pytest.approx(0.1))
    assert len(clusters(probability, 9)) == 4


def test_variants_differ_and_come_again_with_their_seed(colorizer, coffee):
    variants = colorizer.variants(coffee, 4, seed=7)
    assert np.array_equal(variants[0], colorizer.colorize(coffee))
    again = colorizer.variants(coffee, 4, seed=7)
    assert all(np.array_equal(a, b) for a, b in zip(variants, again, strict=True))
    assert np.array_equal(variants[2], colorizer.colorize(coffee, seed=9))
    for i, one in enumerate(variants):
        for other in variants[:i]:
            assert (ab(one) - ab(other)).norm(dim=0).mean() > 3
    assert colorizer.variants(coffee, 0) == []


def test_a_variant_keeps_the_hints_it_is_given(colorizer, coffee):
    hint = Hint(500, 60, (40, 90, 160))
    result = ab(colorizer.colorize(coffee, [hint], seed=3))[:, 56:65, 496:505].mean(dim=(1, 2))
    assert (result - ab(np.array([[hint.rgb]], np.uint8))[:, 0, 0]).norm() < 15


def test_a_palette_speaks_of_each_of_its_colours_and_not_of_their_mean():
    condition = palette.of_colours(["navy", "#dcc83c"])[: bins.COUNT] - palette.PALETTE_SHARE * bins.prior()
    for colour in ((47.5, -64.7), (-7.9, 68.3)):
        near = (bins.centres() - torch.tensor(colour)).norm(dim=1) < 12
        assert float(condition[near].sum()) > 0.2
    assert float(condition[(bins.centres() - torch.tensor([19.8, 1.8])).norm(dim=1) < 12].sum()) < 0.01


def test_a_palette_moves_the_colours_towards_it(colorizer, coffee):
    plain = ab(colorizer.colorize(coffee)).mean(dim=(1, 2))
    blue = ab(colorizer.colorize(coffee, palette=[(40, 70, 170), (90, 120, 200)])).mean(dim=(1, 2))
    red = ab(colorizer.colorize(coffee, palette=[(170, 40, 40), (190, 90, 60)])).mean(dim=(1, 2))
    assert blue[1] < plain[1] - 2
    assert red[0] > plain[0] + 2
    with pytest.raises(ValueError, match="at least one colour"):
        colorizer.colorize(coffee, palette=[])
    with pytest.raises(ValueError, match="not both"):
        colorizer.colorize(coffee, palette=[(1, 2, 3)], style=samples.rocket())


def test_a_style_photo_lends_its_colours(colorizer, coffee):
    plain, styled = (
        ab(result).mean(dim=(1, 2))
        for result in (colorizer.colorize(coffee), colorizer.colorize(coffee, style=samples.rocket()))
    )
    assert styled[1] < plain[1] - 3  # the rocket stands before a blue sky


def test_confidence_is_low_for_what_could_be_anything():
    sure, torn = torch.full((1, 313, 1, 1), -20.0), torch.full((1, 313, 1, 1), -20.0)
    sure[0, 100] = 0
    torn[0, [5, 300]] = 0
    ab_map = torch.zeros(1, 2, 1, 1)
    assert float(confidence(Prediction(sure, ab_map))) == pytest.approx(1, abs=0.01)
    assert float(confidence(Prediction(torn, ab_map))) < 0.2
    assert float(confidence(Prediction(torn, ab_map, torch.ones(1, 1, 1, 1)))) == pytest.approx(1)
    assert float(confidence(Prediction(None, ab_map))) == 1
    assert torch.equal(faded(torch.ones(1, 2, 1, 1), torch.tensor([[[[0.8]]]]), 1.0), torch.ones(1, 2, 1, 1))
    assert float(faded(torch.ones(1, 2, 1, 1), torch.tensor([[[[0.2]]]]), 0.5)[0, 0]) == pytest.approx(0.625)


def test_where_hints_decide_the_regression_counts_wholly():
    logits = torch.randn(1, 313, 2, 2)
    own = torch.full((1, 2, 2, 2), 40.0)
    told = Prediction(logits, own, torch.ones(1, 1, 2, 2))
    assert torch.allclose(decode(told, Decoding()), own)
    assert not torch.allclose(decode(told._replace(trust=None), Decoding()), own)


def test_a_batch_says_what_single_photos_say(colorizer, coffee):
    other = np.ascontiguousarray(coffee[:, ::-1])
    square = np.ascontiguousarray(coffee[:300, :300])
    for single, batched in zip(
        map(colorizer.colorize, (coffee, square, other)), colorizer.colorize_batch([coffee, square, other]), strict=True
    ):
        assert np.abs(single.astype(int) - batched).max() <= 1


@pytest.mark.parametrize("side", [500, 1500, 6000])
def test_colours_do_not_depend_on_the_size_of_the_upload(colorizer, coffee, side):
    """Stated tolerance: on average 1 unit of ab, for one photo brought to different sizes."""
    expected = ab(colorizer.colorize(coffee))
    size = (side, side * 2 // 3)
    found = Image.fromarray(colorizer.colorize(np.asarray(Image.fromarray(coffee).resize(size))))
    small = ab(np.asarray(found.resize((600, 400), Image.Resampling.BOX if side > 600 else Image.Resampling.BICUBIC)))
    assert (small - expected).norm(dim=0).mean() < 1


def test_a_network_without_hints_says_so(coffee):
    kind = architecture("eccv16")
    plain = Colorizer(kind.build(), architecture=kind, device=torch.device("cpu"))
    with pytest.raises(ValueError, match="eccv16 takes no hints"):
        plain.colorize(coffee, [Hint(1, 1, (255, 0, 0))])
    assert plain.colorize(coffee).shape == coffee.shape


def test_looks_differ_in_how_colourful_they_are(colorizer, coffee):
    soft, natural, vivid = (
        float(ab(colorizer.colorize(coffee, look=look)).norm(dim=0).mean()) for look in ("soft", "natural", "vivid")
    )
    assert soft < 0.9 * natural
    assert natural < 0.9 * vivid
    with pytest.raises(ValueError, match="'gaudy': choose one of natural, vivid, soft"):
        colorizer.colorize(coffee, look="gaudy")
