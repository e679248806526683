"""The folder that a demo works in."""

import shutil
from pathlib import Path

from bot.app.lock import only_process
from bot.errors import SettingsError


def check_folder(path: Path) -> None:
    """Raises SettingsError for a folder that no demo has made: a demo clears its folder."""
    if path.exists() and any(path.iterdir()) and not _mark(path).exists():
        raise SettingsError(f"{path} holds other files: choose another folder for the demo")


def fresh_folder(path: Path) -> Path:
    """An empty folder for a demo. Raises SettingsError as `check_folder` does."""
    check_folder(path)
    if path.exists():
        with only_process(path / "worker-demo.lock"):  # not under the feet of a demo that runs
            pass
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    _mark(path).touch()
    return path


def _mark(path: Path) -> Path:
    return path / ".colorizebot-demo"
