"""What commands share: where they print, how they look at their arguments, and how they say what is wrong with them."""

import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

from colorizer.errors import InputError, remedy

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


def file_to_write(path: Path, *, read: Iterable[Path] = ()) -> None:
    """Look before the work begins whether a file can be written; its folder is made.

    read: The files that the command reads, none of which is ever written over.

    Raises InputError and OSError.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file")
    if path.exists() and any(one.exists() and path.samefile(one) for one in read):
        raise InputError(f"{path} is read, and would be written over; give the result another name")
    if not path.exists():
        folder_to_write(path.parent)
    elif not os.access(path, os.W_OK):
        raise InputError(f"{path}: you may not write this; look at its permissions")


def folder_to_write(path: Path) -> None:
    """Look before the work begins whether files can be written to a folder, which is made.

    Raises InputError and OSError.
    """
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file; name a folder")
    path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK):
        raise InputError(f"{path}: you may not write there; look at its permissions")


def pixels_of(megapixels: float) -> int:
    """What `--max-megapixels` says, in pixels. Raises InputError."""
    if not (math.isfinite(megapixels) and megapixels > 0):
        raise InputError(f"--max-megapixels {megapixels:g}: give a number above 0")
    return round(megapixels * 1e6)
