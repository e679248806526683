"""What commands share: where they print, and how they say what is wrong with their arguments."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from colorizer.errors import remedy

console = Console(stderr=True)


def said(error: Exception) -> str:
    """What is wrong with an argument, in a line that names it and says what to do."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {remedy(error)}"
    return str(error)


@contextmanager
def usage() -> Iterator[None]:
    """What is wrong with the arguments is one line and exit status 2, not a traceback."""
    try:
        yield
    except (OSError, ValueError) as error:
        console.print(f"[red]colorizer:[/red] {escape(said(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error
