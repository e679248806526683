"""Posts, comments, messages, the inbox and the wiki."""

import praw
import pytest
from praw.models import InlineGif, InlineImage, PostMedia

from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login


@pytest.mark.praw("Subreddit.submit", "Submission.crosspost", "Subreddit.post_requirements")
def test_posts_of_every_kind(sandbox: Sandbox, reddit: praw.Reddit, png: bytes) -> None:
    place, photo = reddit.subreddit("pics"), PostMedia(png, name="a.png")
    assert place.post_requirements()["is_flair_required"] is False
    text = place.submit("Text", selftext="Hello", spoiler=True)
    assert (text.selftext, text.spoiler) == ("Hello", True)
    assert place.submit("Link", url="https://example.org/").url == "https://example.org/"
    assert place.submit("Photo", image=photo).url.startswith(f"{sandbox.url}/i.redd.it/")
    assert len(place.submit("Album", gallery=[photo, photo]).gallery_data["items"]) == 2
    shown = {"one": InlineImage(media=photo, caption="A caption"), "two": InlineGif(media=photo)}
    inline = place.submit("Inline", selftext="Look: {one} and {two}", inline_media=shown)
    assert (len(inline.media_metadata), "and" in inline.selftext) == (2, True)
    assert text.crosspost("pics", title="Again").crosspost_parent == text.fullname


@pytest.mark.praw("Subreddit.submit")
def test_a_poll(reddit: praw.Reddit) -> None:
    post = reddit.subreddit("pics").submit(
        "Which?", selftext="Choose", poll={"options": ["This", "That"], "duration": 3}
    )
    assert [option.text for option in post.poll_data.options] == ["This", "That"]
    assert post.poll_data.total_vote_count == 0


