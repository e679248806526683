"""Settings as people mistype them, and what to say of each. Imports nothing of the bot."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

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


_WANTED = {
    "tuple_type": 'write a list: ["one", "another"]',
    "string_type": "write it in quotation marks",
    "path_type": "write a path in quotation marks",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number, without a unit",
    "float_type": "write a number",
    "float_parsing": "write a number, without a unit",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "too_short": "name one at least",
}
"""What to do about a value of the wrong kind, by pydantic's name of the error."""

_FORMS = {
    r"^https?://[^/\s]+": "write the whole address, https:// included",
    r"^t3_[a-z0-9]+$": "write the fullname of a post, such as t3_abc",
    r"^\w{2,50}$": "write the name alone, without r/",
    r"^\w{2,50}/[\w/-]+$": "write subreddit and page, such as MyBot/killswitch",
    r"^[\w.@-]+$": "write it with letters, digits and . _ @ - alone",
    r"^[\w./-]*$": "write it with letters, digits and . _ / - alone",
    "^(text|json)$": "choose text or json",
}
"""What to do about a text of the wrong form, by the form."""


def wrong_setting(error: Mapping[str, Any], known: Iterable[str]) -> str:
    """One wrong setting, as pydantic describes it, in a line."""
    name = ".".join(map(str, error["loc"]))
    return f"{name}: {unknown(name, known) if error['type'] == 'extra_forbidden' else wrong_value(error)}"


def wrong_value(error: Mapping[str, Any]) -> str:
    """What to do about a value that is refused, from pydantic's description of it."""
    if error["type"] == "string_pattern_mismatch":
        return _FORMS.get(error["ctx"]["pattern"], str(error["msg"]))
    said = str(error["msg"]).removeprefix("Value error, ")
    return _WANTED.get(error["type"], re.sub("^Input should be ", "must be ", said))


def bare_names(value: Any) -> Any:
    """Names of people or subreddits without the u/ or r/ before them."""
    if isinstance(value, str):
        return re.sub("^/?(?:u|r|user)/", "", value.strip())
    return [bare_names(one) for one in value] if isinstance(value, list | tuple) else value


def in_home(path: Path) -> Path:
    """A path whose ~ is the home folder. Raises ValueError where there is none."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"write the whole path, not {path}: {error}") from None


def address_alone(host: str) -> str:
    """The address to listen at. Raises ValueError where a port or a protocol is written with it."""
    if "/" in host or (host.count(":") == 1) or not host.strip():
        raise ValueError(f"write {host!r} as an address alone, such as 127.0.0.1; the port is web.port")
    return host


def check_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Names of hosts as they are compared. Raises ValueError for an address in the place of a name."""
    for host in hosts:
        if "/" in host or not host.strip():
            raise ValueError(f"write {host!r} as the name of a host alone, such as example.org, without https://")
    return hosts
