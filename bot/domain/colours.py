"""Colours as people write them, in the spellings of `colorizer.hints`; tests/test_hint_words.py compares the two."""

import re

import webcolors

KEEP = "keep"
"""In a hint, in place of a colour: the place stays as it is without hints."""

SHADES = frozenset(
    {"dark", "light", "pale", "deep", "bright", "medium", "hot", "sky", "navy", "royal", "forest", "sea"}
)
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_LATER = {"rebeccapurple": "#663399"}
"""Names of CSS 4; webcolors knows those of CSS 3."""

MORE_NAMES = {
    "burgundy": "#610023", "mustard": "#ceb301", "cream": "#ffffc2", "charcoal": "#343837", "emerald": "#01a049",
    "lilac": "#cea2fd", "mauve": "#ae7181", "peach": "#ffb07c", "copper": "#b66325", "bronze": "#a87900",
    "scarlet": "#be0119", "ochre": "#bf9005", "terracotta": "#ca6641", "taupe": "#b9a281", "auburn": "#9a3001",
    "cobalt": "#1e488f", "camel": "#c69f59", "mahogany": "#4a0100", "apricot": "#ffb16d", "blonde": "#faf0be",
    "blond": "#faf0be",
}  # fmt: skip
"""What people call the colours of clothes and hair beyond CSS; values of the xkcd colour survey (CC0), blond apart.

Names that are people's too, such as Rose, are left out."""


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
