"""A sandbox Reddit, a settings file for it, and the command as an operator types it."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from bot.demo.posts import BOT, PASSWORD
from bot.settings import SettingsError, load_settings
from bot.store.database import open_database


@pytest.fixture(autouse=True)
def restored(restored_logs):
    """Each command here sets logging up."""


@pytest.fixture
def world(world):
    world.add_user(BOT, PASSWORD)
    world.add_subreddit("BotHome", moderators=["operator", BOT])
    return world


@pytest.fixture
def reddit(sandbox):
    return sandbox


@pytest.fixture
def configured(tmp_path):
    """Writes a settings file, with further values as section={"name": value}, and gives its path."""

    def write(url="http://127.0.0.1:9", **sections):
        values = {
            "client_id": "sandbox_client",
            "client_secret": "sandbox_secret",
            "username": BOT,
            "password": PASSWORD,
            "operator": "alice",
            "oauth_url": url,
            "reddit_url": url,
        }
        sections["reddit"] = values | sections.get("reddit", {})
        top = {"data_dir": str(tmp_path / "data")} | sections.pop("top", {})
        lines = [f"{name} = {json.dumps(value)}" for name, value in top.items()]
        for section, given in sections.items():
            lines += [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in given.items())]
        path = tmp_path / "colorizebot.toml"
        path.write_text("\n".join(lines))
        path.chmod(0o600)
        return path

    return write


@pytest.fixture
def config(configured):
    return configured()


@pytest.fixture
def stored(config, migrated):
    """The database of the settings file, with its tables."""
    folder = load_settings(config).data_dir
    folder.mkdir()
    shutil.copy(migrated, folder / "colorizebot.sqlite")
    engine = open_database(load_settings(config).database())
    yield engine
    engine.dispose()


@pytest.fixture
def command(tmp_path):
    """Runs `colorizebot ARGUMENTS` on the settings file; gives exit status and everything that was said."""
    from bot.cli import app

    def run(*arguments, answer=None):
        result = CliRunner().invoke(
            app, [*map(str, arguments), "--config", str(tmp_path / "colorizebot.toml")], input=answer
        )
        if isinstance(result.exception, SettingsError):
            return 2, str(result.exception)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout

    return run
