"""The `colorizebot` command, as its user runs it: in a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys

import httpx
import praw
import pytest
from PIL import Image
from skimage import data as samples
from typer.testing import CliRunner

from bot.cli import app
from bot.demo.clips import FRAMES
from bot.demo.posts import BOT, PASSWORD, demo_world
from bot.sandbox.server import Sandbox
from tests.films import decoded
from tests.patience import PATIENCE, wait_until
from tests.pictures import jpeg

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "bot.cli"]
COMMANDS = ["run", "worker", "web", "once", "migrate", "password", "sandbox", "demo"]


def run(*arguments, cwd, **environment):
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=PATIENCE
    )


CREDENTIALS = {
    f"COLORIZEBOT_REDDIT__{name}": "x" for name in ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD", "OPERATOR")
}


def environment(reddit, **more):
    names = {
        "REDDIT__CLIENT_ID": "sandbox_client",
        "REDDIT__CLIENT_SECRET": "sandbox_secret",
        "REDDIT__USERNAME": BOT,
        "REDDIT__PASSWORD": PASSWORD,
        "REDDIT__OPERATOR": "alice",
        "REDDIT__OAUTH_URL": reddit.url,
        "REDDIT__REDDIT_URL": reddit.url,
        "REDDIT__IMAGE_URL": f"{reddit.url}/i.redd.it",
        "REDDIT__POLL_SECONDS": "0.5",
        "FETCH__EXTRA_ORIGINS": json.dumps([reddit.url.removeprefix("http://")]),
        **more,
    }
    return {f"COLORIZEBOT_{name}": value for name, value in names.items()}


@pytest.fixture
def world(world):
    world.add_user(BOT, PASSWORD)
    world.add_subreddit("AskForColour")
    return world


def ask(world):
    post = world.post_image("AskForColour", "henry", "Attic", jpeg(samples.camera()), "image/jpeg")
    return world.comment(post.fullname, "ida", f"u/{BOT}")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command):
    result = CliRunner(env={"COLUMNS": "160"}).invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert re.search(rf"Example: colorizebot {command}", result.stdout)


def test_the_demo_answers_and_reports(tmp_path):
    result = run("demo", "--once", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout.splitlines()[-1])
    assert set(report) == {"posts", "summonses", "answered", "colorized", "skipped", "failed", "replies", "seconds"}
    assert report["failed"] == 0
    assert report["summonses"] == sum(report["answered"].values()) + sum(report["skipped"].values())
    assert {"already_colour", "not_a_photo", "no_photo", "nsfw", "removed"} <= report["skipped"].keys()
    assert len(report["replies"]) == report["colorized"] + report["answered"]["helped"] >= 10
    films = []
    for reply in report["replies"]:
        assert reply["post"].startswith("t3_")
        assert reply["comment"].startswith(("t1_", "t4_"))
        films += [path for path in reply["pictures"] if path.endswith(".mp4")]
        for path in set(reply["pictures"]).difference(films):
            with Image.open(tmp_path / path) as picture:
                assert picture.format == "JPEG"
    [film] = films
    assert len(decoded(tmp_path / film)) == FRAMES
    assert sorted(len(reply["pictures"]) for reply in report["replies"])[-1] == 3
    assert "What the bot did" in result.stdout
    # A second demo clears the first one's folder, and takes one's own pictures.
    (tmp_path / "scans").mkdir()
    Image.fromarray(samples.camera()).resize((200, 200)).save(tmp_path / "scans" / "mine [1931].png")
    (tmp_path / "scans" / "notes.txt").write_text("not a picture")
    again = run("demo", "--once", "--json", "--photos", "scans", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    report = json.loads(again.stdout.splitlines()[-1])
    assert (report["colorized"], report["skipped"]) == (1, {"not_an_image": 1})


def test_the_demo_refuses_wrong_input(tmp_path):
    (tmp_path / "precious.txt").write_text("keep me")
    for arguments, message in (
        (["--photos", "nowhere"], "nowhere: no such file or folder"),
        (["--photos", "precious.txt"], "no usable picture"),
        (["--folder", "."], "holds other files"),
    ):
        result = run("demo", "--once", *arguments, cwd=tmp_path)
        assert result.returncode == 2
        assert message in result.stderr
        assert "Traceback" not in result.stderr
    assert (tmp_path / "precious.txt").read_text() == "keep me"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"COLORIZEBOT_REDDIT__CLIENT_ID": "a", "COLORIZEBOT_REDDIT__CLIENT_SECRET": "b"}, "reddit.username"),
        ({}, "reddit.client_id is not set"),
        ({"COLORIZEBOT_WEB__PORT": "many"}, "web.port"),
        (CREDENTIALS, "web.public_url is not set"),
        (
            CREDENTIALS
            | {"COLORIZEBOT_WEB__PUBLIC_URL": "https://b.example", "COLORIZEBOT_COLORIZER__WEIGHTS": "best"},
            "no weights",
        ),
        (
            CREDENTIALS
            | {
                "COLORIZEBOT_WEB__PUBLIC_URL": "https://b.example",
                "COLORIZEBOT_COLORIZER__OTHERS": '["nosuchmodel"]',
            },
            "colorizer.others: no weights are called 'nosuchmodel' and no file is; known: compact",
        ),
        ({"COLORIZEBOT_CONFIG": "missing.toml"}, "no settings file missing.toml"),
    ],
)
def test_run_refuses_and_says_what_to_set(tmp_path, changes, message):
    result = run("run", cwd=tmp_path, **changes)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_run_refuses_wrong_credentials_without_telling_them(tmp_path, world):
    with Sandbox(world) as reddit:
        result = run("run", cwd=tmp_path, **environment(reddit, REDDIT__PASSWORD="wr0ngpassw0rd"))
    assert result.returncode == 2
    assert "refuses reddit.username with reddit.password" in result.stderr
    assert "wr0ngpassw0rd" not in result.stderr + result.stdout


def test_run_answers_serves_its_log_and_stops_on_sigterm(tmp_path, world):
    with Sandbox(world) as reddit:
        process = subprocess.Popen(
            [*COMMAND, "run"],
            cwd=tmp_path,
            env=os.environ | environment(reddit, WEB__PORT="0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            asked = ask(world)
            wait_until(lambda: world.replies_by(BOT), process)
            base, picture = re.search(r"\((http[^)]+)(/results/[^)]+\.jpg)\)", world.replies_by(BOT)[0].body).groups()
            with httpx.Client(base_url=base, timeout=PATIENCE) as visitor:
                assert visitor.get("/healthz").json()["status"] == "ok"
                assert visitor.get("/log").status_code == 303
                assert visitor.get(picture).content[:3] == b"\xff\xd8\xff"
                wait_until(lambda: 'jobs_total{outcome="colorized"} 1' in visitor.get("/metrics").text, process)
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0, errors
    assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]
    password = re.search(r"password \(shown once\): (\S+)", output)[1]
    assert password not in errors, "the log is no place for it"
    assert "sandbox_secret" not in errors
    assert "outcome=colorized" in errors


def test_the_password_is_shown_at_the_first_start_that_serves(tmp_path, world):
    def first_line(port):
        with Sandbox(world) as reddit:
            process = subprocess.Popen(
                [*COMMAND, "run"],
                cwd=tmp_path,
                env=os.environ | environment(reddit, WEB__PORT=str(port)),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            try:
                line = process.stdout.readline()
                process.send_signal(signal.SIGTERM)
                return line + process.communicate(timeout=PATIENCE)[0]
            finally:
                process.kill()
                process.wait()

    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert first_line(taken.getsockname()[1]) == ""
    said = first_line(0)
    assert re.search(r"Reply log: http://127\.0\.0\.1:\d+/log +password \(shown once\): \S{12,}", said)
    said = first_line(0)
    assert re.search(r"Reply log: http://127\.0\.0\.1:\d+/log +`colorizebot password` makes a new password", said)


@pytest.mark.parametrize("program", ["bot.cli", "colorizer"])
def test_each_command_says_its_version(tmp_path, program):
    said = subprocess.run(
        [sys.executable, "-m", program, "--version"], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE
    )
    assert said.returncode == 0, said.stderr
    assert re.fullmatch(r"colorize(bot|r) \d+\.\d+\.\d+\n", said.stdout)


def test_once_works_and_ends(tmp_path, world):
    with Sandbox(world) as reddit:
        ask(world)
        result = run("once", cwd=tmp_path, **environment(reddit))
    assert result.returncode == 0, result.stderr
    assert len(world.replies_by(BOT)) == 1


def test_migrate_and_password(tmp_path):
    assert "up to date" in run("migrate", cwd=tmp_path).stdout
    first, second = (run("password", cwd=tmp_path).stdout.strip() for _ in range(2))
    assert len(first) >= 12
    assert first != second


def test_the_sandbox_serves_any_praw_program(tmp_path):
    process = subprocess.Popen([*COMMAND, "sandbox", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        reddit = praw.Reddit(**json.loads(process.stdout.readline()))
        assert str(reddit.user.me()) == BOT
        titles = [post.title for post in reddit.subreddit("OldPhotos").new(limit=5)]
        assert "How do you store your negatives?" in titles
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
        process.stdout.close()


def test_the_demos_posts_cover_every_kind():
    kinds = {post.kind for post in demo_world().posts.values()}
    assert {"image", "gallery", "crosspost", "self"} <= kinds


def test_this_file_names_every_command():
    from bot.cli import running, showing  # tests/operations has the commands of an operator

    commands = [*running.app.registered_commands, *showing.app.registered_commands]
    assert sorted(COMMANDS) == sorted(command.callback.__name__ for command in commands)
