"""The command itself: all its parts, and what a wrong setting looks like."""

from typing import Annotated

import typer
from rich.markup import escape

from bot.cli import beginning, operating, operators, running, showing
from bot.cli.failures import line_of
from bot.cli.setup import console

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A Reddit bot that answers grey photographs in colour."
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from bot import __version__

        typer.echo(f"colorizebot {__version__}")
        raise typer.Exit


@app.callback()
def group(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """A Reddit bot that answers grey photographs in colour."""


for part in (beginning, running, showing, operating, operators):
    app.add_typer(part.app)


def main() -> None:
    """Run the command; a wrong setting, file or server is one clear line and exit status 2, not a traceback."""
    try:
        app()
    except Exception as error:
        line = line_of(error)
        if line is None:
            raise
        console.print(f"[red]colorizebot:[/red] {escape(line)}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from None
