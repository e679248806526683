"""A bot that reminds people, made here after what such bots are publicly known to do, works on the sandbox.

It is summoned in a comment or by private message, answers once in a thread and by message afterwards, edits its answer
to count who else wants the reminder, lists and cancels reminders by message, and writes its figures into the wiki.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import praw
import pytest
from praw.exceptions import RedditAPIException
from praw.models import Comment, Message

from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

BOT = "ReminderBot"
Login = Callable[..., praw.Reddit]
_ASKED = re.compile(r"\bremind(?:er)?bot!?\s+(\d+)\s+days?(?:\s+\"(?P<about>[^\"]*)\")?", re.IGNORECASE)


@dataclass
class Reminder:
    """Who is to be told what, where it was asked, and on which day."""

    user: str
    day: int
    about: str
    place: str


@dataclass
class ReminderBot:
    """The bot; `day` is today, which its tests move on."""

    reddit: praw.Reddit
    day: int = 0
    reminders: list[Reminder] = field(default_factory=list)
    answers: dict[str, tuple[str, int]] = field(default_factory=dict)  # thread -> its answer, how many more asked

    def work(self) -> None:
        """Read the inbox oldest first, then send what is due."""
        unread = list(self.reddit.inbox.unread(limit=None))
        for item in reversed(unread):
            if isinstance(item, Comment):
                self._summoned(item)
            elif isinstance(item, Message):
                self._told(item)
            item.mark_read()
        self._send_due()

    def _summoned(self, comment: Comment) -> None:
        asked = _ASKED.search(comment.body)
        if not asked or comment.author is None:
            return
        self.reminders.append(
            Reminder(comment.author.name, self.day + int(asked[1]), asked["about"] or "", comment.context)
        )
        thread = comment.submission.id
        if thread in self.answers:
            name, more = self.answers[thread]
            self.answers[thread] = (name, more + 1)
            self.reddit.comment(name).edit(self._text(int(asked[1]), more + 1))
            comment.author.message(subject=f"{BOT} confirmation", message=f"In {asked[1]} days.")
            return
        try:
            self.answers[thread] = (comment.reply(self._text(int(asked[1]), 0)).id, 0)
        except RedditAPIException as error:
            if error.items[0].error_type not in ("THREAD_LOCKED", "TOO_OLD"):
                raise
            comment.author.message(subject=f"{BOT} confirmation", message=f"In {asked[1]} days.")

    def _remember(self, user: str, asked: re.Match[str], place: str) -> None:
        self.reminders.append(Reminder(user, self.day + int(asked[1]), asked["about"] or "", place))

    @staticmethod
    def _text(days: int, more: int) -> str:
        counted = f"\n\n{more} others want this reminder too." if more else ""
        return f"I will message you in {days} days.{counted}\n\n[cancel](/message/compose/?to={BOT}&subject=Cancel)"

    def _told(self, message: Message) -> None:
        mine = [one for one in self.reminders if message.author and one.user == message.author.name]
        if message.subject.lower().endswith("list"):
            lines = [f"| {one.day} | {one.about} |" for one in mine]
            message.reply("\n".join(["| day | about |", "|---|---|", *lines]) if lines else "You have no reminders.")
        elif message.subject.lower().endswith("cancel"):
            self.reminders = [one for one in self.reminders if one not in mine]
            message.reply(f"{len(mine)} cancelled.")
        elif asked := _ASKED.search(f"reminderbot {message.body}"):
            self.reminders.append(
                Reminder(message.author.name, self.day + int(asked[1]), asked["about"] or "", "/message")
            )
            message.reply(f"I will message you in {asked[1]} days.")

    def _send_due(self) -> None:
        due = [one for one in self.reminders if one.day <= self.day]
        for one in due:
            try:
                self.reddit.redditor(one.user).message(subject="Reminder", message=f"{one.about}\n\n{one.place}")
            except RedditAPIException as error:
                if error.items[0].error_type not in ("USER_DOESNT_EXIST", "NOT_WHITELISTED_BY_USER_MESSAGE"):
                    raise
            self.reminders.remove(one)

    def write_figures(self) -> None:
        """Keep a page of the wiki up to date."""
        page = self.reddit.subreddit("ReminderBotHome").wiki["figures"]
        page.edit(content=f"Reminders waiting: {len(self.reminders)}", reason=f"day {self.day}")


@pytest.fixture
def world(world: World) -> World:
    world.add_user(BOT)
    world.add_subreddit("news", moderators=["mod"])
    world.add_subreddit("ReminderBotHome", moderators=[BOT])
    return world


@pytest.fixture
def bot(login: Login) -> ReminderBot:
    return ReminderBot(login(BOT))


def test_it_answers_once_in_a_thread_and_counts_the_others(world: World, login: Login, bot: ReminderBot) -> None:
    post = world.post_text("news", "alice", "The election is in a week")
    world.comment(post.fullname, "bob", f'u/{BOT} reminderbot 7 days "who won?"')
    bot.work()
    for name in ("carol", "dave"):
        world.comment(post.fullname, name, f"u/{BOT} reminderbot! 7 days")
    bot.work()
    bot.work()
    [reply] = world.replies_by(BOT)
    assert reply.body.startswith("I will message you in 7 days.\n\n2 others want this reminder too.")
    assert reply.edited is not None
    assert [item.subject for item in login("dave").inbox.messages()] == [f"{BOT} confirmation"]
    assert list(bot.reddit.inbox.unread()) == []


def test_reminders_arrive_on_their_day(world: World, login: Login, bot: ReminderBot) -> None:
    post = world.post_text("news", "alice", "Post")
    asked = world.comment(post.fullname, "bob", f'u/{BOT} reminderbot 2 days "the soup"')
    bot.work()
    bot.day = 1
    bot.work()
    assert [one.subject for one in login("bob").inbox.messages()] == []
    bot.day = 2
    bot.work()
    bot.work()
    [message] = login("bob").inbox.messages()
    assert (message.subject, message.author.name) == ("Reminder", BOT)
    assert message.body.startswith("the soup")
    assert f"/{asked.id}/" in message.body


def test_it_is_told_by_private_message(world: World, login: Login, bot: ReminderBot) -> None:
    bob = login("bob")
    bob.redditor(BOT).message(subject="Reminder", message='3 days "buy milk"')
    bot.work()
    bob.redditor(BOT).message(subject="My list", message="please")
    bot.work()
    assert "| 3 | buy milk |" in next(bob.inbox.unread()).body
    bob.redditor(BOT).message(subject="Cancel", message="all")
    bot.work()
    bob.redditor(BOT).message(subject="My list", message="please")
    bot.work()
    newest, before, *_ = bob.inbox.unread()
    assert (newest.body, before.body) == ("You have no reminders.", "1 cancelled.")
    assert newest.subject == "re: My list"


def test_a_locked_thread_is_answered_by_message(world: World, login: Login, bot: ReminderBot) -> None:
    post = world.post_text("news", "alice", "Post")
    world.comment(post.fullname, "bob", f"u/{BOT} reminderbot 1 day")
    world.lock(post.fullname)
    bot.work()
    assert world.replies_by(BOT) == []
    assert [one.subject for one in login("bob").inbox.messages()] == [f"{BOT} confirmation"]


def test_nobody_is_reminded_who_does_not_want_it(world: World, bot: ReminderBot) -> None:
    post = world.post_text("news", "alice", "Post")
    world.comment(post.fullname, "bob", f"u/{BOT} reminderbot 1 day")
    bot.work()
    world.user("bob").takes_messages = False
    bot.day = 1
    bot.work()
    assert (bot.reminders, [one for one in world.messages.values() if one.dest == "bob"]) == ([], [])


def test_its_figures_are_in_the_wiki(world: World, login: Login, bot: ReminderBot) -> None:
    bot.reddit.subreddit("ReminderBotHome").wiki.create(name="figures", content="soon")
    login("bob").redditor(BOT).message(subject="Reminder", message="3 days")
    bot.work()
    bot.write_figures()
    page = login("alice").subreddit("ReminderBotHome").wiki["figures"]
    assert (page.content_md, page.revision_by.name) == ("Reminders waiting: 1", BOT)
    assert [one["reason"] for one in page.revisions()] == ["day 0", None]


def test_a_notice_that_is_gone_is_no_trouble(sandbox: Sandbox, world: World, bot: ReminderBot) -> None:
    post = world.post_text("news", "alice", "Post")
    comment = world.comment(post.fullname, "bob", f"u/{BOT} reminderbot 1 day")
    world.delete(comment.fullname)
    bot.work()
    assert (bot.reminders, world.replies_by(BOT)) == ([], [])
