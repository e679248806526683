"""docs/asking.md and docs/addresses.md say what the bot does."""

import re
from pathlib import Path

from bot.domain.reddit_types import Source
from bot.domain.request import Command, Request, Style
from bot.domain.spellings import SPELLINGS, Kind
from bot.domain.summons import parse_request

DOCS = Path(__file__).parents[2] / "docs"

WHAT = {
    "more or less colour": lambda one: one.style in Style,
    "the same photo, other colours": lambda one: one.again,
    "so many different results": lambda one: one.variants == 3,
    "these photos of a gallery or album": lambda one: one.photos,
    "up to six photos of it": lambda one: one.all,
    "that colour at a place, from the left and from the top": lambda one: one.hints,
    "the colours of that picture": lambda one: one.like,
    "another model": lambda one: one.model,
    "new colours for a photo that has some": lambda one: one.force,
    "the bot takes its answer away": lambda one: one.command is Command.DELETE,
    "the bot never answers you again": lambda one: one.command is Command.STOP,
    "a link to the page on which you correct them": lambda one: one.command in {Command.STUDIO, Command.MAYBE_WISH},
    "it does again": lambda one: one.command is Command.START,
    "this list": lambda one: one.command is Command.HELP,
    "the same link, and how to say where: the bot does not find things by their names": lambda one: (
        one.command is Command.EXPLAIN_HINTS
    ),
}

SAYS = {
    Kind.ALBUM: "the pictures of the album",
    Kind.THREAD: "the photo of that post or comment",
    Kind.SHARE: "the photo of that post or comment",
    Kind.PAGE: "not to be had: the bot asks for the picture's own address",
    Kind.REACTION: "passed over: a reaction",
}


def test_every_example_is_understood_as_the_page_says():
    rows = re.findall(r"^\| (`.*) \| (.+) \|$", (DOCS / "asking.md").read_text(), re.MULTILINE)
    assert [what for _, what in rows] == list(WHAT)
    for said, what in rows:
        for text in re.findall(r"`([^`]+)`", said):
            found = parse_request(Source.REPLY, text, title="", name="ColorizeBot", command=None)
            assert found not in {None, Request()}, text
            assert WHAT[what](found), (text, found)


def lines():
    site = ""
    for row in SPELLINGS:
        written, best = row.example
        becomes = f"`{best}`" if row.kind in {Kind.PICTURE, Kind.MOVING} else SAYS[row.kind]
        yield f"| {row.site if row.site != site else ''} | `{written}` | {becomes} |"
        site = row.site


def test_every_spelling_stands_in_the_table():
    text = (DOCS / "addresses.md").read_text()
    table = text[text.index("| site |") :].strip().splitlines()[2:]
    assert table == list(lines()), "\n".join(lines())
