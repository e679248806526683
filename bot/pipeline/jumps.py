"""A step that is followed by another than the next one."""

from collections.abc import Mapping
from typing import Any

from bot.domain.stages import Stage


class Goto(Exception):
    """The job goes on at `stage`, earlier or later, with `values` written to its row; `why` is for the log."""

    def __init__(self, stage: Stage, values: Mapping[str, Any], why: str) -> None:
        super().__init__(why)
        self.stage = stage
        self.values = values
        self.why = why
