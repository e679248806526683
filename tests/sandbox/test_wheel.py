"""The sandbox as a package of its own: built, installed alone, and used by somebody who has nothing else of us."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import praw
import pytest
import requests

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=outside, capture_output=True, text=True, check=False)
    if "Could not find a version" in done.stderr:
        pytest.skip("the package index could not be reached")
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment's commands, with the wheel and what it needs in it, and pytest."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT / "bot" / "sandbox")
    _run(sys.executable, "-m", "venv", "--without-pip", folder / "alone")
    [wheel] = folder.glob("reddit_sandbox-*.whl")
    commands = folder / "alone" / "bin"
    constraints = ("--constraint", ROOT / "constraints.txt")
    _run(*pip, "--python", commands / "python", "install", *constraints, wheel, "pytest")
    return commands


@pytest.fixture
def started(installed: Path) -> Iterator[dict[str, Any]]:
    """The arguments for `praw.Reddit` that the running command prints."""
    command = [str(installed / "reddit-sandbox"), "--port", "0", "--user", "visitor", "--subreddit", "pics"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Sandbox Reddit at http://127.0.0.1:")
        yield json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_a_praw_program_talks_to_it(started: dict[str, Any]) -> None:
    with requests.Session() as session:
        reddit = praw.Reddit(**started, requestor_kwargs={"session": session})
        post = reddit.subreddit("pics").submit("Hello", selftext="there")
        post.reply("**Welcome**")
        [comment] = reddit.submission(post.id).comments.list()
        assert (comment.author.name, comment.body) == ("visitor", "**Welcome**")


def test_it_brings_nothing_heavy_along(installed: Path) -> None:
    program = "import importlib.metadata as m; print(*(one.name.lower() for one in m.distributions()))"
    names = set(_run(installed / "python", "-c", program).split())
    assert "reddit-sandbox" in names
    assert not names & {"colorizebot", "praw", "torch", "numpy", "sqlalchemy", "requests"}


def test_pytest_finds_its_fixtures(installed: Path, tmp_path: Path) -> None:
    test = "def test(world, sandbox):\n    world.add_subreddit('pics')\n    assert sandbox.url.startswith('http://')\n"
    (tmp_path / "test_mine.py").write_text(test)
    assert "1 passed" in _run(installed / "python", "-m", "pytest", "-q", "test_mine.py", cwd=tmp_path)


def test_the_bots_own_wheel_leaves_its_description_out(tmp_path: Path) -> None:
    _run(sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    listed = _run(sys.executable, "-m", "zipfile", "--list", next(tmp_path.glob("colorizebot-*.whl")))
    assert "bot/sandbox/server.py" in listed
    assert "bot/sandbox/pyproject.toml" not in listed
    assert "bot/sandbox/README.md" not in listed
