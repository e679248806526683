"""Names of settings as people mistype them. Imports nothing of the bot."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from pydantic import BaseModel


def names_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every setting of a model with sections, as "section.name"."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from names_of(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def unknown(name: str, known: Iterable[str]) -> str:
    """What to say of a setting that there is not: the nearest one, by its whole name or by its last part."""
    known = list(known)
    sections = sorted({one.rpartition(".")[0] for one in known} - {""})
    if name in sections:
        return f"{name} is a section: write its settings below [{name}]"
    last = name.rpartition(".")[2]
    same = [one for one in known if one.rpartition(".")[2] == last]
    section = [one for one in known if one.rpartition(".")[0] == name.rpartition(".")[0]]
    near = (
        same
        or get_close_matches(name, section, 1, 0.75)
        or get_close_matches(name, known, 1, 0.75)
        or [f"[{one}]" for one in get_close_matches(name, sections, 1, 0.7)]
    )
    if near:
        return f"there is no such setting; did you mean {' or '.join(near)}?"
    return "there is no such setting; docs/settings.md lists all"


def strange_variables(environment: Mapping[str, str], prefix: str, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Variables that look like a setting and are none, with what to say of each.

    Those with a section always; others only where they are near to a setting, because a cluster sets variables that
    begin with the name of the program.
    """
    known = list(known)
    valid = {name.replace(".", "__") for name in known} | {name.rpartition(".")[0].replace(".", "__") for name in known}
    for variable in sorted(environment):
        if not variable.upper().startswith(prefix):
            continue
        rest = variable[len(prefix) :].lower()
        tops = [name for name in known if "." not in name]
        if rest not in valid and ("__" in rest or get_close_matches(rest, tops, 1, 0.8)):
            yield variable, unknown(rest.replace("__", "."), known)
