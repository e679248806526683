"""Modmail from both ends."""

import praw
import pytest
from praw.models import ModmailConversation

from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login


@pytest.fixture
def talk(login: Login) -> ModmailConversation:
    """A conversation that a user began, as a moderator sees it."""
    login("bot").subreddit("pics").message(subject="Hello", message="I am a bot")
    [found] = login("mod").subreddit("pics").modmail.conversations()
    return found


@pytest.mark.praw("Modmail.conversations", "ModmailConversation.reply")
def test_a_conversation_of_several_messages(talk: ModmailConversation, login: Login) -> None:
    assert talk.reply(body="Welcome").author.name == "mod"
    talk.reply(body="Among us", internal=True)
    [answer] = login("bot").inbox.unread()
    assert (answer.subject, answer.body) == ("re: Hello", "Welcome")
    answer.reply("Thank you")
    [listed] = login("mod").subreddit("all").modmail.conversations()
    assert (listed.subject, listed.num_messages) == ("Hello", 4)
    whole = login("mod").subreddit("pics").modmail(talk.id)
    assert [(one.author.name, one.body_markdown) for one in whole.messages] == [
        ("bot", "I am a bot"),
        ("mod", "Welcome"),
        ("mod", "Among us"),
        ("bot", "Thank you"),
    ]
    assert (whole.user.name, whole.participant.name) == ("bot", "bot")


@pytest.mark.praw("Modmail.create")
def test_moderators_begin_a_conversation(login: Login, sandbox: Sandbox) -> None:
    place = login("mod").subreddit("pics")
    made = place.modmail.create(subject="Your posts", body="Hello", recipient="bot", author_hidden=True)
    [message] = login("bot").inbox.unread()
    assert (message.subject, message.author, message.subreddit.display_name) == ("Your posts", None, "pics")
    assert place.modmail(made.id).messages[0].body_markdown == "Hello"


@pytest.mark.praw(
    "ModmailConversation.archive",
    "ModmailConversation.unarchive",
    "ModmailConversation.highlight",
    "ModmailConversation.unhighlight",
)
def test_folders(talk: ModmailConversation, login: Login) -> None:
    def folder(state: str) -> list[str]:
        return [one.id for one in login("mod").subreddit("pics").modmail.conversations(state=state)]

    assert (folder("new"), folder("archived"), folder("highlighted")) == ([talk.id], [], [])
    talk.archive()
    talk.highlight()
    assert (folder("new"), folder("archived"), folder("highlighted")) == ([], [talk.id], [talk.id])
    talk.unarchive()
    talk.unhighlight()
    assert (folder("new"), folder("archived"), folder("highlighted")) == ([talk.id], [], [])


@pytest.mark.praw("ModmailConversation.mute", "ModmailConversation.unmute")
def test_mute(talk: ModmailConversation, login: Login) -> None:
    talk.mute(num_days=7)
    assert [one.name for one in login("mod").subreddit("pics").muted()] == ["bot"]
    with pytest.raises(praw.exceptions.RedditAPIException, match="USER_MUTED"):
        login("bot").subreddit("pics").message(subject="Hello", message="Again")
    talk.unmute()
    assert list(login("mod").subreddit("pics").muted()) == []


@pytest.mark.praw(
    "ModmailConversation.read",
    "ModmailConversation.unread",
    "Modmail.bulk_read",
    "Modmail.unread_count",
    "Modmail.subreddits",
)
def test_what_is_unread(talk: ModmailConversation, login: Login) -> None:
    modmail = login("mod").subreddit("pics").modmail
    assert modmail.unread_count()["new"] == 1
    talk.read()
    assert modmail.unread_count()["new"] == 0
    talk.unread()
    assert [one.id for one in modmail.bulk_read(state="new")] == [talk.id]
    assert modmail.unread_count()["new"] == 0
    assert [(place.display_name, bool(place.last_updated)) for place in modmail.subreddits()] == [("pics", True)]


@pytest.mark.praw("SubredditModerationStream.modmail_conversations")
def test_conversations_as_a_stream(talk: ModmailConversation, login: Login) -> None:
    stream = login("mod").subreddit("mod").mod.stream.modmail_conversations(pause_after=0)
    assert next(stream).id == talk.id
    assert next(stream) is None
    login("alice").subreddit("pics").message(subject="Second", message="Hello")
    assert next(stream).subject == "Second"
