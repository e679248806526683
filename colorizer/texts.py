"""Text files as editors save them."""

import codecs
from pathlib import Path

from colorizer.errors import InputError

_REMEDY = "save it as UTF-8 (in Windows' Notepad: Save as, Encoding)"


def read_text(path: Path, *, most_bytes: int | None = None) -> str:
    """The text of a UTF-8 file, without the mark that some editors put before it.

    most_bytes: A larger file is refused; None for no limit.

    Raises OSError, and InputError for a file that is too large, and for another encoding, with what to do.
    """
    with path.open("rb") as file:
        data = file.read() if most_bytes is None else file.read(most_bytes + 1)
    if most_bytes is not None and len(data) > most_bytes:
        raise InputError(f"{path} is too large: it has more than {most_bytes:,} bytes")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:1000]:
        raise InputError(f"{path} is no UTF-8 text, but UTF-16 or no text at all: {_REMEDY}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path} has letters in line {line} that are not UTF-8: {_REMEDY}") from None
