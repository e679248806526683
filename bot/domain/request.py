"""What somebody asks the bot for, as one value."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MAX_VARIANTS = 4
MAX_HINTS = 20
MAX_NOTES = 4
"""Most things that were not understood of which the asker is told."""


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
    MAYBE_WISH = "maybe_wish"  # the words may say that a colour is not liked
    STUDIO = "studio"  # the page on which colours are corrected
    EXPLAIN_HINTS = "explain_hints"  # a colour was named without a place, or a place that could not be read


@dataclass(frozen=True, slots=True)
class Hint:
    """A colour that is known at a place: x and y in 0..1 of width and height, colour as #rrggbb or "keep"."""

    x: float
    y: float
    colour: str


@dataclass(frozen=True, slots=True)
class Request:
    """The understood words; what is None or empty was not said.

    photos: numbers of photos, counted from 1. target: the fullname that `delete` names. misread: what was meant as one
    of the bot's words and could not be read, each once. unclear: the words may have been a command, so that a picture
    might be the opposite of what was meant.
    """

    command: Command | None = None
    target: str | None = None
    again: bool = False
    style: Style | None = None
    variants: int = 1
    photos: tuple[int, ...] = ()
    all: bool = False
    model: str | None = None
    hints: tuple[Hint, ...] = ()
    like: str | None = None
    force: bool = False
    misread: tuple[str, ...] = ()
    unclear: bool = False

    def to_json(self) -> dict[str, Any]:
        """For a database column: only what differs from saying nothing."""
        nothing = asdict(Request())
        return {name: value for name, value in asdict(self).items() if value != nothing[name]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Request":
        """The value that `to_json` was made from; rows from before `photos` hold one number as `photo`."""
        fields = dict(data)
        if (photo := fields.pop("photo", None)) is not None:
            fields["photos"] = (photo,)
        kinds = {"command": Command, "style": Style, "misread": tuple, "photos": tuple}
        known = {name: kinds.get(name, lambda x: x)(value) for name, value in fields.items()}
        return cls(**{**known, "hints": tuple(Hint(**hint) for hint in data.get("hints", ()))})

    def settings(
        self, *, style: Style, model: str, seed: int, like: str | None = None, palette: Sequence[str] = ()
    ) -> str:
        """Everything that a result depends on besides the photo, as canonical JSON: equal requests give equal texts.

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

    def numbers(self, available: int, most: int) -> Iterator[int]:
        """The numbers of the photos that are meant, of so many, at most `most`; a number may not exist."""
        if self.all:
            yield from range(1, min(available, most) + 1)
        else:
            yield from self.photos[:most] or (1,)
