"""PRAW's own recordings of Reddit ("cassettes"), out of the source archive of the installed PRAW."""

import contextlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

USER = "sandbox_bot"
# PRAW recorded in a subreddit of that name, so that the placeholder also stands inside of `contest_mode`.
SUBREDDIT = "test"
_PLACEHOLDERS = {
    "<USERNAME>": USER,
    "<TEST_SUBREDDIT>": SUBREDDIT,
    "<PASSWORD>": "secret",
    "<ACCESS_TOKEN>": "a-token",
    # The first one that a world gives out.
    "<REFRESH_TOKEN>": "sandbox-refresh-000001",
    "<CONTENT>": "a b",
}


@dataclass
class Exchange:
    """One recorded request and its answer; `body` is the parsed answer, None where it is no JSON."""

    method: str
    host: str
    target: str
    sent: str | None
    sent_type: str
    authorization: str
    status: int
    headers: dict[str, str]
    body: Any
    year: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


class Unreachable(Exception):
    """The package index could not be reached, so there are no cassettes to compare with."""


def folder() -> Path:
    """The unpacked cassettes, fetched once into the user's cache. Raises Unreachable."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "colorizebot" / f"praw-{version('praw')}"
    cassettes = cache / "cassettes"
    if cassettes.is_dir():
        return cassettes
    cache.mkdir(parents=True, exist_ok=True)
    # Made in a folder of its own and renamed when whole: another run may do the same, or this one may be killed.
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        unpacked = _unpacked(_archive(Path(temporary)), Path(temporary) / "unpacked")
        with contextlib.suppress(OSError):
            unpacked.rename(cassettes)
    return cassettes


def _archive(target: Path) -> Path:
    """PRAW's source archive, downloaded into that folder."""
    wanted = ["--no-deps", "--no-binary", "praw", "--dest", str(target), f"praw=={version('praw')}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unreachable(f"PRAW's source archive could not be fetched: {done.stderr.strip()[-300:]}")
    return next(target.glob("praw-*.tar.gz"))


def _unpacked(archive: Path, target: Path) -> Path:
    target.mkdir()
    with tarfile.open(archive) as files:
        for member in files:
            if "/tests/integration/cassettes/" in member.name and member.name.endswith(".json"):
                member.name = Path(member.name).name
                files.extract(member, target, filter="data")
    return target


def _exchange(raw: dict[str, Any]) -> Exchange:
    request, response = raw["request"], raw["response"]
    parts = urlsplit(request["uri"])
    sent = {name.lower(): value[0] for name, value in request["headers"].items()}
    got = {name.lower(): value[0] for name, value in response["headers"].items()}
    text = response["body"]["string"]
    try:
        body = json.loads(text) if text else None
    except ValueError:
        body = None
    date = raw.get("recorded_at") or got.get("date", "")[12:16]
    return Exchange(
        method=request["method"],
        host=parts.netloc,
        target=parts.path + (f"?{parts.query}" if parts.query else ""),
        sent=request["body"],
        sent_type=sent.get("content-type", "application/x-www-form-urlencoded"),
        authorization=sent.get("authorization", ""),
        status=response["status"]["code"],
        headers=got,
        body=body,
        year=int(date[:4] or 0),
    )


def load(file: Path) -> list[Exchange]:
    """The recorded exchanges of one test, with the placeholders filled in."""
    text = file.read_text(encoding="utf-8")
    for placeholder, name in _PLACEHOLDERS.items():
        text = text.replace(placeholder, name)
    return [_exchange(raw) for raw in json.loads(text)["interactions"]]
