import re
from typing import Any, cast

import pytest
from skimage import data as samples
from typer.main import get_command
from typer.testing import CliRunner

from bot.app.bot import Bot
from bot.cli import app
from bot.demo.posts import BOT
from bot.settings import load_settings
from bot.store import jobs, notes
from bot.store.database import open_database
from bot.store.log_search import Filter, find_jobs
from tests.operations.made_jobs import add
from tests.pictures import jpeg

COMMANDS = cast("Any", get_command(app)).commands


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_help_with_an_example(name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert re.search(rf"Example: colorizebot {name}\b", result.stdout)


def test_all_that_an_operator_needs_is_there():
    wanted = [
        "doctor",
        "run",
        "worker",
        "web",
        "once",
        "status",
        "log",
        "retry",
        "pause",
        "resume",
        "purge",
        "backup",
        "restore",
        "migrate",
        "password",
    ]
    assert set(wanted) <= set(COMMANDS)


def test_pause_and_resume(stored, command):
    assert command("pause", "--reason", "the colours are wrong")[0] == 0
    assert notes.pauses(stored).everything == "the colours are wrong"
    assert "the colours are wrong" in command("status")[1]
    assert command("resume")[0] == 0
    assert notes.pauses(stored).everything is None


def test_resume_says_that_the_page_still_pauses(stored, configured, command):
    configured(reddit={"kill_switch": "BotHome/switch"})
    command("pause")
    notes.write(stored, notes.PAUSED_BY_PAGE, "r/BotHome/wiki/switch says: stop")
    code, said = command("resume")
    assert (code, "r/BotHome/wiki/switch says: stop" in said) == (2, True)
    assert notes.pauses(stored).everything == "r/BotHome/wiki/switch says: stop"


def test_a_switch_that_is_not_set_any_more_pauses_nobody(stored, command):
    notes.write(stored, notes.PAUSED_BY_PAGE, "r/BotHome/wiki/switch says: stop")
    assert command("resume")[0] == 0
    assert notes.pauses(stored).everything is None


def test_retry_opens_a_job_again(stored, command):
    failed = add(stored, "t1_a", outcome="failed", reply=False)
    answered = add(stored, "t1_b")
    assert command("retry", failed) == (0, f"job {failed} is open again\n")
    assert jobs.claim(stored, "worker").id == failed
    for job, reason in ((answered, "has had a reply"), (failed, "is open"), (4711, "there is no job 4711")):
        code, said = command("retry", job)
        assert (code, reason in said) == (2, True)


def test_a_database_of_another_version_is_left_alone(stored, command):
    with stored.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '20991231_unheard_of'")
    for name in ("status", "pause", "resume", "log"):
        code, said = command(name)
        assert (code, "20991231_unheard_of" in said) == (2, True)


@pytest.fixture
def asked(world, reddit, configured):
    """A settings file for the sandbox, on which somebody asks for a photo."""
    configured(
        reddit.url,
        reddit={"image_url": f"{reddit.url}/i.redd.it"},
        fetch={"extra_origins": [reddit.url.removeprefix("http://")]},
        work={"retry_seconds": 0.1},
    )
    world.add_subreddit("AskForColour")
    post = world.post_image("AskForColour", "henry", "Attic", jpeg(samples.camera()), "image/jpeg")
    return world.comment(post.fullname, "ida", f"u/{BOT}")


def test_a_dry_run_answers_nobody_and_keeps_nothing_from_being_answered_later(world, asked, command, tmp_path):
    code, said = command("once", "--dry-run")
    assert code == 0, said
    assert world.replies_by(BOT) == []
    assert [notice.unread for notice in world.user(BOT).inbox] == [True]
    assert {call["path"] for call in world.calls if call["method"] != "GET"} == {"/api/v1/access_token"}
    for arguments in (["log"], ["log", "--dry-run"]):
        code, said = command(*arguments)
        assert code == 0, said
        assert "dry_run" in said
    pretended = load_settings(tmp_path / "colorizebot.toml").rehearsal()
    engine = open_database(pretended.database())
    (job,) = find_jobs(engine, Filter()).jobs
    engine.dispose()
    assert "](not-uploaded)" in job.detail
    assert "]()" not in job.detail
    assert command("once")[0] == 0
    assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]
    assert [notice.unread for notice in world.user(BOT).inbox] == [False]


def test_a_worker_answers_what_another_process_has_received(world, asked, configured, tmp_path, summon):
    settings = load_settings(tmp_path / "colorizebot.toml")
    bot = Bot(settings, observer=lambda job, _: bot.stop() if job.finished_at else None)
    with bot.opened():
        post = world.comments[asked.id].post
        jobs.receive(bot.engine, [summon(asked.fullname, post=f"t3_{post}", subreddit="AskForColour", body=asked.body)])
        bot.run(polling=False)
    assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]
    assert not [call for call in world.calls if call["path"].startswith("/message")]
