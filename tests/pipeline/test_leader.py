"""Several processes on one PostgreSQL database: one polls, the others stand by."""

import pytest

from bot.app.bot import Bot
from bot.app.lock import AlreadyRunning
from bot.demo.posts import BOT
from bot.demo.session import settings_for
from bot.domain.health import POLLER
from bot.store.database import open_database
from bot.store.heartbeats import Pulses
from bot.store.holding import Held
from tests.patience import wait_until


@pytest.fixture
def server(request, database_url):
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite is on one machine")
    return database_url


@pytest.fixture
def on_host(reddit, server, tmp_path):
    """A bot on a host of its own: nothing is shared but the database."""

    def make(host, name):
        settings = settings_for(reddit.url, tmp_path / host)
        work = settings.work.model_copy(update={"name": name})
        return Bot(
            type(settings).model_validate(settings.model_dump() | {"work": work.model_dump(), "database_url": server})
        )

    return make


def test_a_name_is_held_by_one_connection_and_free_when_that_ends(server):
    engines = [open_database(server) for _ in range(2)]
    first, second = (Held(engine, "worker a") for engine in engines)
    other = Held(engines[1], "worker b")
    assert (first.try_hold(), second.try_hold(), first.try_hold()) == (True, False, True)
    assert other.try_hold()
    first._connection.connection.dbapi_connection.close()  # as when its process dies
    wait_until(second.try_hold)
    assert not first.try_hold()
    second.let_go()
    wait_until(first.try_hold)
    for held in (first, other):
        held.let_go()
    for engine in engines:
        engine.dispose()


def test_two_hosts_cannot_work_under_one_name(on_host):
    with on_host("a", "worker").opened(polling=False):
        with pytest.raises(AlreadyRunning, match=r"another process works under work\.name 'worker' in this database"):
            on_host("b", "worker").opened(polling=False).__enter__()
        with on_host("c", "other").opened(polling=False):
            pass
    with on_host("b", "worker").opened(polling=False):
        pass


def test_one_process_polls_and_another_takes_over(on_host, asked, world):
    with on_host("a", "one").opened() as first, on_host("b", "two").opened() as second:
        first._poll_if_leading()
        second._poll_if_leading()
        assert (first.last_poll is not None, second.last_poll) == (True, None)
        with pytest.raises(AlreadyRunning, match="another process polls for this database"):
            second.drain()
        assert [pulse.name for pulse in Pulses(first.engine).read() if pulse.role == POLLER] == ["one"]
        first._leader.step_down()
        second._poll_if_leading()
        assert second.last_poll is not None
        second.drain()
    assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]
