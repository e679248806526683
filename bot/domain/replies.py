"""The bot's words to a redditor, in Reddit's Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from bot.domain.outcomes import Outcome

LONGEST = 10_000
"""Characters that Reddit takes in a comment or message."""

MAX_NOTES = 6
"""Most things that are said beside a picture."""

DISCLOSURE = "I am a bot. The colours are a machine's guess, not history."

HELP = """Write my name under a black-and-white photo, or under a comment that holds one. After it you may write:

- `vivid`, `natural` or `soft`: how colourful
- `variants 3`: so many different results
- `photo 2` or `all`: which photos of a gallery
- `hint 40%,30% navy` or `#aa3322`: the colour at a place, from the left and from the top; `keep` leaves it as it is
- `like https://…`: the colours of another picture
- `model NAME`, `again`, and `force` for a photo that has colour

In a reply to me also plain words: `more vivid`, `less colourful`, `try again`, `photos 2 and 3`.

In a reply to me, or in a message: `delete` takes my answer away, `stop` and I never answer you, `start` and I do again.
In a message, a link to a post or a picture is enough."""

HELP_WITH_STUDIO = f"{HELP}\n\n`studio` in a reply to me gets you a page on which you correct the colours."

STUDIO_HELP = "On [this page]({page}) you change colours where they are wrong, and see it at once."
"""What is said beside everybody's link to the studio."""

UNSURE = """I am not sure whether you would like other colours, so I change nothing. {page}

Or tell me here, in a reply: `more vivid`, `less colourful`, `try again`, `3 variants`, or `hint 40%,30% navy`."""
"""What is said to words that only may be a wish."""

OWN_STUDIO = """Here you change the colours of your picture: {links}.

The link is yours alone: what you publish there, I show in my reply, and whoever has the link can do the same. It
works for {hours:g} hours."""

NOT_OWN_STUDIO = """Here anybody can change the colours of that picture: {links}.

What you publish there gets a page of its own. My reply changes only for who asked for it and who posted the photo."""

WORKING = "I am at work on this film. That takes a few minutes; then the film stands here, in place of these words."
"""What is said at first where a film takes longer than a minute."""

UNFINISHED = "I could not finish this film."
"""What takes the place of those words where there is nothing better to say."""

HINT_HELP = (
    "I cannot find things by their names. Tell me where the colour belongs, from the left and from the top of the "
    "photo, in a reply to my picture: `hint 40%,30% navy`. Names of colours and `#aa3322` both work."
)

_EXPLANATIONS = {
    Outcome.ALREADY_COLOUR: "That photo has colour already. If you want new colours all the same, write `force`.",
    Outcome.NOT_A_PHOTO: "That looks like a drawing, a chart or a page of text. I only know photographs.",
    Outcome.NO_FILMS: "That is a film. Here I colour photographs alone.",
    Outcome.FILM_TOO_LONG: "That film is too long for me.",
    Outcome.FILM_TOO_LARGE: "The frames of that film are too large for me.",
    Outcome.NOT_A_FILM: "That link does not lead to a film that I can read.",
    Outcome.BROKEN_FILM: "That film is damaged: I can read no frame of it.",
    Outcome.FILM_TOO_COSTLY: "That film takes too long to colour. A shorter or smaller one may work.",
    Outcome.FILM_CRASHED: "I cannot open that film. Saved again as an ordinary MP4 file it may work.",
    Outcome.NO_SUCH_PHOTO: "There is no photo of that number there.",
    Outcome.TOO_SMALL: "That picture is too small for me.",
    Outcome.TOO_MANY_PIXELS: "That picture is too large for me.",
    Outcome.TOO_MANY_BYTES: "That file is too large for me.",
    Outcome.PHOTO_GONE: "That picture is not there any more.",
    Outcome.PHOTO_UNREACHABLE: "I could not download that picture.",
    Outcome.NOT_AN_IMAGE: "That link does not lead to a picture that I can read.",
    Outcome.BROKEN_IMAGE: "That picture file is damaged.",
    Outcome.TOO_COSTLY: "That picture file takes too long to open. Saved again as an ordinary JPEG it may work.",
    Outcome.CODEC_CRASHED: "I cannot open that picture file. Saved again as an ordinary JPEG it may work.",
    Outcome.HOST_NOT_ALLOWED: "I do not fetch pictures from that site; Reddit and imgur work.",
    Outcome.PICTURE_PAGE: "That link leads to a page around a picture, which I cannot open. Send me the address of the "
    "picture itself; it often ends in .jpg or .png.",
    Outcome.UNCLEAR: "I was not sure whether you want me to stop. Write `stop` or `delete` alone, or first.",
    Outcome.NO_PHOTO: "I found no photo there.",
    Outcome.NOT_YOURS: "Only the asker, the post's author and the subreddit's moderators can have that deleted.",
    Outcome.TOO_LATE: "I found no picture of mine there whose colours can still be corrected.",
    Outcome.NOTHING_TO_DELETE: "I found no answer of mine that belongs to that.",
}
"""What an asker is told when there is no picture."""

_LINKED = re.compile(r":/|www\.|(?<!\w)[ur]/|\w@", re.IGNORECASE)
"""What Reddit makes links of without any markup: addresses, names of people and of subreddits."""

_SUBJECT = re.compile(r"(?:re:\s*)+Your photo in colour \((t[13]_[a-z0-9]{1,13})\)", re.IGNORECASE)

