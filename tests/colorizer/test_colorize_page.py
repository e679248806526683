"""docs/colorize.md and docs/film.md say what the commands do."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
import typer

from colorizer.cli import app
from colorizer.files.statuses import Status
from colorizer.photo.kinds import KINDS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "colorize.md").read_text(encoding="utf-8")


def test_the_exit_statuses_are_those_of_the_code():
    rows = re.findall(r"^\| (\d) \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(str(int(status)), status.meaning) for status in Status]


@pytest.mark.parametrize("name", ["colorize", "film"])
def test_the_options_are_those_of_the_command(name):
    command = cast("Any", typer.main.get_command(app)).commands[name]
    page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    offered = {option.opts[0]: option.help for option in command.params if option.opts[0].startswith("--")}
    assert dict(re.findall(r"^\| `(--[\w-]+)[^`]*` \| (.+) \|$", page, re.MULTILINE)) == offered


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_is_named(kind):
    assert re.search(rf"\b{kind}\b", PAGE)
