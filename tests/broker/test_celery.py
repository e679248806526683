"""Celery's workers on real brokers: whatever happens to messages, each summons is answered once."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter

import pytest
from skimage import data as samples

from bot.app.broker import Announcer, celery_app, task_name
from bot.demo.posts import BOT
from bot.demo.session import settings_for
from bot.domain.outcomes import Outcome
from bot.domain.queues import Queue
from bot.settings import Settings
from bot.store import jobs
from bot.store.heartbeats import Pulses
from bot.store.reply_log import latest_jobs
from tests.patience import wait_until
from tests.pictures import jpeg

pytestmark = [pytest.mark.celery, pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def server(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("a broker is for several machines, SQLite for one")
    return engine


@pytest.fixture
def settings(reddit, server, broker, tmp_path):
    values = settings_for(reddit.url, tmp_path).model_dump(exclude_unset=True)
    values["work"] |= {"broker": broker.url}
    return Settings.model_validate(values | {"database_url": server.url.render_as_string(hide_password=False)})


@pytest.fixture
def start(settings, tmp_path):
    """Starts a process of the bot's as on a host of its own; nothing is shared but database and broker."""
    file, started = tmp_path / "bot.toml", []
    file.write_text(
        f"""
        database_url = "{settings.database()}"
        [reddit]
        client_id = "sandbox_client"
        client_secret = "sandbox_secret"
        username = "{BOT}"
        password = "{settings.reddit.password.get_secret_value()}"
        user_agent = "python:colorizebot-demo:1 (by /u/sandbox)"
        oauth_url = "{settings.reddit.oauth_url}"
        poll_seconds = 1
        [work]
        broker = "{settings.work.broker.get_secret_value()}"
        retry_seconds = 0.5
        lag_seconds = 2
        """
    )

    def make(host, *command):
        environment = os.environ | {
            "COLORIZEBOT_CONFIG": str(file),
            "COLORIZEBOT_DATA_DIR": str(tmp_path / host),
            "COLORIZEBOT_WORK__NAME": host,
        }
        with (tmp_path / f"{host}.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], env=environment, stdout=log, stderr=log, text=True
            )
        started.append(process)
        return process

    yield make
    for process in started:
        process.terminate()
    assert [process.wait() for process in started if process.returncode != -signal.SIGKILL] != []


CELERYS_OWN = "celery", "-A", "bot.celery", "worker", "--hostname", "one@here", "--concurrency", "2"


def test_whatever_happens_to_messages_each_summons_is_answered_once(broker, settings, start, server, world, tmp_path):
    posts = [
        world.post_image("AskForColour", f"a{i}", f"Attic {i}", jpeg(samples.camera()[i:, i:], (96, 80)), "image/jpeg")
        for i in range(12)
    ]
    asked = [world.comment(post.fullname, f"b{i}", f"u/{BOT}").fullname for i, post in enumerate(posts)]
    twice = [world.comment(posts[0].fullname, "c", f"u/{BOT} again please").fullname]

    def answered():
        return Counter(reply.parent for reply in world.replies_by(BOT))

    start("intake", "bot.cli", "run", "--no-web")
    workers = [start("one", *CELERYS_OWN), start("two", "bot.cli", "worker")]
    wait_until(lambda: len(answered()) >= 2, workers[0])
    broker.empty()
    workers[0].kill()
    start("one", *CELERYS_OWN)
    wait_until(lambda: len(answered()) >= 5, workers[1])
    broker.kill()
    broker.start()
    app = celery_app(settings)
    for job in latest_jobs(server):  # messages that come twice, late, and into the wrong queue
        for queue in Queue:
            app.send_task(task_name(queue), (job.id,), queue=queue.value)
    wait_until(lambda: jobs.newest_id(server) == 13 and jobs.count_open(server) == 0)
    assert answered() == Counter(asked + twice)
    outcomes = Counter(job.outcome for job in latest_jobs(server))
    assert outcomes[Outcome.COLORIZED] + outcomes[Outcome.GIVEN_AGAIN] == 13, outcomes
    for host in ("one", "two"):  # else two threads read one connection when the broker is back, and the worker hangs
        assert "reducing the prefetch count" not in (tmp_path / f"{host}.log").read_text()
    wait_until(lambda: not [item for item in world.users[BOT.lower()].inbox if item.unread])  # at the next poll
    assert {pulse.name for pulse in Pulses(server).read() if pulse.role == "worker" and "/" not in pulse.name} == {
        "one@here",
        f"two@{socket.gethostname()}",
    }


def test_what_is_due_is_announced_again_after_an_outage_of_the_broker(settings, server, broker, summon):
    assert jobs.receive(server, [summon("t1_a")]) == 1
    announcer = Announcer(celery_app(settings), server)
    broker.kill()
    for _ in range(2):
        with pytest.raises(Exception, match=r"[Cc]onnect|refused"):  # each broker's client raises errors of its own
            announcer.announce()
    broker.start()
    assert announcer.announce() == 1
    announcer.close()
    broker.empty()
