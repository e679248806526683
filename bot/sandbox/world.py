"""What can happen in the sandbox, callable from Python.

The HTTP side calls the same methods, so a test that prepares a thread and a client that posts one leave the same
traces.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from .notices import announce, deliver
from .pictures import Picture
from .records import Comment, Message, Post, PostKind, Report
from .state import State
from .subreddit_records import Listed, ModAction, Moderator, Revision, Subreddit, WikiPage
from .videos import Video


class World(State):
    """A small Reddit to act on. Authors that do not exist are created."""

    # Subreddits and who moderates them

    def add_subreddit(
        self,
        name: str,
        *,
        over18: bool = False,
        quarantine: bool = False,
        private: bool = False,
        restricted: bool = False,
        moderators: Iterable[str] = (),
        banned: Iterable[str] = (),
        title: str = "",
        media_in_comments: Sequence[str] = (),
        thing_id: str | None = None,
    ) -> Subreddit:
        """Create a subreddit; `media_in_comments` is what `allowed_media_in_comments` lists (`static`, ...)."""
        subreddit = Subreddit(
            thing_id or self.next_id("t5"),
            name,
            self.now(),
            kind="private" if private else "restricted" if restricted else "public",
            title=title or name,
            over18=over18,
            quarantine=quarantine,
            media_in_comments=tuple(media_in_comments),
            banned={self.user(who).name.lower() for who in banned},
        )
        self.subreddits[name.lower()] = subreddit
        for who in moderators:
            self.add_moderator(name, who)
        return subreddit

    def add_moderator(self, subreddit: str, name: str, permissions: Sequence[str] = ("all",)) -> None:
        """Make somebody a moderator at once, without an invitation."""
        user = self.user(name)
        self.subreddit(subreddit).moderators[user.name.lower()] = Moderator(user.name, self.now(), list(permissions))

    def invite_moderator(self, subreddit: str, name: str, permissions: Sequence[str] = ("all",)) -> Message:
        """Invite somebody, with the message that Reddit sends for it."""
        place, user = self.subreddit(subreddit), self.user(name)
        place.invited[user.name.lower()] = Moderator(user.name, self.now(), list(permissions))
        body = (
            f"gadzooks! **you are invited to become a moderator** of [/r/{place.name}: {place.title}](/r/{place.name})!"
            f"\n\n*to accept*, visit the [moderators page for /r/{place.name}](/r/{place.name}/about/moderators)."
        )
        subject = f"invitation to moderate /r/{place.name}"
        return self.message(user.name, None, subject, body, subreddit=place.name, distinguished="moderator")

    def remove_moderator(self, subreddit: str, name: str) -> None:
        """Take somebody off the list of moderators, and take back an invitation; nobody is told."""
        place = self.subreddit(subreddit)
        if place.moderators.pop(name.lower(), None):
            self.log(place, self._any_moderator(place), "removemoderator")
        if place.invited.pop(name.lower(), None):
            self.log(place, self._any_moderator(place), "uninvitemoderator")

    def ban(self, subreddit: str, name: str, note: str = "", days: int | None = None) -> Message:
        """Ban somebody, with the message that Reddit sends for it."""
        place, user = self.subreddit(subreddit), self.user(name)
        place.banned.add(user.name.lower())
        place.listed["banned", user.name.lower()] = Listed(self.now(), note, days)
        self.log(place, self._any_moderator(place), "banuser")
        body = f"You have been permanently banned from participating in [r/{place.name}](/r/{place.name})."
        subject = f"You've been banned from participating in r/{place.name}"
        return self.message(user.name, None, subject, body, subreddit=place.name, distinguished="moderator")

    def mute(self, subreddit: str, name: str) -> Message:
        """Keep somebody out of the modmail, with the message that Reddit sends for it."""
        place, user = self.subreddit(subreddit), self.user(name)
        place.muted.add(user.name.lower())
        place.listed["muted", user.name.lower()] = Listed(self.now())
        self.log(place, self._any_moderator(place), "muteuser")
        body = (
            f"You have been temporarily muted from r/{place.name}. You will not be able to message the moderators of "
            f"r/{place.name} for 3 days."
        )
        subject = f"You have been muted from r/{place.name}"
        return self.message(user.name, None, subject, body, subreddit=place.name, distinguished="moderator")

    @staticmethod
    def _any_moderator(place: Subreddit) -> str:
        return next((one.name for one in place.moderators.values()), "reddit")

    # Posts

    def _post(self, kind: PostKind, subreddit: str, author: str, title: str, **fields: Any) -> Post:
        post_id = fields.pop("thing_id", None) or self.next_id("t3")
        place = self.subreddit(subreddit)
        fields.setdefault("over_18", place.over18)
        post = Post(post_id, place.name, self.user(author).name, title, self.now(), kind, **fields)
        self.posts[post.id] = post
        return post

    def add_picture(self, content: bytes, mimetype: str = "image/png", *, thing_id: str | None = None) -> Picture:
        """Store a file that posts and comments can then show by its id."""
        picture = Picture(thing_id or f"{self.next_id('media')}cnrb1", content, mimetype)
        self.pictures[picture.id] = picture
        return picture

    def post_image(
        self, subreddit: str, author: str, title: str, image: bytes, mimetype: str = "image/png", **fields: Any
    ) -> Post:
        """An image post. `fields` are those of `Post`: `over_18`, `spoiler`, `locked`, `thing_id`, ..."""
        return self._post("image", subreddit, author, title, pictures=[self.add_picture(image, mimetype).id], **fields)

    def post_gallery(
        self,
        subreddit: str,
        author: str,
        title: str,
        images: Sequence[bytes],
        mimetype: str = "image/png",
        **fields: Any,
    ) -> Post:
        """A gallery post with the pictures in this order."""
        ids = [self.add_picture(image, mimetype).id for image in images]
        return self._post("gallery", subreddit, author, title, pictures=ids, **fields)

    def post_video(
        self,
        subreddit: str,
        author: str,
        title: str,
        content: bytes,
        *,
        sound: bytes | None = None,
        size: tuple[int, int] = (640, 480),
        seconds: float = 1.0,
        gif: bool = False,
        **fields: Any,
    ) -> Post:
        """A video post: an MP4 file without sound, and another with the sound alone, as v.redd.it keeps them."""
        video = Video(f"{self.next_id('media')}vrb1", content, sound, size, seconds, gif)
        self.videos[video.id] = video
        return self._post("video", subreddit, author, title, video=video.id, **fields)

    def post_uploaded(
        self, subreddit: str, author: str, title: str, pictures: list[str], *, kind: PostKind = "image", **fields: Any
    ) -> Post:
        """An image post or gallery of pictures that are stored already."""
        return self._post(kind, subreddit, author, title, pictures=pictures, **fields)

    def post_text(
        self, subreddit: str, author: str, title: str, text: str = "", images: Sequence[bytes] = (), **fields: Any
    ) -> Post:
        """A self post; each of `images` is shown below the text."""
        ids = [self.add_picture(image).id for image in images]
        body = "\n\n".join([text, *(f"![img]({picture})" for picture in ids)]).strip()
        return self._post("self", subreddit, author, title, text=body, pictures=ids, **fields)

    def post_link(self, subreddit: str, author: str, title: str, url: str, **fields: Any) -> Post:
        """A link post to any address."""
        return self._post("link", subreddit, author, title, url=url, **fields)

    def crosspost(self, subreddit: str, author: str, title: str, of: str, **fields: Any) -> Post:
        """A crosspost of the post with the fullname `of`; a crosspost of a crosspost points at the first."""
        source = self.posts[of.removeprefix("t3_")]
        return self._post(
            "crosspost", subreddit, author, title, crosspost_parent=source.crosspost_parent or source.fullname, **fields
        )

    # Comments and messages

    def comment(
        self, parent: str, author: str, body: str, images: Sequence[str] = (), *, thing_id: str | None = None
    ) -> Comment:
        """A comment under a post or comment, with the notices that follow from it; `images` are picture ids."""
        above = self._post_or_comment(parent)
        post = above.id if isinstance(above, Post) else above.post
        comment = Comment(
            thing_id or self.next_id("t1"), post, parent, self.user(author).name, body, self.now(), media=list(images)
        )
        self.comments[comment.id] = comment
        self.replies.setdefault(parent, []).append(comment)
        self.posts[post].num_comments += 1
        announce(self, comment)
        return comment

    def message(
        self, to: str, author: str | None, subject: str, body: str, *, thing_id: str | None = None, **fields: Any
    ) -> Message:
        """A private message. `fields` are those of `Message`: `subreddit`, `first`, `parent`, `distinguished`."""
        message = Message(
            thing_id or self.next_id("t4"), author, self.user(to).name, subject, body, self.now(), **fields
        )
        self.messages[message.id] = message
        deliver(self, message)
        return message

    # What authors and moderators do to things

    def _post_or_comment(self, fullname: str) -> Post | Comment:
        thing = self.thing(fullname)
        if not isinstance(thing, Post | Comment):
            raise KeyError(fullname)
        return thing

    def edit(self, fullname: str, body: str, pictures: Sequence[str] = ()) -> None:
        """Change the text, and which uploaded pictures stand in a comment; nobody is told."""
        thing = self._post_or_comment(fullname)
        thing.edited = self.now()
        if isinstance(thing, Post):
            thing.text = body
        else:
            thing.body, thing.media = body, list(pictures)

    def delete(self, fullname: str) -> None:
        """The author deletes the post or comment."""
        self._post_or_comment(fullname).deleted = True

    def remove(self, fullname: str, category: str = "moderator", *, by: str | None = None, spam: bool = False) -> None:
        """Moderators (or `automod_filtered`, `reddit`, ...) take the thing away."""
        thing = self._post_or_comment(fullname)
        thing.removed_by_category, thing.removed_by, thing.spam = category, by, spam
        thing.removed_utc, thing.approved_by, thing.approved_utc = self.now(), None, None

    def set_score(self, fullname: str, score: int) -> None:
        """Set the score of a post or comment."""
        self._post_or_comment(fullname).score = score

    def vote(self, fullname: str, name: str, direction: int) -> None:
        """Somebody votes: 1, -1, or 0 to take the vote back. Authors have voted for what is their own."""
        thing, who = self._post_or_comment(fullname), self.user(name)
        before = thing.votes.get(who.name.lower(), 1 if thing.author == who.name else 0)
        thing.votes[who.name.lower()] = direction
        thing.score += direction - before

    def report(self, fullname: str, name: str, reason: str) -> None:
        """Tell the moderators of the subreddit; what they ignore reports about is not reported."""
        thing, who = self._post_or_comment(fullname), self.user(name)
        if not thing.ignores_reports:
            moderates = self.subreddit(self.post_of(thing).subreddit).is_moderator(who)
            thing.reports.append(Report(reason, who.name, moderates))

    def approve(self, fullname: str, moderator: str | None = None) -> None:
        """Put a removed thing back, and be done with its reports."""
        thing = self._post_or_comment(fullname)
        thing.removed_by_category, thing.removed_by, thing.removed_utc, thing.spam = None, None, None, False
        thing.approved_by, thing.approved_utc = moderator, self.now() if moderator else None
        thing.reports.clear()

    def lock(self, fullname: str, locked: bool = True) -> None:
        """Close the post or comment to new replies, or open it again."""
        self._post_or_comment(fullname).locked = locked

    def archive(self, fullname: str) -> None:
        """Make the post too old to reply to."""
        post = self.thing(fullname)
        if not isinstance(post, Post):
            raise KeyError(fullname)
        post.archived = True

    def write_wiki(self, subreddit: str, page: str, content: str, author: str, reason: str | None = None) -> Revision:
        """Save a version of a wiki page, creating the page when there is none."""
        place = self.subreddit(subreddit)
        revision = Revision(self.new_uuid(), self.user(author).name, content, reason, self.now())
        place.wiki.setdefault(page.lower(), WikiPage(page.lower())).revisions.append(revision)
        self.log(place, author, "wikirevise", details=f"Page {page} edited")
        return revision

    def log(
        self, place: Subreddit, moderator: str, action: str, target: str | None = None, details: str | None = None
    ) -> None:
        """Add a line to the moderation log."""
        entry = ModAction(f"ModAction_{self.new_uuid()}", action, moderator, self.now(), target, details)
        place.log.append(entry)

    def share(self, fullname: str) -> str:
        """The path of a share link to a post or comment."""
        thing = self._post_or_comment(fullname)
        token = f"s{self.next_id('share'):0>9}"
        self.share_links[token] = fullname
        return f"/r/{self.post_of(thing).subreddit}/s/{token}"
