"""Accounts: oneself, friends, blocked and trusted users, karma, drafts, announcements."""

import re
from html import unescape
from urllib.parse import urljoin

import praw
import prawcore
import pytest
from praw.exceptions import RedditAPIException

from bot.sandbox.account_records import Announcement
from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login


@pytest.mark.praw("User.me", "Reddit.username_available", "Redditor.trophies")
def test_who_one_is(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    assert reddit.user.me().name == "bot"
    assert (reddit.username_available("bot"), reddit.username_available("nobody")) == (False, True)
    sandbox.world.user("bot").trophies.append("Verified Email")
    assert [trophy.name for trophy in reddit.redditor("bot").trophies()] == ["Verified Email"]


@pytest.mark.praw("Redditor.friend", "Redditor.friend_info", "Redditor.unfriend", "User.friends")
def test_friends(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.add_user("alice")
    reddit.redditor("alice").friend()
    assert [friend.name for friend in reddit.user.friends()] == ["alice"]
    assert reddit.redditor("alice").friend_info().date == sandbox.world.user("bot").friends["alice"].since
    reddit.redditor("alice").unfriend()
    assert list(reddit.user.friends()) == []
    with pytest.raises(RedditAPIException):
        reddit.user.friends(user="alice")


@pytest.mark.praw("Redditor.block", "Redditor.unblock", "User.blocked", "InboxableMixin.block")
def test_blocking(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_text("pics", "bot", "Mine")
    sandbox.world.comment(post.fullname, "carol", "rude")
    next(iter(reddit.inbox.unread())).block()
    sandbox.world.add_user("alice")
    reddit.redditor("alice").block()
    assert {user.name for user in reddit.user.blocked()} == {"alice", "carol"}
    reddit.redditor("carol").unblock()
    assert [user.name for user in reddit.user.blocked()] == ["alice"]


@pytest.mark.praw("Redditor.trust", "Redditor.distrust", "User.trusted", "Preferences.update", "Preferences.__call__")
def test_trusted_users_may_write_whatever_else_is_set(login: Login, sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.add_user("alice")
    assert reddit.user.preferences.update(accept_pms="whitelisted", colour="red")["accept_pms"] == "whitelisted"
    assert "colour" not in reddit.user.preferences()
    with pytest.raises(RedditAPIException, match="NOT_WHITELISTED_BY_USER_MESSAGE"):
        login("alice").redditor("bot").message(subject="Hi", message="Hello")
    reddit.redditor("alice").trust()
    assert [user.name for user in reddit.user.trusted()] == ["alice"]
    login("alice").redditor("bot").message(subject="Hi", message="Hello")
    assert [message.subject for message in reddit.inbox.unread()] == ["Hi"]
    reddit.redditor("alice").distrust()
    assert list(reddit.user.trusted()) == []


@pytest.mark.praw("User.karma", "Redditors.partial_redditors")
def test_karma_is_what_others_gave(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_text("pics", "bot", "Post")
    comment = sandbox.world.comment(post.fullname, "bot", "hello")
    sandbox.world.vote(post.fullname, "alice", 1)
    sandbox.world.vote(post.fullname, "carol", 1)
    sandbox.world.vote(comment.fullname, "carol", -1)
    assert reddit.user.karma() == {reddit.subreddit("pics"): {"link_karma": 2, "comment_karma": -1}}
    me = reddit.user.me()
    [one] = reddit.redditors.partial_redditors([me.fullname, "t2_none"])
    assert (one.name, one.link_karma, one.comment_karma) == ("bot", 2, -1)
    assert reddit.redditor(fullname=me.fullname).name == "bot"


@pytest.mark.praw(
    "Redditors.new",
    "Redditors.popular",
    "Redditors.search",
    "Redditors.stream",
    "User.subreddits",
    "Subreddit.subscribe",
    "Subreddit.unsubscribe",
)
def test_finding_people_and_subscribing(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    for name in ("alice", "malice"):
        sandbox.world.add_user(name)
    assert [one.display_name for one in reddit.redditors.new(limit=2)] == ["u_malice", "u_alice"]
    assert "u_alice" in [one.display_name for one in reddit.redditors.popular()]
    assert [one.name for one in reddit.redditors.search("alice")] == ["alice", "malice"]
    stream = reddit.redditors.stream(skip_existing=True, pause_after=0)
    assert next(stream) is None
    sandbox.world.add_user("zoe")
    assert next(stream).display_name == "u_zoe"
    reddit.subreddit("pics").subscribe()
    assert ([one.display_name for one in reddit.user.subreddits()], reddit.subreddit("pics").subscribers) == (
        ["pics"],
        2,
    )
    reddit.subreddit("pics").unsubscribe()
    assert (list(reddit.user.subreddits()), reddit.subreddit("pics").subscribers) == ([], 1)


@pytest.mark.praw("UserSubredditModeration.update", "User.pin")
def test_ones_own_profile(reddit: praw.Reddit) -> None:
    profile = reddit.user.me().subreddit
    profile.mod.update(title="A bot", public_description="I paint")
    assert (reddit.subreddit("u_bot").title, reddit.subreddit("u_bot").public_description) == ("A bot", "I paint")
    post = reddit.subreddit("u_bot").submit("On my profile", selftext="Hello")
    assert post.subreddit_name_prefixed == "u/bot"
    reddit.user.pin(post)
    assert [one.pinned for one in reddit.redditor("bot").submissions.new()] == [True]
    reddit.user.pin(post, state=False)
    assert [one.pinned for one in reddit.redditor("bot").submissions.new()] == [False]


@pytest.mark.praw("DraftHelper.create", "DraftHelper.__call__", "Draft.update", "Draft.delete")
def test_drafts(reddit: praw.Reddit) -> None:
    draft = reddit.drafts.create(title="Soon", selftext="Text", subreddit="pics", spoiler=True)
    assert [(one.title, one.selftext, one.spoiler, str(one.subreddit)) for one in reddit.drafts()] == [
        ("Soon", "Text", True, "pics")
    ]
    draft.update(title="Sooner", selftext="Text")
    assert [one.title for one in reddit.drafts()] == ["Sooner"]
    assert reddit.drafts(draft.id).submit().title == "Sooner"
    reddit.drafts.create(title="Link", url="https://example.org/", subreddit="pics").delete()
    assert [one.title for one in reddit.drafts()] == []


@pytest.mark.praw(
    "AnnouncementHelper.__call__",
    "AnnouncementHelper.hide",
    "AnnouncementHelper.mark_all_read",
    "AnnouncementHelper.mark_read",
    "Announcement.hide",
    "Announcement.mark_read",
)
def test_announcements(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    for number in range(4):
        one = Announcement(f"a{number}", "reddit", f"News {number}", "**Text**", sandbox.world.now())
        sandbox.world.announcements[one.id] = one

    def unread() -> list[str]:
        return [one.subject for one in reddit.announcements() if one.read_datetime is None]

    newest, *others = reddit.announcements()
    newest.hide()
    reddit.announcements.hide(others[:1])
    assert unread() == ["News 1", "News 0"]
    others[-1].mark_read()
    assert unread() == ["News 1"]
    reddit.announcements.mark_read(others[1:2])
    assert unread() == []
    del sandbox.world.announcements["a0"].read_by["bot"]
    reddit.announcements.mark_all_read()
    assert unread() == []


@pytest.mark.praw("Auth.authorize")
def test_a_code_from_the_page_becomes_a_refresh_token(login: Login, sandbox: Sandbox) -> None:
    reddit = login("bot", username=None, password=None, redirect_uri="http://localhost/back")
    session = reddit._core.requestor._http
    address = reddit.auth.url(scopes=["*"], state="s", duration="permanent")
    [link] = re.findall(r'href="([^"]*)">as u/bot<', session.get(address).text)
    answer = session.get(urljoin(address, unescape(link)), allow_redirects=False)
    assert answer.headers["location"].startswith("http://localhost/back?state=s&code=")
    code = answer.headers["location"].partition("code=")[2]
    refresh = reddit.auth.authorize(code)
    assert reddit.user.me().name == "bot"
    assert login("bot", username=None, password=None, refresh_token=refresh).user.me().name == "bot"
    with pytest.raises(prawcore.OAuthException):
        reddit.auth.authorize("wrong")
