"""Flair of posts and users."""

from typing import Any

import praw
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login


@pytest.mark.praw("SubredditFlair.set", "SubredditFlair.__call__", "SubredditFlair.delete")
def test_flair_of_users(sandbox: Sandbox, login: Login) -> None:
    flair = login("mod").subreddit("pics").flair
    flair.set("bot", text="Robot", css_class="metal")
    assert list(flair()) == [{"user": "bot", "flair_text": "Robot", "flair_css_class": "metal"}]
    assert [one["user"] for one in flair(redditor="mod")] == []
    comment = sandbox.world.comment(sandbox.world.post_text("pics", "alice", "Post").fullname, "bot", "Hello")
    seen = login("alice").comment(comment.id)
    assert (seen.author_flair_text, seen.author_flair_css_class) == ("Robot", "metal")
    flair.delete("bot")
    assert list(flair()) == []


@pytest.mark.praw("SubredditFlair.update", "SubredditFlair.delete_all")
def test_flair_of_many_users_at_once(sandbox: Sandbox, login: Login) -> None:
    flair = login("mod").subreddit("pics").flair
    answers = flair.update(["bot", {"user": "mod", "flair_text": "Chief"}, "nobody"], text="Member")
    assert [answer["ok"] for answer in answers] == [True, True, False]
    assert {str(one["user"]): one["flair_text"] for one in flair()} == {"bot": "Member", "mod": "Chief"}
    assert [answer["status"] for answer in flair.delete_all()] == [
        "removed flair for user bot",
        "removed flair for user mod",
    ]
    assert list(flair()) == []


@pytest.mark.praw("SubredditFlair.configure")
def test_configuration(sandbox: Sandbox, login: Login) -> None:
    login("mod").subreddit("pics").flair.configure(position="left", self_assign=True, link_position="right")
    settings = sandbox.world.subreddit("pics").flair_settings
    assert (settings["flair_position"], settings["flair_self_assign_enabled"]) == ("left", "True")


def _check_templates(templates: Any) -> None:
    for name in ("One", "Two", "Three"):
        templates.add(name, css_class=name.lower(), background_color="#ABCDEF", text_editable=name == "One")
    first, second, third = templates
    assert (first["text"], first["css_class"], first["background_color"]) == ("One", "one", "#abcdef")
    assert (first["text_editable"], second["text_editable"]) == (True, False)
    templates.update(second["id"], text="Zwei", mod_only=True)
    assert [(one["text"], one["css_class"], one["mod_only"]) for one in templates][1] == ("Zwei", "two", True)
    templates.reorder([third["id"], first["id"], second["id"]])
    assert [one["text"] for one in templates] == ["Three", "One", "Zwei"]
    templates.delete(first["id"])
    assert [one["text"] for one in templates] == ["Three", "Zwei"]
    templates.clear()
    assert list(templates) == []


@pytest.mark.praw(
    "SubredditLinkFlairTemplates.__iter__",
    "SubredditLinkFlairTemplates.add",
    "SubredditLinkFlairTemplates.clear",
    "SubredditLinkFlairTemplates.reorder",
    "SubredditFlairTemplates.update",
    "SubredditFlairTemplates.delete",
)
def test_templates_for_posts(login: Login) -> None:
    _check_templates(login("mod").subreddit("pics").flair.link_templates)


@pytest.mark.praw(
    "SubredditRedditorFlairTemplates.__iter__",
    "SubredditRedditorFlairTemplates.add",
    "SubredditRedditorFlairTemplates.clear",
    "SubredditRedditorFlairTemplates.reorder",
)
def test_templates_for_users(login: Login) -> None:
    _check_templates(login("mod").subreddit("pics").flair.templates)


@pytest.mark.praw("SubredditLinkFlairTemplates.user_selectable", "SubmissionFlair.choices", "SubmissionFlair.select")
def test_authors_choose_a_template(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    templates = login("mod").subreddit("pics").flair.link_templates
    templates.add("Old photo", css_class="old", text_editable=True)
    templates.add("Announcement", mod_only=True)
    [choice] = reddit.subreddit("pics").flair.link_templates.user_selectable()
    post = reddit.submission(sandbox.world.post_text("pics", "bot", "Mine").id)
    assert post.flair.choices() == [choice]
    post.flair.select(choice["flair_template_id"], text="Very old photo")
    again = reddit.submission(post.id)
    assert (again.link_flair_text, again.link_flair_css_class) == ("Very old photo", "old")
    assert again.link_flair_template_id == choice["flair_template_id"]


@pytest.mark.praw("SubmissionModeration.flair")
def test_moderators_write_flair_by_hand_and_by_template(sandbox: Sandbox, login: Login) -> None:
    mod, post = login("mod"), sandbox.world.post_text("pics", "alice", "Post")
    mod.submission(post.id).mod.flair(text="Solved", css_class="green")
    assert mod.submission(post.id).link_flair_text == "Solved"
    mod.subreddit("pics").flair.link_templates.add("Closed", css_class="red")
    [template] = mod.subreddit("pics").flair.link_templates
    mod.submission(post.id).mod.flair(flair_template_id=template["id"])
    assert (mod.submission(post.id).link_flair_text, post.flair_css) == ("Closed", "red")
    mod.subreddit("pics").flair.link_templates.add("Meta")
    mod.subreddit("pics").flair.set("alice", text="Regular")
    assert sandbox.world.subreddit("pics").user_flairs["alice"].text == "Regular"
