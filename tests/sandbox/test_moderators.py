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
    setattr(reddit, "validate_on_submit", True)  # noqa: B010 - PRAW finds it among its settings
    with pytest.raises(RedditAPIException) as error:
        reddit.subreddit("pics").submit("In colour", selftext="x")
    assert _codes(error) == ["SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING"]


def test_bans_and_mutes_are_told_and_logged(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    login("mod").subreddit("pics").banned.add("bot")
    sandbox.world.mute("pics", "bot")
    assert [(one.subject, one.author, one.subreddit.display_name) for one in reddit.inbox.unread()] == [
        ("You have been muted from r/pics", None, "pics"),
        ("You've been banned from participating in r/pics", None, "pics"),
    ]
    assert [entry.action for entry in login("mod").subreddit("mod").mod.log()] == ["muteuser", "banuser"]
    post = sandbox.world.post_text("pics", "alice", "Post")
    with pytest.raises(prawcore.Forbidden):
        reddit.submission(post.id).reply("Hello")


def test_moderators_are_removed_without_a_word(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.add_moderator("pics", "bot")
    assert [place.display_name for place in reddit.user.moderator_subreddits()] == ["pics"]
    sandbox.world.remove_moderator("pics", "bot")
    sandbox.world.invite_moderator("pics", "bot")
    sandbox.world.remove_moderator("pics", "bot")
    assert list(reddit.user.moderator_subreddits()) == []
    with pytest.raises(RedditAPIException) as error:
        reddit.subreddit("pics").mod.accept_invite()
    assert _codes(error) == ["NO_INVITE_FOUND"]
    assert [entry.action for entry in sandbox.world.subreddit("pics").log] == ["removemoderator", "uninvitemoderator"]


def test_moderators_do_what_they_are_permitted(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    place = reddit.subreddit("pics")
    sandbox.world.add_moderator("pics", "bot", ["mail"])
    with pytest.raises(prawcore.Forbidden):
        place.wiki.create(name="bot", content="a: 1")
    place.modmail.create(subject="Among us", body="Hello", recipient=None)
    sandbox.world.add_moderator("pics", "bot", ["wiki"])
    place.wiki.create(name="bot", content="a: 1")
    place.wiki["bot"].mod.update(listed=True, permlevel=2)
    with pytest.raises(prawcore.Forbidden):
        place.modmail.create(subject="Among us", body="Hello", recipient=None)
    with pytest.raises(prawcore.Forbidden):
        list(place.modmail.conversations())


def test_discussions_among_moderators_are_a_folder_of_their_own(sandbox: Sandbox, login: Login) -> None:
    place = login("mod").subreddit("pics")
    place.modmail.create(subject="Among us", body="Hello", recipient=None)
    login("bot").subreddit("pics").message(subject="From outside", message="Hello")
    folders = {state: [talk.subject for talk in place.modmail.conversations(state=state)] for state in ("mod", "all")}
    assert folders == {"mod": ["Among us"], "all": ["From outside"]}


def test_edits_of_the_wiki_in_all_moderated_subreddits(sandbox: Sandbox, login: Login) -> None:
    sandbox.world.add_subreddit("other", moderators=["mod"])
    sandbox.world.add_subreddit("strange", moderators=["carol"])
    for name in ("pics", "other", "strange"):
        sandbox.world.write_wiki(name, "bot", "a: 1", "carol")
    edits = login("mod").subreddit("mod").mod.log(action="wikirevise")
    assert [(entry.subreddit, entry.details) for entry in edits] == [
        ("other", "Page bot edited"),
        ("pics", "Page bot edited"),
    ]


def test_listings_of_several_subreddits_with_flair(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.add_subreddit("other")
    sandbox.world.post_text("pics", "alice", "One", flair="Old photo")
    sandbox.world.post_text("other", "alice", "Two")
    assert [(post.title, post.link_flair_text) for post in reddit.subreddit("pics+other").new()] == [
        ("Two", None),
        ("One", "Old photo"),
    ]
