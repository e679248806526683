import pytest
import structlog
from structlog.testing import capture_logs

from bot.domain.aftercare import WARN_AFTER_FAILURES
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.periodic.guard import guarded, log_deletion_failure, shortest_wait

LOG = structlog.get_logger("test")
BUSY = RetryLater("busy", then=Outcome.FAILED, seconds=70)


@pytest.mark.parametrize(
    ("error", "level"), [(BUSY, "warning"), (Refused(Outcome.FORBIDDEN), "warning"), (KeyError("new"), "error")]
)
def test_a_failure_is_logged_and_goes_no_further(error: Exception, level: str) -> None:
    with capture_logs() as lines, guarded(LOG, "poll_failed", what="inbox") as attempt:
        raise error
    assert attempt.failed
    assert [(line["event"], line["what"], line["log_level"]) for line in lines] == [("poll_failed", "inbox", level)]


def test_what_succeeds_is_not_logged() -> None:
    with capture_logs() as lines, guarded(LOG, "poll_failed", what="inbox") as attempt:
        pass
    assert (attempt.failed, lines) == (False, [])


def test_a_process_that_is_told_to_end_is_not_held_back() -> None:
    with pytest.raises(KeyboardInterrupt), guarded(LOG, "poll_failed", what="inbox"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("failures", "level"), [(1, "warning"), (WARN_AFTER_FAILURES - 1, "warning"), (WARN_AFTER_FAILURES, "error")]
)
def test_what_stays_undeleted_for_long_is_an_error(failures: int, level: str) -> None:
    with capture_logs() as lines:
        log_deletion_failure(LOG, "picture_not_deleted", failures, BUSY, key="k")
    assert lines == [
        {"event": "picture_not_deleted", "log_level": level, "key": "k", "attempts": failures, "reason": "busy"}
    ]


def test_the_wait_that_the_other_side_asks_for() -> None:
    assert (shortest_wait(BUSY), shortest_wait(Refused(Outcome.FORBIDDEN))) == (70, None)
