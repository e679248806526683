"""What moderators do, with the real PRAW."""

from collections.abc import Callable

import praw
import prawcore
import pytest
from praw.exceptions import RedditAPIException

from bot.sandbox.server import Sandbox

Login = Callable[..., praw.Reddit]


def _codes(error: pytest.ExceptionInfo[RedditAPIException]) -> list[str]:
    return [item.error_type for item in error.value.items]


def test_invitation_and_leaving(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    with pytest.raises(RedditAPIException) as error:
        reddit.subreddit("pics").mod.accept_invite()
    assert _codes(error) == ["NO_INVITE_FOUND"]
    sandbox.world.invite_moderator("pics", "bot", ["posts", "wiki"])
    [message] = reddit.inbox.unread()
    assert message.subject == "invitation to moderate /r/pics"
    assert message.body.startswith("gadzooks! **you are invited to become a moderator**")
    assert (message.author, message.subreddit.display_name, message.distinguished) == (None, "pics", "moderator")
    reddit.subreddit("pics").mod.accept_invite()
    assert [(one.name, one.mod_permissions) for one in reddit.subreddit("pics").moderator("bot")] == [
        ("bot", ["posts", "wiki"])
    ]
    assert [place.display_name for place in reddit.user.moderator_subreddits()] == ["pics"]
    assert [place.display_name for place in reddit.redditor("bot").moderated()] == ["pics"]
    reddit.subreddit("pics").moderator.leave()
    assert [one.name for one in reddit.subreddit("pics").moderator()] == ["mod"]


def test_moderators_acts(sandbox: Sandbox, login: Login) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    mod = login("mod")
    submission, reply = mod.submission(post.id), mod.submission(post.id).reply("Rules")
    reply.mod.distinguish(how="yes", sticky=True)
    reply.mod.lock()
    submission.mod.remove()
    assert sandbox.world.posts[post.id].removed_by_category == "moderator"
    submission.mod.approve()
    submission.mod.nsfw()
    submission.mod.spoiler()
    again = mod.submission(post.id)
    assert (again.over_18, again.spoiler, again.removed_by_category) == (True, True, None)
    assert (again.comments[0].stickied, again.comments[0].locked, again.comments[0].distinguished) == (
        (True, True, "moderator")
    )
    assert [entry.action for entry in mod.subreddit("pics").mod.log(action="removelink")] == ["removelink"]


def test_wiki(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    mod = login("mod")
    mod.subreddit("pics").wiki.create(name="bot", content="a: 1", reason="first")
    mod.subreddit("pics").wiki["bot"].edit(content="a: 2", reason="second")
    page = reddit.subreddit("pics").wiki["bot"]
    assert (page.content_md, page.revision_by.name, page.may_revise) == ("a: 2", "mod", False)
    assert [one["reason"] for one in page.revisions()] == ["second", "first"]
    assert [one.name for one in reddit.subreddit("pics").wiki] == ["bot"]
    assert next(iter(reddit.subreddit("pics").wiki["bot"].revisions()))["page"].name == "bot"
    with pytest.raises(prawcore.NotFound):
        _ = reddit.subreddit("pics").wiki["nope"].content_md
    with pytest.raises(prawcore.Forbidden):
        page.edit(content="a: 3")
    with pytest.raises(prawcore.Conflict):
        mod.subreddit("pics").wiki["bot"].edit(content="a: 3", previous="not the newest")


def test_modmail(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    reddit.subreddit("pics").message(subject="Hello", message="I am a bot")
    [conversation] = login("mod").subreddit("pics").modmail.conversations()
    assert (conversation.subject, conversation.participant.name) == ("Hello", "bot")
    reply = conversation.reply(body="Welcome")
    assert reply.author.name == "mod"
    sandbox.world.subreddit("pics").muted.add("bot")
    with pytest.raises(RedditAPIException) as error:
        reddit.subreddit("pics").message(subject="Hello", message="Again")
    assert _codes(error) == ["USER_MUTED"]


def test_rules_and_requirements(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.subreddit("pics").requirements["title_blacklisted_strings"] = ["colour"]
    assert reddit.subreddit("pics").post_requirements()["title_blacklisted_strings"] == ["colour"]
    assert list(reddit.subreddit("pics").rules) == []
    reddit.validate_on_submit = True
    with pytest.raises(RedditAPIException) as error:
        reddit.subreddit("pics").submit("In colour", selftext="x")
    assert _codes(error) == ["SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING"]
