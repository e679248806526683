"""Colours as people write them, in the spellings of `colorizer.hints`; tests/test_hint_words.py compares the two."""

import re

import webcolors

from colorizer.colour_names import MORE_NAMES, SHADES

KEEP = "keep"
"""In a hint, in place of a colour: the place stays as it is without hints."""

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_LATER = {"rebeccapurple": "#663399"}
"""Names of CSS 4; webcolors knows those of CSS 3."""


def colour(words: tuple[str, ...]) -> str | None:
    """The colour as #rrggbb: written so, as #rgb, without the #, or by its name; None for what is none of these.

    words: In lower case, without punctuation around them.
    """
    if len(words) == 1 and (found := _HEX.fullmatch(words[0])):
        return f"#{found[1] if len(found[1]) == 6 else ''.join(2 * digit for digit in found[1])}"
    return colour_named(words)


def colour_named(words: tuple[str, ...]) -> str | None:
    """The colour of a name, written in one word or several, as #rrggbb; a shade that CSS lacks is left out."""
    joined = "".join(words).replace("-", "")
    names = [joined, joined.replace("gray", "grey"), joined.replace("grey", "gray")]
    if len(words) == 2 and words[0] in SHADES and colour_named(words[1:]):
        names.append(words[0] if words[0] == "navy" else words[1])
    for name in names:
        if found := _LATER.get(name) or MORE_NAMES.get(name):
            return found
        try:
            return str(webcolors.name_to_hex(name))
        except ValueError:
            continue
    return None
