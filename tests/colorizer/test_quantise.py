"""What quantised colours lose, on real photographs."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples
from typer.testing import CliRunner

from colorizer import bins
from colorizer.cli import app
from colorizer.lab import rgb_to_lab
from colorizer.quantise import grid, nearest, quantise

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def coffee():
    return samples.coffee()[::4, ::4].copy()


@pytest.fixture(scope="module")
def ab(coffee):
    return rgb_to_lab(torch.from_numpy(coffee).permute(2, 0, 1) / 255)[1:]


@pytest.mark.parametrize("step", [10, 20, 30])
def test_a_grid_moves_no_channel_more_than_half_a_step(ab, step):
    found = grid(ab, step)
    assert float((found - ab).abs().max()) <= step / 2 + 1e-4
    assert torch.allclose(found / step, (found / step).round(), atol=1e-4)


def test_the_nearest_bin_is_the_nearest(ab):
    found = nearest(ab, bins.centres())
    pixels = ab[:, ::13, ::17].flatten(1).T
    least = (pixels[:, None] - bins.centres()).norm(dim=2).amin(dim=1)
    assert torch.allclose((found - ab)[:, ::13, ::17].flatten(1).norm(dim=0), least, atol=1e-2)


def test_inside_the_gamut_the_313_bins_are_the_grid_of_10():
    lab = bins.centres().T[:, None] + torch.tensor([3.0, -4.0])[:, None, None]
    assert (
        torch.equal(nearest(lab, bins.centres()), grid(lab, 10))
        or float((nearest(lab, bins.centres()) - grid(lab, 10)).norm(dim=0).gt(0).float().mean()) < 0.2
    )  # those that left the gamut


def test_coarser_grids_lose_more_and_fine_ones_hardly_anything(coffee):
    found = {row.name: row for row in quantise(coffee)}
    assert list(found) == ["grid 10", "grid 20", "grid 30", "32 clusters", "313 bins"]
    assert found["grid 10"].psnr > found["grid 20"].psnr > found["grid 30"].psnr
    assert found["grid 10"].ab_error < found["grid 20"].ab_error < found["grid 30"].ab_error
    assert found["grid 10"].ab_error <= 50**0.5
    assert found["313 bins"].psnr > 30
    assert all(row.pixels.shape == coffee.shape for row in found.values())


def test_grey_stays_grey():
    grey = np.repeat(samples.camera()[::8, ::8, None], 3, axis=2)
    for row in quantise(grey):
        assert row.psnr > 50
        assert row.ab_error < 0.1


def test_the_command_writes_a_sheet(tmp_path):
    for name in ("coffee", "cat"):
        Image.fromarray(getattr(samples, name)()).save(tmp_path / f"{name}.png")
    out = tmp_path / "sheet.png"
    run = CliRunner().invoke
    result = run(app, ["quantise", str(tmp_path / "coffee.png"), str(tmp_path / "cat.png"), "--out", str(out)])
    assert result.exit_code == 0, result.output
    with Image.open(out) as sheet:
        assert sheet.width > 6 * 300
    result = run(app, ["quantise", str(tmp_path / "none.png"), "--out", str(out)])
    assert result.exit_code == 2
    assert "none.png" in result.stderr.replace("\n", "")
    assert "Example: colorizer quantise " in run(app, ["quantise", "--help"], env={"COLUMNS": "200"}).output
