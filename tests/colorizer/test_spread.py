"""How far hints reach: what was to be expected tells of what is alike, what surprises stays on its thing."""

import math

import pytest
import torch

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.networks.spread import Hints, joined, widely


@pytest.fixture(scope="module")
def told():
    """Shift and trust of one hint of ab (30, 30) in a picture of two kinds of places, where only (30, 30) is likely."""

    def tell(given, likely):
        to_bins = torch.nn.Conv2d(8, bins.COUNT, 1)
        with torch.no_grad():
            to_bins.weight.zero_()
            to_bins.bias.copy_(-((bins.centres() - torch.tensor(likely)) ** 2).sum(1) / 50)
            x = torch.zeros(1, 8, 12, 16)
            x[:, 0, :, :8], x[:, 1, :, 8:] = 1, 1  # two things, by their features
            hint = torch.zeros(1, 3, 12, 16)
            hint[0, :2, 5, 2], hint[0, 2, 5, 2] = torch.tensor(given) / AB_SCALE, 1
            L = torch.full((1, 1, 12, 16), 50.0)
            hints = Hints.read(x, L, torch.zeros(1, 2, 12, 16), hint, to_bins, most=128)
            return widely(x, hints)

    return tell


def test_a_likely_hint_tells_of_what_is_alike_and_less_of_the_rest(told):
    shift, trust = told((30.0, 30.0), (30.0, 30.0))
    assert shift[0, 0, 9, 5] > 15
    assert 0 < shift[0, 0, 9, 12] < 5
    assert trust[0, 0, 9, 5] > 0.5 > trust[0, 0, 9, 12]


def test_a_surprising_hint_tells_nothing_of_other_places(told):
    shift, trust = told((30.0, 30.0), (-40.0, 40.0))
    assert shift.abs().max() < 0.5
    assert trust.max() < 0.01


@pytest.fixture(scope="module")
def shift_by():
    """b far from hints of ab (-40, 40) at places (row, column) on four things; the network gives them a probability."""

    def shift(places, probability=0.03):
        to_bins = torch.nn.Conv2d(8, bins.COUNT, 1)
        with torch.no_grad():
            to_bins.weight.zero_()
            apart = [(bins.centres() - torch.tensor(ab)).abs().sum(1) for ab in ([30.0, 30.0], [-40.0, 40.0])]
            to_bins.bias.fill_(-20.0)[apart[0].argmin()] = 0.0
            to_bins.bias[apart[1].argmin()] = math.log(probability)
            x, hint = torch.zeros(1, 8, 12, 16), torch.zeros(1, 3, 12, 16)
            for kind in range(4):
                x[:, kind, :, 4 * kind : 4 * kind + 4] = 1
            x[:, 4] = 1  # what all things have in common: so their features are alike by half
            for row, column in places:
                hint[0, :, row, column] = torch.tensor([-40 / AB_SCALE, 40 / AB_SCALE, 1])
            L = torch.full((1, 1, 12, 16), 50.0)
            hints = Hints.read(x, L, torch.zeros(1, 2, 12, 16), hint, to_bins, most=128)
            return widely(x, hints)[0][0, 1, 11, 15]

    return shift


def test_surprising_hints_on_several_things_that_foretell_each_other_tell_of_the_photo(shift_by):
    assert shift_by([(5, 1)]) < 0.5
    assert shift_by([(5, 1), (5, 6), (2, 9)]) > 5


def test_impossible_colours_are_wishes_even_if_hints_on_several_things_agree(shift_by):
    assert shift_by([(5, 1), (5, 6), (2, 9)], probability=1e-6) < 1


def test_surprising_hints_on_one_thing_tell_nothing_of_others(shift_by):
    assert shift_by([(1, 1), (5, 1), (10, 2)]) < 0.5


def test_several_hints_count_each_once_and_their_places_are_their_own():
    hint = torch.zeros(1, 3, 4, 4)
    hint[0, :, 1, 2] = torch.tensor([0.1, 0.2, 1])
    hint[0, :, 3, 0] = torch.tensor([0.3, 0.4, 1])
    hints = Hints.read(
        torch.rand(1, 8, 4, 4),
        torch.zeros(1, 1, 4, 4),
        torch.zeros(1, 2, 4, 4),
        hint,
        torch.nn.Conv2d(8, 313, 1),
        most=8,
    )
    assert sorted(hints.place[0].tolist()) == [1 * 4 + 2, 3 * 4]
    first = hints.place[0].tolist().index(1 * 4 + 2)
    assert hints.correction[0, :, first].tolist() == pytest.approx([11, 22])
    assert float(hints.apart[0, 1 * 4 + 3, first]) == pytest.approx(1 / 16)


def test_places_that_look_alike_but_lie_elsewhere_are_not_joined():
    rows = ["##..##", "##..##", "......", "####.."]
    trust = torch.tensor([[0.9 if place == "#" else 0.2 for place in row] for row in rows])[None, None]
    given = torch.zeros(1, 1, 4, 6, dtype=torch.bool)
    given[0, 0, 0, 0] = True
    assert joined(trust, given)[0, 0].tolist() == [
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
