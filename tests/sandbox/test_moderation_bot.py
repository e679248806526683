"""A bot that moderates, made here after what such bots are publicly known to do, works on the sandbox with Async PRAW.

It reads its rules from a wiki page, goes through the queue of what was reported or filtered, removes with a reason and
tells the author, approves what is fine, gives flair, remembers warnings as notes and in flair, and writes modmail.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpraw
import praw
import pytest
import yaml
from asyncpraw.models import Comment, Submission

from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

BOT = "JanitorBot"
Login = Callable[..., praw.Reddit]
Work = Callable[[], None]
RULES = """
title_must_have: "["
forbidden: [casino, pills]
reason: No advertisements
flair: {"[Photo]": Photo, "[Map]": Map}
warnings_until_ban: 2
"""


@dataclass
class JanitorBot:
    """The bot in one subreddit."""

    reddit: asyncpraw.Reddit
    rules: dict[str, Any] = field(default_factory=dict)

    async def work(self) -> None:
        """Read the rules, then the new posts, then the queue."""
        place = await self.reddit.subreddit("maps")
        page = await place.wiki.get_page("janitor")
        self.rules = yaml.safe_load(page.content_md)
        async for post in place.mod.unmoderated():
            await self._look_at(place, post)
        async for thing in place.mod.modqueue():
            await self._look_at(place, thing)

    async def _look_at(self, place: Any, thing: Submission | Comment) -> None:
        text = thing.title + thing.selftext if isinstance(thing, Submission) else thing.body
        if any(word in text.lower() for word in self.rules["forbidden"]):
            await self._remove(place, thing)
        elif isinstance(thing, Submission) and self.rules["title_must_have"] not in thing.title:
            await thing.mod.remove(mod_note="no tag in the title")
            comment = await thing.reply("Please post again with a tag such as [Photo] in the title.")
            await comment.mod.distinguish(sticky=True)
            await comment.mod.lock()
        else:
            await self._approve(place, thing)

    async def _remove(self, place: Any, thing: Submission | Comment) -> None:
        async for reason in place.mod.removal_reasons:
            if reason.title == self.rules["reason"]:
                await thing.mod.remove(reason_id=reason.id, spam=True)
                await thing.mod.send_removal_message(message=reason.message, type="public")
        author = thing.author
        await place.mod.notes.create(label="SPAM_WARNING", note=f"advertised in {thing.id}", redditor=author.name)
        notes = [note async for note in place.mod.notes.redditors(author.name, all_notes=True)]
        await place.flair.set(author.name, text=f"{len(notes)} warnings", css_class="warned")
        if len(notes) >= self.rules["warnings_until_ban"]:
            await place.banned.add(author.name, ban_reason="advertisements", duration=7)
            await place.modmail.create(subject="A ban", body=f"u/{author.name}: {len(notes)} warnings", recipient=None)

    async def _approve(self, place: Any, thing: Submission | Comment) -> None:
        await thing.mod.approve()
        if not isinstance(thing, Submission):
            return
        templates = [template async for template in place.flair.link_templates]
        for tag, name in self.rules["flair"].items():
            for template in templates:
                if tag in thing.title and template["text"] == name:
                    await thing.mod.flair(flair_template_id=template["id"])


@pytest.fixture
def world(world: World) -> World:
    world.add_user(BOT)
    world.add_subreddit("maps", moderators=["mod"])
    world.add_moderator("maps", BOT, ["posts", "flair", "wiki", "mail", "access"])
    world.write_wiki("maps", "janitor", RULES, "mod")
    return world


@pytest.fixture
def mod(login: Login) -> praw.models.Subreddit:
    """The subreddit as its human moderator sees it, with templates and reasons set up."""
    place = login("mod").subreddit("maps")
    for name in ("Photo", "Map"):
        place.flair.link_templates.add(name, css_class=name.lower(), mod_only=True)
    place.mod.removal_reasons.add(title="No advertisements", message="We do not want advertisements here.")
    return place


@pytest.fixture
def work(sandbox: Sandbox) -> Work:
    """Lets the bot work once."""

    async def once() -> None:
        async with asyncpraw.Reddit(**sandbox.praw_settings(BOT)) as reddit:
            await JanitorBot(reddit).work()

    return lambda: asyncio.run(once())


def test_good_posts_are_approved_and_get_flair(world: World, mod: praw.models.Subreddit, work: Work) -> None:
    post = world.post_text("maps", "alice", "[Map] The islands in 1700")
    work()
    [seen] = mod.new()
    assert (seen.link_flair_text, seen.link_flair_css_class, seen.approved_by) == ("Map", "map", BOT)
    assert list(mod.mod.unmoderated()) == []
    assert {entry.action for entry in mod.mod.log(mod=BOT)} == {"approvelink", "editflair"}
    assert post.flair_template is not None


def test_posts_without_a_tag_are_explained(world: World, mod: praw.models.Subreddit, work: Work) -> None:
    post = world.post_text("maps", "alice", "Islands")
    work()
    assert (post.removed_by_category, post.removed_by, post.mod_note) == ("moderator", BOT, "no tag in the title")
    [comment] = world.replies_by(BOT)
    assert (comment.stickied, comment.locked, comment.distinguished) == (True, True, "moderator")
    assert list(mod.new()) == []
    assert [one.title for one in mod.mod.spam()] == ["Islands"]


def test_what_readers_report_is_looked_at(world: World, mod: praw.models.Subreddit, login: Login, work: Work) -> None:
    post = world.post_text("maps", "alice", "[Photo] A bay")
    bad = world.comment(post.fullname, "seller", "Come to my casino")
    fine = world.comment(post.fullname, "bob", "Beautiful")
    for comment in (bad, fine):
        login("carol").comment(comment.id).report("spam")
    assert len(list(mod.mod.modqueue(only="comments"))) == 2
    work()
    assert list(mod.mod.modqueue()) == []
    assert (bad.removed_by_category, bad.spam, bad.removal_reason) == ("moderator", True, "No advertisements")
    assert fine.approved_by == BOT
    assert [reply.body for reply in world.replies_by(BOT)] == ["We do not want advertisements here."]
    [note] = mod.mod.notes.redditors("seller", all_notes=True)
    assert (note.label, note.operator) == ("SPAM_WARNING", BOT)
    assert login("bob").comment(bad.id).body == "[removed]"


def test_who_advertises_twice_is_banned_and_modmail_says_so(
    world: World, mod: praw.models.Subreddit, login: Login, work: Work
) -> None:
    for title in ("[Photo] pills", "[Map] pills"):
        world.post_text("maps", "seller", title)
    work()
    assert [(one.name, one.days_left) for one in mod.banned()] == [("seller", 7)]
    assert [(str(one["user"]), one["flair_text"]) for one in mod.flair()] == [("seller", "2 warnings")]
    [talk] = mod.modmail.conversations(state="mod")
    assert (talk.subject, talk.messages[0].body_markdown) == ("A ban", "u/seller: 2 warnings")
    assert "You've been banned from participating in r/maps" in [one.subject for one in login("seller").inbox.all()]
    with pytest.raises(Exception, match="403"):
        login("seller").subreddit("maps").submit("[Map] Again", selftext="x")
