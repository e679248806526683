"""The queues of a message broker, where one is used: each stands for the steps that one kind of process does best."""

from enum import StrEnum

from bot.domain.stages import Stage


class Queue(StrEnum):
    """Which steps are done together by one process, without giving the job up between them.

    The steps of COLOUR read files that the ones before them have left on the same machine.
    """

    INTAKE = "intake"
    COLOUR = "colour"
    REPLY = "reply"

    @property
    def stages(self) -> frozenset[Stage]:
        """The steps that are done by who takes from this queue."""
        return _STAGES[self]


_STAGES = {
    Queue.INTAKE: frozenset({Stage.LOCATE}),
    Queue.COLOUR: frozenset({Stage.FETCH, Stage.JUDGE, Stage.COLORIZE, Stage.HOST}),
    Queue.REPLY: frozenset({Stage.REPLY, Stage.FINISH}),
}


def queue_of(stage: Stage) -> Queue:
    """Where a job waits whose next step is `stage`."""
    return next(queue for queue, stages in _STAGES.items() if stage in stages)
