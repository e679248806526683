"""A folder of scans, and the command that colours it."""

import pytest
from typer.testing import CliRunner

from colorizer.cli import app


@pytest.fixture
def scans(tmp_path):
    return tmp_path / "scans"


@pytest.fixture
def coloured(tmp_path):
    """Runs the command into a folder; gives its result and the files of the folder."""

    def run(*arguments, out=tmp_path / "out"):
        result = CliRunner().invoke(app, ["colorize", *map(str, arguments), "--out", str(out)], env={"COLUMNS": "300"})
        files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
        return result, files

    setattr(run, "out", tmp_path / "out")  # noqa: B010 - a function has no such field for mypy
    return run
