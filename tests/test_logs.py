import json
import logging
from urllib.parse import quote

import pytest
import structlog

from bot import logs
from bot.demo.posts import BOT
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

pytestmark = pytest.mark.usefixtures("restored_logs")


@pytest.mark.parametrize("secret", ['pa"ss-w\\ord', "pässwort1", "a b&c/d"])
def test_a_secret_is_hidden_also_as_json_and_urls_write_it(capsys, secret):
    logs.configure(style="json", secrets=[secret])
    structlog.get_logger("test").info("x", plain=secret, inside={"a": [secret]}, url=f"https://h/?p={quote(secret)}")
    output = capsys.readouterr().err
    assert output.count(logs.HIDDEN) == 3


@pytest.mark.parametrize("style", ["text", "json"])
def test_secrets_are_hidden_wherever_they_stand(capsys, style):
    logs.configure(style=style, secrets=["hunter22", "hunter22-long"])
    log = structlog.get_logger("test")
    log.info("starting", password="hunter22", url="https://u:hunter22-long@host/")
    logging.getLogger("praw").warning("sent %s", {"password": "hunter22"})
    try:
        raise ValueError("bad token hunter22")  # noqa: TRY301 - the traceback is what is tested
    except ValueError:
        log.exception("failed")
    output = capsys.readouterr().err
    assert "hunter22" not in output
    assert output.count(logs.HIDDEN) >= 4
    assert "ValueError" in output


def test_json_lines_are_json(capsys):
    logs.configure(style="json")
    structlog.get_logger("test").info("step", job=1, seconds=0.5)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["job"], line["level"]) == ("step", 1, "info")


def test_no_secret_of_a_working_bot_reaches_the_log(capsys, tmp_path):
    from bot.app.bot import Bot
    from bot.demo.session import settings_for

    world = World()
    world.add_user(BOT, "a password of the sandbox only")
    for name in ("OldPhotos", "YourPhotos"):
        world.add_subreddit(name)
    world.faults.add(method="GET", path="/message/unread", times=2, action="status", status=500)
    world.faults.add(method="POST", path="/api/v1/access_token", times=1, action="status", status=401)
    with Sandbox(world) as reddit:
        settings = settings_for(reddit.url, tmp_path / "bot")
        logs.configure(level="DEBUG", secrets=settings.secrets())
        bot = Bot(settings)
        with bot.opened():
            bot.drain()
    output = capsys.readouterr().err
    assert "poll_failed" in output
    for secret in [*settings.secrets(), "sandbox-bearer"]:
        assert secret not in output
