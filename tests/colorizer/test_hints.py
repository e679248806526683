"""Hints: as people write them, in one region only, and those that keep what is there."""

import re

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples

import colorizer
from colorizer.architectures import architecture
from colorizer.hints import Hint, read_colour, read_hint

RED = (200, 60, 50)


@pytest.fixture(scope="module")
def model():
    return colorizer.load(device="cpu")


@pytest.fixture(scope="module")
def photo(model):
    """A grey photo of 512 x 512 pixels, encoded."""
    return model.encode(np.asarray(Image.fromarray(samples.astronaut()).convert("L").convert("RGB")))


def distance(one, other):
    return np.abs(one.astype(int) - other).sum(axis=2)


@pytest.mark.parametrize(
    ("colour", "rgb"),
    [
        ("#aa3b30", (170, 59, 48)),
        ("AA3B30", (170, 59, 48)),
        ("#f0c", (255, 0, 204)),
        (" Navy ", (0, 0, 128)),
        ("rebeccapurple", (102, 51, 153)),
        ((1, 2, 3), (1, 2, 3)),
        ([1, 2, 3], (1, 2, 3)),
        (np.array([9, 8, 7], np.uint8), (9, 8, 7)),
    ],
)
def test_a_colour_in_every_spelling(colour, rgb):
    assert read_colour(colour) == Hint(1, 2, colour).rgb == rgb


@pytest.mark.parametrize(
    "colour",
    [
        "#gg0000",
        "",
        "#12345",
        "bluish",
        "rgb(1,2,3)",
        (1, 2),
        (1, 2, 256),
        ("a", "b", "c"),
        (0.7, 0.2, 0.1),
        (1, 2, float("inf")),
        ("1", "2", "3"),
        7,
        None,
    ],
)
def test_what_is_no_colour_is_named(colour):
    with pytest.raises(colorizer.InputError, match="is no colour"):
        read_colour(colour)


def test_a_written_hint_is_placed_on_the_photo():
    assert read_hint("310,220 #aa3b30").on(512, 512) == Hint(310, 220, "#aa3b30")
    assert read_hint("40%,30% navy").on(1000, 500) == Hint(400, 150, "navy")
    assert read_hint("100%,100% keep").on(1000, 500) == Hint(999, 499, "keep")
    with pytest.raises(colorizer.InputError, match="600,10 lies outside the photo of 512 x 512"):
        read_hint("600,10 navy").on(512, 512)


@pytest.mark.parametrize("text", ["40%,30%", "40%,30% bluish", "310,220", "310,220 #12"])
def test_a_hint_that_cannot_be_read_is_named_whole(text):
    with pytest.raises(colorizer.InputError, match=re.escape(repr(text))):
        read_hint(text)


def test_a_seed_below_0_is_refused(model, photo):
    with pytest.raises(colorizer.InputError, match="0 or larger, not -1"):
        model.paint(photo, seed=-1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": float("nan")}, "two numbers"),
        ({"x": "5"}, "two numbers, not '5', 5"),
        ({"box": (0, 0, 20)}, "four numbers"),
        ({"box": (0, 0, 20, float("inf"))}, "four numbers"),
        ({"mask": [[True] * 9] * 9}, "bool array"),
        ({"box": (10, 10, 20, 20)}, "does not hold its place 5, 5"),
        ({"box": (0, 0, 20, 20), "mask": np.ones((9, 9), bool)}, "not both"),
        ({"mask": np.ones((9, 9))}, "bool array"),
        ({"mask": np.ones((9, 9, 1), bool)}, "bool array"),
    ],
)
def test_an_impossible_hint_is_refused(changes, message):
    with pytest.raises(colorizer.InputError, match=message):
        Hint(**{"x": 5, "y": 5, "colour": "navy", **changes})


def test_a_mask_that_does_not_fit_the_photo_is_refused(model, photo):
    with pytest.raises(colorizer.InputError, match=r"mask is \(9, 9\), the photo is \(512, 512\)"):
        model.paint(photo, [Hint(5, 5, RED, mask=np.ones((9, 9), bool))])
    with pytest.raises(colorizer.InputError, match="false at its place"):
        model.paint(photo, [Hint(5, 5, RED, mask=np.zeros((512, 512), bool))])


