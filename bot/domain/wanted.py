"""What an asker wants: the words after a mention, in a reply to the bot or in a message, as one value.

The words: `vivid`, `natural`, `soft`; `variants 3`; `photo 2`, `all`; `model NAME`; `hint 40%,30% #aa3322`;
`like URL`; `force`; `again`; and alone `delete`, `stop`, `start`, `help`. Any order, any case; others are ignored.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Any

MAX_VARIANTS = 4
MAX_HINTS = 20


class Style(StrEnum):
    """How colourful."""

    NATURAL = "natural"
    VIVID = "vivid"
    SOFT = "soft"


class Command(StrEnum):
    """What can be asked for instead of a picture."""

    DELETE = "delete"
    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Hint:
    """A colour that is known at a place: x and y in 0..1 of width and height, colour as #rrggbb."""

    x: float
    y: float
    colour: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The understood words; what is None was not said. `misread` says what was meant as one of them and was none."""

    command: Command | None = None
    target: str | None = None
    again: bool = False
    style: Style | None = None
    variants: int = 1
    photo: int | None = None
    all: bool = False
    model: str | None = None
    hints: tuple[Hint, ...] = ()
    like: str | None = None
    force: bool = False
    misread: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For a database column: only what differs from saying nothing."""
        nothing = asdict(Wanted())
        return {name: value for name, value in asdict(self).items() if value != nothing[name]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Wanted":
        """The value that `as_json` was made from."""
        kinds = {"command": Command, "style": Style, "misread": tuple}
        known = {name: kinds.get(name, lambda x: x)(value) for name, value in data.items()}
        return cls(**{**known, "hints": tuple(Hint(**hint) for hint in data.get("hints", ()))})

    def settings(
        self, *, style: Style, model: str, seed: int, like: str | None = None, palette: Sequence[str] = ()
    ) -> str:
        """Everything that a result depends on beside the photo, as canonical JSON: equal wishes give equal texts.

        style, model, like and palette are used where the asker named none; an asker's picture also replaces the
        palette. seed is 0 but for `again`.
        """
        chosen = {
            "style": (self.style or style).value,
            "model": self.model or model,
            "hints": [asdict(hint) for hint in self.hints],
            "like": self.like or like,
            "palette": [] if self.like else list(palette),
            "seed": seed,
        }
        return json.dumps({name: value for name, value in chosen.items() if value}, sort_keys=True)


_FILLER = frozenset({
    "a", "and", "bot", "but", "can", "color", "colorize", "colour", "colourize", "could", "do", "for", "image", "in",
    "it", "just", "make", "me", "my", "now", "one", "photo", "picture", "please", "pls", "plz", "thank", "thanks",
    "that", "the", "this", "us", "with", "would", "you",
})  # fmt: skip
_COMMANDS = {command.value: command for command in Command} | {"remove": Command.DELETE, "start!": Command.START}
_STYLES = {style.value: style for style in Style}
_PICTURE = frozenset({"photo", "picture", "image"})
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_PLACE = re.compile(r"(\d{1,3}(?:\.\d+)?)%[,;x/]?(\d{1,3}(?:\.\d+)?)%")
_FULLNAME = re.compile(r"t[134]_[a-z0-9]{1,13}")


def parse(words: str, *, alone: bool = False) -> Wanted | None:
    """The words of an asker, already free of quotes, code and the mention itself.

    alone: nothing names the bot, as in a reply to it; then it is a wish only if no other words stand beside the known
    ones, and None otherwise.
    """
    reader = _Reader(re.findall(r"\S+", words))
    wanted = reader.read()
    if alone and (reader.unknown or wanted == Wanted()):
        return None
    if wanted.command is not None and reader.unknown:
        # "can you help with my grandmother's photo" asks for a picture, not for help.
        return replace(wanted, command=None, target=None)
    return wanted


class _Reader:
    """Reads words one after the other."""

    def __init__(self, words: list[str]) -> None:
        self._raw = words
        self._words = [word.strip(".,;:!?()[]*_\"'").lower() for word in words]
        self.unknown = 0

    def read(self) -> Wanted:
        wanted, after_known, at = Wanted(), True, 0
        while at < len(self._words):
            word = self._words[at]
            step, changed = self._value(word, at, wanted)
            if step == 0 and (word not in {"force", "all"} or after_known):
                step, changed = 1, _bare(word, wanted)
            if changed is not None:
                wanted, known = changed, True
            else:
                known = word in _FILLER or not word
                self.unknown += not known
                step = 1
            after_known = known
            at += step
        return wanted

    def _value(self, word: str, at: int, wanted: Wanted) -> tuple[int, Wanted | None]:
        """How many words a word with a value takes, and the wish with it; 0 when it is none."""
        following = self._words[at + 1] if at + 1 < len(self._words) else ""
        raw = self._raw[at + 1] if at + 1 < len(self._raw) else ""
        match word:
            case "variants" | "variant":
                if following.isdecimal():
                    return 2, _variants(wanted, int(following[:6]))
            case _ if word in _PICTURE and following.isdecimal():
                return 2, replace(wanted, photo=wanted.photo or int(following[:6]))
            case "model" if re.fullmatch(r"[a-z0-9-]{2,32}", following):
                return 2, replace(wanted, model=following)
            case "like":
                return self._like(raw, wanted)
            case "hint" | "hints":
                return self._hint(at, wanted)
            case _ if word in _COMMANDS and _FULLNAME.fullmatch(following):
                return 2, replace(wanted, command=_COMMANDS[word], target=following)
        return 0, None

    def _like(self, raw: str, wanted: Wanted) -> tuple[int, Wanted | None]:
        link = re.search(r"https?://[^\s<>\[\]()]+", raw, re.IGNORECASE)
        if link:
            return 2, replace(wanted, like=link[0].rstrip(".,;:!?*_"))
        if "." in raw.strip(".,;:!?") and "/" in raw:
            return 2, _misread(wanted, f"like {raw}: I need a whole link, https:// included")
        return 0, None  # "it looks like my uncle"

    def _hint(self, at: int, wanted: Wanted) -> tuple[int, Wanted | None]:
        said = self._words[at + 1 : at + 4]
        for length in range(1, len(said) + 1):
            place = _PLACE.fullmatch(",".join(word.strip(",;") for word in said[: length - 1])) if length > 1 else None
            colour = _HEX.fullmatch(said[length - 1])
            if place and colour and all(float(share) <= 100 for share in place.groups()):
                if len(wanted.hints) == MAX_HINTS:
                    return 1 + length, _misread(wanted, f"more than {MAX_HINTS} hints: I took the first ones")
                digits = colour[1] if len(colour[1]) == 6 else "".join(2 * digit for digit in colour[1])
                hint = Hint(float(place[1]) / 100, float(place[2]) / 100, f"#{digits}")
                return 1 + length, replace(wanted, hints=(*wanted.hints, hint))
        if any(re.search(r"[%#\d]", word) for word in said):
            length = max(i for i, word in enumerate(said, 1) if re.search(r"[%#\d]", word))
            said_again = " ".join(self._raw[at + 1 : at + 1 + length])
            return 1 + length, _misread(wanted, f"hint {said_again}: write it as hint 40%,30% #aa3322")
        return 0, None


def _bare(word: str, wanted: Wanted) -> Wanted | None:
    if word in _STYLES:
        return replace(wanted, style=_STYLES[word])
    if word in _COMMANDS:
        return replace(wanted, command=wanted.command or _COMMANDS[word])
    match word:
        case "again":
            return replace(wanted, again=True)
        case "force":
            return replace(wanted, force=True)
        case "all":
            return replace(wanted, all=True)
    return None


def _variants(wanted: Wanted, number: int) -> Wanted:
    if 1 <= number <= MAX_VARIANTS:
        return replace(wanted, variants=number)
    bounded = replace(wanted, variants=min(max(number, 1), MAX_VARIANTS))
    return _misread(bounded, f"variants {number}: I make 1 to {MAX_VARIANTS}")


def _misread(wanted: Wanted, what: str) -> Wanted:
    return replace(wanted, misread=(*wanted.misread, what[:200]))


def numbered(wanted: Wanted, available: int, most: int) -> Iterator[int]:
    """The numbers of the photos that are meant, of so many, at most `most`; a number may not exist."""
    if wanted.all:
        yield from range(1, min(available, most) + 1)
    else:
        yield wanted.photo if wanted.photo is not None else next(count(1))