def test_a_post_with_flair(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    templates = login("mod").subreddit("pics").flair.link_templates
    templates.add("Old photo", text_editable=True)
    [template] = templates
    post = reddit.subreddit("pics").submit("Post", selftext="x", flair_id=template["id"], flair_text="Very old")
    assert post.link_flair_text == "Very old"
    assert sandbox.world.posts[post.id].flair_template == template["id"]


@pytest.mark.praw("EditableMixin.edit", "EditableMixin.delete", "ReplyableMixin.reply")
def test_editing_and_deleting(reddit: praw.Reddit) -> None:
    post = reddit.subreddit("pics").submit("Text", selftext="Hello")
    comment = post.reply("First")
    assert comment.edit("Second").edited
    assert post.edit("Other words").selftext == "Other words"
    assert [one.body for one in reddit.submission(post.id).comments] == ["Second"]
    comment.delete()
    post.delete()
    assert list(reddit.submission(post.id).comments) == []
    assert reddit.submission(post.id).removed_by_category == "deleted"


@pytest.mark.praw("InboxToggleableMixin.disable_inbox_replies", "InboxToggleableMixin.enable_inbox_replies")
def test_replies_to_the_inbox_or_not(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = reddit.subreddit("pics").submit("Text", selftext="Hello")
    post.disable_inbox_replies()
    sandbox.world.comment(post.fullname, "carol", "unheard")
    post.enable_inbox_replies()
    sandbox.world.comment(post.fullname, "carol", "heard")
    assert [one.body for one in reddit.inbox.unread()] == ["heard"]


@pytest.mark.praw(
    "Inbox.all",
    "Inbox.unread",
    "Inbox.mentions",
    "Inbox.comment_replies",
    "Inbox.submission_replies",
    "Inbox.messages",
    "Inbox.message",
    "Inbox.sent",
    "MessageableMixin.message",
)
def test_the_boxes_of_the_inbox(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    world = sandbox.world
    post = world.post_text("pics", "bot", "Mine")
    mine = world.comment(post.fullname, "bot", "mine")
    world.comment(post.fullname, "carol", "to the post")
    world.comment(mine.fullname, "carol", "to the comment")
    world.comment(world.post_text("pics", "alice", "Hers").fullname, "alice", "hello u/bot")
    login("mod").redditor("bot").message(subject="Hi", message="a message")

    def bodies(box: object) -> list[str]:
        return [item.body for item in box]

    everything = ["a message", "hello u/bot", "to the comment", "to the post"]
    assert bodies(reddit.inbox.all()) == bodies(reddit.inbox.unread()) == everything
    assert bodies(reddit.inbox.mentions()) == ["hello u/bot"]
    assert bodies(reddit.inbox.comment_replies()) == ["to the comment"]
    assert bodies(reddit.inbox.submission_replies()) == ["to the post"]
    [message] = reddit.inbox.messages()
    message.reply("an answer")
    assert bodies(reddit.inbox.sent()) == ["an answer"]
    assert bodies(reddit.inbox.message(message.id).replies) == ["an answer"]


@pytest.mark.praw(
    "Inbox.mark_read",
    "Inbox.mark_unread",
    "Inbox.mark_all_read",
    "Inbox.collapse",
    "Inbox.uncollapse",
    "Message.delete",
)
def test_what_is_done_to_messages(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    for subject in ("One", "Two", "Three"):
        sandbox.world.message("bot", "mod", subject, "Hello")
    newest, *others = reddit.inbox.unread()
    reddit.inbox.mark_read(others)
    assert [one.subject for one in reddit.inbox.unread()] == ["Three"]
    reddit.inbox.mark_unread(others[:1])
    reddit.inbox.collapse([newest])
    reddit.inbox.uncollapse([newest])
    assert [one.subject for one in reddit.inbox.unread()] == ["Three", "Two"]
    reddit.inbox.mark_all_read()
    assert list(reddit.inbox.unread()) == []
    newest.delete()
    assert [one.subject for one in reddit.inbox.all()] == ["Two", "One"]


@pytest.mark.praw(
    "SubredditWiki.__iter__",
    "WikiPage.edit",
    "WikiPage.revisions",
    "WikiPage.discussions",
    "WikiPageModeration.add",
    "WikiPageModeration.remove",
    "WikiPageModeration.revert",
    "WikiPageModeration.settings",
    "WikiPageModeration.update",
)
def test_the_wiki(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    wiki = login("mod").subreddit("pics").wiki
    page = wiki.create(name="rules", content="one", reason="first")
    page.edit(content="two")
    assert [one.name for one in wiki] == ["rules"]
    newest, first = page.revisions()
    assert (first["reason"], newest["author"].name) == ("first", "mod")
    assert wiki["rules"].revision(first["id"]).content_md == "one"
    wiki["rules"].revision(first["id"]).mod.revert()
    assert reddit.subreddit("pics").wiki["rules"].content_md == "one"
    page.mod.add("bot")
    reddit.subreddit("pics").wiki["rules"].edit(content="three")
    assert [one["data"]["name"] for one in page.mod.settings()["editors"]] == ["bot"]
    page.mod.remove("bot")
    assert page.mod.update(listed=False, permlevel=2)["permlevel"] == 2
    assert page.mod.settings()["editors"] == []
    post = sandbox.world.post_link("pics", "alice", "Read this", f"{sandbox.url}/r/pics/wiki/rules")
    assert [one.fullname for one in page.discussions()] == [post.fullname]


@pytest.mark.praw("SubredditQuarantine.opt_in", "SubredditQuarantine.opt_out")
def test_quarantine(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.add_subreddit("shady", quarantine=True)
    sandbox.world.post_text("shady", "alice", "Post")
    reddit.subreddit("shady").quaran.opt_in()
    assert [post.title for post in reddit.subreddit("shady").new()] == ["Post"]
    reddit.subreddit("shady").quaran.opt_out()
    with pytest.raises(Exception, match="403"):
        list(reddit.subreddit("shady").new())
