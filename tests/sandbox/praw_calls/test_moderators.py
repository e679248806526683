"""Who moderates, who is kept out, and what moderators do to things and subreddits."""

import prawcore
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login


@pytest.mark.praw("SubredditRelationship.__call__", "SubredditRelationship.add", "SubredditRelationship.remove")
@pytest.mark.parametrize("relation", ["banned", "muted", "contributor", "wikibanned", "wikicontributor"])
def test_lists_of_users(login: Login, sandbox: Sandbox, relation: str) -> None:
    for name in ("alice", "carol"):
        sandbox.world.add_user(name)
    place = login("mod").subreddit("pics")
    names = {"wikibanned": place.wiki.banned, "wikicontributor": place.wiki.contributor}.get(relation)
    names = names or getattr(place, relation)
    for name in ("alice", "carol"):
        names.add(name)
    assert [one.name for one in names()] == ["alice", "carol"]
    assert [one.name for one in names("carol")] == ["carol"]
    names.remove("alice")
    assert [one.name for one in names()] == ["carol"]
    with pytest.raises(prawcore.Forbidden):
        list(login("bot").subreddit("pics").banned())


def test_a_ban_says_why_and_for_how_long(login: Login, sandbox: Sandbox) -> None:
    sandbox.world.add_user("alice")
    place = login("mod").subreddit("pics")
    place.banned.add("alice", note="rude", duration=3)
    [one] = place.banned()
    assert (one.note, one.days_left) == ("rude", 3)


@pytest.mark.praw("ContributorRelationship.leave", "User.contributor_subreddits")
def test_approved_users_leave(login: Login, sandbox: Sandbox) -> None:
    sandbox.world.subreddit("pics").contributors.add("bot")
    assert [place.display_name for place in login("bot").user.contributor_subreddits()] == ["pics"]
    login("bot").subreddit("pics").contributor.leave()
    assert list(login("bot").user.contributor_subreddits()) == []


@pytest.mark.praw(
    "ModeratorRelationship.__call__",
    "ModeratorRelationship.invite",
    "ModeratorRelationship.invited",
    "ModeratorRelationship.update_invite",
    "ModeratorRelationship.remove_invite",
    "ModeratorRelationship.update",
    "ModeratorRelationship.leave",
    "SubredditModeration.accept_invite",
    "User.moderator_subreddits",
    "Redditor.moderated",
)
def test_moderators_come_and_go(login: Login, sandbox: Sandbox) -> None:
    sandbox.world.add_user("alice")
    place = login("mod").subreddit("pics")
    place.moderator.invite("alice")
    assert [one.name for one in place.moderator.invited()] == ["alice"]
    place.moderator.remove_invite("alice")
    assert list(place.moderator.invited()) == []
    place.moderator.invite("bot", permissions=["mail"])
    place.moderator.update_invite("bot", permissions=["wiki", "flair"])
    login("bot").subreddit("pics").mod.accept_invite()
    assert [one.mod_permissions for one in place.moderator("bot")] == [["flair", "wiki"]]
    place.moderator.update("bot", permissions=["posts"])
    assert [(one.name, one.mod_permissions) for one in place.moderator()] == [("mod", ["all"]), ("bot", ["posts"])]
    assert [one.display_name for one in login("bot").user.moderator_subreddits()] == ["pics"]
    assert [one.display_name for one in login("alice").redditor("bot").moderated()] == ["pics"]
    login("bot").subreddit("pics").moderator.leave()
    assert list(place.moderator("bot")) == []


@pytest.mark.praw("SubredditModeration.settings", "SubredditModeration.update")
def test_settings(login: Login) -> None:
    place = login("mod").subreddit("pics")
    place.mod.update(title="Pictures", public_description="Photos", subreddit_type="restricted", spam_links="low")
    settings = place.mod.settings()
    assert (settings["title"], settings["spam_links"]) == ("Pictures", "low")
    seen = login("bot").subreddit("pics")
    assert (seen.title, seen.public_description, seen.subreddit_type) == ("Pictures", "Photos", "restricted")


