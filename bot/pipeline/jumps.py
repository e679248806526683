"""A step that is followed by another than the next one."""

from bot.domain.stages import Stage
from bot.pipeline.results import GivenAgain, Located, Result
from bot.store import pictures
from bot.store.database import Engine
from bot.store.tables import Photo


class Goto(Exception):
    """The job goes on at `stage`, earlier or later, with `result` written to its row; `why` is for the log."""

    def __init__(self, stage: Stage, why: str, result: Result | None = None) -> None:
        super().__init__(why)
        self.stage = stage
        self.why = why
        self.result = result


def given_again(engine: Engine, photo: Photo, before: Photo, located: Located | None = None) -> Goto:
    """The jump to the reply with what was made of the same photo before; `located` goes with it."""
    pictures.adopt(engine, photo, before)
    return Goto(Stage.REPLY, f"the same photo as in job {before.job_id}", GivenAgain(located))
