"""Colouring what a manifest lists, a share of it on each of many machines; a share may be killed and resumed.

A manifest is a text file with the path of one picture on each line. Every line belongs to exactly one shard, chosen by
a hash of the path, so machines need not talk to each other. What came of each line is a line of the shard's journal.
"""

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from colorizer.errors import InputError
from colorizer.files.batch import Batch
from colorizer.files.naming import Names
from colorizer.files.walking import Source


@dataclass(frozen=True, slots=True)
class Shard:
    """Number `number` of `of` shards, from 1."""

    number: int = 1
    of: int = 1

    @classmethod
    def read(cls, text: str) -> "Shard":
        """From "3/64". Raises InputError."""
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise InputError(f"--shard {text}: write it as 3/64, from 1/64 to 64/64")
        return cls(int(match[1]), int(match[2]))

    def __contains__(self, row: str) -> bool:
        digest = hashlib.sha256(row.encode("utf-8", "surrogateescape")).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1


_UTF_16 = ("\udcff\udcfe", "\udcfe\udcff")
"""How such a text begins, read as UTF-8."""


class Journal:
    """The outcomes of a shard's rows, one JSON line each, each on the disk before the next row is begun."""

    def __init__(self, stream: IO[bytes], done: dict[str, str]) -> None:
        self._stream = stream
        self._done = done

    def __contains__(self, row: str) -> bool:
        return row in self._done

    def add(self, row: str, outcome: str, **fields: object) -> None:
        """Write down what came of a row: "coloured", "left_out" or "failed"."""
        self._write({"path": row, "outcome": outcome, **fields})
        self._done[row] = outcome

    def count(self, outcome: str) -> int:
        """How many rows came out so, in earlier runs too."""
        return sum(one == outcome for one in self._done.values())

    def summary(self) -> str:
        """What came of all rows so far, in a line."""
        outcomes = ("coloured", "left_out", "failed")
        counts = [f"{self.count(outcome)} {outcome.replace('_', ' ')}" for outcome in outcomes]
        return f"{', '.join(counts)}, written down in {self._stream.name}"

    def _write(self, line: dict[str, Any]) -> None:
        self._stream.write(json.dumps(line).encode() + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())

    @classmethod
    @contextmanager
    def opened(cls, path: Path, about: dict[str, Any], *, resume: bool) -> Iterator["Journal"]:
        """The journal of a shard; `about` is its first line, which a resumed run has to share.

        Raises InputError when another process writes it, when it is there and `resume` is not set, or when it is about
        another run.
        """
        with path.open("a+b") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InputError(f"{path} is being written by another process: the shard is at work") from None
            stream.seek(0)
            text = stream.read()
            whole = text[: text.rfind(b"\n") + 1]  # a line that was cut short by a kill is not one
            stream.truncate(len(whole))
            first, *lines = [json.loads(line) for line in whole.splitlines()] or [None]
            if first is not None and not resume:
                raise InputError(f"{path} is there already: --resume goes on with it")
            if first is not None and first != about:
                wrong = ", ".join(name for name in about if first.get(name) != about[name])
                raise InputError(f"{path} is of a run with another {wrong}: choose another --out")
            journal = cls(stream, {line["path"]: line["outcome"] for line in lines})
            if first is None:
                journal._write(about)
            yield journal


def rows(manifest: Path, shard: Shard) -> Iterator[str]:
    """The paths of a shard in the order of the manifest; empty lines are passed over.

    Raises OSError, and InputError for a text in UTF-16.
    """
    with manifest.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
        for number, line in enumerate(lines):
            if number == 0 and line.startswith(_UTF_16):
                raise InputError(f"{manifest} is in UTF-16: save it in UTF-8")
            row = line.rstrip("\r\n")
            if row and row in shard:
                yield row


def colour(batch: Batch, manifest: Path, shard: Shard, out: Path, *, resume: bool) -> Journal:
    """Colour each row of the shard once; `photos/a.tif` becomes `OUT/photos/a.tif.jpg`. Returns the journal.

    Raises InputError and OSError before anything is begun.
    """
    if (first := next(rows(manifest, Shard()), None)) is None:
        raise InputError(f"{manifest} names no picture: write one path a line")
    absolute = Path(first).is_absolute()
    about = {"manifest": manifest.name, "shard": f"{shard.number}/{shard.of}", "settings": batch.settings}
    path = out / f"shard-{shard.number}-of-{shard.of}.jsonl"
    with Journal.opened(path, about, resume=resume) as journal:
        for row in rows(manifest, shard):
            if row not in journal:
                _colour_row(batch, manifest, row, out, journal, absolute=absolute)
    return journal


def _colour_row(batch: Batch, manifest: Path, row: str, out: Path, journal: Journal, *, absolute: bool) -> None:
    said: list[str] = []
    before, started = batch.coloured, time.monotonic()
    batch.say = lambda _path, what, _failure: said.append(what)
    failed, path = batch.failed, Path(row)
    if not path.name or "\0" in row:
        batch.leave_out(path, "names no file", True)
    elif ".." in path.parts:
        batch.leave_out(path, "leads out of the manifest's folder: write it without ..", True)
    elif path.is_absolute() != absolute:
        batch.leave_out(path, "paths of one manifest are all absolute or all relative, as its first one is", True)
    else:
        below = path.relative_to(path.anchor)
        # The picture's own ending stays, so that no two rows can want one name, in whichever shards they are.
        source = Source(manifest.parent / path, below.with_name(f"{below.name}.jpg"), True)
        batch.colour(source, Names(out, [source.path]))
    outcome = "failed" if batch.failed > failed else "coloured" if batch.coloured > before else "left_out"
    why = {"why": "; ".join(said)} if said else {}
    journal.add(row, outcome, seconds=round(time.monotonic() - started, 2), **why)