@pytest.mark.praw("Subreddit.traffic")
def test_traffic(login: Login, sandbox: Sandbox) -> None:
    sandbox.world.comment(sandbox.world.post_text("pics", "alice", "Post").fullname, "carol", "hello")
    assert [day[1:] for day in login("mod").subreddit("pics").traffic()["day"]] == [[2, 2, 0]]
    with pytest.raises(prawcore.NotFound):
        login("bot").subreddit("pics").traffic()


@pytest.mark.praw(
    "ThingModerationMixin.lock",
    "ThingModerationMixin.unlock",
    "ThingModerationMixin.distinguish",
    "ThingModerationMixin.undistinguish",
    "CommentModeration.show",
)
def test_acts_on_comments(login: Login, sandbox: Sandbox) -> None:
    mod = login("mod")
    comment = mod.submission(sandbox.world.post_text("pics", "alice", "Post").id).reply("hello")
    comment.mod.distinguish(sticky=True)
    comment.mod.lock()
    seen = mod.comment(comment.id)
    assert (seen.distinguished, seen.stickied, seen.locked) == ("moderator", True, True)
    comment.mod.undistinguish()
    comment.mod.unlock()
    sandbox.world.comments[comment.id].collapsed = True
    comment.mod.show()
    seen = mod.comment(comment.id)
    assert (seen.distinguished, seen.locked, seen.collapsed) == (None, False, False)


@pytest.mark.praw(
    "SubmissionModeration.nsfw",
    "SubmissionModeration.sfw",
    "SubmissionModeration.spoiler",
    "SubmissionModeration.unspoiler",
    "SubmissionModeration.contest_mode",
    "SubmissionModeration.suggested_sort",
    "SubmissionModeration.set_original_content",
    "SubmissionModeration.unset_original_content",
    "SubmissionModeration.update_crowd_control_level",
)
def test_acts_on_posts(login: Login, sandbox: Sandbox) -> None:
    mod, post = login("mod"), sandbox.world.post_text("pics", "alice", "Post")

    def seen() -> tuple[object, ...]:
        one = mod.submission(post.id)
        return one.over_18, one.spoiler, one.contest_mode, one.suggested_sort, one.is_original_content

    acts = mod.submission(post.id).mod
    for act in (acts.nsfw, acts.spoiler, acts.contest_mode, acts.set_original_content):
        act()
    acts.suggested_sort(sort="new")
    assert seen() == (True, True, True, "new", True)
    for act in (acts.sfw, acts.unspoiler, acts.suggested_sort, acts.unset_original_content):
        act()
    acts.contest_mode(state=False)
    assert seen() == (False, False, False, None, False)
    acts.update_crowd_control_level(2)
    [entry] = mod.subreddit("pics").mod.log(action="adjust_post_crowd_control_level")
    assert entry.details == "medium"


@pytest.mark.praw("SubmissionModeration.sticky", "Subreddit.sticky", "BaseListingMixin.hot")
def test_stickied_posts_come_first(login: Login, sandbox: Sandbox) -> None:
    mod = login("mod")
    posts = [sandbox.world.post_text("pics", "alice", title) for title in ("One", "Two", "Three", "Four")]
    mod.submission(posts[0].id).mod.sticky()
    mod.submission(posts[1].id).mod.sticky(bottom=False)
    assert [mod.subreddit("pics").sticky(number=number).title for number in (1, 2)] == ["Two", "One"]
    assert [one.title for one in mod.subreddit("pics").hot()] == ["Two", "One", "Four", "Three"]
    mod.submission(posts[1].id).mod.sticky(state=False)
    assert mod.subreddit("pics").sticky().title == "One"
    with pytest.raises(prawcore.NotFound):
        mod.subreddit("pics").sticky(number=2)
