"""Photos longer than 4:1 get the colours that their parts get alone."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples

from colorizer import Hint
from colorizer.architectures import MOST, architecture
from colorizer.lab import rgb_to_lab
from colorizer.model import Colorizer
from colorizer.panorama import Tiled, join
from colorizer.upsample import join as join_at_once


@pytest.fixture(scope="module")
def model():
    return Colorizer.load(device="cpu")


def grey(name, size=(320, 240)):
    pixels = np.asarray(Image.fromarray(getattr(samples, name)()).convert("L").resize(size))
    return np.repeat(pixels[..., None], 3, axis=2)


NAMES = ("astronaut", "coffee", "cat", "rocket")


def strip(count, axis=1):
    return np.concatenate([grey(NAMES[i % len(NAMES)]) for i in range(count)], axis=axis)


def chroma(pixels):
    return rgb_to_lab(torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1) / 255)[1:]


@pytest.mark.parametrize(
    ("size", "copy"),
    [
        ((1000, 4000), (1, 4)),
        ((240, 2880), (1, 12)),
        ((2880, 240), (12, 1)),
        ((100, 3000), (1, 30)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_copy_keeps_its_height(size, copy):
    compact = architecture("compact")
    assert compact.input_size(*size) == tuple(side * compact.side for side in copy)


@pytest.mark.parametrize("size", [(760, 65_500), (1, 65_500), (65_500, 3)])
def test_the_copy_is_bounded(size):
    compact = architecture("compact")
    short, long = sorted(compact.input_size(*size))
    assert long == MOST * compact.side
    assert 1 <= short < compact.side


def test_each_part_of_a_long_photo_gets_its_own_colours(model):
    alone = torch.cat([chroma(model.colorize(grey(name))) for name in NAMES * 3], dim=2)
    together = chroma(model.colorize(strip(12)))
    assert (together - alone).norm(dim=0).mean() < 0.6 * alone.norm(dim=0).mean()
    assert together.norm(dim=0).mean() > 0.75 * alone.norm(dim=0).mean()
    upright = chroma(np.rot90(model.colorize(np.ascontiguousarray(np.rot90(strip(12), -1))), 1))
    assert upright.shape == together.shape


@pytest.mark.parametrize("axis", [0, 1])
def test_tiles_pass_into_each_other_without_a_seam(model, axis):
    even = np.repeat(np.linspace(60, 200, 256).astype(np.uint8)[:, None], 3840, axis=1)
    even = even if axis == 1 else np.ascontiguousarray(even.T)
    made = chroma(model.colorize(np.repeat(even[..., None], 3, axis=2)))
    steps = made.diff(dim=2 if axis == 1 else 1).abs()
    assert steps.max() < 6, "levels of ab from one pixel to the next"


def test_hints_reach_their_tile_and_no_other(model):
    photo = strip(12)
    encoded = model.encode(photo)
    plain, hinted = model.paint(encoded), model.paint(encoded, [Hint(2000, 120, "#1122cc")])
    change = np.abs(plain.astype(int) - hinted).mean(axis=(0, 2))
    assert change[1990:2010].mean() > 10
    assert change[:700].max() == 0
    assert model.suggest(encoded, (3000, 100))
    assert model.variants(photo, 2)[1].shape == photo.shape


def test_joining_piece_by_piece_is_joining():
    generator = torch.Generator().manual_seed(0)
    photo = strip(12)
    guide = torch.from_numpy(np.array(Image.fromarray(photo[..., 0]).resize((3072, 256)))).float()[None] / 2.55
    ab = torch.nn.functional.interpolate(torch.randn(1, 2, 8, 96, generator=generator) * 20, size=(64, 768))[0]
    detail = torch.rand(1, 64, 768, generator=generator)
    for turn in (False, True):
        if turn:
            photo = np.ascontiguousarray(photo.transpose(1, 0, 2))
            guide, ab, detail = (x.transpose(1, 2).contiguous() for x in (guide, ab, detail))
        whole = join_at_once(photo, ab, guide=guide, detail=detail).astype(int)
        pieces = join(photo, ab, guide=guide, detail=detail).astype(int)
        assert (np.abs(whole - pieces) > 2).mean() < 1e-5, "but for a few at the edge of the gamut"


def test_short_pictures_are_seen_as_before(model):
    L = torch.rand(1, 1, 256, 1024) * 100
    wrapped = model.network
    assert isinstance(wrapped, Tiled)
    with torch.inference_mode():
        assert torch.equal(wrapped(L).ab, wrapped.network(L).ab)
