"""A step that is followed by another than the next one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine

from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.store import pictures
from bot.store.tables import Photo

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Goto(Exception):
    """The job goes on at `stage`, earlier or later, with `values` written to its row; `why` is for the log."""

    def __init__(self, stage: Stage, values: Mapping[str, Any], why: str) -> None:
        super().__init__(why)
        self.stage = stage
        self.values = values
        self.why = why


def given_again(engine: Engine, photo: Photo, before: Photo, values: Mapping[str, Any] = _NOTHING) -> Goto:
    """The jump to the reply with what was made of the same photo before; `values` go with it."""
    pictures.adopt(engine, photo, before)
    given = {**values, "outcome": Outcome.GIVEN_AGAIN.value}
    return Goto(Stage.REPLY, given, f"the same photo as in job {before.job_id}")
