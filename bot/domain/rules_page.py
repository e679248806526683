"""Reading a settings page, so that each thing wrong with it can be named by line and key.

The page is parsed as YAML, but its values are taken as they are written and read by the key they stand behind. YAML's
own ideas of a value are traps for people: it reads `off` as false, `1930` as a number and `!colorize` as a tag.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic import ValidationError

from bot.domain.rules import Rules
from bot.domain.rules_text import LISTS, key_of, tidy
from bot.domain.rules_words import allowed

MOST_CHARACTERS = 20_000
_SHOWN = 60

_NOTHING = frozenset({"", "none", "null", "~", "no", "off", "false"})
_OPTIONAL = frozenset(
    {
        "command",
        "daily_limit",
        "like",
        "model",
        "paused_until",
        "person_limit",
        "quiet_hours",
        "remove_below",
        "result",
        "thread_limit",
    }
)
_AS_WRITTEN = frozenset({"command", "like"})
_RETIRED = {"year": "it never changed a colour; `palette`, `like` and `look` do"}
"""Keys that are accepted and have no effect any more, and why."""

_SAME = {
    "mode": {"no": "off", "false": "off"},
    "nsfw": {"no": "skip", "false": "skip", "yes": "allow", "true": "allow"},
    "footer": {"no": "none", "off": "none", "false": "none"},
}
"""Other spellings of a value, each with one meaning only."""

_NO_SPACE = re.compile(r"[\w-]+:[^\s/]")
_ENTRY = re.compile(r"\s*[\w-]+:(\s|$)")
_COLOUR_COMMENT = re.compile(r"""\s(#(?:[0-9a-fA-F]{3}){1,2})(?![\w"'])""")
_NO_COLON = re.compile(r"[\w-]+\s+[^:]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a page. key: None when the line cannot be read at all. found and allowed are for people."""

    line: int
    key: str | None
    found: str
    allowed: str

    def __str__(self) -> str:
        """One line of Markdown."""
        place = f"line {self.line}" if self.key is None else f"line {self.line}, {_code(self.key)}"
        return f"{place}: found {self.found}. Allowed: {self.allowed}."


class RulesError(ValueError):
    """The page cannot be read; `problems` says why, in the order of its lines."""

    def __init__(self, problems: Collection[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("; ".join(map(str, self.problems)))


def parse_rules(text: str, *, models: Collection[str] | None = None) -> Rules:
    """The rules on a page; an empty page means all defaults.

    models: the names that the key `model` may have; None takes any. Raises RulesError.
    """
    if len(text) > MOST_CHARACTERS:
        size = Problem(1, None, f"a page of {len(text)} characters", f"at most {MOST_CHARACTERS}")
        raise RulesError([size])
    text = tidy(text)
    root = _compose(text)
    if root is None:
        return Rules()
    if not isinstance(root, yaml.MappingNode):
        raise RulesError([_unreadable(text, root.start_mark.line)])
    entries, problems = _entries(root)
    problems += _list_problems(entries)
    problems += _lost_colours(text, entries)
    wrong = {problem.key for problem in problems}
    values = {key: _value(key, node) for key, (_, node) in entries.items() if key not in wrong}
    try:
        rules = Rules.model_validate(
            {key: value for key, value in values.items() if value is not _DEFAULT}, context={"models": models}
        )
    except ValidationError as error:
        problems += _wrong_values(error, entries, models)
        raise RulesError(problems) from None
    if problems:
        raise RulesError(problems)
    return rules


def retired(text: str) -> list[str]:
    """The keys of a readable page that have a value and no effect any more, one line of Markdown for each."""
    root = _compose(tidy(text)) if len(text) <= MOST_CHARACTERS else None
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return [
        f"line {key.start_mark.line + 1}, {_code(key.value)}: has no effect any more, {_RETIRED[key.value.lower()]}."
        for key, value in pairs
        if isinstance(key, yaml.ScalarNode)
        and key.value.lower() in _RETIRED
        and not (isinstance(value, yaml.ScalarNode) and _written(value).lower() in _NOTHING)
    ]


_DEFAULT = object()
"""A key with nothing behind it."""


def _compose(text: str) -> yaml.Node | None:
    """The page as nodes, which know their lines. No value is built, so aliases cannot multiply."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        begun = re.search("flow|quoted|simple key", error.context or "")  # noticed at the end, wrong from the beginning
        mark = (error.context_mark if begun else None) or error.problem_mark or error.context_mark
        raise RulesError([_unreadable(text, mark.line if mark else 0)]) from None
    except yaml.reader.ReaderError as error:
        found = f"the character U+{error.character:04X}"
        line = text.count("\n", 0, error.position) + 1
        raise RulesError([Problem(line, None, found, "text that can be seen")]) from None
    except RecursionError:
        raise RulesError([Problem(1, None, "brackets inside of brackets", "lists that hold texts only")]) from None


def _unreadable(text: str, at: int) -> Problem:
    """A line that is no YAML, with the likeliest reason."""
    lines = text.split("\n")
    at = min(at, len(lines) - 1)
    while at > 0 and not lines[at].strip():  # the end of the page is where a missing bracket is noticed
        at -= 1
    above = next((i for i in range(at - 1, -1, -1) if lines[i].strip() and lines[i].lstrip()[0] != "#"), at)
    if _ENTRY.match(lines[at]) and ":" not in lines[above]:
        at = above
    line = lines[at]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        advice = "spaces instead of tabs"
    elif line.count("[") != line.count("]") or line.count('"') % 2:
        advice = "a closing bracket or quotation mark for each opening one"
    elif _NO_SPACE.match(line.strip()):
        advice = "a space after the colon, as in `mode: auto`"
    elif ":" not in line and _NO_COLON.match(line.strip()):
        advice = "a key, a colon, a space and a value, as in `mode: auto`"
    else:
        advice = (
            'a key, a colon, a space and a value, as in `mode: auto`, with " around text that holds signs such as '
            "@ # : * & % ! [ ] { }"
        )
    return Problem(at + 1, None, _code(line.strip()), advice)


def _entries(root: yaml.MappingNode) -> tuple[dict[str, tuple[int, yaml.Node]], list[Problem]]:
    """Known keys with the line and the value of each; the problems are unknown and repeated keys."""
    entries: dict[str, tuple[int, yaml.Node]] = {}
    problems: list[Problem] = []
    for key_node, value in root.value:
        line = key_node.start_mark.line + 1
        name = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        key = key_of(name)
        if key in _RETIRED:
            continue
        if key not in Rules.model_fields:
            near = get_close_matches(key, Rules.model_fields, n=1)
            may = f"{_code(near[0])}, if you meant that" if near else f"the keys {', '.join(Rules.model_fields)}"
            problems.append(Problem(line, name, "an unknown key", may))
        elif key in entries:
            found = f"the key again; it stands in line {entries[key][0]} already"
            problems.append(Problem(line, key, found, "each key once"))
        else:
            entries[key] = (line, value)
    return entries, problems


def _list_problems(entries: Mapping[str, tuple[int, yaml.Node]]) -> Iterator[Problem]:
    """Values of another kind than their key takes: lists, and keys inside of keys."""
    for key, (line, node) in entries.items():
        inner = node.value if key in LISTS and isinstance(node, yaml.SequenceNode) else [node]
        for one in inner:
            if not isinstance(one, yaml.ScalarNode):
                kind = "a list" if isinstance(one, yaml.SequenceNode) else "something with keys of its own"
                at = one.start_mark.line + 1 if one is not node else line
                yield Problem(at, key, kind, allowed(key))
                break


def _lost_colours(text: str, entries: Mapping[str, tuple[int, yaml.Node]]) -> Iterator[Problem]:
    """Colours that begin with # outside of quotation marks: to YAML that is a comment, and they would be lost."""
    line, node = entries.get("palette", (0, None))
    if isinstance(node, yaml.ScalarNode) and (lost := _COLOUR_COMMENT.search(text.split("\n")[line - 1])):
        yield Problem(line, "palette", _code(lost[1]), 'colours without #, or with quotation marks, as in "#1e3ca0"')


def _written(node: yaml.ScalarNode) -> str:
    """A value as it stands on the page; `!colorize` without quotes is a tag to YAML, and a word to everybody else."""
    tag = str(node.tag)
    value = str(node.value)
    return f"{tag} {value}".strip() if tag.startswith("!") and tag != "!" else value.strip()


def _value(key: str, node: yaml.Node) -> Any:
    """What stands behind a key, for the model to judge. node: a text, or a list of texts."""
    if not isinstance(node, yaml.ScalarNode):
        return [_written(one) for one in node.value]
    text = _written(node)
    bare = node.style is None  # without quotes
    if bare and text in {"", "~", "null"}:
        return _DEFAULT
    if key in LISTS:
        if not bare:
            return [text]
        return [] if text.lower() in _NOTHING else _separated(text)
    if key in _OPTIONAL and text.lower() in _NOTHING:
        return None
    if key in _AS_WRITTEN:
        return text
    if key == "quiet_hours":
        hours = re.sub(r"\s*(?:utc|gmt)$", "", text, flags=re.IGNORECASE)
        return re.sub(r"(?<=\d)(:00)?\s*(?:[-\u2013]|to)\s*(?=\d)", "-", hours).removesuffix(":00")
    return _SAME.get(key, {}).get(text.lower(), text.lower())


def _separated(text: str) -> list[str]:
    """The parts of a list that is written with commas or semicolons; between quotation marks they are part of it."""
    between = ";" if ";" in text and "," not in text else ","
    parts = next(csv.reader([" ".join(text.split())], delimiter=between, skipinitialspace=True))
    return [part.strip() for part in parts if part.strip()]


def _wrong_values(
    error: ValidationError, entries: Mapping[str, tuple[int, yaml.Node]], models: Collection[str] | None
) -> Iterator[Problem]:
    for one in error.errors(include_url=False, include_context=False):
        key, *inside = one["loc"]
        line, node = entries[str(key)]
        if isinstance(node, yaml.SequenceNode) and inside and isinstance(inside[0], int):
            node = node.value[inside[0]]
            line = node.start_mark.line + 1
        found = _code(_written(node)) if isinstance(node, yaml.ScalarNode) else f"a list of {len(node.value)}"
        may = allowed(str(key))
        if key == "model" and models is not None:
            may = f"{', '.join(sorted(models))}, or none"
        yield Problem(line, str(key), found, may)


def _code(text: str) -> str:
    """Text as it was found, in Markdown."""
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"`{short.replace('`', chr(39))}`" if short.strip() else "nothing"
