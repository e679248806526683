"""What the sandbox does wrong on purpose, so that a client's answer to it can be tested."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

Action = Literal[
    "status",
    "store_then_status",
    "status_then_store",
    "delay",
    "store_then_delay",
    "ratelimit",
    "page",
    "store_then_page",
    "cut",
    "drip",
    "drop",
    "reset",
    "refuse",
    "empty",
]


@dataclass
class Fault:
    """One planned misbehaviour.

    `path` is a prefix made of whole parts of a path, or an fnmatch pattern; `method` "*" matches every method.
    `times` None means for ever. `status` is answered by the three status actions, `seconds` waited by the two delays,
    before each byte by `drip`, and by `status_then_store`, which stores so long after it has answered;
    `text` is the length of the break that a RATELIMIT error names, in Reddit's words ("9 minutes", "9m 12s"), or the
    code of the error that is answered by `refuse`; `reason` is what the body of a status says beside it and
    `location` where a redirect leads.
    """

    path: str
    action: Action
    method: str = "*"
    times: int | None = 1
    status: int = 503
    seconds: float = 0.0
    text: str = "9 minutes"
    retry_after: int | None = None
    reason: str | None = None
    location: str | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault is meant for this call; a slash at the end makes no difference."""
        if self.times == 0 or self.method not in ("*", method):
            return False
        wanted, asked = self.path.rstrip("/"), path.rstrip("/")
        return asked == wanted or asked.startswith(wanted + "/") or fnmatchcase(asked, wanted)


class Faults:
    """The planned misbehaviours; the first one that matches a call is played and counted down.

    late: how many calls were answered whose work `status_then_store` has not done yet.
    """

    def __init__(self) -> None:
        self.late = 0
        self._planned: list[Fault] = []

    def add(self, path: str, action: Action, **fields: Any) -> Fault:
        """Plan a fault; `fields` are the other fields of `Fault`. ValueError for an unknown action."""
        if action not in get_args(Action):
            raise ValueError(f"unknown action {action!r}; one of {', '.join(get_args(Action))}")
        fault = Fault(path, action, **fields)
        fault.method = fault.method.upper()
        self._planned.append(fault)
        return fault

    def clear(self) -> None:
        """Behave again."""
        self._planned.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault to play for this call, counted as played."""
        for fault in self._planned:
            if fault.matches(method, path):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
