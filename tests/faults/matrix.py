"""Every fault by itself, and every point at which the bot can be killed: `python -m tests.faults.matrix`.

`--only troubles` tries those of the machine, the database and the network alone, which takes some minutes.

The plans are the sandbox's own faults; each is tried at every call that it can meet.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.reddit.errors import ACTIONS, LATER
from docs.measure.tables import write
from tests.faults.child import LATEST
from tests.faults.record import Record
from tests.faults.storage import Storage, StorageFault
from tests.faults.trial import Ended, table, trials
from tests.faults.troubles import troubles
from tests.hosting.imgur_double import ImgurDouble

CALLS = {
    "reading the thread": ("GET", "/comments/*"),
    "reading the inbox": ("GET", "/message/unread"),
    "posting the answer": ("POST", "/api/comment"),
    "marking as read": ("POST", "/api/read_message"),
    "fetching the photo": ("GET", "/i.redd.it/*"),
    "logging in": ("POST", "/api/v1/access_token"),
}
"""The calls that a job needs, by what they are for."""

PICTURE_CALLS = {
    "asking where to upload": ("POST", "/api/media/asset.json"),
    "uploading the file": ("POST", "/reddit-uploaded-media"),
    "posting the picture": ("POST", "/api/submit"),
    "looking for its post": ("GET", "/user/*/submitted"),
}
"""The calls besides that a picture needs whose host is Reddit."""

PARTS = ("killed", "faults", "troubles", "imgur", "native", "native-killed")
"""What can be tried alone; each has a table."""

STATUSES = (401, 403, 404, 408, 429, 500, 502, 503, 504, 520)

BROKEN = {
    "page": "a page for people",
    "cut": "half an answer",
    "drip": "an answer in drips",
    "drop": "a closed connection",
    "reset": "a reset connection",
}
"""Answers that are none, by the sandbox's name for them."""

SENT = "after POST /api/comment"
"""The point at which an answer was sent, and its fate may be unknown."""

POSTED = "after POST /api/submit"
"""The point at which a picture was posted, and its fate may be unknown."""

FINAL = {(what, status) for what in ("reading the thread", "posting the answer") for status in (403, 404)}
"""Answers of Reddit's that mean no; then no answer is given, and that is no loss."""


@dataclass(frozen=True)
class Plan:
    """Faults that come together.

    kind: its row in the table. final: whether the summonses that meet it may end without an answer. kill_at: the bot is
    killed there as well. set_by: the clock of its machine is set by so much at `set_at`. storage: faults
    of the host that is asked first, a folder being the second. imgur: Imgur is asked first, keeps each picture, and
    answers so many uploads with a page of such a status. native: Reddit itself is asked first.
    """

    name: str
    kind: str
    faults: tuple[dict[str, Any], ...]
    final: bool = False
    kill_at: str | None = None
    set_at: str = SENT
    set_by: timedelta | None = None
    storage: tuple[StorageFault, ...] = ()
    imgur: tuple[int, ...] | None = None
    native: bool = False


def plans() -> Iterator[Plan]:
    """All faults of the sandbox's, at all calls."""
    for what, (method, path) in CALLS.items():
        yield from _at_call(what, {"method": method, "path": path})
    yield from _posting({"method": "POST", "path": "/api/comment"})
    yield from _keeping()


def _at_call(what: str, at: dict[str, Any]) -> Iterator[Plan]:
    for status in STATUSES:
        final = (what, status) in FINAL or (what == "fetching the photo" and status in {401, 403, 404, 408})
        yield Plan(f"{status} to {what}", f"statuses to {what}", ({**at, "action": "status", "status": status},), final)
    waiting = {**at, "action": "status", "status": 429, "retry_after": 1}
    yield Plan(f"429 to {what}, Retry-After", f"statuses to {what}", (waiting,))
    for action, words in BROKEN.items():
        yield Plan(f"{words} to {what}", f"broken answers to {what}", ({**at, "action": action},))
    yield Plan(f"slow answer to {what}", f"broken answers to {what}", ({**at, "action": "delay", "seconds": 0.5},))


