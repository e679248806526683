"""Every public method of PRAW with which a program asks something of Reddit, read out of PRAW's own source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import praw

_SENDING = {"get", "post", "put", "patch", "delete", "request", "_objectify_request"}
_LISTING = {"ListingGenerator", "stream_generator", "ModNoteListing"}
_PUBLIC_SPECIAL = {"__call__", "__iter__"}
# Methods of praw.Reddit that are the transport itself.
_TRANSPORT = {"Reddit.get", "Reddit.post", "Reddit.put", "Reddit.patch", "Reddit.delete", "Reddit.request"}


def _sends(method: ast.FunctionDef) -> bool:
    """Whether the method's own body sends a request or makes a listing."""
    for node in ast.walk(method):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in _LISTING:
            return True
        if isinstance(called, ast.Attribute):
            owner = ast.unparse(called.value)
            if called.attr in _SENDING and owner.endswith(("_reddit", "reddit", "_core._authenticator")):
                return True
            if called.attr in ("_fetch", "_upload", "authorize", "scopes"):
                return True
    return False


def _helpers(method: ast.FunctionDef) -> Iterator[str]:
    """The names of the methods of the same object that the method calls."""
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("self", "super()"):
            yield node.attr


@cache
def calls() -> dict[str, str]:
    """`Class.method` -> module (such as `reddit.subreddit.flair`), for every public method that asks Reddit."""
    root = Path(praw.__file__).parent
    classes: dict[str, tuple[str, ast.ClassDef]] = {}
    for file in sorted([*root.joinpath("models").rglob("*.py"), root / "reddit.py"]):
        module = (
            ".".join(file.relative_to(root).with_suffix("").parts).removeprefix("models.").removesuffix(".__init__")
        )
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                classes[node.name] = (module, node)
    methods = {
        f"{name}.{method.name}": method
        for name, (_, body) in classes.items()
        for method in body.body
        if isinstance(method, ast.FunctionDef)
    }
    bases = {name: [ast.unparse(base).rpartition(".")[2] for base in body.bases] for name, (_, body) in classes.items()}

    def found(name: str, attribute: str) -> str | None:
        if f"{name}.{attribute}" in methods:
            return f"{name}.{attribute}"
        return next((above for base in bases.get(name, ()) if (above := found(base, attribute))), None)

    sending = {name for name, method in methods.items() if _sends(method)} | _TRANSPORT
    while True:
        more = {
            name
            for name, method in methods.items()
            if name not in sending
            and any(found(name.partition(".")[0], helper) in sending for helper in _helpers(method))
        }
        if not more:
            break
        sending |= more
    return {
        name: classes[name.partition(".")[0]][0]
        for name in sorted(sending)
        if _is_public(name) and name not in _TRANSPORT and not _is_property(methods[name])
    }


def _is_property(method: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(one) for one in method.decorator_list)


def _is_public(name: str) -> bool:
    owner, _, method = name.partition(".")
    return not owner.startswith("_") and (not method.startswith("_") or method in _PUBLIC_SPECIAL)
