"""What can be put into a running sandbox from outside: accounts, subreddits, moderators, posts, comments, votes.

Each class is one thing to make, as a request gives it; `make` puts it into the world and says what came of it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from .records import Comment, Post
from .state import State
from .subreddit_records import Subreddit
from .things import Json, Things
from .world import World

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{3,20}$")]
SubredditName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]{2,20}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class NotAllowed(PermissionError):
    """The person may not do that; the message says why."""


class NotThere(LookupError):
    """Something that the request names does not exist; the message says what."""


def _place(state: State, name: str) -> Subreddit:
    found = state.find_subreddit(name)
    if found is None:
        raise NotThere(f"there is no subreddit {name}")
    return found


def _thing(state: State, fullname: str) -> Post | Comment:
    found = state.thing(fullname)
    if not isinstance(found, Post | Comment):
        raise NotThere(f"there is no post or comment {fullname}")
    return found


def _made(world: World, thing: Post | Comment) -> Json:
    return {"name": thing.fullname, "url": world.base_url + Things(world, None).permalink(thing)}


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewUser(_Request):
    """An account; one that exists gets the password."""

    name: Name
    password: Words = "secret"  # noqa: S105 - it opens nothing else

    def make(self, world: World, _: dict[str, bytes]) -> Json:
        """The account's name and password."""
        user = world.add_user(self.name, self.password)
        return {"name": user.name, "password": user.password, "fullname": user.fullname}


class NewSubreddit(_Request):
    """A subreddit; `moderators` and `media_in_comments` are words with commas between them."""

    name: SubredditName
    title: str = ""
    description: str = ""
    moderators: str = ""
    kind: Literal["public", "restricted", "private"] = "public"
    over18: bool = False
    quarantine: bool = False
    media_in_comments: str = ""

    def make(self, world: World, _: dict[str, bytes]) -> Json:
        """The subreddit's name and address."""
        if world.find_subreddit(self.name):
            raise ValueError(f"there is a subreddit {self.name} already")
        place = world.add_subreddit(
            self.name,
            title=self.title,
            moderators=_words(self.moderators),
            private=self.kind == "private",
            restricted=self.kind == "restricted",
            over18=self.over18,
            quarantine=self.quarantine,
            media_in_comments=_words(self.media_in_comments),
        )
        place.description = self.description
        return {"name": place.name, "fullname": place.fullname, "url": f"{world.base_url}/r/{place.name}"}


class NewModerator(_Request):
    """A moderator at once, or with `invite` an invitation; `permissions` are words with commas between them."""

    subreddit: str
    name: Name
    permissions: str = "all"
    invite: bool = False

    def make(self, world: World, _: dict[str, bytes]) -> Json:
        """The moderator's name and permissions."""
        place, permissions = _place(world, self.subreddit), _words(self.permissions)
        (world.invite_moderator if self.invite else world.add_moderator)(place.name, self.name, permissions)
        return {"name": self.name, "subreddit": place.name, "permissions": permissions}


class NewPost(_Request):
    """A post: of the pictures that come as files, or with `url` a link, or of text. `flair` is its flair's text.

    An MP4 file is posted as a video; a second one is its sound.
    """

    subreddit: str
    author: Name
    title: Words
    text: str = ""
    url: str = ""
    flair: str = ""
    over_18: bool = False
    spoiler: bool = False

    def make(self, world: World, files: dict[str, bytes]) -> Json:
        """The post's fullname and address."""
        place, pictures = _place(world, self.subreddit), [content for content in files.values() if content]
        common = (place.name, self.author, self.title)
        fields: dict[str, Any] = {"over_18": self.over_18 or place.over18, "spoiler": self.spoiler}
        fields["flair"] = self.flair or None
        if pictures and pictures[0][4:8] == b"ftyp":
            post = world.post_video(*common, pictures[0], sound=pictures[1] if len(pictures) > 1 else None, **fields)
        elif len(pictures) == 1:
            post = world.post_image(*common, pictures[0], _mimetype(pictures[0]), text=self.text, **fields)
        elif pictures:
            post = world.post_gallery(*common, pictures, _mimetype(pictures[0]), **fields)
        elif self.url:
            post = world.post_link(*common, self.url, **fields)
        else:
            post = world.post_text(*common, self.text, **fields)
        return _made(world, post)


class NewComment(_Request):
    """A comment under the post or comment with the fullname `parent`."""

    parent: str
    author: Name
    body: Words

    def make(self, world: World, _: dict[str, bytes]) -> Json:
        """The comment's fullname and address."""
        above = _thing(world, self.parent)
        place, author = world.subreddit(world.post_of(above).subreddit), world.users.get(self.author.lower())
        if (above.locked or world.post_of(above).locked) and not place.is_moderator(author):
            raise NotAllowed("comments are locked there")
        return _made(world, world.comment(above.fullname, self.author, self.body))


class NewMessage(_Request):
    """A private message."""

    to: Name
    author: Name
    subject: Words
    body: Words

    def make(self, world: World, _: dict[str, bytes]) -> Json:
        """The message's fullname."""
        return {"name": world.message(self.to, self.author, self.subject, self.body).fullname}


class NewVote(_Request):
    """A vote on the post or comment `thing`: of the account `voter`, or as many as make its score `score`."""

    thing: str
    voter: Name | None = None
    direction: Annotated[Literal[-1, 0, 1], BeforeValidator(int)] = 1  # a form sends it as text
    score: int | None = None

    def make(self, world: World, _: dict[str, bytes]) -> Json:
        """The score that it has now."""
        thing = _thing(world, self.thing)
        if self.voter is not None:
            world.vote(thing.fullname, self.voter, self.direction)
        elif self.score is not None:
            world.set_score(thing.fullname, self.score)
        else:
            raise ValueError("say who votes (voter) or what the score becomes (score)")
        return {"name": thing.fullname, "score": thing.score}


class Deed(_Request):
    """What a moderator, or for `delete` the author, does to the post or comment `thing`."""

    thing: str
    who: Name
    what: Literal["remove", "approve", "lock", "unlock", "delete"]

    def make(self, world: World, _: dict[str, bytes]) -> Json:
        """The fullname, and what was done."""
        thing, who = _thing(world, self.thing), world.users.get(self.who.lower())
        place = world.subreddit(world.post_of(thing).subreddit)
        if self.what == "delete":
            if who is None or thing.author != who.name:
                raise NotAllowed(f"only u/{thing.author} can delete that")
            world.delete(thing.fullname)
        elif not place.is_moderator(who):
            raise NotAllowed(f"u/{self.who} does not moderate r/{place.name}")
        elif self.what in {"lock", "unlock"}:
            world.lock(thing.fullname, self.what == "lock")
        elif self.what == "approve":
            world.approve(thing.fullname, self.who)
        else:
            world.remove(thing.fullname, by=self.who)
        return {"name": thing.fullname, "what": self.what}


_Maker = NewUser | NewSubreddit | NewModerator | NewPost | NewComment | NewMessage | NewVote | Deed

MAKERS: dict[str, type[_Maker]] = {
    "users": NewUser,
    "subreddits": NewSubreddit,
    "moderators": NewModerator,
    "posts": NewPost,
    "comments": NewComment,
    "messages": NewMessage,
    "votes": NewVote,
    "deeds": Deed,
}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _mimetype(content: bytes) -> str:
    """The type of a picture by how it begins; what is none counts as JPEG and is posted all the same."""
    begins = {b"\x89PNG": "image/png", b"GIF8": "image/gif", b"RIFF": "image/webp"}
    return begins.get(content[:4], "image/jpeg")
