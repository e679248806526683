"""The doctor: finds what is missing or broken before a summons goes unanswered.

Each check is guarded by itself, so that one that fails does not stop the others.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from bot.domain.refusals import Refused, RetryLater
from bot.settings import SettingsError

SECONDS = 15
"""How long another computer may take to answer."""


class Broken(Exception):
    """A check has failed: what is wrong, and what to do about it."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.todo = todo


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `look` returns what it found in words, or raises; `todo` helps where `look` did not say."""

    name: str
    look: Callable[[], str]
    todo: str


@dataclass(frozen=True, slots=True)
class Finding:
    """How a check went; `todo` is empty when all is well."""

    name: str
    ok: bool
    said: str
    todo: str = ""


def examine(
    checks: Iterable[Check], hide: Callable[[str], str], tell: Callable[[str], None] = lambda _: None
) -> Iterator[Finding]:
    """Run the checks in turn. hide: takes the secrets out of a text. tell: called with the name of each before it."""
    for check in checks:
        tell(check.name)
        try:
            found = Finding(check.name, True, check.look())
        except Broken as broken:
            found = Finding(check.name, False, str(broken), broken.todo)
        except (SettingsError, Refused, RetryLater) as error:
            found = Finding(check.name, False, _said(error), check.todo)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other checks must run
            found = Finding(check.name, False, f"{type(error).__name__}: {error}", check.todo)
        yield Finding(found.name, found.ok, hide(found.said), hide(found.todo))


def as_table(findings: Sequence[Finding]) -> Table:
    """For a person."""
    table = Table(show_edge=False, pad_edge=False)
    for column in ("what", "", "found", "what to do"):
        table.add_column(column, overflow="fold", min_width=6 if column else 2)
    for found in findings:
        verdict = "[green]ok[/green]" if found.ok else "[red]failed[/red]"
        table.add_row(found.name, verdict, _plain(found.said), _plain(found.todo))
    return table


def as_json(findings: Sequence[Finding]) -> str:
    """For a program."""
    return json.dumps([asdict(found) for found in findings], indent=1)


def _said(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.detail
    return error.reason if isinstance(error, RetryLater) else str(error)


def _plain(text: str) -> str:
    """Without rich's markup: what Reddit or a server answered is shown as it is."""
    from rich.markup import escape

    return escape(text)
