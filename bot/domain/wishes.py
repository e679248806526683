"""From an asker's words to a Request.

The words: `vivid`, `natural`, `soft`; `variants 3`; `photo 2`, `all`; `model NAME`; `hint 40%,30% #aa3322`, or with a
colour's name or `keep`; `like URL`; `force`; `again`; and `delete`, `stop`, `start`, `help`. Beside these, what people
say for them (`bot.domain.vocabulary`). Any order, any case; others are ignored.

Two things are kept apart. Who calls the bot by name asks for a picture, whatever else is said, unless the words may be
a command. In a reply to the bot nothing was asked for, so its words are a request only when they can be nothing else.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import vocabulary as known
from bot.domain.colours import colour, colour_named
from bot.domain.command_words import command_in, gives_thanks, may_be_command, studio_in
from bot.domain.request import Command, Request
from bot.domain.wish_reader import Reader
from bot.domain.words import Word, sentences, spoken

_LONGEST_STATEMENT = 40  # words


def request_in(words: Sequence[Word]) -> Request:
    """What is asked for in the words behind the bot's name, before which nothing is known of the asker's wish."""
    if command := command_in(words) or studio_in(words):
        return command
    if may_be_command(words) or gives_thanks(words):
        return Request(unclear=True)
    reader = Reader(words, sure=False)
    request = reader.read()
    if reader.talk is not None and not reader.unknown:
        return replace(request, command=reader.talk)
    # "can you help with my grandmother's photo" asks for a picture, not for help.
    return request


def request_alone(words: Sequence[Word]) -> Request | None:
    """What is asked for where nothing names the bot; None where the words may mean something else."""
    if command := command_in(words) or studio_in(words):
        return command
    reader = Reader([word for one in sentences(words) if not _thanks_alone(one) for word in one], sure=True)
    request = reader.read()
    if reader.unknown:
        return Request(command=Command.EXPLAIN_HINTS) if any(map(_names_colour, sentences(words))) else None
    if reader.talk is not None:
        return replace(request, command=reader.talk)
    if request == Request(misread=request.misread):
        return replace(request, command=Command.EXPLAIN_HINTS) if request.misread else None
    return request


def _thanks_alone(sentence: Sequence[Word]) -> bool:
    """Whether somebody gives thanks and asks for nothing: "thanks again", "thank you all", "thanks for the help"."""
    said = {word.plain for word in sentence}
    return bool(said & known.THANKS) and not said & {"please", "pls", "plz", "more", "less", "try", "another"}


def _names_colour(sentence: Sequence[Word]) -> bool:
    """Whether a sentence says what colour something has: "the coat was navy", "make her dress light blue"."""
    said = spoken(sentence)
    if len(said) > _LONGEST_STATEMENT:
        return False
    for at in range(len(said)):
        length = next((n for n in (2, 1) if colour_named(tuple(said[at : at + n])) and at + n <= len(said)), 0)
        length = length or int(said[at].startswith("#") and colour((said[at],)) is not None)
        if not length:
            continue
        if "please" in said:
            return True
        if at == 0:
            continue
        before = at - 1
        while before > 0 and said[before] in known.BEFORE_A_COLOUR and said[before] not in known.LINKING_VERBS:
            before -= 1
        if said[before] in known.LINKING_VERBS and before > 0:
            if said[before - 1] in {"i", "we", "you"}:
                return False  # "I had a blue bicycle like that"
            # "that is gold" is praise.
            return said[before - 1] not in known.POINTING or said[before] not in {"is", "are"}
        if any(word in known.PAINTING for word in said[:at]) and said[0] in known.POLITE | known.PAINTING:
            return True
    return False
