"""`reddit-sandbox`, or `python -m reddit_sandbox`: the sandbox alone, for programs that are told its address."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from .server import Sandbox
from .world import World

_EPILOG = """\
With a COMMAND the sandbox runs as long as the command does, and the command finds in its environment what sends an
unchanged PRAW or Async PRAW program to the sandbox, uploads included:

  reddit-sandbox -- python my_bot.py
"""


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "reddit-sandbox",
        description="A small Reddit on this machine that speaks Reddit's HTTP API. Everything is in memory.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8090, help="port on 127.0.0.1, 0 for a free one (default: 8090)")
    parser.add_argument(
        "--user", default="sandbox_bot", metavar="NAME[:PASSWORD]", help="account to make and to log in as"
    )
    parser.add_argument(
        "--app", metavar="ID:SECRET", help="client_id and client_secret that are taken, for a program that has its own"
    )
    parser.add_argument("--subreddit", default="sandbox", help="subreddit to make, moderated by that account")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    return parser.parse_args(given)


def _run(command: list[str], sandbox: Sandbox, user: str) -> int:
    with tempfile.TemporaryDirectory(prefix="reddit-sandbox-") as folder:
        ini = "".join(f"{name}={sandbox.url}\n" for name in ("oauth_url", "reddit_url", "short_url"))
        Path(folder, "praw.ini").write_text(f"[DEFAULT]\n{ini}")
        login = sandbox.praw_settings(user)
        names = ("client_id", "client_secret", "username", "password")
        environment = {f"praw_{name}": str(login[name]) for name in names} | {"XDG_CONFIG_HOME": folder}
        return subprocess.run(command, env=os.environ | sandbox.environment() | environment, check=False).returncode  # noqa: S603 - the user's own command


def main(given: list[str] | None = None) -> int:
    """Run until Ctrl-C, SIGTERM or the end of the command; the command's exit status, or 0."""
    arguments = _arguments(given)
    world = World()
    user, _, password = arguments.user.partition(":")
    world.add_user(user, password or "secret")
    world.add_subreddit(arguments.subreddit, moderators=[user])
    if arguments.app:
        client, _, secret = arguments.app.partition(":")
        world.apps = {client: secret, **world.apps}
    try:
        with Sandbox(world, port=arguments.port) as sandbox:
            command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
            if command:
                return _run(command, sandbox, user)
            print(f"Sandbox Reddit at {sandbox.url} (Ctrl-C ends it). For praw.Reddit:", flush=True)  # noqa: T201
            print(json.dumps(sandbox.praw_settings(user)), flush=True)  # noqa: T201
            for name, value in sandbox.environment().items():
                print(f"export {name}={value}", flush=True)  # noqa: T201
            print(f"Accounts, their passwords, and forms to make more: {sandbox.url}/_sandbox", flush=True)  # noqa: T201
            ended = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: ended.set())
            while not ended.wait(1):  # a signal that another thread gets does not wake this one
                pass
    except OSError as error:
        print(f"reddit-sandbox: port {arguments.port} cannot be used: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
