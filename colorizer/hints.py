"""Hints, colours that are known at places of a photo, and how people write them.

One spelling everywhere: `40%,30% navy`, `40%,30% #aa3b30`, `40%,30% keep`, also with `=` before the colour; on one's
own machine also in pixels, `310,220 navy`, and in films behind a time. `bot.domain.wishes` and `colours` read the same
from askers' words, with the names of `colour_names.py` and nothing else of this package; tests/test_hint_words.py holds
all of them to one table of cases.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from unicodedata import normalize

import numpy as np
import numpy.typing as npt
from PIL import ImageColor

from colorizer.colour_names import MORE_NAMES, SHADES
from colorizer.errors import InputError
from colorizer.pixels import RGB

KEEP: Literal["keep"] = "keep"
"""In place of a colour: the place stays as it is without hints."""

Colour = str | RGB
"""A colour as people give it: "#rrggbb", "#rgb", a CSS name such as "navy", or sRGB as three numbers 0 to 255."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the photo; right and bottom are no longer inside."""

Mask = npt.NDArray[np.bool_]
"""Shape (height, width) of the photo, true inside."""


@dataclass(frozen=True)
class Hint:
    """A colour that is known at a place of a photo. The photo's own L stays.

    x: Pixels from the left edge of the photo, 0 up to its width.
    y: Pixels from the top edge of the photo, 0 up to its height.
    colour: "#rrggbb", "#rgb", a CSS name such as "navy", three sRGB numbers 0 to 255, or "keep" for the colour that
        the place has without hints. Kept as three numbers, or as "keep".
    box: Left, top, right, bottom in pixels. Outside of it the hint changes nothing.
    mask: Bool array of the photo's height and width. Where it is false the hint changes nothing. Two hints that
        differ in nothing but their masks are equal.

    Where the boxes or masks of several hints overlap, the later hint counts.

    Raises InputError for a colour that nobody knows, a place that is not a number, a box or mask without area or
    without the place itself, or both box and mask.
    """

    x: float
    y: float
    colour: Colour
    box: Box | None = field(default=None, kw_only=True)
    mask: Mask | None = field(default=None, kw_only=True, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not _are_finite(self.x, self.y):
            raise InputError(f"a hint's place is two numbers, not {self.x!r}, {self.y!r}")
        object.__setattr__(self, "colour", read_hint_colour(self.colour))
        if self.box is not None and self.mask is not None:
            raise InputError("give a hint a box or a mask, not both")
        if self.box is not None:
            if len(self.box) != 4 or not _are_finite(*self.box):
                raise InputError(f"a hint's box is four numbers, left, top, right, bottom, not {self.box!r}")
            left, top, right, bottom = self.box
            if not (left <= self.x < right and top <= self.y < bottom):
                raise InputError(f"the box {self.box} of a hint does not hold its place {self.x:g}, {self.y:g}")
        if self.mask is not None:
            mask = np.asarray(self.mask)
            if not isinstance(self.mask, np.ndarray) or mask.dtype != np.bool_ or mask.ndim != 2:
                raise InputError(f"a hint's mask is a bool array (height, width), not {mask.dtype} {mask.shape}")

    @property
    def rgb(self) -> RGB | None:
        """sRGB, 0 to 255 each; None for a hint that keeps what is there."""
        return None if isinstance(self.colour, str) else self.colour

    def inside(self, height: int, width: int) -> Mask | None:
        """Where the hint counts on a photo of that size, bool (height, width); None for everywhere.

        Raises InputError for a place outside the photo, a mask of another size or one that is false at the place.
        """
        if not (0 <= self.x < width and 0 <= self.y < height):
            raise InputError(f"{self} lies outside the photo of {width} x {height} pixels")
        if self.mask is not None:
            if self.mask.shape != (height, width):
                raise InputError(f"a hint's mask is {self.mask.shape}, the photo is {(height, width)}")
            if not self.mask[int(self.y), int(self.x)]:
                raise InputError(f"the mask of {self} is false at its place")
            return self.mask
        if self.box is None:
            return None
        left, top, right, bottom = (max(0, round(edge)) for edge in self.box)
        column, row = int(self.x), int(self.y)  # in the box, also when that is narrower than a pixel
        mask = np.zeros((height, width), np.bool_)
        mask[min(top, row) : max(bottom, row + 1), min(left, column) : max(right, column + 1)] = True
        return mask


@dataclass(frozen=True)
class WrittenHint:
    """A hint as it was written, not yet for a photo of a certain size.

    x, y: Place in per cent of width and height, 0 to 100, or in pixels.
    per_cent: Which of the two.
    colour: sRGB, or "keep".
    """

    x: float
    y: float
    per_cent: bool
    colour: Colour

    def on(self, width: int, height: int) -> Hint:
        """The hint on a photo of that size; 100 % is its last pixel. Raises InputError for a place outside of it."""
        if self.per_cent:
            x, y = self.x / 100 * width, self.y / 100 * height
            return Hint(min(x, width - 1), min(y, height - 1), self.colour)
        if not (self.x < width and self.y < height):
            raise InputError(f"the hint at {self.x:g},{self.y:g} lies outside the photo of {width} x {height} pixels")
        return Hint(self.x, self.y, self.colour)


_SHARE, _NUMBER = r"(\d{1,3}(?:[.,]\d+)?)%", r"(\d{1,5}(?:\.\d+)?)"
_PLACE = re.compile(rf"{_SHARE}[,;x/]?{_SHARE}|{_NUMBER}[,;x/]{_NUMBER}")
_BLANK_BEFORE_PER_CENT = re.compile(r"(?<=\d)\s+(?=%)")
_EQUALS = re.compile(r"(?<=[\d%])=(?=[\w#])")
_HEX = re.compile(r"([0-9a-f]{3}|[0-9a-f]{6})")
_EDGES = re.compile(r"^[^\w#%]+|[^\w%]+$")


def read_hint(text: str) -> WrittenHint:
    """A hint as people write it: `310,220 #aa3b30` in pixels, or `40%,30% navy`; `keep` may stand for the colour.

    Blanks and an `=` before the colour make no difference: `40 %, 30 % = navy`.

    Raises InputError that names the text.
    """
    plain = _EQUALS.sub(" ", _BLANK_BEFORE_PER_CENT.sub("", normalize("NFKC", text).lower()))
    words = [word for word in (_EDGES.sub("", word) for word in plain.split()) if word]
    for length in (1, 2):
        place = _PLACE.fullmatch(",".join(word.strip(",;") for word in words[:length]))
        if place is None or len(words) <= length:
            continue
        per_cent = place[1] is not None
        x, y = (float(number.replace(",", ".")) for number in place.groups() if number is not None)
        if per_cent and max(x, y) > 100:
            raise InputError(f"{text!r} is no hint: a place lies between 0% and 100%")
        try:
            return WrittenHint(x, y, per_cent, read_hint_colour(" ".join(words[length:])))
        except InputError as error:
            raise InputError(f"{text!r} is no hint: {error}") from error
    raise InputError(f"{text!r} is no hint; write 310,220 #aa3b30 (pixels) or 40%,30% navy (per cent)")


def colour_text(colour: Colour) -> str:
    """A colour as `read_colour` reads it from a text: words as they are, numbers as "#rrggbb"."""
    return colour if isinstance(colour, str) else "#{:02x}{:02x}{:02x}".format(*colour)


def read_hint_colour(colour: Colour) -> RGB | Literal["keep"]:
    """What a hint gives its place: a colour as sRGB numbers, or "keep", in any case. Raises InputError."""
    return KEEP if isinstance(colour, str) and colour.strip().lower() == KEEP else read_colour(colour)


def read_colour(colour: Colour) -> RGB:
    """A colour as sRGB numbers.

    colour: "#rrggbb" or "#rgb", also without the #, a CSS name or one of `MORE_NAMES` in any case, in one word or
        several, or three whole numbers 0 to 255. A shade that CSS lacks is left out: "pale red" is red.

    Raises InputError that names it.
    """
    if not isinstance(colour, str):
        try:
            red, green, blue = (int(value) for value in colour)
            whole = (red, green, blue) == tuple(colour)
        except (OverflowError, TypeError, ValueError) as error:
            raise InputError(f"{colour!r} is no colour: give three numbers, red, green and blue") from error
        if not whole or not all(0 <= value <= 255 for value in (red, green, blue)):
            raise InputError(f"{colour!r} is no colour: red, green and blue are whole numbers, 0 to 255")
        return red, green, blue
    words = tuple(colour.lower().split())
    digits = _HEX.fullmatch(words[0].removeprefix("#")) if len(words) == 1 else None
    name = f"#{digits[1]}" if digits else _name(words)
    if name is None:
        raise InputError(f"{colour!r} is no colour; write #rrggbb, #rgb or a CSS name such as navy")
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


def hint_list(hints: Sequence[Hint]) -> Sequence[Hint]:
    """Hints as they are given. Raises InputError for what is no list of them, such as a single one."""
    if not isinstance(hints, Sequence) or isinstance(hints, str | bytes):
        raise InputError(f"hints are a list of colorizer.Hint, such as [Hint(310, 220, 'navy')], not {hints!r}")
    for hint in hints:
        if not isinstance(hint, Hint):
            raise InputError(f"a hint is a colorizer.Hint, not {hint!r}")
    return hints


def read_palette(palette: Sequence[Colour]) -> list[RGB]:
    """The colours of a palette as sRGB numbers. Raises InputError for what is no list of colours, or an empty one."""
    if isinstance(palette, str):
        raise InputError(f"a palette is a list of colours, such as [{palette!r}], not {palette!r}")
    if not len(palette):
        raise InputError("a palette needs at least one colour")
    return [read_colour(colour) for colour in palette]


def _are_finite(*numbers: float) -> bool:
    try:
        return all(map(math.isfinite, numbers))
    except TypeError:
        return False


def _name(words: tuple[str, ...]) -> str | None:
    """What the words mean, as Pillow reads it: a CSS name in lower case, or #rrggbb."""
    joined = "".join(words).replace("-", "")
    if joined in ImageColor.colormap:
        return joined
    if joined in MORE_NAMES:
        return MORE_NAMES[joined]
    if len(words) == 2 and words[0] in SHADES and _name(words[1:]):
        return "navy" if words[0] == "navy" else _name(words[1:])
    return None
