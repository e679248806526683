"""The page that says what is in force in a subreddit, and what the bot would do with a given post. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.reddit_types import Source
from bot.domain.rules import Rules
from bot.domain.rules_letters import in_words


def status_page(rules: Rules, wrong: Sequence[str], *, bot_name: str, revision: str, moment: datetime) -> str:
    """The page in Markdown.

    wrong: as `rules_warnings.warnings` gives it.
    revision: the version of the settings page that holds `rules`.
    moment: the present, in UTC.
    """
    lines = [
        f"What u/{bot_name} does in this subreddit. It writes this page itself; edits here have no effect.",
        "",
        f"As of {moment:%Y-%m-%d %H:%M} UTC, revision {revision} of the settings page is in force.",
        "",
        "## Without effect, or cancelling itself",
        "",
        *([f"* {one}" for one in wrong] or ["Nothing."]),
        "",
        "## What it would do",
        "",
        *_table(
            ("a post", "when it is new", "when somebody mentions the bot", "with the command word"), _examples(rules)
        ),
    ]
    if rules.quiet_hours or rules.paused_until:
        lines += ["", "Not in the quiet hours and pauses below."]
    lines += ["", "## Settings", ""]
    values = ((f"`{key}`", in_words(getattr(rules, key)).replace("|", "\\|")) for key in Rules.model_fields)
    return "\n".join([*lines, *_table(("key", "value"), values)]) + "\n"


def _examples(rules: Rules) -> Iterator[tuple[str, ...]]:
    """Kinds of posts with what `Rules.refusal` says of each."""
    usual = rules.flair_allow[0] if rules.flair_allow else None
    author = rules.ignored_authors[0] if rules.ignored_authors else None
    kinds: list[tuple[str, str | None, str | None, bool]] = [("without flair", None, None, False)]
    kinds += [(f"with the flair {in_words(flair)}", flair, None, False) for flair in rules.flair_allow]
    kinds += [(f"with the flair {in_words(flair)}", flair, None, False) for flair in rules.flair_deny]
    kinds.append(("that is NSFW", usual, None, True))
    if author is not None:
        kinds.append((f"by u/{author}, or asked for by them", usual, author, False))
    for kind, flair, who, nsfw in dict.fromkeys(kinds):
        said = (rules.refusal(flair, who, nsfw, source) for source in (Source.SCAN, Source.MENTION, Source.COMMAND))
        yield kind.replace("|", "\\|"), *("answered" if one is None else f"not answered ({one})" for one in said)


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |"
