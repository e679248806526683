"""Text files as editors save them."""

import codecs
from pathlib import Path

from colorizer.errors import InputError

_REMEDY = "save it as UTF-8 (in Windows' Notepad: Save as, Encoding)"


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without the mark that some editors put before it.

    Raises OSError, and InputError for another encoding, with what to do.
    """
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:1000]:
        raise InputError(f"{path} is no UTF-8 text, but UTF-16 or no text at all: {_REMEDY}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path} has letters in line {line} that are not UTF-8: {_REMEDY}") from None
