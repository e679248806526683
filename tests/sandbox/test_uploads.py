"""Unchanged programs upload: they know nothing of the sandbox but what the environment tells them."""

import socket
import sys
from pathlib import Path

import pytest
import requests

from bot.sandbox.__main__ import main
from bot.sandbox.server import Sandbox
from tests.patience import PATIENCE

PRAW = """
import sys, praw
from praw.models import InlineImage, PostMedia
reddit = praw.Reddit(user_agent="an unchanged program", check_for_updates=False)
place, photo = reddit.subreddit("pics"), PostMedia(sys.argv[1])
posts = [
    place.submit("image", image=photo),
    place.submit("album", gallery=[photo, photo]),
    place.submit("inline", selftext="Look: {one}", inline_media={"one": InlineImage(media=photo)}),
]
for post in reversed(list(place.new())):
    print(post.title, post.author, len(getattr(post, "media_metadata", [post.url])))
"""
ASYNC_PRAW = """
import asyncio, sys, asyncpraw
from asyncpraw.models import PostMedia
async def program():
    async with asyncpraw.Reddit(user_agent="an unchanged program", check_for_updates=False) as reddit:
        place = await reddit.subreddit("pics")
        await place.submit("image", image=PostMedia(sys.argv[1]))
        async for post in place.new():
            print(post.title, post.author, post.url.endswith(".png"))
asyncio.run(program())
"""


@pytest.mark.parametrize(
    ("program", "seen"),
    [(PRAW, "image visitor 1\nalbum visitor 2\ninline visitor 1\n"), (ASYNC_PRAW, "image visitor True\n")],
    ids=["PRAW", "Async PRAW"],
)
def test_an_unchanged_program_uploads(
    program: str, seen: str, png: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo.png").write_bytes(png)
    command = [sys.executable, "-c", program, str(tmp_path / "photo.png")]
    assert main(["--port", "0", "--user", "visitor", "--subreddit", "pics", "--", *command]) == 0
    assert capfd.readouterr().out == seen


def test_a_program_with_credentials_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    program = (
        "import praw\n"
        "reddit = praw.Reddit(client_id='my_app', client_secret='my_secret', username='my_bot', password='pass:word',\n"
        "                     user_agent='an unchanged program', check_for_updates=False)\n"
        "print(reddit.user.me())\n"
    )
    options = ["--port", "0", "--user", "my_bot:pass:word", "--app", "my_app:my_secret"]
    assert main([*options, "--", sys.executable, "-c", program]) == 0
    assert capfd.readouterr().out == "my_bot\n"


def test_one_port_speaks_tls_and_plain_http(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secure = sandbox.url.replace("http:", "https:")
    assert requests.get(f"{secure}/_sandbox/calls", timeout=PATIENCE).json() == []
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure}/_sandbox/calls", timeout=PATIENCE)
    assert requests.get(f"{sandbox.url}/_sandbox/calls", timeout=PATIENCE).json() == []
    assert caplog.messages == []


def test_a_connection_on_which_nothing_comes_does_not_keep_it_from_ending(caplog: pytest.LogCaptureFixture) -> None:
    with Sandbox() as sandbox:
        silent = socket.create_connection(("127.0.0.1", int(sandbox.url.rpartition(":")[2])))
        hasty = socket.create_connection(("127.0.0.1", int(sandbox.url.rpartition(":")[2])))
        hasty.close()
        assert requests.get(f"{sandbox.url}/_sandbox/users", timeout=PATIENCE).json() == []
    with silent:
        silent.settimeout(PATIENCE)
        assert silent.recv(1) == b""
    assert caplog.messages == []


def test_the_commands_exit_status_is_its_own() -> None:
    assert main(["--port", "0", "--", sys.executable, "-c", "raise SystemExit(3)"]) == 3


def test_a_port_that_is_taken(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    port = sandbox.url.rpartition(":")[2]
    assert main(["--port", port, "--", "true"]) == 1
    assert capsys.readouterr().err == f"reddit-sandbox: port {port} cannot be used: Address already in use\n"
