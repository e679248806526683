"""The shape of an answer: its key paths, each with the JSON types found there.

Paths start anew at every thing, so `t3.author` is the same path in a listing, in a thread and in a crosspost's
parent list. Keys that are ids become `*`.
"""

import re
from collections import defaultdict
from typing import Any

from tests.sandbox.praw_cassettes import Exchange

Shape = dict[str, set[str]]

# Keyed by ids.
_BY_ID = {"media_metadata", "conversations", "messages", "modActions", "moderators"}
# What is inside depends on experiments, video hosts or gifs.
_OPAQUE = {
    *("features", "variants", "media", "secure_media", "media_embed", "secure_media_embed", "gildings"),
    *("modPermissions", "recentComments", "recentPosts", "recentConvos", "fields", "comment_contribution_settings"),
}


_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}


def _root(kind: str, data: dict[str, Any]) -> str:
    """Comments have another shape in the inbox than anywhere else."""
    return "t1 in inbox" if kind == "t1" and "was_comment" in data else kind


def _walk(value: Any, path: str, key: str, found: Shape) -> None:
    found[path].add(_TYPES.get(type(value), "number"))
    if value == []:
        found[path].add("empty")
    if isinstance(value, dict):
        if len(value) == 2 and isinstance(value.get("kind"), str) and isinstance(value.get("data"), dict):
            root = _root(value["kind"], value["data"])
            _walk(value["data"], root, root, found)
        elif key not in _OPAQUE:
            for name, inner in value.items():
                _walk(inner, f"{path}.{'*' if key in _BY_ID else name}", name, found)
    elif isinstance(value, list) and key not in _OPAQUE:
        # The posts inside a crosspost are bare.
        inner_path = "t3" if key == "crosspost_parent_list" else f"{path}[]"
        for inner in value:
            _walk(inner, inner_path, "", found)


def endpoint(method: str, path: str) -> str:
    """Method and path with everything that is a name or an id taken out."""
    path = re.sub(r"^/r/[^/]+", "/r/*", path.rstrip("/"))
    path = re.sub(r"^/user/[^/]+", "/user/*", path)
    path = re.sub(r"^/comments/.*|/r/\*/comments/.+", "/comments/*", path)
    path = re.sub(r"/conversations/(?!read|unread)\w+", "/conversations/*", path)
    path = re.sub(r"/messages/\w+", "/messages/*", path)
    path = re.sub(r"/wiki/(pages|revisions|settings)?.*", r"/wiki/\1*", path)
    path = re.sub(r"/api/v1/(?!me)[^/]+/(\w+)$", r"/api/v1/*/\1", path)
    return f"{method} {path}"


def shape(method: str, path: str, body: Any) -> Shape:
    """The key paths of an answer; those outside of things begin with the endpoint."""
    found: Shape = defaultdict(set)
    _walk(body, endpoint(method, path), "", found)
    return found


class Knowledge:
    """What all cassettes together say: the types ever seen at a path, and the keys that are still in use."""

    def __init__(self) -> None:
        self.types: Shape = defaultdict(set)
        self._years: dict[str, set[int]] = defaultdict(set)

    def learn(self, exchange: Exchange) -> None:
        for path, types in shape(exchange.method, exchange.path, exchange.body).items():
            self.types[path] |= types
            self._years[path].add(exchange.year)

    def retired(self, path: str) -> bool:
        """Whether the newest recordings of this kind of thing no longer have the path.

        Newest are those of the last two years in which the kind was recorded at all; older keys that Reddit has
        dropped since are not asked of the sandbox.
        """
        root = path.partition(".")[0]
        newest = sorted(self._years[root])[-2:]
        return not self._years[path] & set(newest)
