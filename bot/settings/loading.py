"""Reading the settings from the environment and a TOML file."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import spelling
from bot.errors import SettingsError
from bot.settings.whole import Settings
from bot.store import address
from colorizer.errors import InputError
from colorizer.texts import read_text

DEFAULT_FILE = "colorizebot.toml"
_PREFIX = "COLORIZEBOT_"


class _Loaded(Settings, BaseSettings):
    """Settings from the environment and a file."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - its fields are not asked for
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not a source here
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not a source here
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what is given, which is the file."""
        return env_settings, init_settings


def load_settings(file: Path | None = None) -> Settings:
    """Settings from environment and file.

    The file is `file`, else $COLORIZEBOT_CONFIG, else colorizebot.toml in the current folder if it is there. Raises
    SettingsError that lists each wrong setting.
    """
    named = _named(file)
    if named and not named.is_file():
        what = "that is a folder: name the file in it" if named.is_dir() else "look at the spelling"
        raise SettingsError(f"there is no settings file {named}; {what}")
    if named and not named.stat().st_size:
        raise SettingsError(f"the settings file {named} is empty; colorizebot.example.toml shows what to write")
    known = list(spelling.names_of(Settings))
    if strange := [f"{name}: {why}" for name, why in spelling.strange_variables(os.environ, _PREFIX, known)]:
        raise SettingsError("wrong settings in the environment:\n  " + "\n  ".join(strange))
    try:
        settings = _Loaded(**_values(file))
        address.check(settings.database())
        if settings.database_url is not None:
            address.check_file(settings.database())
    except ValidationError as error:
        lines = [spelling.wrong_setting(dict(one), known) for one in error.errors(include_input=False)]
        raise SettingsError("wrong settings:\n  " + "\n  ".join(lines)) from None
    except address.WrongAddress as error:
        raise SettingsError(f"database_url: {error}") from None
    except InputError as error:
        raise SettingsError(f"the settings file {error}") from None
    except (OSError, ValueError) as error:
        shown = "write it as colorizebot.example.toml shows"
        raise SettingsError(f"{named or DEFAULT_FILE} cannot be read; {shown}: {error}") from error
    return settings


def _values(file: Path | None) -> dict[str, Any]:
    """What the settings file says; nothing where there is none."""
    found = file_in_use(file)
    return {} if found is None else tomllib.loads(read_text(found))


def file_in_use(file: Path | None = None) -> Path | None:
    """The file that `load_settings` reads; None when there is none."""
    found = _named(file) or Path(DEFAULT_FILE)
    return found if found.is_file() else None


def _named(file: Path | None) -> Path | None:
    return file or (Path(os.environ["COLORIZEBOT_CONFIG"]) if "COLORIZEBOT_CONFIG" in os.environ else None)
