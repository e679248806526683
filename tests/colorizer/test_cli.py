"""The `colorizer` command, as its user runs it."""

import re

import pytest
from PIL import Image
from skimage import data as samples
from typer.testing import CliRunner

from colorizer.cli import app

run = CliRunner().invoke


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "scans"
    (folder / "1931").mkdir(parents=True)
    Image.fromarray(samples.camera()).save(folder / "camera.png")
    Image.fromarray(samples.coins()).convert("RGB").save(folder / "1931" / "coins.tif")
    return folder


def test_unknown_weights_are_refused(folder, tmp_path):
    result = run(app, ["colorize", str(folder), "--out", str(tmp_path), "--weights", "best"])
    assert result.exit_code == 2
    assert "compact" in result.stderr
    result = run(app, ["colorize", str(folder), "--out", str(tmp_path), "--device", "cuda"])
    assert result.exit_code == 2
    assert "no CUDA device" in result.stderr


@pytest.mark.parametrize("command", ["colorize", "eval", "realism", "serve", "studio", "train"])
def test_help_has_an_example(command):
    result = run(app, [command, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert re.search(rf"Example: colorizer {command} ", result.output)


def test_wrong_training_input_is_one_clear_line(tmp_path):
    for arguments, message in (
        (["train", "none", "--data", str(tmp_path), "--out", str(tmp_path)], "no recipe 'none'"),
        (["train", "compact", "--data", str(tmp_path / "x"), "--out", str(tmp_path)], "name a Parquet shard"),
        (["eval", "compact", "--data", str(tmp_path)], "no pictures"),
    ):
        result = run(app, arguments)
        assert result.exit_code == 2
        assert message in result.stderr.replace("\n", " ")


def _files(folder):
    return (path for path in folder.rglob("*") if path.is_file())


def _size(path):
    with Image.open(path) as image:
        return image.size


def test_variants_hints_and_palette_from_the_command_line(folder, tmp_path):
    colours = ["--hint", "5,5 #aa3b30", "--palette", "#204080,#c0a020"]
    command = ["colorize", str(folder / "camera.png"), "--out", str(tmp_path / "out")]
    done = run(app, [*command, *colours, "--variants", "2"])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"camera.jpg", "camera.v2.jpg"}
    wrong = run(app, [*command, "--hint", "here #aa3b30"])
    assert wrong.exit_code == 2
    assert "'here #aa3b30' is no hint" in wrong.stderr.replace("\n", " ")
    outside = run(app, [*command, "--hint", "99999,5 #aa3b30"])
    assert outside.exit_code == 1
    assert "outside the photo of 512 x 512" in outside.stderr.replace("\n", " ")
    nowhere = run(app, [*command, "--style", str(folder / "no.jpg")])
    assert nowhere.exit_code == 2
    assert "no.jpg" in nowhere.stderr.replace("\n", "")
