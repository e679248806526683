"""What a summons says: is the bot named, and which words follow."""

import re
from dataclasses import dataclass
from itertools import pairwise

_CODE = re.compile(r"```[\s\S]*?```|`[^`\n]*`|^(?: {4}|\t).*$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([_*~^\\`()\[\]#-])")
_QUOTE = re.compile(r"^\s*>(?!!).*$", re.MULTILINE)
_POST_ID = re.compile(r"/comments/([a-z0-9]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The understood words. photo: number of the photo, from 1. force: colour it although it has colour."""

    photo: int | None = None
    force: bool = False


def mentions(body: str, name: str) -> bool:
    """Whether the text names u/NAME, as Reddit would link it: any case, not in code, not in a quote."""
    return bool(_mention(name).search(_spoken(body)))


def parse(body: str, name: str) -> Words:
    """The words after the mention, in any order and case; unknown words are ignored."""
    match = _mention(name).search(_spoken(body))
    words = _spoken(body)[match.end() :].lower().split() if match else []
    words = [word.strip(".,;:!?()[]*_") for word in words]
    photo = None
    for word, value in pairwise(words):
        if word in {"photo", "picture", "image"} and value.isdecimal() and len(value) < 4:
            photo = photo or int(value)
    return Words(photo=photo, force="force" in words)


def post_of_context(context: str) -> str | None:
    """The fullname of the post in a permalink or an inbox item's `context`, which is all that a mention carries."""
    match = _POST_ID.search(context)
    return f"t3_{match[1].lower()}" if match else None


def without_escapes(text: str) -> str:
    r"""The text without Markdown's backslashes: editors write u/Colorize\_Bot for u/Colorize_Bot."""
    return _ESCAPE.sub(r"\1", text)


def _spoken(body: str) -> str:
    return without_escapes(_QUOTE.sub(" ", _CODE.sub(" ", body)))


def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/-])/?u/{re.escape(name)}(?![\w-])", re.IGNORECASE)
