"""Writes docs/settings.md: every setting with its default from the code, and what colorizebot.example.toml says of it.

Usage: python -m docs.measure.settings
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from bot.settings import Settings
from bot.spelling import names_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"
HEAD = """# Settings

Each setting of `colorizebot.toml`, by section. A variable of the environment wins over the file. Mistyped names are
refused with the nearest one. Written by `python -m docs.measure.settings` from the code and from the words in
[colorizebot.example.toml](../colorizebot.example.toml), which also shows the form of each; `colorizebot init` writes a
first file.
"""


def comments() -> dict[str, str]:
    """What the example says of each setting, by its whole name."""
    found: dict[str, str] = {}
    section, last = "", ""
    for line in (ROOT / "colorizebot.example.toml").read_text().splitlines():
        if match := re.fullmatch(r"\[([\w.]+)\]", line):
            section, last = f"{match[1]}.", ""
        elif match := re.match(r'(?:# ?)?(\w+) = (?:"[^"]*"|\[[^\]]*\]|[^\s#]+)\s*(?:# ?(.*))?$', line):
            last = section + match[1]
            found[last] = (match[2] or "").strip()
        elif last and (match := re.match(r"\s{8,}# ?(.*)$", line)):
            found[last] = f"{found[last]} {match[1].strip()}".strip()
    return found


def default_of(name: str) -> str:
    """The default as TOML writes it; empty where there is none."""
    *sections, last = name.split(".")
    model: Any = Settings
    for section in sections:
        model = model.model_fields[section].annotation
    field = model.model_fields[last]
    if field.default_factory is not None:
        return "the host's name" if name == "work.name" else ""
    value = field.default
    if value is None:
        return ""
    if isinstance(value, PurePath):
        value = str(value)
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value)}`"


def page() -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    said, section = comments(), None
    for name in sorted(names_of(Settings), key=lambda name: "." in name):  # those without a section first
        where = name.rpartition(".")[0]
        if where != section:
            section = where
            yield f"\n## {f'[{where}]' if where else 'Without a section'}\n"
            yield "| setting | default | what it says | variable |\n|---|---|---|---|"
        variable = f"COLORIZEBOT_{name.replace('.', '__').upper()}"
        what = said.get(name, "").replace("|", "\\|")
        yield f"| `{name.rpartition('.')[2]}` | {default_of(name)} | {what} | `{variable}` |"


def text() -> str:
    """The whole page."""
    return "\n".join(page()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text())
