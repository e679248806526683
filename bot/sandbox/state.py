"""What the sandbox knows at one moment: accounts, subreddits, everything written, and how to look it up."""

import threading
import time
from collections.abc import Callable
from typing import Any

from .account_records import Announcement
from .appearance_records import LiveThread
from .faults import Faults
from .pictures import Picture
from .records import Comment, Conversation, Message, Post, Thing, User
from .subreddit_records import Moderator, Subreddit
from .tokens import Tokens
from .videos import Video

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# First ids, far apart so that an id can be recognised when it turns up in the wrong place.
_FIRST_IDS = {"t1": "mya000", "t2": "1hu000", "t3": "1sa000", "t4": "30r000", "t5": "8sr000", "media": "g4l000"}


def base36(number: int) -> str:
    """The number in base 36, as Reddit writes ids."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


class State:
    """The dictionaries behind a small Reddit. Names are looked up without regard to case.

    `users` and `subreddits` are keyed by lower-case name, `posts`, `comments`, `messages`, `pictures` and `videos` by
    id without its kind. `guard` is held by the server for the length of each request; hold it around several changes
    that belong together.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, calls_per_window: int = 1000) -> None:
        self.clock = clock
        self.calls_per_window = calls_per_window
        self.base_url = "http://127.0.0.1"
        self.guard = threading.RLock()
        self.faults = Faults()
        self.tokens = Tokens(clock)
        self.calls: list[dict[str, Any]] = []
        self.apps: dict[str, str] = {"sandbox_client": "sandbox_secret"}
        self.users: dict[str, User] = {}
        self.subreddits: dict[str, Subreddit] = {}
        self.profiles: dict[str, Subreddit] = {}
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}
        self.messages: dict[str, Message] = {}
        self.pictures: dict[str, Picture] = {}
        self.videos: dict[str, Video] = {}
        self.leases: dict[str, str] = {}
        self.conversations: dict[str, Conversation] = {}
        self.share_links: dict[str, str] = {}
        self.live_threads: dict[str, LiveThread] = {}
        self.announcements: dict[str, Announcement] = {}
        self.replies: dict[str, list[Comment]] = {}
        self._counters = {kind: int(first, 36) for kind, first in _FIRST_IDS.items()}

    def next_id(self, kind: str) -> str:
        """A fresh id for `t1` to `t5`, `media` or any other word, counting up in base 36."""
        self._counters[kind] = self._counters.get(kind, 0) + 1
        return base36(self._counters[kind])

    def now(self) -> float:
        """Whole seconds, as Reddit's own times are."""
        return float(int(self.clock()))

    def add_user(self, name: str, password: str = "secret", *, thing_id: str | None = None) -> User:  # noqa: S107 - no secret
        """Create an account, or give the one that exists this password."""
        user = self.users.get(name.lower())
        if user is None:
            user = User(thing_id or self.next_id("t2"), name, password, self.now())
            self.users[name.lower()] = user
        user.password = password
        return user

    def user(self, name: str) -> User:
        """The account of that name, created when there is none."""
        return self.users.get(name.lower()) or self.add_user(name)

    def find_subreddit(self, name: str) -> Subreddit | None:
        """The subreddit of that name, or the profile that every account has as `u_NAME`."""
        found = self.subreddits.get(name.lower())
        user = self.users.get(name[2:].lower()) if name.lower().startswith("u_") else None
        if found is None and user is not None:
            found = self.profiles.get(user.name.lower())
            if found is None:
                found = Subreddit(f"u{user.id}", f"u_{user.name}", user.created_utc, kind="user", title=user.name)
                found.moderators[user.name.lower()] = Moderator(user.name, user.created_utc, ["all"])
                self.profiles[user.name.lower()] = found
        return found

    def subreddit(self, name: str) -> Subreddit:
        """The subreddit of that name, or the profile; KeyError when there is none."""
        found = self.find_subreddit(name)
        if found is None:
            raise KeyError(name)
        return found

    def thing(self, fullname: str) -> Thing | None:
        """The post, comment or message with that fullname."""
        kind, _, thing_id = fullname.partition("_")
        place: dict[str, dict[str, Any]] = {"t1": self.comments, "t3": self.posts, "t4": self.messages}
        found: Thing | None = place.get(kind, {}).get(thing_id)
        return found

    def post_of(self, thing: Post | Comment) -> Post:
        """The post itself, or the one that the comment stands under."""
        return thing if isinstance(thing, Post) else self.posts[thing.post]

    def children(self, fullname: str) -> list[Comment]:
        """The comments directly under a post or comment, oldest first, vanished ones included."""
        return self.replies.get(fullname, [])

    def new_uuid(self) -> str:
        """An id in the form that revisions and log lines have, counting up like every other."""
        return f"{int(self.next_id('uuid'), 36):08x}-5a4d-11f0-b0c5-000000000000"

    def replies_by(self, author: str) -> list[Comment]:
        """All comments of a user, oldest first."""
        return [comment for comment in self.comments.values() if comment.author.lower() == author.lower()]
