"""What an operator does to many jobs at once, and takes back with one click. Every deed is in the audit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine

from bot.store import audit
from bot.store.actions import Action, NotPossible, act, set_silence
from bot.store.audit import Actor
from bot.store.silences import SUBREDDIT, USER

UNDO = timedelta(seconds=60)
"""For how long a deletion waits, so that it can be taken back."""

OPPOSITE = {
    Action.RETRY: Action.CANCEL,
    Action.CANCEL: Action.RETRY,
    Action.DELETE: Action.UNDELETE,
    Action.UNDELETE: Action.DELETE,
    Action.BLOCK: Action.UNBLOCK,
    Action.UNBLOCK: Action.BLOCK,
    Action.MUTE: Action.UNMUTE,
    Action.UNMUTE: Action.MUTE,
}
"""What takes each action back."""

_KINDS = {"u/": USER, "r/": SUBREDDIT}


@dataclass(slots=True)
class Report:
    """What was done by one click: to what, and what could not be done and why. batch: its name in the audit."""

    batch: str
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def act_on(engine: Engine, actor: Actor, action: Action, job_ids: Iterable[int]) -> Report:
    """Do it to each of these jobs; what is not possible keeps nothing else back."""
    report = Report(audit.new_batch())
    for job_id in job_ids:

        def do(job_id: int = job_id) -> str:
            return act(engine, job_id, action, grace=UNDO)

        _do(engine, actor, action, do, report, detail=f"job {job_id}")
    return report


def silence_one(engine: Engine, actor: Actor, action: Action, subject: str) -> Report:
    """Block or mute "u/name" or "r/name", or take it back."""
    report = Report(audit.new_batch())
    _do(engine, actor, action, lambda: set_silence(engine, action, _KINDS[subject[:2]], subject[2:]), report)
    return report


def undo(engine: Engine, actor: Actor, batch: str) -> tuple[Action, Report] | None:
    """Take back what was done by one click; None when nothing of that name was done."""
    deeds = audit.of_batch(engine, batch)
    if not deeds or deeds[0].action not in {action.value for action in OPPOSITE}:
        return None
    action = OPPOSITE[Action(deeds[0].action)]
    report = Report(audit.new_batch())
    for deed in deeds:

        def do(subject: str = deed.subject) -> str:
            if subject == audit.NOBODY:
                raise NotPossible("the name has been forgotten: see the page of blocked people")
            if subject[:2] in _KINDS:
                return set_silence(engine, action, _KINDS[subject[:2]], subject[2:])
            return act(engine, int(subject.removeprefix("job ")), action, grace=UNDO)

        _do(engine, actor, action, do, report, detail=f"undo of {deed.action}")
    return action, report


def _do(
    engine: Engine, actor: Actor, action: Action, do: Callable[[], str], report: Report, *, detail: str = ""
) -> None:
    try:
        subject = do()
    except NotPossible as error:
        report.refused.append(str(error))
        return
    said = "" if detail == subject else detail
    audit.record(engine, actor, action.value, subject, said, batch=report.batch)
    report.done.append(subject)
