from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from skimage import data as samples

from colorizer.architectures import architecture
from colorizer.catalogue import WeightsError, packaged_weights
from colorizer.hints import Hint
from colorizer.lab import rgb_to_lab
from colorizer.loading import load_network
from colorizer.looks import Decoding
from colorizer.model import Colorizer


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer.load(device="cpu")


def lab(pixels):
    return rgb_to_lab(torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)).numpy()


def grey(pixels):
    light = np.asarray(pixels, np.float32) @ np.array([0.299, 0.587, 0.114], np.float32) if pixels.ndim == 3 else pixels
    return np.repeat(np.asarray(light, np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("photo", [samples.astronaut, samples.cat, samples.coffee, samples.camera])
def test_lightness_stays_and_colour_comes(colorizer, photo):
    before = grey(photo())
    after = colorizer.colorize(before)
    difference = np.abs(lab(after)[0] - lab(before)[0])
    assert after.shape == before.shape
    assert after.dtype == np.uint8
    assert difference.mean() < 0.3
    assert np.quantile(difference, 0.999) < 1.5  # 8 bits cannot hold every dark colour more exactly
    assert np.abs(lab(after)[1:]).mean() > 3


def test_the_colour_of_a_tinted_photo_is_dropped(colorizer):
    before = grey(samples.cat())
    sepia = np.asarray(before * np.array([1.0, 0.87, 0.7], np.float32), np.uint8)
    from_grey, from_sepia = colorizer.colorize(before), colorizer.colorize(sepia)
    cast = lab(sepia)[2].mean()
    assert cast > 10
    assert abs(lab(from_sepia)[2].mean() - lab(from_grey)[2].mean()) < 4


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 5), (257, 300), (64, 900)])
def test_any_size_is_coloured(colorizer, shape):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert colorizer.colorize(pixels).shape == pixels.shape


@pytest.mark.parametrize("level", [0, 255])
def test_black_stays_black_and_white_stays_white(colorizer, level):
    pixels = np.full((80, 90, 3), level, np.uint8)
    assert np.abs(colorizer.colorize(pixels).astype(int) - level).max() <= 5


def test_the_same_photo_gives_the_same_colours(colorizer):
    before = grey(samples.coffee())
    assert np.array_equal(colorizer.colorize(before), colorizer.colorize(before))


def test_a_hint_colours_the_place_it_is_given_for(colorizer):
    before = grey(samples.astronaut())
    encoded = colorizer.encode(before)
    red = (200, 60, 50)
    hinted = colorizer.paint(encoded, [Hint(190, 290, red)])
    a, b = lab(hinted)[1:, 286:295, 186:195].mean(axis=(1, 2))
    wanted = lab(np.full((1, 1, 3), red, np.uint8))[1:, 0, 0]
    assert np.hypot(a - wanted[0], b - wanted[1]) < 12
    assert np.array_equal(colorizer.colorize(before, [Hint(190, 290, red)]), hinted)
    assert np.array_equal(colorizer.paint(encoded), colorizer.colorize(before))
    with pytest.raises(ValueError, match="outside the photo of 512 x 512"):
        colorizer.paint(encoded, [Hint(512, 0, red)])


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)],
)
def test_another_shape_or_type_is_refused(colorizer, wrong):
    with pytest.raises(ValueError, match="expected uint8 pixels of shape"):
        colorizer.colorize(wrong)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((400, 600), (192, 288)), ((96, 96), (192, 192)), ((100, 4000), (154, 6144))],
)
def test_size_of_the_networks_copy(colorizer, size, expected):
    assert architecture("compact").input_size(*size) == expected
    assert colorizer.small_lightness(np.zeros((*size, 3), np.uint8)).shape == (1, *expected)


def test_decodings_go_from_faithful_to_colourful(colorizer):
    L = colorizer.small_lightness(grey(samples.astronaut()))[None]
    chroma = [
        float(colorizer.chroma(L, decoding=decoding).norm(dim=1).mean())
        for decoding in (Decoding(rebalancing=power, regression=0) for power in (0, 0.25, 0.5, 1))
    ]
    assert chroma == sorted(chroma)


def test_packaged_weights_are_small_and_load_strictly(tmp_path):
    assert "compact" in packaged_weights()
    from importlib import resources

    path = Path(str(resources.files("colorizer").joinpath("weights/compact.safetensors")))
    assert path.stat().st_size < 25_000_000
    state = load_file(path)
    del state["bins.weight"]
    metadata = {"architecture": "compact", "rebalancing": "0.5"}
    save_file({**state, "extra": torch.zeros(1)}, tmp_path / "wrong.safetensors", metadata)
    save_file(state, tmp_path / "foreign.safetensors")
    with pytest.raises(WeightsError, match="not written by `colorizer train`"):
        load_network(tmp_path / "foreign.safetensors")
    with pytest.raises(WeightsError, match=r"compact: 1 missing keys \['bins.weight'\], 1 unexpected keys \['extra'\]"):
        load_network(tmp_path / "wrong.safetensors")
    (tmp_path / "text.safetensors").write_text("not weights")
    with pytest.raises(WeightsError, match=r"text\.safetensors"):
        load_network(tmp_path / "text.safetensors")
    with pytest.raises(FileNotFoundError, match="compact"):
        Colorizer.load("unknown")
