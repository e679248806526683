"""The stages of a job, in order; a job's stage is the step that comes next."""

from enum import StrEnum


class Stage(StrEnum):
    """One step of the walk from summons to reply."""

    LOCATE = "locate"
    FETCH = "fetch"
    JUDGE = "judge"
    COLORIZE = "colorize"
    HOST = "host"
    REPLY = "reply"
    FINISH = "finish"

    def following(self) -> "Stage":
        """The stage after this one; FINISH is the last and follows itself."""
        stages = list(Stage)
        return stages[min(stages.index(self) + 1, len(stages) - 1)]
