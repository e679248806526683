"""The exported files say what PyTorch says, on photographs of two sizes."""

import json

import numpy as np
import pytest
import torch
from skimage import data as samples
from typer.testing import CliRunner

from colorizer import loading
from colorizer.architectures import architecture
from colorizer.cli import app
from colorizer.export import export
from colorizer.lab import lightness
from colorizer.looks import REGRESSION
from colorizer.networks import Network, Prediction

pytestmark = pytest.mark.slow

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")


@pytest.fixture(scope="module")
def network():
    return loading.load("compact").network.eval()


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    """Both halves of `compact`. The export takes several seconds, whatever is exported: one for all tests."""
    path = tmp_path_factory.mktemp("onnx") / "compact.onnx"
    result = CliRunner().invoke(app, ["export", "compact", "--onnx", str(path)])
    assert result.exit_code == 0, result.output
    assert "compact.onnx, " in result.stdout
    assert "compact.paint.onnx, " in result.stdout
    assert sorted(file.name for file in path.parent.iterdir()) == ["compact.onnx", "compact.paint.onnx"]
    return onnxruntime.InferenceSession(path), onnxruntime.InferenceSession(path.with_suffix(".paint.onnx"))


@pytest.fixture(params=[(samples.astronaut, 192, 288), (samples.cat, 128, 96)])
def light(request):
    photo, height, width = request.param
    rgb = torch.from_numpy(photo()).permute(2, 0, 1)[None] / 255
    return lightness(torch.nn.functional.interpolate(rgb, size=(height, width), mode="area"))


def alike(found, expected, tolerance):
    assert found.shape == tuple(expected.shape)
    difference = np.abs(found - expected.numpy())
    assert difference.mean() < tolerance / 10
    assert difference.max() < tolerance


@torch.inference_mode()
def test_the_exported_network_sees_the_same_colours(network, sessions, light):
    expected = network.encode(light)
    logits, ab, trunk, small = sessions[0].run(["logits", "ab", "trunk", "small_L"], {"L": light.numpy()})
    alike(ab, expected.ab, 0.01)  # ab units
    alike(logits, expected.logits, 0.01)
    alike(trunk, expected.trunk, 0.01)
    alike(small, expected.L, 0.001)


@torch.inference_mode()
@pytest.mark.parametrize("count", [1, 600])
def test_the_exported_painter_hears_the_same_hints(network, sessions, light, count):
    hint = torch.zeros(1, 3, *light.shape[2:])
    rng = np.random.default_rng(count)
    for y, x in rng.integers(0, 56, (count, 2)):
        hint[0, :2, y : y + 6, x : x + 6], hint[0, 2, y : y + 6, x : x + 6] = 0.3, 1
    expected = network(light, hint)
    trunk, small, ab = sessions[0].run(["trunk", "small_L", "ab"], {"L": light.numpy()})
    given = {"trunk": trunk, "small_L": small, "ab": ab, "hint": network.quarter(hint).numpy()}
    shift, trust = sessions[1].run(["shift", "trust"], given)
    alike(shift, expected.shift, 0.01)
    alike(trust, expected.trust, 0.001)


def test_the_files_say_what_they_are(sessions):
    for session in sessions:
        said = session.get_modelmeta().custom_metadata_map
        assert said["architecture"] == "compact"
        assert said["side"] == "192"
        assert float(said["rebalancing"]) == 0.5
        assert json.loads(said["decoding"])["temperature"] == 0.38


def test_a_network_whose_steps_depend_on_the_size_is_refused(tmp_path):
    class Stepwise(Network):
        def forward(self, L, hint=None):  # noqa: ARG002 - the name is that of every network
            for _ in range(L.shape[2] // 64):  # as Larsson's network walks over its rows
                L = L / 2
            return Prediction(None, L.repeat(1, 2, 1, 1))

    loaded = loading.Loaded(Stepwise(), architecture("dahl16"), 0.0, REGRESSION)
    with pytest.raises(ValueError, match="dahl16 cannot be exported for any size: ab is not what PyTorch gives"):
        export(loaded, tmp_path / "stepwise.onnx")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_cannot_be_exported(tmp_path):
    result = CliRunner().invoke(app, ["export", "vgg99", "--onnx", str(tmp_path / "x.onnx")])
    assert result.exit_code == 2
    assert "no weights are called 'vgg99'" in result.stderr.replace("\n", " ")
