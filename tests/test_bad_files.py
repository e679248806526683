"""Every command with every kind of file that it cannot use: one line that names the file and says what to do."""

import os
import re
import sys

import pytest
from skimage import data as samples

from bot.cli import main as colorizebot
from colorizer.cli import main as colorizer
from tests.pictures import jpeg

BAD = {
    "missing.jpg": lambda path: path.unlink(missing_ok=True),
    "folder.jpg": lambda path: path.mkdir(),
    "empty.jpg": lambda path: path.touch(),
    "words.jpg": lambda path: path.write_text("Dear aunt,\nthe photo is in the other letter.\n"),
    "loop.jpg": lambda path: path.symlink_to(path.name),
    "locked.jpg": lambda path: (path.write_bytes(jpeg(samples.camera(), (64, 64))), path.chmod(0)),
}

COLORIZER = {
    "colorize": "colorize BAD --out out",
    "style": "colorize good.jpg --out out --style BAD",
    "manifest": "colorize --manifest BAD --out out",
    "weights": "colorize good.jpg --out out --weights ./BAD",
    "film": "film BAD out.mp4",
    "studio": "studio BAD --no-browser",
    "serve": "serve --weights ./BAD --port 0",
    "eval": "eval compact --data BAD",
    "models": "eval ./BAD --data good.jpg",
    "labels": "eval compact --data good.jpg --labels BAD",
    "realism": "realism --data BAD --results out",
    "train": "train compact --data BAD --out out --steps 1 --workers 0",
    "recipe": "train ./BAD --data good.jpg --out out --steps 1",
    "start": "train compact --data good.jpg --out out --steps 1 --start BAD",
    "quantise": "quantise BAD --out out.png",
    "get": "weights get eccv16 --file BAD",
    "export": "export ./BAD --onnx out.onnx",
    "bench": "bench ./BAD",
}
COLORIZEBOT = {
    "demo": "demo --once --photos BAD --folder out",
    "restore": "restore BAD --yes",
    **{name: f"{name} --config BAD" for name in ("run", "status", "doctor")},
}
CASES = [
    pytest.param(main, arguments, bad, id=f"{name}-{bad}")
    for main, commands in ((colorizer, COLORIZER), (colorizebot, COLORIZEBOT))
    for name, arguments in commands.items()
    for bad in BAD
    if (name, bad) != ("manifest", "words.jpg")  # lines of a manifest are names of pictures
]
WHAT_TO_DO = re.compile(
    r"\b(name|look at|write|give|known|choose|supported|take it out|missing keys|colorizebot backup|weights get)\b",
    re.I,
)


@pytest.mark.parametrize(("main", "arguments", "bad"), CASES)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(main, arguments, bad, tmp_path, monkeypatch, capsys):
    if bad == "locked.jpg" and os.geteuid() == 0:
        pytest.skip("root may read every file")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "good.jpg").write_bytes(jpeg(samples.camera(), (96, 64)))
    BAD[bad](tmp_path / bad)
    monkeypatch.setattr(sys, "argv", ["command", *arguments.replace("BAD", bad).split()])
    with pytest.raises(SystemExit) as ended:
        main()
    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert ended.value.code not in {0, None}
    lines = [line for line in said.splitlines() if bad in line]
    assert lines, said
    assert any(WHAT_TO_DO.search(line) for line in lines), said
    assert "Traceback" not in said
    assert "Errno" not in said
