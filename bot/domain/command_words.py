"""The words of an asker that are a command, or may be one."""

import re
from collections.abc import Sequence

from bot.domain import vocabulary as known
from bot.domain.request import Command, Request
from bot.domain.words import Word, phrase, sentences, spoken

_FULLNAME = re.compile(r"t[134]_[a-z0-9]{1,13}")


def command_in(words: Sequence[Word]) -> Request | None:
    """`stop` and `delete`: obeyed where one stands first, or alone in a sentence."""
    for at, said in enumerate(filter(None, map(spoken, sentences(words)))):
        start = next((i for i, word in enumerate(said) if word not in known.POLITE), len(said))
        for command, phrases in ((Command.STOP, known.STOP), (Command.DELETE, known.DELETE)):
            if not (length := phrase(said, start, phrases)):
                continue
            rest = said[start + length :]
            target = rest[0] if rest and _FULLNAME.fullmatch(rest[0]) else None
            if target is not None and command is Command.DELETE:
                return Request(command=command, target=target)
            if rest and rest[0] in known.NOT_A_COMMAND:
                continue
            alone = all(word in known.OBJECTS for word in rest)
            # "remove the scratches" is about the photo.
            if alone or (at == 0 and said[start] != "remove"):
                return Request(command=command)
    return None


def studio_in(words: Sequence[Word]) -> Request | None:
    """`studio`: understood where it is said first and with nothing else, or with the name of an answer."""
    said = [word for word in spoken(words) if word not in known.POLITE]
    length = phrase(said, 0, known.STUDIO)
    rest = said[length:]
    if not length:
        return None
    if len(rest) == 1 and _FULLNAME.fullmatch(rest[0]):
        return Request(command=Command.STUDIO, target=rest[0])
    return Request(command=Command.STUDIO) if all(word in known.OBJECTS for word in rest) else None


def gives_thanks(words: Sequence[Word]) -> bool:
    """Whether the words are thanks and nothing else: "thanks again", "thank you all"."""
    said = spoken(words)
    return bool(said) and said[0] in known.THANKS and all(word in known.GRATITUDE for word in said)


def may_be_command(words: Sequence[Word]) -> bool:
    """Whether the words may be a command, so that no picture is made of them."""
    said = spoken(words)
    first = next((word for word in said if word not in known.POLITE - {"no"}), "")
    if first in known.NEGATIONS or (first in known.NO_MORE and (len(said) == 1 or said[1:2] == ["more"])):
        return True
    if any(word in known.NEGATED and set(said[at + 1 : at + 3]) & known.UNWANTED for at, word in enumerate(said)):
        return True
    for before, word, after in zip(["please", *said], said, [*said[1:], ""], strict=False):
        if word in {"delete", "unsubscribe", "optout", "opt-out"}:
            return True
        if word == "stop" and before in known.INVITES_A_VERB and after not in known.NOT_A_COMMAND:
            return True
    return any(phrase(said, at, known.UNWELCOME) for at in range(len(said)))