_ONLY_IN_MESSAGES = frozenset(
    {Outcome.NO_PHOTO, Outcome.UNCLEAR, Outcome.NOT_YOURS, Outcome.NOTHING_TO_DELETE, Outcome.TOO_LATE}
)
"""In a thread these would be noise: the name may have been mentioned in passing."""


def hint_help(misread: Sequence[str]) -> str:
    """How to say where a colour belongs, for somebody who named one; misread: what could not be read of their words."""
    return "\n\n".join([*_noted([f"I could not read this: {what}" for what in misread]), HINT_HELP])


def explanation(outcome: Outcome, *, in_message: bool) -> str | None:
    """The sentence for somebody who asked and gets no picture; None where the bot stays silent."""
    if outcome in _ONLY_IN_MESSAGES and not in_message:
        return None
    return _EXPLANATIONS.get(outcome)


@dataclass(frozen=True, slots=True)
class Shown:
    """One photo of a reply: the results, best first, the side-by-side and the original.

    tinted: it was a print. page: the address of its result page; empty where there is none. moving: it is a film.
    """

    results: tuple[str, ...]
    side_by_side: str
    original: str
    number: int | None = None
    tinted: bool = False
    page: str = ""
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands under every reply. about: a page that says what the bot is. target: what `delete` names.

    length: "full", "short" (the disclosure and two links) or "none" (the disclosure alone).
    """

    about: str
    compose: str
    bot_name: str
    target: str
    length: str = "full"


def coloured(shown: Sequence[Shown], notes: Sequence[str], footer: Footer) -> str:
    """The comment that carries results: a line for each photo, then what was not understood or could not be done.

    Where that is longer than Reddit takes, the results alone.
    """
    lines = [_line(photo, several=len(shown) > 1) for photo in shown]
    if any(photo.tinted and not photo.moving for photo in shown):
        lines.append("I left the tint of the print out first.")
    whole = "\n\n".join([*lines, *_noted(notes), *_closing(footer, shown[0].original if len(shown) == 1 else None)])
    return whole if len(whole) <= LONGEST else shortened(shown, footer)


def shortened(shown: Sequence[Shown], footer: Footer) -> str:
    """The same for a place that takes less: the results, and whose they are."""
    lines = [_results(photo, several=len(shown) > 1) for photo in shown]
    return "\n\n".join([*lines, *_closing(replace(footer, length="short"), None)])


def plain(text: str, notes: Sequence[str], footer: Footer) -> str:
    """A comment or message of words alone."""
    return "\n\n".join([text, *_noted(notes), *_closing(footer, None)])


def _results(photo: Shown, *, several: bool) -> str:
    first, *others = photo.results
    kind = "film" if photo.moving else "photo"
    name = f"{kind.capitalize()} {photo.number} in colour" if several else f"The {kind} in colour"
    links = [f"[{name}]({target(first)})"]
    links += [f"[variant {n}]({target(url)})" for n, url in enumerate(others, start=2)]
    return " · ".join(links)


def _line(photo: Shown, *, several: bool) -> str:
    links = [_results(photo, several=several), f"[side by side]({target(photo.side_by_side)})"]
    if photo.page:
        words = "watch it here" if photo.moving else "look closer, or correct the colours"
        links.append(f"[{words}]({target(photo.page)})")
    if several:
        links.append(f"[original]({target(photo.original)})")
    return " · ".join(links)


def _noted(notes: Sequence[str]) -> list[str]:
    """Each once, and a few of them."""
    notes = list(dict.fromkeys(notes))
    if len(notes) > MAX_NOTES:
        notes = [*notes[:MAX_NOTES], "and more of that kind"]
    return ["\n".join(f"- {without_markup(note)}" for note in notes)] if notes else []


def _closing(footer: Footer, original: str | None) -> list[str]:
    links = [f"[original]({target(original)})"] if original else []
    if footer.length == "full":
        links.append(f"[delete]({_message(footer, 'delete', f'delete {footer.target}')})")
        links.append(f"[stop]({_message(footer, 'stop', 'stop')})")
        links.append(f"[what you can say]({_message(footer, 'help', 'help')})")
    if footer.length != "none":
        links.append(f"[about]({target(footer.about)})")
    return ["---", f"*{DISCLOSURE}* {' · '.join(links)}".rstrip()]


def _message(footer: Footer, subject: str, text: str) -> str:
    """A link that opens a message to the bot with its words filled in."""
    return message_link(footer.compose, footer.bot_name, subject, text)


def message_link(compose: str, to: str, subject: str, text: str) -> str:
    """A link that opens a message with its words filled in; compose: Reddit's page for that."""
    return f"{compose}?to={quote(to)}&subject={quote(subject)}&message={quote(text)}"


def subject(summons: str) -> str:
    """The subject of a message that answers a comment; it says which, so that a look for it finds it."""
    return f"Your photo in colour ({summons})"


def answered_by(subject: str) -> str | None:
    """The fullname of the summons whose answer somebody writes back to, by the subject of their message."""
    found = _SUBJECT.fullmatch(subject.strip())
    return found[1] if found else None


def target(url: str) -> str:
    """A link target that Markdown reads to its end."""
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def without_markup(text: str) -> str:
    """A stranger's words as they stand: no link, no mention, no heading comes of them."""
    text = " ".join(text.split())
    for letter in "\\`*_[]()#>~^|":
        text = text.replace(letter, f"\\{letter}")
    return _LINKED.sub(lambda found: f"{found[0][:-1]}\u200b{found[0][-1]}", text)