def _posting(post: dict[str, Any]) -> Iterator[Plan]:
    kind = "answers that were stored all the same"
    for status in (408, 500, 502, 503, 504):
        yield Plan(f"stored, then {status}", kind, ({**post, "action": "store_then_status", "status": status},))
    yield Plan("stored, then a page for people", kind, ({**post, "action": "store_then_page"},))
    late = {**post, "action": "status_then_store", "status": 503, "seconds": LATEST}
    kind = "answers that are stored late"
    yield Plan("503, and stored later", kind, (late,))
    yield Plan("503, stored later, and killed", kind, (late,), kill_at=SENT)
    for words, hours in (("ahead", 1), ("back", -1)):
        yield Plan(f"503, stored later, clock set {words}", kind, (late,), set_by=timedelta(hours=hours))
    yield Plan("408, then 503 and stored later", kind, ({**post, "action": "status", "status": 408}, late))
    yield Plan("RATELIMIT", "Reddit's error codes", ({**post, "action": "ratelimit", "text": "1 second"},))
    for code in sorted((set(ACTIONS) | LATER) - {"RATELIMIT"}):
        if " " in code or code.isdecimal():  # a status, which was tried above
            continue
        refusal = {**post, "action": "refuse", "text": code.replace("*", "X")}
        yield Plan(code, "Reddit's error codes", (refusal,), final=code in ACTIONS)


def _keeping() -> Iterator[Plan]:
    for status in (0, 403, 500, 503):
        said = f"status {status}" if status else "a closed connection"
        for kept, words in ((False, "before"), (True, "after")):
            if kept and status == 403:  # which is a no
                continue
            for times, often in ((2, "twice"), (None, "always")):
                fault = StorageFault("PUT", status, kept, times)
                name = f"host: {said} {words} it has kept the picture, {often}"
                yield Plan(name, f"a host that fails {words} it has kept the picture", (), storage=(fault,))
        once = (StorageFault("PUT", 503, kept=True, times=None), StorageFault("DELETE", status, times=2))
        yield Plan(f"host: {said} to deleting", "a host that fails when it has to delete", (), storage=once)
    fault = StorageFault("PUT", 503, kept=True, times=2)
    kind = "a host that fails after it has kept the picture"
    yield Plan("host: kept, then 503, and killed", kind, (), kill_at="before commit", storage=(fault,))


def at_imgur() -> Iterator[Plan]:
    """Answers of Imgur's that are lost, in a table of their own: what may be left there, the log must name."""
    for status in (200, 503):
        for times, often in ((1, "once"), (100, "always")):
            kind = f"kept, then a page with {status}, {often}"
            yield Plan(f"imgur: {kind}", kind, (), imgur=(status,) * times)
    yield Plan(
        "imgur: kept, and killed", "kept, and killed before it was written down", (), kill_at="after upload", imgur=()
    )


def at_reddit() -> Iterator[Plan]:
    """Faults of Reddit's where it is the host of pictures, in a table of their own."""
    for what, (method, path) in PICTURE_CALLS.items():
        for plan in _at_call(what, {"method": method, "path": path}):
            yield replace(plan, name=f"native: {plan.name}", native=True)
    yield from _posting_pictures({"method": "POST", "path": "/api/submit"})
    for action, words in (("drop", "cut off"), ("status", "failed"), ("store_then_status", "failed, though it stands")):
        fault = {"path": "/wss.redditmedia.com/*", "action": action}
        kind = "no word, or a wrong one, of where the picture was posted"
        yield Plan(f"native: {words}, says the websocket", kind, (fault,), native=True)


def _posting_pictures(post: dict[str, Any]) -> Iterator[Plan]:
    kind = "pictures that were posted all the same"
    for status in (408, 500, 502, 503, 504):
        fault = {**post, "action": "store_then_status", "status": status}
        yield Plan(f"native: posted, then {status}", kind, (fault,), native=True)
    fault = {**post, "action": "store_then_page"}
    yield Plan("native: posted, then a page for people", kind, (fault,), native=True)
    late = {**post, "action": "status_then_store", "status": 503, "seconds": LATEST}
    kind = "pictures that are posted late"
    yield Plan("native: 503, and posted later", kind, (late,), native=True)
    yield Plan("native: 503, and each posted later", kind, ({**late, "times": None},), native=True)
    yield Plan("native: 503, posted later, and killed", kind, (late,), kill_at=POSTED, native=True)
    for words, hours in (("ahead", 1), ("back", -1)):
        by = timedelta(hours=hours)
        name = f"native: 503, posted later, clock set {words}"
        yield Plan(name, kind, (late,), set_at=POSTED, set_by=by, native=True)
    blind = {"method": "GET", "path": "/user/*/submitted", "action": "status", "status": 503, "times": 6}
    yield Plan("native: 503, posted later, and not to be looked for", kind, (late, blind), native=True)
    yield Plan(
        "native: RATELIMIT", "Reddit's limit", ({**post, "action": "ratelimit", "text": "1 second"},), native=True
    )


