"""A settings page as people write it, made into text that YAML reads as they meant it."""

import re
from unicodedata import category

LISTS = frozenset({"flair_allow", "flair_deny", "ignored_authors", "palette"})
"""Keys whose value is a list."""

_RENAMED = {"style": "look"}
"""Keys of pages that were written for an earlier version, and their present names."""

_JOINER = "\u200d"
"""Invisible too, but a part of emoji."""

_CURLY = re.compile(
    r"((?:^|[:\[,-])[ \t]*)[\u201c\u201d\u201e]([^\u201c\u201d\u201e\"\n]*)[\u201c\u201d](?=[ \t]*(?:[,\]#:]|$))",
    re.MULTILINE,
)
"""A value, or a part of a list, between the quotation marks of phones and word processors."""

_PART = r"""(?:"[^"]*+"|'[^']*+'|[^\s,#"'\[\]{}][^,#"'\[\]{}]*+)"""
_PARTS = rf"{_PART}(?:\s*+,\s*+{_PART})*+\s*+,?+"
_QUOTED_LIST = re.compile(rf"""(?P<begin>\s*+(?P<key>\w[\w -]*+):\s++)(?=["'])(?P<parts>{_PARTS})\s*+(?P<end>\#.*)?""")
"""Possessive throughout: strangers' pages must not make it try a line in many ways."""


def tidy(text: str) -> str:
    """Without what editors add and nobody sees, and without the indentation of the whole page.

    The page is indented as code. Lines that somebody adds at the left margin belong to it all the same.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    text = "".join(letter for letter in text if category(letter) != "Cf" or letter == _JOINER)
    text = _CURLY.sub(r'\1"\2"', text)
    lines = [_in_brackets(line) for line in re.sub(r"(?<=\S)\t", " ", text).split("\n")]
    margin = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
    return "\n".join(line[min(margin, len(line) - len(line.lstrip(" "))) :] for line in lines)


def _in_brackets(line: str) -> str:
    """A list that begins with a part in quotation marks gets its brackets: YAML would end the value at the first."""
    found = _QUOTED_LIST.fullmatch(line)
    if found is None or key_of(found["key"]) not in LISTS:
        return line
    return f"{found['begin']}[{found['parts'].strip().rstrip(',')}] {found['end'] or ''}"


def key_of(name: str) -> str:
    """The key that is meant by a name as people write it."""
    key = re.sub(r"[\s-]+", "_", name.strip().lower())
    return _RENAMED.get(key, key)
