"""The command that makes logins for the reply log."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.setup import Config, database, start
from bot.domain.roles import Role
from bot.errors import SettingsError

app = typer.Typer()


class Doing(StrEnum):
    """What is to be done."""

    LIST = "list"
    ADD = "add"
    ROLE = "role"
    PASSWORD = "password"  # noqa: S105 - a word of the command
    FACTOR = "factor"
    LOGOUT = "logout"
    REMOVE = "remove"


@app.command()
def operator(
    doing: Annotated[Doing, typer.Argument(help="What to do.")] = Doing.LIST,
    name: Annotated[str, typer.Argument(help="The operator's name.")] = "",
    role: Annotated[Role, typer.Option(help="With add and role: may only look, or act too.")] = Role.ACT,
    off: Annotated[bool, typer.Option("--off", help="With factor: take the second factor away.")] = False,
    config: Config = None,
) -> None:
    """Logins for the reply log, one for each operator: make and list them, a second factor, end their sessions.

    Example: colorizebot operator add walter --role read
    """
    from bot.store import audit, operators
    from bot.web import login

    if doing is Doing.LIST:
        return _list(config)
    try:
        known = operators.name_of(name)
    except ValueError as error:
        raise SettingsError(str(error) if name else f"say whose: colorizebot operator {doing} NAME") from error
    with database(config) as engine:
        if doing is not Doing.ADD and operators.find(engine, known) is None:
            raise SettingsError(f"there is no operator {known}: colorizebot operator list")
        detail = ""
        if doing is Doing.ADD:
            password = login.make_operator(engine, known, role)
            if password is None:
                raise SettingsError(f"there is an operator {known} already: see colorizebot operator --help")
            detail = role.value
            typer.echo(f"{known} may {role}; password (shown once): {password}")
            typer.echo("The shared password goes on beside it; `colorizebot password --off` ends that.")
        elif doing is Doing.ROLE:
            operators.set_role(engine, known, role)
            detail = role.value
            typer.echo(f"{known} may {role} from now on")
        elif doing is Doing.PASSWORD:
            typer.echo(f"password of {known} (shown once): {login.new_password_of(engine, known)}")
        elif doing is Doing.FACTOR and off:
            operators.set_factor(engine, known, None)
            detail = "off"
            typer.echo(f"{known} logs in by name and password alone")
        elif doing is Doing.FACTOR:
            _show_factor(login.new_factor(engine, known), known, start(config)[0].reddit.username or "ColorizeBot")
        elif doing is Doing.LOGOUT:
            operators.end_sessions(engine, known)
            typer.echo(f"{known} is logged out everywhere")
        else:
            operators.remove(engine, known)
            typer.echo(f"{known} cannot log in any more; the audit keeps what they did")
        audit.record(engine, audit.COMMAND_LINE, f"operator_{doing}", known, detail)
    return None


def _list(config: Config) -> None:
    from bot.store import login_sessions, operators

    with database(config) as engine:
        for one in operators.everybody(engine):
            factor = "password and code" if one.factor else "password"
            typer.echo(f"{one.name}   may {one.role}   {factor}   since {one.made_at:%Y-%m-%d}")
        for session in login_sessions.present(engine):
            how = "own login" if session.operator else "shared password"
            typer.echo(
                f"logged in: {session.who} ({how})   {session.browser}   {session.address}   "
                f"since {session.started_at:%Y-%m-%d %H:%M} UTC"
            )


def _show_factor(secret: str, name: str, bot_name: str) -> None:
    import segno

    from bot.web.login import factor_address

    address = factor_address(secret, name=name, bot_name=bot_name)
    segno.make(address, micro=False).terminal(sys.stdout, compact=True)
    typer.echo(f"Scan it with an authenticator, or type the secret: {secret}")
    typer.echo(address)
