"""Options of Celery's own command with which a worker could not do its work."""

import pytest
from celery.concurrency import get_implementation
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app.celery_worker import celery_with_tasks
from bot.demo.session import settings_for
from bot.logs import Redactor


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = settings_for("http://127.0.0.1:1", tmp_path_factory.mktemp("bot"))
    work = settings.work.model_copy(update={"broker": SecretStr("redis://127.0.0.1:1/0")})
    return celery_with_tasks(settings.model_copy(update={"work": work}), Redactor(()))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"pool_cls": get_implementation("prefork")}, "the pool has to be `threads`"),
        ({"autoscale": (4, 1)}, "give --concurrency in the place of --autoscale"),
    ],
)
def test_a_worker_that_could_not_work_is_refused(app, options, reason):
    with capture_logs() as logged, pytest.raises(SystemExit) as ended:
        app.Worker(hostname="one@here", **options)
    assert ended.value.code == 2
    assert [reason in line["reason"] for line in logged if line["event"] == "not_started"] == [True]
