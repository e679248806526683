"""The table of PRAW's calls in docs/sandbox.md is what the tests of this folder check.

After a change, write it anew:

    python -m tests.sandbox.praw_calls.test_table
"""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from tests.sandbox.praw_calls.listed import calls

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"
BEGIN, END = "<!-- PRAW's calls -->\n", "<!-- end of PRAW's calls -->"

# The beginning of a module's name in PRAW -> where its calls stand in the table. The first that fits counts.
AREAS = {
    "auth": "logging in",
    "reddit.subreddit.flair": "flair",
    "reddit.subreddit.moderation": "queues, log and settings of moderators",
    "reddit.subreddit.modmail": "modmail",
    "reddit.modmail": "modmail",
    "reddit.subreddit.relationship": "moderators, banned, muted and approved users",
    "reddit.subreddit.stylesheet": "style sheet, banners, emojis, widgets",
    "reddit.emoji": "style sheet, banners, emojis, widgets",
    "reddit.widgets": "style sheet, banners, emojis, widgets",
    "reddit.subreddit.wiki": "wiki",
    "reddit.wikipage": "wiki",
    "reddit.subreddit.filters": "multireddits and filters",
    "reddit.multi": "multireddits and filters",
    "reddit.removal_reasons": "removal reasons, rules, notes",
    "reddit.rules": "removal reasons, rules, notes",
    "mod_note": "removal reasons, rules, notes",
    "reddit.collections": "collections",
    "reddit.live": "live threads",
    "reddit.draft": "drafts and announcements",
    "reddit.announcement": "drafts and announcements",
    "inbox": "inbox and messages",
    "reddit.message": "inbox and messages",
    "reddit.mixins": "what is done to a post or comment",
    "reddit.submission": "what is done to a post or comment",
    "reddit.comment": "what is done to a post or comment",
    "reddit.more": "threads, listings, streams",
    "listing": "threads, listings, streams",
    "front": "threads, listings, streams",
    "reddit.subreddit.stream": "threads, listings, streams",
    "reddit.subreddit": "subreddits",
    "reddit.user_subreddit": "accounts",
    "reddit.redditor": "accounts",
    "redditors": "accounts",
    "user": "accounts",
    "preferences": "accounts",
    "subreddits": "subreddits",
    "reddit": "looking things up",
}
_OF_HELPERS = {
    "Live": "live threads",
    "Draft": "drafts and announcements",
    "Announcement": "drafts and announcements",
    "Multireddit": "multireddits and filters",
}


def _modules() -> Iterator[ModuleType]:
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        if file.stem != "test_table":
            yield importlib.import_module(f"tests.sandbox.praw_calls.{file.stem}")


def checked() -> set[str]:
    """The calls that some test of this folder says it checks."""
    return {
        call
        for module in _modules()
        for test in vars(module).values()
        for mark in getattr(test, "pytestmark", [])
        if mark.name == "praw"
        for call in mark.args
    }


def area(call: str, module: str) -> str:
    if module == "helpers":
        return next(name for begins, name in _OF_HELPERS.items() if call.startswith(begins))
    return next(name for begins, name in AREAS.items() if module.startswith(begins))


def table() -> str:
    """The table of docs/sandbox.md."""
    known, done = calls(), checked()
    by_area: dict[str, list[str]] = {}
    for call, module in known.items():
        by_area.setdefault(area(call, module), []).append(call)
    rows = ["| area | calls | checked | not there |", "|---|---|---|---|"]
    for name, listed in sorted(by_area.items()):
        missing = ", ".join(f"`{call}`" for call in listed if call not in done)
        rows.append(f"| {name} | {len(listed)} | {len(set(listed) & done)} | {missing} |")
    rows.append(f"| **all** | **{len(known)}** | **{len(done & set(known))}** | |")
    return "\n".join([*rows, ""])


def test_the_tests_name_calls_that_praw_has() -> None:
    assert checked() - set(calls()) == set()


def test_the_document_shows_what_is_checked() -> None:
    text = PAGE.read_text()
    assert text[text.index(BEGIN) + len(BEGIN) : text.index(END)] == table()


def test_most_calls_are_there() -> None:
    assert len(checked() & set(calls())) >= 0.95 * len(calls())


if __name__ == "__main__":
    page = PAGE.read_text()
    PAGE.write_text(page[: page.index(BEGIN) + len(BEGIN)] + table() + page[page.index(END) :])
