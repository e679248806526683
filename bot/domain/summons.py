"""What a summons says: is the bot named, and which words are meant for it."""

import re

from bot.domain import wanted
from bot.domain.things import Source
from bot.domain.wanted import Wanted

_CODE = re.compile(r"```[\s\S]*?```|`[^`\n]*`|^(?: {4}|\t).*$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([_*~^\\`()\[\]#-])")
_QUOTE = re.compile(r"^\s*>(?!!).*$", re.MULTILINE)
_POST_ID = re.compile(r"/comments/([a-z0-9]+)", re.IGNORECASE)
_LINK = re.compile(r"(?<!like )(?<!like \[)https?://[^\s<>\[\]()]+", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


def mentions(body: str, name: str) -> bool:
    """Whether the text names u/NAME, as Reddit would link it: any case, not in code, not in a quote."""
    return bool(_mention(name).search(_spoken(body)))


def commands(body: str, command: str) -> bool:
    """Whether the text holds the command word of a subreddit, by itself and not in code or a quote."""
    return bool(_word(command).search(_spoken(body)))


def understood(source: Source, body: str, *, title: str, name: str, command: str | None) -> Wanted | None:
    """What the asker wants, or None when nothing says that the bot is meant.

    A mention counts wherever it stands, and a subreddit's command word where there is one; the words after it are
    read. A reply to the bot needs neither when it holds nothing but the bot's words. A message is for the bot: its
    words are read when it holds a link or nothing but the bot's words; a pre-filled one may carry them as its subject
    (`title`).
    """
    spoken = _spoken(body)
    called = [pattern for pattern in (_mention(name), _word(command) if command else None) if pattern is not None]
    for pattern in called:
        if match := pattern.search(spoken):
            return wanted.parse(spoken[match.end() :])
    match source:
        case Source.MENTION:
            # Reddit tells of names in quotes too. Where none is seen at all, it is written in a way not known here.
            return None if _mention(name).search(without_escapes(body)) else wanted.parse(spoken)
        case Source.SCAN:
            return Wanted()
        case Source.REPLY:
            return wanted.parse(spoken, alone=True)
        case Source.MESSAGE:
            if link_in(body):
                return wanted.parse(_LINK.sub(" ", spoken))
            return wanted.parse(spoken, alone=True) or wanted.parse(title, alone=True)
    return None


def link_in(body: str) -> str | None:
    """The first link of a message that is not the palette of `like`."""
    found = _LINK.search(_BLANKS.sub(" ", without_escapes(body)))
    return found[0].rstrip(".,;:!?*_") if found else None


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


def _word(command: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(command)}(?![\w-])", re.IGNORECASE)
