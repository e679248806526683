"""The comments of a post as a tree, cut to a size with `more` objects where something was left out."""

from .records import Comment, Post
from .things import Json, Things, listing
from .world import World

DEFAULT_LIMIT = 200
DEEPEST = 10


class Tree:
    """Renders the comments below one post for one viewer.

    At most `limit` comments are shown and none deeper than `depth`; the siblings left out at one place become one
    `more` object, and what lies below the deepest level becomes an empty one ("continue this thread").
    """

    def __init__(
        self, world: World, things: Things, post: Post, *, sort: str, limit: int = DEFAULT_LIMIT, depth: int = DEEPEST
    ) -> None:
        self._world = world
        self._things = things
        self._post = post
        self._sort = sort
        self._left = limit
        self._depth = depth

    def _ordered(self, fullname: str) -> list[Comment]:
        """The children that can be seen: a vanished comment stays only while there is something below it."""
        children = [child for child in self._world.children(fullname) if self.shows(child)]
        if self._sort in ("new", "old"):
            children.sort(key=lambda comment: int(comment.id, 36), reverse=self._sort == "new")
        else:
            children.sort(key=lambda comment: (not comment.stickied, -comment.score))
        return children

    def shows(self, comment: Comment) -> bool:
        """Whether the comment is to be seen, be it only as the place that others stand under."""
        if comment.unlisted:
            return False
        gone = comment.deleted or (comment.removed_by_category and not self._things.sees_removed(comment))
        return not gone or any(self.shows(child) for child in self._world.children(comment.fullname))

    def _size(self, comment: Comment) -> int:
        return 1 + sum(self._size(child) for child in self._ordered(comment.fullname))

    def _more(self, left_out: list[Comment], parent: str, depth: int) -> Json:
        ids = [comment.id for comment in left_out]
        count = sum(self._size(comment) for comment in left_out)
        data = {"count": count, "name": f"t1_{ids[0]}", "id": ids[0], "parent_id": parent}
        return {"kind": "more", "data": data | {"depth": depth, "children": ids}}

    @staticmethod
    def _continue(parent: str, depth: int) -> Json:
        data = {"count": 0, "name": "t1__", "id": "_", "parent_id": parent, "depth": depth, "children": []}
        return {"kind": "more", "data": data}

    def below(self, fullname: str, depth: int = 0) -> list[Json]:
        """The rendered children of a thing, with theirs inside."""
        children = self._ordered(fullname)
        if not children:
            return []
        if depth >= self._depth:
            return [self._continue(fullname, depth)]
        shown = children[: max(self._left, 0)]
        self._left -= len(shown)
        rendered = [self.with_replies(comment, depth) for comment in shown]
        left_out = children[len(shown) :]
        if left_out:
            rendered.append(self._more(left_out, fullname, depth))
        return rendered

    def with_replies(self, comment: Comment, depth: int = 0) -> Json:
        """One comment with what stands below it."""
        replies = self.below(comment.fullname, depth + 1)
        return self._things.comment(comment, replies=listing(replies) if replies else "", depth=depth)

    def around(self, comment: Comment, context: int) -> list[Json]:
        """The comment with up to `context` comments above it, as one branch."""
        chain = [comment]
        while len(chain) <= context:
            above = self._world.thing(chain[0].parent)
            if not isinstance(above, Comment):
                break
            chain.insert(0, above)
        rendered = self.with_replies(comment, len(chain) - 1)
        for depth in range(len(chain) - 2, -1, -1):
            rendered = self._things.comment(chain[depth], replies=listing([rendered]), depth=depth)
        return [rendered]

    def flat(self, comments: list[Comment]) -> list[Json]:
        """The comments and everything below them, parents first, each without nested replies."""
        found: list[Json] = []
        for comment in comments:
            found.append(self._things.comment(comment, depth=self._depth_of(comment)))
            children = self._ordered(comment.fullname)
            found.extend(self.flat(children))
        return found

    def _depth_of(self, comment: Comment) -> int:
        depth, above = 0, self._world.thing(comment.parent)
        while isinstance(above, Comment):
            depth, above = depth + 1, self._world.thing(above.parent)
        return depth
