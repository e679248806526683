"""The command that comes first: it asks for what is needed and writes the settings file."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import SettingsError

app = typer.Typer()


@app.command()
def init(
    config: Annotated[Path, typer.Option(help="The settings file to write.")] = Path("colorizebot.toml"),
) -> None:
    """Ask for what the bot needs and write the settings file, readable by its owner alone; never over another file.

    Example: colorizebot init
    """
    from pydantic import ValidationError

    from bot.settings import Settings

    if config.exists():
        raise SettingsError(f"there is a file {config} already; edit it, or name another with --config")
    typer.echo("An app of the type script, made at reddit.com/prefs/apps as the bot, has the first two.")
    reddit = {
        "client_id": typer.prompt("client_id"),
        "client_secret": typer.prompt("client_secret", hide_input=True),
        "username": typer.prompt("The bot's account").strip().removeprefix("/").removeprefix("u/"),
        "password": typer.prompt("Its password", hide_input=True),
        "operator": typer.prompt("Your own account").strip().removeprefix("/").removeprefix("u/"),
    }
    address = typer.prompt("Address at which redditors reach the bot's pictures, https://… (Enter: later)", default="")
    web = {"public_url": address} if address else {}
    try:
        Settings.model_validate({"reddit": reddit, "web": web}).reddit.praw_options()
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        raise SettingsError(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}; nothing was written") from None
    sections = [("reddit", reddit), *([("web", web)] if web else [])]
    text = "# docs/settings.md lists all settings.\n"
    for name, values in sections:
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
        text += f"\n[{name}]\n{''.join(lines)}"
    try:
        with os.fdopen(os.open(config, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(f"{config} cannot be written: {error.strerror}") from error
    missing = "" if web else "Set web.public_url in it, or another host; docs/hosting.md tells more. "
    typer.echo(f"{config} is written. {missing}Next: colorizebot doctor")
