"""Without PyTorch the same photos come out, to within one level of 255."""

import io
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples
from typer.testing import CliRunner

from colorizer import loading, upsample
from colorizer.cli import app
from colorizer.errors import InputError
from colorizer.hints import Hint
from colorizer.model import Colorizer
from colorizer.photo import encode_jpeg

pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def torch_model():
    """In float32, as ONNX Runtime computes: bfloat16 changes colours by more than a level."""
    network, architecture, rebalancing, decoding = loading.load("compact")
    return Colorizer(
        network,
        architecture=replace(architecture, bfloat16=False),
        device=torch.device("cpu"),
        trained_rebalancing=rebalancing,
        decoding=decoding,
    )


@pytest.fixture(scope="module")
def onnx_model():
    from colorizer.runtime.model import load

    return load()


@pytest.fixture(scope="module")
def photo():
    """A photo of odd sides without colour."""
    return np.asarray(Image.fromarray(samples.astronaut()).convert("L").resize((333, 421)).convert("RGB"))


MASK = np.zeros((421, 333), np.bool_)
MASK[250:400, 40:200] = True
CASES: dict[str, Any] = {
    "plain": {},
    "vivid": {"look": "vivid"},
    "soft": {"look": "soft"},
    "hints": {"hints": [Hint(110, 310, "#aa3b30"), Hint(300, 30, "navy")]},
    "keep": {"hints": [Hint(110, 310, "#aa3b30"), Hint(300, 30, "keep")]},
    "regions": {
        "hints": [Hint(300, 30, "navy"), Hint(110, 310, "teal", mask=MASK), Hint(60, 60, "red", box=(20, 20, 120, 130))]
    },
    "palette": {"palette": ["navy", "#dcc83c"]},
    "style": {"style": samples.rocket()},
    "variant": {"seed": 5},
    "variant with a hint": {"seed": 2, "hints": [Hint(110, 310, "#aa3b30")]},
}


@pytest.mark.parametrize("name", CASES)
def test_every_wish_gives_the_same_picture(torch_model, onnx_model, photo, name):
    expected, found = (model.colorize(photo, **CASES[name]).astype(int) for model in (torch_model, onnx_model))
    apart = np.abs(found - expected)
    assert np.quantile(apart, 0.999) <= 1
    # Where sRGB cannot show a colour, both look for the most chroma that it can, and may stop a 128th apart.
    assert apart.max() <= 8
    assert found.std(axis=2).mean() > 2  # it is in colour


@pytest.mark.parametrize("toned", [False, True], ids=["grey", "toned"])
def test_colours_are_joined_with_a_photo_of_any_tone(toned):
    from colorizer.runtime.joining import join

    numbers = np.random.default_rng(1)
    pixels = samples.rocket() if toned else np.repeat(samples.camera()[:, :400, None], 3, axis=2)  # with black places
    ab = numbers.normal(0, 60, (2, 12, 16)).astype(np.float32)  # also what sRGB cannot show
    guide = numbers.uniform(0, 100, (1, 48, 64)).astype(np.float32)
    detail = numbers.uniform(0, 1, (1, 12, 16)).astype(np.float32)
    there = upsample.join(
        pixels, torch.from_numpy(ab), guide=torch.from_numpy(guide), detail=torch.from_numpy(detail)
    ).astype(int)
    apart = np.abs(join(pixels, ab, guide, detail) - there)
    assert np.quantile(apart, 0.999) <= 1
    assert apart.max() <= 8


def test_a_mount_stays_and_a_picture_keeps_its_kind(torch_model, onnx_model, photo):
    mounted = np.pad(photo, [(40, 40), (40, 40), (0, 0)], constant_values=235)
    expected, found = (model.colorize(mounted).astype(int) for model in (torch_model, onnx_model))
    assert np.array_equal(found[:40], mounted[:40])
    assert np.quantile(np.abs(found - expected), 0.999) <= 1
    assert onnx_model.colorize(Image.fromarray(photo)).size == (333, 421)


def test_what_it_cannot_do_is_said(onnx_model):
    with pytest.raises(InputError, match="longer than 4:1: that needs PyTorch"):
        onnx_model.colorize(np.zeros((100, 900, 3), np.uint8))
    with pytest.raises(InputError, match="lies outside the photo"):
        onnx_model.colorize(np.zeros((100, 90, 3), np.uint8), [Hint(95, 5, "red")])
    wrong = CliRunner().invoke(app, ["colorize", "x.jpg", "--out", "y", "--runtime", "fast"])
    assert wrong.exit_code == 2
    assert "--runtime fast: choose one of auto, torch, onnx" in wrong.stderr.replace("\n", " ")


def test_the_command_colours_without_importing_pytorch(photo, torch_model, tmp_path):
    Image.fromarray(photo).save(tmp_path / "photo.png")
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from colorizer.cli import app\n"
        "app(['colorize', 'photo.png', '--out', 'out', '--hint', '33%,74% #aa3b30'], standalone_mode=False)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    expected = torch_model.colorize(photo, [Hint(0.33 * 333, 0.74 * 421, "#aa3b30")])
    with Image.open(tmp_path / "out" / "photo.jpg") as image, Image.open(io.BytesIO(encode_jpeg(expected))) as other:
        assert np.abs(np.asarray(image).astype(int) - np.asarray(other)).mean() < 0.2
