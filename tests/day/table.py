"""The table of the day: one row for each summons, expected and found, and how docs/day.md shows it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from bot.demo.posts import BOT
from bot.domain.outcomes import Outcome

HEAD = """# A day in the life of the bot

A scripted day on the sandbox Reddit, {posts} posts and {people} people in {subreddits} subreddits, and every row that
it leaves in the reply log. `tests/day/test_day.py` lives through it with the real PRAW client and a moved clock, and
fails when a row differs from what `tests/day/script_*.py` expects or from this page. Written by this command; do not
edit by hand:

    python -m tests.day
"""

LEGEND = """## Row by row

*how*: by `mention`, in a `reply` to the bot, by private `message`, by the subreddit's `command` word, or unasked
(`scan`: a new post where the bot answers by itself), or in the `studio` behind a link. *answer*: where the bot wrote,
if it did. *taken down*: why the answer went later.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What the reply log says of one summons. thread: the post's title; of messages nothing."""

    who: str
    where: str
    thread: str
    how: str
    words: str
    outcome: str
    answer: str = ""
    gone: str = ""

    def __str__(self) -> str:
        return " | ".join(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Expected:
    """A row as the script expects it; time, and a word on what happens meanwhile, are for the reader."""

    row: Row
    time: str
    remark: str = ""


def differences(expected: Mapping[str, Expected], found: Mapping[str, Row]) -> list[str]:
    """One line for each row that is missing, unexpected or another."""
    lines = [
        f"{one.time} expected: {one.row}\n      found:    {found.get(summons, 'no such row')}"
        for summons, one in expected.items()
        if found.get(summons) != one.row
    ]
    return lines + [f"not expected: {row}" for summons, row in found.items() if summons not in expected]


def page(rows: Sequence[Expected], **numbers: int) -> str:
    """The text of docs/day.md."""
    return "\n".join([HEAD.format(**numbers), _summary([one.row for one in rows]), LEGEND, _table(rows)])


def _summary(rows: Sequence[Row]) -> str:
    outcomes = Counter(row.outcome for row in rows)
    answers = Counter(row.outcome for row in rows if row.answer)
    gone = Counter(row.gone for row in rows if row.gone)
    lines = ["## By outcome", "", "| outcome | rows | written to | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{outcome.value}` | {count} | {answers[outcome.value] or ''} | {outcome.meaning} |"
        for outcome in Outcome
        if (count := outcomes[outcome.value])
    ]
    lines += [f"| all | {outcomes.total()} | {answers.total()} | |", ""]
    lines += ["| taken down because of | answers |", "|---|---|"]
    lines += [f"| `{why}` | {count} |" for why, count in sorted(gone.items())]
    return "\n".join([*lines, ""])


def _table(rows: Sequence[Expected]) -> str:
    head = "time who where thread how words outcome answer taken_down meanwhile"
    lines = [f"| {' | '.join(head.split())} |".replace("_", " "), "|---" * 10 + "|"]
    for one in rows:
        row = one.row
        words = row.words.replace("@bot", f"u/{BOT}").replace("\n\n", " ¶ ")
        words = f"`{words}`" if words else ""
        cells = (
            one.time,
            row.who,
            row.where,
            row.thread,
            row.how,
            words,
            row.outcome,
            row.answer,
            row.gone,
            one.remark,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])