def try_fault(plan: Plan) -> Ended:
    """One trial with a fault, then a start without it."""
    storage = Storage() if plan.storage else None
    imgur = ImgurDouble() if plan.imgur is not None else None
    with (
        storage.served() if storage else nullcontext(),
        imgur.serve() if imgur else nullcontext(),
        trials(storage=storage, imgur=imgur, native=plan.native) as trial,
    ):
        if imgur is not None:
            imgur.lost = list(plan.imgur or ())
        for fault in plan.faults:
            trial.world.faults.add(**fault)
        if storage is not None:
            storage.faults = [replace(fault) for fault in plan.storage]
        start = trial.start(plan.kill_at)
        if plan.set_by is not None:
            start = replace(start, set_at=plan.set_at, set_by=plan.set_by)
        codes = trial.run(start)
        assert plan.kill_at is None or codes == [-signal.SIGKILL], f"it did not come to {plan.kill_at}"
        ended = trial.finish()
    return replace(ended, lost=0) if plan.final else ended


def kill_points(*, native: bool = False) -> list[str]:
    """What a run passes by, in order: so many points at which it can be killed."""
    with trials(native=native) as trial:
        trial.run(trial.start())
        return trial.points()


def try_kill(number: int | str, *, native: bool = False) -> Ended:
    """One trial killed at a point, then started again."""
    with trials(native=native) as trial:
        trial.run(trial.start(number))
        return trial.finish()


def _part(part: str, *, known: bool) -> tuple[str, dict[str, str], Callable[[str], Ended]]:
    """What its table is of, the row of each trial by its name, and what tries the one of that name.

    known: trials that have to be found by trying are left out.
    """
    if part in _KILLED:
        native = part == "native-killed"
        points = [] if known else kill_points(native=native)
        numbers = {f"{_KILLED[part]}{number} {point}": number for number, point in enumerate(points, 1)}
        kinds = {name: _place(name) for name in numbers}
        return "killed", kinds, lambda name: try_kill(numbers[name], native=native)
    if part == "troubles":
        own = {trouble.name: trouble for trouble in troubles()}
        kinds = {name: trouble.kind for name, trouble in own.items()}
        return "trouble of our own", kinds, lambda name: own[name].take_place()
    what, make = _PLANNED[part]
    planned = {plan.name: plan for plan in make()}
    return what, {name: plan.kind for name, plan in planned.items()}, lambda name: try_fault(planned[name])


def _one(trial: Callable[[str], Ended], name: str) -> tuple[int, Ended]:
    return 1, trial(name)


_KILLED = {"killed": "killed at ", "native-killed": "native, killed at "}
"""How the names of trials begin that are killed at a point, by their part."""

_PLANNED = {
    "faults": ("Reddit's fault", plans),
    "imgur": ("Imgur's answer lost", at_imgur),
    "native": ("fault of Reddit's as the host", at_reddit),
}


def _place(name: str) -> str:
    """What a trial that was killed was at."""
    return name.partition("killed at ")[2].partition(" ")[2]


def _table(kinds: Mapping[str, str], record: Record, what: str) -> str:
    """kinds: the row of each trial by its name; those that were not run are left out."""
    rows: dict[str, list[Ended]] = {}
    for name, kind in kinds.items():
        if name in record.trials:
            rows.setdefault(kind, []).append(record.trials[name][1])
    return table([(kind, len(ended), sum(ended, Ended())) for kind, ended in rows.items()], what)


def main() -> int:
    """Run all kill points, plans and troubles, or one of these parts; the status is 1 when anything went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2, help="trials at once")
    parser.add_argument("--only", choices=PARTS, help="one part, and its table")
    parser.add_argument("--write", action="store_true", help="only write the tables of what was run so far")
    asked = parser.parse_args()
    parts = [asked.only] if asked.only else PARTS
    record = Record("-".join(["matrix", *([asked.only] if asked.only else [])]))
    for part in parts:
        what, kinds, trial = _part(part, known=asked.write)
        record.run(() if asked.write else kinds, partial(_one, trial), asked.jobs)
        if part in _KILLED:
            kinds = {name: _place(name) for name in sorted(record.trials, key=_place) if name.startswith(_KILLED[part])}
        write(part, _table(kinds, record, what))
    if not asked.write:
        record.forget()
    return int(any(ended != Ended() for _, ended in record.trials.values()))


if __name__ == "__main__":
    sys.exit(main())
