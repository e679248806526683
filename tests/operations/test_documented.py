"""What can be typed is in the guide."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
from typer.main import get_command

from bot.cli import app

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "operating.md").read_text() + (ROOT / "README.md").read_text()
COMMANDS = cast("Any", get_command(app)).commands


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_command_and_its_options_are_documented(name):
    assert re.search(rf"`(colorizebot )?{name}\b", TEXT)
    for parameter in COMMANDS[name].params:
        # Of a switch with two names, the one that changes what happens.
        names = parameter.secondary_opts if parameter.secondary_opts and parameter.default else parameter.opts
        for option in names:
            if option.startswith("--"):
                assert re.search(rf"(?<![\w-]){option}(?![\w-])", TEXT), f"{name} {option}"


def test_the_guide_names_no_command_and_no_option_that_there_is_not():
    blocks = re.findall(r"^```.*?^```", TEXT, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    lines = [line.partition("bin/")[2] or line for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", prose) + lines
    called = [span.split() for span in spans if span.startswith("colorizebot ")]
    assert len(called) > 20
    for _, name, *rest in called:
        assert name in COMMANDS or name.startswith("-"), name
        if name in COMMANDS:
            known = {option for one in COMMANDS[name].params for option in (*one.opts, *one.secondary_opts)}
            used = {word for word in rest if re.fullmatch(r"--[a-z-]+", word)}
            assert used <= known | {"--help"}, name
