"""Removal reasons, what the author is told, and notes among moderators."""

import praw
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login


@pytest.mark.praw(
    "SubredditRemovalReasons.add", "SubredditRemovalReasons.__iter__", "RemovalReason.update", "RemovalReason.delete"
)
def test_removal_reasons(login: Login) -> None:
    def reasons() -> list[tuple[str, str]]:
        return [(one.title, one.message) for one in login("mod").subreddit("pics").mod.removal_reasons]

    login("mod").subreddit("pics").mod.removal_reasons.add(title="Spam", message="No ads")
    login("mod").subreddit("pics").mod.removal_reasons.add(title="Rude", message="Be kind")
    assert reasons() == [("Spam", "No ads"), ("Rude", "Be kind")]
    login("mod").subreddit("pics").mod.removal_reasons[0].update(message="No advertisements")
    assert reasons()[0] == ("Spam", "No advertisements")
    login("mod").subreddit("pics").mod.removal_reasons[0].delete()
    assert reasons() == [("Rude", "Be kind")]


@pytest.mark.praw("ThingModerationMixin.remove", "ThingModerationMixin.send_removal_message")
def test_a_removal_has_a_reason_and_is_explained(sandbox: Sandbox, login: Login) -> None:
    mod, post = login("mod"), sandbox.world.post_text("pics", "bot", "Post")
    mod.subreddit("pics").mod.removal_reasons.add(title="Spam", message="No ads")
    [reason] = mod.subreddit("pics").mod.removal_reasons
    mod.submission(post.id).mod.remove(reason_id=reason.id, mod_note="third time")
    seen = mod.submission(post.id)
    assert (seen.removed_by_category, seen.mod_reason_title, seen.mod_note) == ("moderator", "Spam", "third time")
    assert (seen.banned_by, seen.removed, seen.spam) == ("mod", True, False)
    told = mod.submission(post.id).mod.send_removal_message(message="No ads, please", type="public")
    assert (told.body, told.parent_id, told.distinguished) == ("No ads, please", post.fullname, "moderator")
    mod.submission(post.id).mod.send_removal_message(title="Your post", message="Read the rules", type="private")
    [message, _] = login("bot").inbox.all()
    assert (message.subject, message.body, message.author) == ("Your post", "Read the rules", None)


@pytest.mark.praw("ThingModerationMixin.approve", "Comment.refresh")
def test_approval_brings_a_comment_back(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    comment = sandbox.world.comment(post.fullname, "carol", "hello")
    login("mod").comment(comment.id).mod.remove(spam=True)
    assert reddit.comment(comment.id).body == "[removed]"
    login("mod").comment(comment.id).mod.approve()
    seen = login("mod").comment(comment.id).refresh()
    assert (seen.body, seen.approved_by, seen.approved) == ("hello", "mod", True)


@pytest.mark.praw(
    "BaseModNotes.create",
    "BaseModNotes.delete",
    "RedditModNotes.__call__",
    "RedditModNotes.things",
    "ModNote.delete",
    "RedditorModNotes.subreddits",
    "SubredditModNotes.redditors",
)
def test_notes_about_users(sandbox: Sandbox, login: Login) -> None:
    mod, post = login("mod"), sandbox.world.post_text("pics", "alice", "Post")
    place = mod.subreddit("pics")
    first = place.mod.notes.create(note="Kind", label="HELPFUL_USER", redditor="alice")
    second = mod.submission(post.id).mod.create_note(note="Posts a lot")
    assert (first.note, first.label, first.operator, first.user) == ("Kind", "HELPFUL_USER", "mod", "alice")
    assert [one.note for one in place.mod.notes.redditors("alice")] == ["Posts a lot", "Kind"]
    assert [one.reddit_id for one in mod.redditor("alice").notes.subreddits("pics")] == [post.fullname, None]
    assert [one and one.note for one in place.mod.notes.redditors("alice", "mod")] == ["Posts a lot", None]
    assert [one.id for one in mod.notes.things(mod.submission(post.id))] == [second.id, first.id]
    second.delete()
    assert [one.note for one in mod.notes(pairs=[("pics", "alice")])] == ["Kind"]
    place.mod.notes.delete(note_id=first.id, redditor="alice")
    assert list(place.mod.notes.redditors("alice")) == []


@pytest.mark.praw(
    "SubredditRules.__iter__",
    "SubredditRulesModeration.add",
    "SubredditRulesModeration.reorder",
    "RuleModeration.update",
    "RuleModeration.delete",
)
def test_rules(login: Login) -> None:
    def rules() -> list[tuple[str, str, int]]:
        return [(rule.short_name, rule.kind, rule.priority) for rule in login("bot").subreddit("pics").rules]

    own = login("mod").subreddit("pics").rules
    made = own.mod.add(short_name="Be kind", kind="comment", description="**Please**")
    own.mod.add(short_name="No ads, none", kind="all")
    assert (made.violation_reason, "<strong>" in made.description_html) == ("Be kind", True)
    assert rules() == [("Be kind", "comment", 0), ("No ads, none", "all", 1)]
    made.mod.update(short_name="Be very kind")
    assert rules()[0][0] == "Be very kind"
    first, second = login("mod").subreddit("pics").rules
    own.mod.add(short_name="Third", kind="link")
    login("mod").subreddit("pics").rules.mod.reorder([login("mod").subreddit("pics").rules["Third"], first])
    assert [name for name, _, _ in rules()] == ["Third", "Be very kind", "No ads, none"]
    second.mod.delete()
    assert [name for name, _, _ in rules()] == ["Third", "Be very kind"]
