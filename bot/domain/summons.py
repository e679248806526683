"""What a summons says: is the bot named, and what is asked for."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.domain.markdown import Text
from bot.domain.reddit_types import Source
from bot.domain.request import Command, Request
from bot.domain.unsure import may_be_wish
from bot.domain.wishes import request_alone, request_in
from bot.domain.words import Word, sentences, words_of

_POST_ID = re.compile(r"/comments/([a-z0-9]+)", re.IGNORECASE)
_SHORT = 2  # words
_ANSWER = re.compile(r"^(?:re:\s*)+", re.IGNORECASE)


def commands(body: str, command: str) -> bool:
    """Whether the text holds the command word of a subreddit, in any decoration and not in code or a quote."""
    # Most texts need no parser. The others are met again in each round, as long as they are among the newest.
    return command.lower() in body.replace("\\", "").lower() and _commands(body, command)


@lru_cache(512)
def _commands(body: str, command: str) -> bool:
    return _command_at(words_of(Text(body), ""), command) is not None


def parse_request(source: Source, body: str, *, title: str, name: str, command: str | None) -> Request | None:
    """What the asker wants, or None when nothing says that the bot is meant.

    A mention counts wherever it stands, and a subreddit's command word where there is one; the words after it are
    read. A reply to the bot needs neither when it holds nothing but the bot's words. A message is for the bot: its
    words are read when it holds a link or nothing but the bot's words; a pre-filled one may carry them as its subject
    (`title`).
    """
    text = Text(body)
    words = words_of(text, name)
    if (at := next((i for i, word in enumerate(words) if word.mention), None)) is None and command:
        at = _command_at(words, command)
    if at is not None:
        return _called(words[:at], words[at + 1 :], source)
    match source:
        case Source.MENTION:
            # Reddit tells of names in quotes too. Where none is seen at all, it is written in a way not known here.
            return None if _named_anywhere(text, name) else request_in(words)
        case Source.SCAN:
            return Request()
        case Source.REPLY:
            maybe = Request(command=Command.MAYBE_WISH) if may_be_wish(words) else None
            return request_alone(words) or maybe
        case Source.MESSAGE:
            if _link(words) is not None:
                palettes = _palettes(words)
                return request_in([w for i, w in enumerate(words) if w.link is None or i in palettes])
            subject = words_of(Text(_ANSWER.sub("", title)), name)
            return request_alone(words) or request_alone(subject)
    return None


def takes_back(source: Source, before: str, after: str, *, name: str, command: str | None) -> bool:
    """Whether a comment that asked for something asks for nothing, or for the bot to stop, after it was edited."""
    if source is Source.MENTION and names(before, name) and not names(after, name):
        return True
    request = parse_request(source, after, title="", name=name, command=command)
    return request is None or request.unclear or request.command in {Command.STOP, Command.DELETE}


def says_stop(body: str, *, name: str, command: str | None) -> bool:
    """Whether a comment that names the bot tells it to stop."""
    request = parse_request(Source.MENTION, body, title="", name=name, command=command) if names(body, name) else None
    return request is not None and request.command is Command.STOP


def names(body: str, name: str) -> bool:
    """Whether the bot is named in a text, in whatever form."""
    text = Text(body)
    return any(word.mention for word in words_of(text, name)) or _named_anywhere(text, name)


def link_in(body: str) -> str | None:
    """The first link of a message that is not the palette of `like`."""
    return _link(words_of(Text(body), ""))


def post_of_context(context: str) -> str | None:
    """The fullname of the post in a permalink or an inbox item's `context`, which is all that a mention carries."""
    match = _POST_ID.search(context)
    return f"t3_{match[1].lower()}" if match else None


def _called(before: Sequence[Word], after: Sequence[Word], source: Source) -> Request:
    """What is asked by somebody who names the bot. "stop u/Bot" is a command as much as "u/Bot stop"."""
    request = request_in(after)
    if request.command is None and not request.unclear and (spoken := list(sentences(before))):
        # A whole sentence before the name is spoken to somebody else, unless there is nothing else.
        first = request_in(spoken[-1] if len(before) <= _SHORT or not spoken[-1][-1].ends else [])
        if first.command in {Command.STOP, Command.DELETE} or (first.unclear and request == Request()):
            return first
    if source is Source.REPLY and request == Request():
        # Under a picture of the bot's: what only may be a wish gets no second one.
        return request_alone(after) or request
    return request


def _named_anywhere(text: Text, name: str) -> bool:
    return name.lower() in "".join(run.text + (run.link or "") for run in text.runs).lower()


def _link(words: Sequence[Word]) -> str | None:
    palettes = _palettes(words)
    links = (word.link for i, word in enumerate(words) if word.link is not None and i not in palettes)
    return next((link for link in links if link.lower().startswith(("http://", "https://"))), None)


def _palettes(words: Sequence[Word]) -> set[int]:
    """Which words belong to the link behind a `like`."""
    found: set[int] = set()
    liked: str | None = None
    before = ""
    for i, word in enumerate(words):
        if word.link is not None and (before == "like" or (liked == word.link and i - 1 in found)):
            found.add(i)
            liked = word.link
        before = word.plain or before
    return found


def _command_at(words: Sequence[Word], command: str) -> int | None:
    """Where the command word stands, with nothing but punctuation around it."""
    plain = Text(command).own_words.strip() or command
    pattern = re.compile(rf"[^\w!/.@-]*(?:{re.escape(command)}|{re.escape(plain)})(?![\w-])", re.IGNORECASE)
    return next((i for i, word in enumerate(words) if not word.code and pattern.match(word.raw)), None)
