"""Reddit's JSON for each kind of thing, as one viewer sees it."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from . import shapes
from .markup import to_reddit_html
from .parts import author_flair, for_moderators, poll_data
from .previews import Previews, gallery
from .records import Comment, Message, Notice, Post, User
from .shapes import Json as Json
from .world import World

_SUBJECTS = {"username_mention": "username mention", "comment_reply": "comment reply", "post_reply": "post reply"}


def slug(title: str) -> str:
    """The title as it stands in a permalink: lower case, at most 50 characters, underscores."""
    words = re.sub(r"[^\w]+", "_", title.lower(), flags=re.ASCII).strip("_")
    return words[:50].rstrip("_") or "_"


def listing(children: Sequence[Json], *, after: str | None = None, before: str | None = None) -> Json:
    """The envelope around a page of things."""
    data = {"after": after, "before": before, "dist": len(children), "modhash": None, "geo_filter": ""}
    return {"kind": "Listing", "data": data | {"children": list(children)}}


class Things:
    """Renders for one viewer: None for somebody who is not logged in."""

    def __init__(self, world: World, viewer: User | None) -> None:
        self._world = world
        self._viewer = viewer
        self.previews = Previews(world)

    # Who may see what

    def sees_removed(self, thing: Post | Comment) -> bool:
        """Moderators and the author still see what was removed."""
        place = self._world.subreddit(self._world.post_of(thing).subreddit)
        mine = self._viewer is not None and self._viewer.name == thing.author
        return mine or place.is_moderator(self._viewer)

    def _author(self, thing: Post | Comment) -> Json:
        """A vanished author is the word `[deleted]`, which PRAW turns into None, and has no fullname."""
        hidden = isinstance(thing, Comment) and thing.removed_by_category and not self.sees_removed(thing)
        if thing.deleted or hidden:
            return {"author": "[deleted]"}
        return {"author": thing.author, "author_fullname": self._world.user(thing.author).fullname}

    def text(self, thing: Post | Comment) -> str:
        """The text, or what stands in its place when it was deleted or removed."""
        if thing.deleted:
            return "[deleted]"
        if thing.removed_by_category and not self.sees_removed(thing):
            return "[removed]"
        return thing.text if isinstance(thing, Post) else thing.body

    def _shared(self, thing: Post | Comment) -> Json:
        """What posts and comments have in common."""
        place = self._world.subreddit(self._world.post_of(thing).subreddit)
        shared = {
            **self._author(thing),
            **author_flair(place, thing),
            "id": thing.id,
            "name": thing.fullname,
            "created": thing.created_utc,
            "created_utc": thing.created_utc,
            "edited": thing.edited or False,
            "distinguished": thing.distinguished,
            "locked": thing.locked,
            "stickied": thing.stickied,
            "score": thing.score,
            "ups": thing.score,
            "likes": {1: True, -1: False}.get(self.vote_on(thing)),
            "send_replies": thing.send_replies,
            "subreddit": place.name,
            "subreddit_id": place.fullname,
            "subreddit_name_prefixed": place.prefixed,
            "subreddit_type": place.kind,
            "can_mod_post": place.is_moderator(self._viewer),
            "saved": self._viewer is not None and thing.fullname in self._viewer.saved,
        }
        return shared | (for_moderators(thing) if place.is_moderator(self._viewer) else {})

    def vote_on(self, thing: Post | Comment) -> int:
        """The viewer's vote: 1, 0 or -1. Everybody has voted for what is their own."""
        if self._viewer is None:
            return 0
        return thing.votes.get(self._viewer.name.lower(), 1 if self._viewer.name == thing.author else 0)

    # Posts

    def permalink(self, thing: Post | Comment) -> str:
        """The path of a post or comment."""
        post = self._world.post_of(thing)
        path = f"/r/{post.subreddit}/comments/{post.id}/{slug(post.title)}/"
        return path if isinstance(thing, Post) else f"{path}{thing.id}/"

    def post(self, post: Post) -> Json:
        """A `t3`; keys that say nothing of this post are absent, as Reddit leaves them out."""
        place = self._world.subreddit(post.subreddit)
        category = "deleted" if post.deleted else post.removed_by_category
        text = self.text(post) if post.text or (category and post.kind == "self") else ""
        data = {
            **shapes.POST,
            **self._shared(post),
            "title": post.title,
            "permalink": self.permalink(post),
            "selftext": text,
            "selftext_html": to_reddit_html(text) if text else None,
            "is_self": post.kind == "self",
            "over_18": post.over_18,
            "spoiler": post.spoiler,
            "link_flair_text": post.flair,
            "link_flair_css_class": post.flair_css or None,
            **({"link_flair_template_id": post.flair_template} if post.flair_template else {}),
            "contest_mode": post.contest_mode,
            "pinned": post.pinned,
            "suggested_sort": post.suggested_sort,
            "is_original_content": post.original_content,
            "archived": post.archived,
            "quarantine": place.quarantine,
            "hidden": self._viewer is not None and post.fullname in self._viewer.hidden,
            "visited": self._viewer is not None and post.fullname in self._viewer.visited,
            "num_comments": post.num_comments,
            "subreddit_subscribers": place.subscribers,
            "removed_by_category": category,
            "is_reddit_media_domain": post.kind == "image",
            "thumbnail": {"self": "self", "link": "default"}.get(post.kind, "image"),
            "thumbnail_height": None,
            "thumbnail_width": None,
            **self._target(post),
        }
        return {"kind": "t3", "data": data}

    def _target(self, post: Post) -> Json:
        """What the post shows: address, domain, pictures, crossposted post."""
        base = self._world.base_url
        pictures = [self._world.pictures[picture] for picture in post.pictures]
        target: Json
        if post.kind == "image":
            url = self.previews.url(pictures[0])
            preview = {"images": [self.previews.of(pictures[0])], "enabled": True}
            target = {"url": url, "url_overridden_by_dest": url, "domain": "i.redd.it", "post_hint": "image"}
            if pictures[0].size != (0, 0):
                target |= {"preview": preview, "thumbnail_height": 140, "thumbnail_width": 140}
        elif post.kind == "gallery":
            url = f"{base}/gallery/{post.id}"
            target = {"url": url, "url_overridden_by_dest": url, "domain": "reddit.com", "is_gallery": True}
            target |= {"gallery_data": gallery(post, pictures), "media_metadata": self.previews.metadata(pictures)}
        elif post.kind == "video":
            url = f"{base}/v.redd.it/{post.video}"
            media = self._world.videos[post.video].of(url)
            target = {"url": url, "url_overridden_by_dest": url, "domain": "v.redd.it", "post_hint": "hosted:video"}
            target |= {"is_video": True, "media": media, "secure_media": media}
        elif post.kind == "link":
            target = {"url": post.url, "url_overridden_by_dest": post.url, "domain": urlsplit(post.url).netloc}
            target["post_hint"] = "image" if re.search(r"\.(jpe?g|png|gif)$", urlsplit(post.url).path) else "link"
        elif post.kind == "crosspost":
            target = {"domain": "", "crosspost_parent": post.crosspost_parent, "crosspost_parent_list": []}
            parent = self._world.posts.get((post.crosspost_parent or "").removeprefix("t3_"))
            if parent is not None:
                path = self.permalink(parent)
                target |= {"url": path, "url_overridden_by_dest": path}
                target["crosspost_parent_list"] = [self.post(parent)["data"]]
        else:
            target = {"url": base + self.permalink(post), "domain": f"self.{post.subreddit}"}
            if pictures:
                target["media_metadata"] = self.previews.metadata(pictures)
            if post.poll is not None:
                target["poll_data"] = poll_data(post.poll, self._viewer, self._world.now())
        return target

    # Comments

    def comment(self, comment: Comment, *, replies: Json | str = "", depth: int | None = None) -> Json:
        """A `t1`: inside a thread with its `depth`, elsewhere with what it says of its post."""
        post = self._world.posts[comment.post]
        body = self.text(comment)
        data = {
            **shapes.COMMENT,
            **self._shared(comment),
            "body": body,
            "body_html": to_reddit_html(body),
            "parent_id": comment.parent,
            "link_id": post.fullname,
            "permalink": self.permalink(comment),
            "archived": post.archived,
            "collapsed": comment.collapsed,
            "is_submitter": comment.author == post.author and not comment.deleted,
            "replies": replies,
        }
        pictures = [self._world.pictures[picture] for picture in comment.media if picture in self._world.pictures]
        if pictures and body == comment.body:
            data["media_metadata"] = self.previews.metadata(pictures)
        return {"kind": "t1", "data": data | (self._of_post(post) if depth is None else {"depth": depth})}

    def _of_post(self, post: Post) -> Json:
        rendered = self.post(post)["data"]
        return {
            "link_author": rendered["author"],
            "link_permalink": self._world.base_url + rendered["permalink"],
            "link_title": post.title,
            "link_url": rendered.get("url", ""),
            "num_comments": rendered["num_comments"],
            "over_18": post.over_18,
            "quarantine": rendered["quarantine"],
        }

    # The inbox

    def notice(self, notice: Notice) -> Json:
        """What the inbox shows: a message, or a comment in the inbox's own shape (no `permalink`, no `link_id`)."""
        thing = self._world.thing(notice.fullname)
        if isinstance(thing, Message):
            return self.message(thing, unread=notice.unread)
        if not isinstance(thing, Comment) or self._viewer is None:
            raise KeyError(notice.fullname)
        post = self._world.posts[thing.post]
        data = {
            **shapes.MESSAGE,
            **self._author(thing),
            "id": thing.id,
            "name": thing.fullname,
            "created": thing.created_utc,
            "created_utc": thing.created_utc,
            "body": self.text(thing),
            "body_html": to_reddit_html(self.text(thing)),
            "context": f"{self.permalink(thing)}?context=3",
            "dest": self._viewer.name,
            "distinguished": thing.distinguished,
            "link_title": post.title,
            "new": notice.unread,
            "num_comments": post.num_comments,
            "parent_id": thing.parent,
            "score": thing.score,
            "subject": _SUBJECTS[notice.kind],
            "subreddit": post.subreddit,
            "subreddit_name_prefixed": f"r/{post.subreddit}",
            "type": notice.kind,
            "was_comment": True,
        }
        return {"kind": "t1", "data": data}

    def message(self, message: Message, *, unread: bool = False, replies: Json | str = "") -> Json:
        """A `t4`."""
        first = message.first
        data = {
            **shapes.MESSAGE,
            "id": message.id,
            "name": message.fullname,
            "created": message.created_utc,
            "created_utc": message.created_utc,
            "author": message.author,
            "author_fullname": self._world.user(message.author).fullname if message.author else None,
            "body": message.body,
            "body_html": to_reddit_html(message.body),
            "dest": message.dest,
            "distinguished": message.distinguished,
            "first_message": int(first.removeprefix("t4_"), 36) if first else None,
            "first_message_name": first,
            "new": unread,
            "parent_id": message.parent,
            "replies": replies,
            "subject": message.subject,
            "subreddit": message.subreddit,
            "subreddit_name_prefixed": f"r/{message.subreddit}" if message.subreddit else None,
        }
        return {"kind": "t4", "data": data}
