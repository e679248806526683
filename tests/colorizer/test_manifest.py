"""`colorizer colorize --manifest`: each row once, on many machines, killed anywhere and resumed."""

import json
import signal
import subprocess
import sys

import pytest
from PIL import Image
from skimage import data as samples
from typer.testing import CliRunner

from colorizer.cli import app
from colorizer.files.manifest import Journal, Shard, rows
from tests.patience import wait_until

GREY = samples.camera()[100:180, 150:230]


@pytest.fixture
def archive(tmp_path):
    """A manifest of ten pictures in two folders, of which one is broken and one is not there."""
    names = [f"{folder}/scan{number}.{kind}" for folder in ("1911", "1912") for number, kind in enumerate(("png",) * 5)]
    for name in names[:8]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(GREY).save(tmp_path / name)
    (tmp_path / names[8]).write_bytes(b"no picture")
    manifest = tmp_path / "all.txt"
    manifest.write_text("\n".join([*names, "", names[0], ""]))
    return manifest


def colorize(*arguments):
    return CliRunner().invoke(app, ["colorize", *map(str, arguments)], env={"COLUMNS": "300"})


def journal(out, shard="1-of-1"):
    _, *lines = (out / f"shard-{shard}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def results(out):
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*.jpg*"))


def test_each_row_has_an_outcome_and_errors_cost_the_others_nothing(archive, tmp_path):
    out = tmp_path / "out"
    done = colorize("--manifest", archive, "--out", out)
    assert (done.exit_code, done.output.split(", written")[0]) == (0, "8 coloured, 0 left out, 2 failed")
    assert [line["path"] for line in journal(out)] == archive.read_text().split()[:-1]
    reasons = {line["path"]: line["why"] for line in journal(out) if line["outcome"] == "failed"}
    assert reasons.keys() == {"1912/scan3.png", "1912/scan4.png"}
    assert reasons["1912/scan4.png"].startswith("No such file or directory")
    assert results(out) == [f"1911/scan{i}.png.jpg" for i in range(5)] + [f"1912/scan{i}.png.jpg" for i in range(3)]


def test_shards_together_are_the_manifest(archive, tmp_path):
    everything = list(rows(archive, Shard()))
    parts = [list(rows(archive, Shard(number, 3))) for number in (1, 2, 3)]
    assert sorted(row for part in parts for row in part) == sorted(everything)
    assert all(parts), "of eleven rows none should be empty"
    for number in (1, 2, 3):
        assert colorize("--manifest", archive, "--shard", f"{number}/3", "--out", tmp_path / "out").exit_code == 0
    assert len(results(tmp_path / "out")) == 8


def test_killed_anywhere_and_resumed_each_row_is_coloured_once(archive, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "colorizer", "colorize", "--manifest", archive, "--out", out, "--resume"]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_until(lambda: len(results(out)) >= 3, first)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    made = {path: (out / path).stat().st_mtime_ns for path in results(out) if path.endswith(".jpg")}
    with (out / "shard-1-of-1.jsonl").open("a") as stream:
        stream.write('{"path": "1911/sc')  # as when the machine went down while a line was written
    last = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "2 failed" in last.stdout
    assert [line["path"] for line in journal(out)] == archive.read_text().split()[:-1]
    assert len([path for path in results(out) if path.endswith(".jpg")]) == 8
    assert {path: (out / path).stat().st_mtime_ns for path in made} == made


def test_rows_that_name_no_file_cost_the_others_nothing(archive, tmp_path):
    archive.write_bytes(b"\xef\xbb\xbf1911/scan0.png\n.\n/\n1911/sc\0an.png\n1911/scan1.png\r\n")
    done = colorize("--manifest", archive, "--out", tmp_path / "out")
    assert (done.exit_code, done.output.split(", written")[0]) == (0, "2 coloured, 0 left out, 3 failed")
    assert [line.get("why") for line in journal(tmp_path / "out")] == [None, *["names no file"] * 3, None]
    archive.write_text("1911/scan0.png\n", encoding="utf-16")
    done = colorize("--manifest", archive, "--out", tmp_path / "other")
    assert (done.exit_code, "is in UTF-16: save it in UTF-8" in done.output) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--shard", "4/3"), "--shard 4/3: write it as 3/64"),
        ((), "is there already: --resume goes on with it"),
        (("--resume", "--look", "vivid"), "is of a run with another settings: choose another --out"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_changes_nothing(archive, tmp_path, arguments, says):
    out = tmp_path / "out"
    assert colorize("--manifest", archive, "--out", out).exit_code == 0
    before = (out / "shard-1-of-1.jsonl").read_bytes()
    refused = colorize("--manifest", archive, "--out", out, *arguments)
    assert (refused.exit_code, says in refused.output) == (2, True), refused.output
    assert (out / "shard-1-of-1.jsonl").read_bytes() == before


def test_pictures_or_a_manifest_and_not_both(archive, tmp_path):
    for arguments in ((), ("--manifest", archive, archive), (archive, "--resume")):
        refused = colorize(*arguments, "--out", tmp_path / "out")
        assert (refused.exit_code, "manifest" in refused.output) == (2, True), refused.output


def test_a_shard_is_worked_on_by_one_process(tmp_path):
    path = tmp_path / "shard-1-of-1.jsonl"
    with Journal.opened(path, {}, resume=True), pytest.raises(ValueError, match="the shard is at work"):
        Journal.opened(path, {}, resume=True).__enter__()


def test_rows_that_could_want_the_same_name_are_refused(tmp_path):
    (tmp_path / "a").mkdir()
    Image.fromarray(GREY).save(tmp_path / "a" / "x.png")
    manifest = tmp_path / "all.txt"
    manifest.write_text(f"a/x.png\n{tmp_path / 'a' / 'x.png'}\nb/../a/x.png\n")
    assert "1 coloured, 0 left out, 2 failed" in colorize("--manifest", manifest, "--out", tmp_path / "out").output
