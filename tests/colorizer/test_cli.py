"""The `colorizer` command, as its user runs it."""

import inspect
import re
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image
from skimage import data as samples
from typer.testing import CliRunner

import colorizer
from colorizer.cli import app
from colorizer.errors import InputError
from colorizer.film import colour_film
from tests import films

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


def test_every_number_on_the_command_line_has_a_least_value():
    """But for megapixels, which `pixels_of` looks at: typer lets what is no number pass."""
    missing = [
        f"{command} --{parameter.name}"
        for command, function in _commands(app)
        for parameter in inspect.signature(function).parameters.values()
        if {int, float} & {*get_args(base := get_args(parameter.annotation)[0]), base}
        if parameter.name != "max_megapixels" and get_args(parameter.annotation)[1].min is None
    ]
    assert missing == []


@pytest.mark.parametrize("megapixels", ["nan", "inf", "0", "-3"])
@pytest.mark.parametrize("command", [["colorize", "--out", "new"], ["serve"], ["studio"]])
def test_megapixels_are_a_number_above_0(folder, command, megapixels, monkeypatch):
    monkeypatch.chdir(folder)
    photo = [] if command == ["serve"] else ["camera.png"]
    result = run(app, [*command, *photo, "--max-megapixels", megapixels])
    assert (result.exit_code, "give a number above 0" in result.stderr) == (2, True), result.output
    assert not Path("new").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["colorize", "camera.png", "--out"],
        ["models", "--markdown"],
        ["quantise", "camera.png", "--out"],
        ["eval", "compact", "--data", "camera.png", "--save"],
        ["realism", "--data", "camera.png", "--results"],
        ["bench", "compact", "--json"],
        ["bench", "compact", "--markdown"],
        ["export", "compact", "--onnx"],
        ["train", "compact", "--data", "camera.png", "--out"],
        ["film", "camera.png", "--preview"],
    ],
)
def test_where_nothing_can_be_written_is_said_before_the_work(folder, arguments, monkeypatch):
    monkeypatch.chdir(folder)
    folders = arguments[0] in ("colorize", "eval", "realism", "train")
    one = (
        ("camera.png/below", "no folder")
        if folders
        else ("camera.png/below.png", "camera.png is a file; name a folder")
    )
    other = ("camera.png", "name a folder") if folders else ("1931", "name a file")
    for place, words in (one, other):
        result = run(app, [*arguments, place], env={"COLUMNS": "300"})
        assert (result.exit_code, words in result.stderr) == (2, True), result.output


def test_what_is_read_is_never_written_over(folder, monkeypatch):
    monkeypatch.chdir(folder)
    films.film(folder / "film.mkv", 2)
    views = [Image.fromarray(view) for view in films.views(2)]
    views[0].save("moving.png", save_all=True, append_images=views[1:])
    Path("hints.txt").write_text("0s:1,1=navy")
    Path("link.mkv").symlink_to("film.mkv")
    before = {path: path.read_bytes() for path in _files(folder)}
    for arguments in (
        ["quantise", "camera.png", "--out", "./camera.png"],
        ["film", "film.mkv", "film.mkv", "--overwrite"],
        ["film", "film.mkv", "link.mkv", "--overwrite"],
        ["film", "moving.png", "moving.png", "--preview", "--overwrite"],
        ["film", "film.mkv", "hints.txt", "--hints", "hints.txt", "--overwrite"],
    ):
        result = run(app, arguments)
        assert (result.exit_code, "would be written over" in result.stderr) == (2, True), result.output
    with pytest.raises(InputError, match="would be written over"):
        colour_film(colorizer.load(device="cpu"), folder / "film.mkv", folder / "link.mkv")
    assert {path: path.read_bytes() for path in _files(folder)} == before


def test_a_palette_and_a_style_are_refused_together(folder, tmp_path):
    photo = str(folder / "camera.png")
    result = run(app, ["colorize", photo, "--out", str(tmp_path / "o"), "--palette", "navy", "--style", photo])
    assert (result.exit_code, "not both" in result.stderr) == (2, True)


def _commands(group, before=""):
    for command in group.registered_commands:
        yield f"{before}{command.name or command.callback.__name__}", command.callback
    for below in group.registered_groups:
        yield from _commands(below.typer_instance, f"{below.name} ")


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
