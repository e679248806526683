"""A database file that something has overwritten: said once, in one line, and the bot is not well."""

import random
from contextlib import contextmanager

import httpx
import pytest
from structlog.testing import capture_logs

from bot.demo.posts import BOT
from bot.store import trouble
from tests.patience import PATIENCE
from tests.pipeline.endings import outcomes


@contextmanager
def overwritten(running):
    """The middle half of the file is noise, for the time of the block."""
    with running.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    running.engine.dispose()
    file = running.settings.data_dir / "colorizebot.sqlite"
    good = file.read_bytes()
    quarter = len(good) // 4
    file.write_bytes(good[:quarter] + random.Random(1).randbytes(2 * quarter) + good[3 * quarter :])
    try:
        yield
    finally:
        running.engine.dispose()
        file.write_bytes(good)


@pytest.mark.slow
def test_an_overwritten_database_is_said_once_and_the_bot_is_not_well(world, asked, bot, monkeypatch, caplog):
    monkeypatch.setattr(trouble, "_said", {})
    with bot() as running, running.web(BOT) as (url, _):
        assert outcomes(running) == ["colorized"]
        with overwritten(running), capture_logs() as lines:
            for _ in range(2):
                assert running.poll() is None
                assert not running.work()
                for task in running.periodic.registry:
                    running.periodic.run(task)
                with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as browser:
                    health = browser.get("/healthz")
                    page = browser.get("/login")
            failures = [line for line in lines if "colorizebot restore FILE" in str(line.get("reason"))]
            assert len(failures) == 1
            assert not [line for line in lines if "exc_info" in line], "no traceback"
            assert not [one for one in caplog.records if one.exc_info]
        assert health.status_code == 503
        assert health.json()["reasons"] == ["the database does not answer"]
        assert (page.status_code, "database does not answer" in page.text) == (500, True)