def test_outside_of_its_box_or_mask_a_hint_changes_nothing(model, photo):
    plain, everywhere = model.paint(photo), model.paint(photo, [Hint(190, 290, RED)])
    assert distance(everywhere, plain)[:, 300:].max() > 0
    mask = np.zeros((512, 512), bool)
    mask[240:400, 100:280] = True
    by_mask = model.paint(photo, [Hint(190, 290, RED, mask=mask)])
    by_box = model.paint(photo, [Hint(190, 290, RED, box=(100, 240, 280, 400))])
    assert np.array_equal(by_mask, by_box)
    assert np.array_equal(by_box[~mask], plain[~mask])
    assert np.array_equal(by_box[mask], everywhere[mask])
    assert distance(by_box, plain)[286:295, 186:195].mean() > 20


def test_a_box_narrower_than_a_pixel_holds_the_pixel_of_its_place():
    mask = Hint(5.8, 7.9, RED, box=(5.6, 7.6, 5.9, 8)).inside(20, 20)
    assert np.argwhere(mask).tolist() == [[7, 5]]


def test_hints_in_several_regions_and_one_everywhere(model, photo):
    blue = Hint(60, 60, (40, 60, 160))
    left = Hint(190, 290, RED, box=(0, 200, 256, 512))
    right = Hint(400, 400, (60, 120, 60), box=(256, 200, 512, 512))
    together = model.paint(photo, [left, blue, right])
    assert np.array_equal(together[:200], model.paint(photo, [blue])[:200])
    assert np.array_equal(together[200:, :256], model.paint(photo, [blue, Hint(190, 290, RED)])[200:, :256])
    assert np.array_equal(together[200:, 256:], model.paint(photo, [blue, Hint(400, 400, (60, 120, 60))])[200:, 256:])
    lower = Hint(200, 480, (60, 120, 60), box=(0, 200, 256, 512.4))  # in the same region as `left`
    both = [Hint(190, 290, RED), Hint(200, 480, (60, 120, 60))]
    assert np.array_equal(model.paint(photo, [left, lower])[200:, :256], model.paint(photo, both)[200:, :256])


def test_confidence_suggestions_and_variants_know_regions(model, photo):
    hint = Hint(190, 290, RED, box=(100, 240, 280, 400))
    plain, bound, free = (model.confidence(photo, hints) for hints in (None, [hint], [Hint(190, 290, RED)]))
    assert bound[0, 0] == plain[0, 0]
    assert bound[29 * bound.shape[0] // 51, 19 * bound.shape[1] // 51] > 0.99
    assert not (free == plain).all()
    assert model.suggest(photo, (400, 100), hints=[hint]) == model.suggest(photo, (400, 100))
    assert model.suggest(photo, (190, 290), hints=[hint]) != model.suggest(photo, (190, 290))
    with_hint, without = (model.variants(photo, 2, hints=hints, seed=4)[1] for hints in ([hint], None))
    outside = np.ones((512, 512), bool)
    outside[240:400, 100:280] = False
    assert np.array_equal(with_hint[outside], without[outside])
    assert not np.array_equal(with_hint, without)


@pytest.mark.parametrize("look", ["natural", "vivid"])
def test_a_place_may_be_kept_as_it_is_while_another_changes(model, photo, look):
    photo = model.encode(photo.pixels, look=look)
    plain = model.paint(photo)
    change, keep = Hint(190, 290, (60, 90, 200)), Hint(256, 300, "keep")
    free, kept, alone = (distance(model.paint(photo, hints), plain) for hints in ([change], [change, keep], [keep]))
    assert free[296:305, 252:261].mean() > 100
    assert kept[296:305, 252:261].mean() < 12
    assert kept[286:295, 186:195].mean() > 0.9 * free[286:295, 186:195].mean()
    assert alone.max() == 0


def test_a_network_that_does_not_say_how_far_hints_reach_is_given_the_colour_that_stays(photo):
    row = architecture("siggraph17")
    torch.manual_seed(0)
    other = colorizer.Colorizer(row.build(), architecture=row, device=torch.device("cpu"))
    encoded = other.encode(photo.pixels)
    given = other.hint_map(encoded, [Hint(340, 340, "keep")])
    predicted = other.chroma(encoded.L[None])[0]
    inside = given[2] > 0
    assert inside.sum() == 36
    assert torch.allclose(given[:2, inside] * 110, predicted[:, inside], atol=1e-3)
