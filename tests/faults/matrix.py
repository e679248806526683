"""Every fault by itself, and every point at which the bot can be killed: `python -m tests.faults.matrix`.

The plans are the sandbox's own faults; each is tried at every call that it can meet.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from tests.faults.trial import Ended, table, trials

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

CALLS = {
    "reading the thread": ("GET", "/comments/*"),
    "reading the inbox": ("GET", "/message/unread"),
    "posting the answer": ("POST", "/api/comment"),
    "marking as read": ("POST", "/api/read_message"),
    "fetching the photo": ("GET", "/i.redd.it/*"),
    "logging in": ("POST", "/api/v1/access_token"),
}
"""The calls that a job needs, by what they are for."""

STATUSES = (401, 403, 404, 408, 429, 500, 502, 503, 504, 520)

FINAL = {(what, status) for what in ("reading the thread", "posting the answer") for status in (403, 404)}
"""Answers of Reddit's that mean no; then no answer is given, and that is no loss."""


@dataclass(frozen=True)
class Plan:
    """One fault. final: whether the summonses that meet it may end without an answer."""

    name: str
    faults: tuple[dict[str, Any], ...] = ()
    final: bool = False


def plans() -> Iterator[Plan]:
    """All faults of the sandbox's, at all calls."""
    for what, (method, path) in CALLS.items():
        at = {"method": method, "path": path}
        for status in STATUSES:
            final = (what, status) in FINAL or (what == "fetching the photo" and status in {401, 403, 404, 408})
            yield Plan(f"{status} to {what}", ({**at, "action": "status", "status": status},), final)
        yield Plan(f"429 to {what}, Retry-After", ({**at, "action": "status", "status": 429, "retry_after": 1},))
        yield Plan(f"connection reset while {what}", ({**at, "action": "drop"},))
        yield Plan(f"slow answer to {what}", ({**at, "action": "delay", "seconds": 0.5},))
    post = {"method": "POST", "path": "/api/comment"}
    for status in (408, 500, 502, 503, 504):
        yield Plan(f"stored, then {status}", ({**post, "action": "store_then_status", "status": status},))
    yield Plan("503, and stored 0.5 s later", ({**post, "action": "status_then_store", "status": 503, "seconds": 0.5},))
    yield Plan("RATELIMIT", ({**post, "action": "ratelimit", "text": "1 second"},))


def try_fault(plan: Plan) -> Ended:
    """One trial with a fault, then a start without it."""
    with trials() as trial:
        for fault in plan.faults:
            trial.world.faults.add(**fault)
        trial.run(replace(trial.start(), lag=2.0))
        ended = trial.finish()
    return replace(ended, lost=0) if plan.final else ended


def kill_points() -> list[str]:
    """What a run passes by, in order: so many points at which it can be killed."""
    with trials() as trial:
        trial.run(trial.start())
        return trial.points()


def try_kill(number: int) -> Ended:
    """One trial killed at a point, then started again."""
    with trials() as trial:
        trial.run(trial.start(number))
        return trial.finish()


def write(name: str, text: str) -> None:
    """Put a table between its marks in docs/reliability.md."""
    page = PAGE.read_text()
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, _, rest = page.partition(start)
    PAGE.write_text(head + start + text + end + rest.partition(end)[2])


def _summed(rows: dict[str, list[Ended]]) -> list[tuple[str, int, Ended]]:
    return [(name, len(ended), sum(ended, Ended())) for name, ended in rows.items()]


def main(every: int = 1) -> int:
    """Run all plans and every so manieth kill point; returns how many trials went wrong."""
    faults: dict[str, list[Ended]] = {}
    for plan in plans():
        ended = try_fault(plan)
        typer.echo(f"{plan.name} {ended}")
        faults.setdefault(plan.name.partition(" to ")[2].partition(",")[0] or plan.name, []).append(ended)
    kills: dict[str, list[Ended]] = {}
    for number, point in list(enumerate(kill_points(), start=1))[::every]:
        ended = try_kill(number)
        typer.echo(f"{number} {point} {ended}")
        kills.setdefault(point.removesuffix("/"), []).append(ended)
    write("killed", table(_summed(kills), "killed"))
    write("faults", table(_summed(faults), "Reddit's fault"))
    wrong = [one for rows in (faults, kills) for ended in rows.values() for one in ended if one != Ended()]
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
