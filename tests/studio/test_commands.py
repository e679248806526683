"""`colorizer serve` and `colorizer studio` as their user starts them, and what lies beside the photo afterwards."""

import re
import signal
import subprocess
import sys

import httpx
import pytest
from PIL import Image
from typer.testing import CliRunner

from bot.serving import BackgroundServer
from colorizer.cli import app
from colorizer.studio.correction import Correction
from colorizer.studio.local import Workplace, studio_app

HINTS = {"hints": [{"x": 40, "y": 70, "colour": "navy"}], "look": "vivid"}


def started(*arguments):
    """The running command and the address that it says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "colorizer", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = process.stdout.readline()  # comes when connections are taken, or the output ends
    found = re.search(r"http://127\.0\.0\.1:\d+/\S*", said)
    assert found, said + process.communicate()[0]
    return process, found[0]


def serving(application):
    return BackgroundServer(lambda _: application)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["studio", "serve"])
def test_it_says_its_address_and_ends_with_ctrl_c(command, photo):
    arguments = [command, "--port", "0", *([str(photo), "--no-browser"] if command == "studio" else [])]
    process, address = started(*arguments)
    try:
        assert httpx.get(address, timeout=None).status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        said = process.communicate()[0]
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["studio", "nothing.jpg"], "nothing.jpg: there is no such file"),
        (["studio", __file__], f"{__file__}: This is not a picture"),
        (["studio", "dot.png"], "dot.png has 1 x 1 pixels, too few for a photograph"),
        (["serve", "--weights", "best"], "no weights are called 'best'"),
    ],
)
def test_what_cannot_be_opened_is_one_line(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("L", (1, 1), 128).save("dot.png")
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert message in result.stderr.replace("\n", " ")


def test_the_next_time_begins_with_what_was_saved_and_writes_nothing_over(model, photo):
    for number in ("", ".2"):
        served, path = studio_app(model, photo)
        with serving(served) as server:
            client = httpx.Client(base_url=server.url + path, timeout=None)
            start = client.get("about").json()["start"]
            assert len(start["hints"]) == (1 if number else 0)
            for _ in range(2):  # saved again, it is the same file
                said = client.post("done", json=HINTS).json()["message"]
                assert f"grandmother{number}.coloured.jpg" in said
            client.close()
    assert sorted(path.name for path in photo.parent.iterdir()) == [
        "grandmother.2.coloured.jpg",
        "grandmother.2.colours.json",
        "grandmother.coloured.jpg",
        "grandmother.colours.json",
        "grandmother.jpg",
    ]
    assert Workplace(photo, max_pixels=10**6).last() == Correction.model_validate(HINTS)


def test_a_damaged_list_of_hints_is_named(photo):
    photo.with_name("grandmother.colours.json").write_text('{"hints": 3}')
    result = CliRunner().invoke(app, ["studio", str(photo), "--no-browser"])
    assert result.exit_code == 2
    said = "holds no list of hints as the studio saves it (hints: Input should be a valid array); mend it"
    assert f"grandmother.colours.json {said}" in result.stderr
    assert "pydantic" not in result.stderr
