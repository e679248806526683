"""What moderators are told about their settings page, in Markdown. Pure."""

import json
from collections.abc import Collection, Iterable, Iterator

from bot.domain.rules import Rules
from bot.domain.rules_page import Problem
from bot.domain.rules_words import written

_TOLD = 20


def complaint(problems: Collection[Problem], page_url: str, revision: str) -> str:
    """The letter about a page that cannot be read, in Markdown."""
    told = [f"* {problem}" for problem in list(problems)[:_TOLD]]
    if len(problems) > _TOLD:
        told.append(f"* and {len(problems) - _TOLD} more.")
    return "\n".join(
        [
            f"I cannot read the [settings page]({page_url}) (revision {revision}):",
            "",
            *told,
            "",
            "The settings from before stay in force. I read the page again as soon as somebody saves it.",
        ]
    )


def receipt(revision: str, *, recovered: bool) -> str:
    """The first line of the letter about a page that is in force. recovered: its moderators were told of errors."""
    return f"The settings page {'can be read again and is' if recovered else 'is'} in force (revision {revision})."


def in_force(before: Rules, rules: Rules, wrong: Iterable[str]) -> Iterator[str]:
    """The lines below: what changed, and what is wrong with the page all the same.

    before: the rules that were in force until now. wrong: as `rules_warnings.warnings` gives it.
    """
    changed = [key for key in Rules.model_fields if getattr(before, key) != getattr(rules, key)]
    if changed:
        yield from ("", "What changed:", "")
    for key in changed:
        yield f"* `{key}`: {in_words(getattr(rules, key))}; it was {in_words(getattr(before, key))}"
    wrong = list(wrong)
    if wrong:
        yield from ("", "What is without effect, or cancels itself:", "")
        yield from (f"* {one}" for one in wrong)


def in_words(value: object) -> str:
    """A value as a moderator would write it, as code."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) and value else written(value)
    return f"`{text.replace('`', chr(39))}`"
