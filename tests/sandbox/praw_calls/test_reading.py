"""Listings, searches, multireddits, filters and streams."""

from types import SimpleNamespace

import praw
import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from tests.sandbox.praw_calls.people import Login

DAY = 86_400.0


@pytest.fixture
def world(world: World) -> World:
    """Four posts: old and liked, disputed, new, and one in another subreddit."""
    world.add_subreddit("news", moderators=["mod"])
    now = world.clock()
    liked, disputed, _, other = (
        world.post_text(place, author, title, text)
        for place, author, title, text in (
            ("pics", "alice", "Liked", "a long time ago"),
            ("pics", "alice", "Disputed", "for and against"),
            ("pics", "carol", "New", "of today"),
            ("news", "carol", "Elsewhere", "of today"),
        )
    )
    liked.created_utc, disputed.created_utc = now - 400 * DAY, now - 3 * DAY
    for number in range(9):
        world.vote(liked.fullname, f"voter{number}", 1)
        world.vote(disputed.fullname, f"voter{number}", 1 if number % 2 else -1)
    other.created_utc = now - 10
    return world


def _titles(posts: object) -> list[str]:
    return [post.title for post in posts]


@pytest.mark.praw(
    "BaseListingMixin.new", "BaseListingMixin.top", "BaseListingMixin.controversial", "BaseListingMixin.hot"
)
def test_orders_and_times(reddit: praw.Reddit) -> None:
    place = reddit.subreddit("pics")
    assert _titles(place.new()) == ["New", "Disputed", "Liked"]
    assert _titles(place.top(time_filter="all")) == ["Liked", "New", "Disputed"]
    assert _titles(place.top(time_filter="week")) == ["New", "Disputed"]
    assert _titles(place.top(time_filter="day")) == ["New"]
    assert _titles(place.controversial(time_filter="year"))[0] == "Disputed"
    assert _titles(place.hot())[-1] == "Liked"
    assert _titles(reddit.redditor("alice").top(time_filter="month")) == ["Disputed"]


@pytest.mark.praw("RisingListingMixin.rising", "Front.best")
def test_other_listings(login: Login, reddit: praw.Reddit) -> None:
    assert set(_titles(reddit.front.best())) == {"Liked", "Disputed", "New", "Elsewhere"}
    assert _titles(reddit.subreddit("pics").rising())[0] == "New"
    assert _titles(reddit.subreddit("all-news").new()) == ["New", "Disputed", "Liked"]
    assert _titles(login("mod").subreddit("mod-pics").new()) == ["Elsewhere"]
    reddit.subreddit("news").subscribe()
    assert _titles(reddit.front.best()) == ["Elsewhere"]
    assert _titles(reddit.domain("self.news").new()) == ["Elsewhere"]


@pytest.mark.praw("Subreddit.search")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("today", ["New"]),
        ("author:alice", ["Disputed", "Liked"]),
        ("title:liked OR title:new", ["New", "Liked"]),
        ('"for and against"', ["Disputed"]),
        ("author:alice -title:liked", ["Disputed"]),
        ("flair:old", ["Liked"]),
        ("nothing of it", []),
        ("self:no", []),
    ],
)
def test_search_in_a_subreddit(world: World, reddit: praw.Reddit, query: str, found: list[str]) -> None:
    next(post for post in world.posts.values() if post.title == "Liked").flair = "Old photo"
    assert _titles(reddit.subreddit("pics").search(query, sort="new")) == found


def test_search_everywhere_and_in_time(reddit: praw.Reddit) -> None:
    assert _titles(reddit.subreddit("all").search("today", sort="new")) == ["New", "Elsewhere"]
    assert _titles(reddit.subreddit("pics").search("author:alice", time_filter="week")) == ["Disputed"]
    assert _titles(reddit.subreddit("pics").search("author:alice", sort="top")) == ["Liked", "Disputed"]


@pytest.mark.praw(
    "RedditorListingMixin.upvoted",
    "RedditorListingMixin.downvoted",
    "RedditorListingMixin.saved",
    "RedditorListingMixin.hidden",
    "VotableMixin.upvote",
    "VotableMixin.downvote",
    "VotableMixin.clear_vote",
    "SavableMixin.save",
    "SavableMixin.unsave",
    "Submission.hide",
    "Submission.unhide",
    "Submission.mark_visited",
)
def test_what_one_did_to_posts(reddit: praw.Reddit) -> None:
    me, (new, disputed, liked) = reddit.user.me(), list(reddit.subreddit("pics").new())
    liked.upvote()
    new.upvote()
    disputed.downvote()
    assert (_titles(me.upvoted()), _titles(me.downvoted())) == (["New", "Liked"], ["Disputed"])
    again = reddit.submission(liked.id)
    assert (again.likes, again.score) == (True, 11)
    liked.clear_vote()
    disputed.upvote()
    assert (_titles(me.upvoted()), _titles(me.downvoted())) == (["New", "Disputed"], [])
    assert (reddit.submission(liked.id).likes, reddit.submission(liked.id).score) == (None, 10)
    liked.save()
    new.hide(other_submissions=[disputed])
    assert (_titles(me.saved()), _titles(me.hidden())) == (["Liked"], ["New", "Disputed"])
    assert _titles(reddit.subreddit("pics").new()) == ["Liked"]
    liked.unsave()
    new.unhide(other_submissions=[disputed])
    assert (list(me.saved()), list(me.hidden())) == ([], [])
    liked.mark_visited()
    assert [post.visited for post in reddit.subreddit("pics").new()] == [False, False, True]


@pytest.mark.praw(
    "SubmissionListingMixin.duplicates", "CommentHelper.__call__", "Reddit.info", "Reddit.submission", "Reddit.comment"
)
def test_looking_things_up(world: World, reddit: praw.Reddit) -> None:
    first, second = (world.post_link("pics", "alice", title, "https://example.org/a") for title in ("A", "B"))
    world.crosspost("news", "carol", "C", first.fullname)
    assert sorted(_titles(reddit.submission(first.id).duplicates())) == ["B", "C"]
    comment = world.comment(first.fullname, "carol", "hello")
    assert [one.body for one in reddit.subreddit("pics").comments()] == ["hello"]
    assert [one.fullname for one in reddit.info(fullnames=[second.fullname, "t3_none"])] == [second.fullname]
    shared = reddit.submission(url=world.base_url + world.share(first.fullname))
    assert shared.title == "A"
    assert reddit.comment(url=world.base_url + world.share(comment.fullname)).body == "hello"


@pytest.mark.praw(
    "Subreddits.default",
    "Subreddits.new",
    "Subreddits.popular",
    "Subreddits.premium",
    "Subreddits.recommended",
    "Subreddits.search",
    "Subreddits.search_by_name",
    "Subreddits.stream",
)
def test_finding_subreddits(world: World, reddit: praw.Reddit) -> None:
    world.add_subreddit("picsofcats", title="Cats", over18=True)
    world.add_subreddit("secret", private=True)
    world.subreddit("news").subscribers = 50

    def names(places: object) -> list[str]:
        return [place.display_name for place in places]

    assert names(reddit.subreddits.popular())[0] == names(reddit.subreddits.default())[0] == "news"
    assert names(reddit.subreddits.new()) == ["picsofcats", "news", "pics"]
    assert names(reddit.subreddits.premium()) == []
    assert names(reddit.subreddits.search("cats")) == ["picsofcats"]
    assert names(reddit.subreddits.search_by_name("PIC")) == ["pics", "picsofcats"]
    assert names(reddit.subreddits.search_by_name("pic", include_nsfw=False)) == ["pics"]
    assert names(reddit.subreddits.search_by_name("pic", exact=True)) == []
    assert names(reddit.subreddits.recommended(["pics"])) == ["news"]
    assert names(reddit.subreddits.recommended(["pics"], omit_subreddits=["news"])) == []
    stream = reddit.subreddits.stream(skip_existing=True, pause_after=0)
    assert next(stream) is None
    reddit.subreddit.create("fresh", title="Fresh")
    assert next(stream).title == "Fresh"
    assert [one.name for one in reddit.subreddit("fresh").moderator()] == ["bot"]


@pytest.mark.praw(
    "MultiredditHelper.create",
    "Multireddit.add",
    "Multireddit.remove",
    "Multireddit.update",
    "Multireddit.copy",
    "Multireddit.delete",
    "User.multireddits",
    "Redditor.multireddits",
)
def test_multireddits(login: Login, reddit: praw.Reddit) -> None:
    multi = reddit.multireddit.create(display_name="My things", subreddits=["pics"])
    assert _titles(multi.new()) == ["New", "Disputed", "Liked"]
    multi.add("news")
    assert {str(one) for one in multi.subreddits} == {"pics", "news"}
    multi.remove("pics")
    assert _titles(multi.top()) == ["Elsewhere"]
    assert list(login("alice").redditor("bot").multireddits()) == []
    multi.update(visibility="public", display_name="Public things")
    [seen] = login("alice").redditor("bot").multireddits()
    copied = seen.copy(display_name="Mine now")
    assert (copied.path, copied.copied_from) == ("/user/alice/m/mine_now", "/user/bot/m/my_things")
    assert [one.display_name for one in reddit.user.multireddits()] == ["Public things"]
    multi.delete()
    assert list(reddit.user.multireddits()) == []


@pytest.mark.praw("SubredditFilters.__iter__", "SubredditFilters.add", "SubredditFilters.remove")
def test_filters(reddit: praw.Reddit) -> None:
    everything = reddit.subreddit("all")
    everything.filters.add("pics")
    assert [str(one) for one in everything.filters] == ["pics"]
    assert _titles(everything.new()) == ["Elsewhere"]
    everything.filters.remove("pics")
    assert (list(everything.filters), len(list(everything.new()))) == ([], 4)


@pytest.mark.praw(
    "SubredditStream.comments",
    "SubredditStream.submissions",
    "RedditorStream.comments",
    "RedditorStream.submissions",
    "Inbox.stream",
)
def test_streams(world: World, reddit: praw.Reddit, sandbox: Sandbox) -> None:
    options = {"skip_existing": True, "pause_after": 0}
    place, alice = reddit.subreddit("pics").stream, reddit.redditor("alice").stream
    streams = SimpleNamespace(
        comments=place.comments(**options),
        posts=place.submissions(**options),
        hers=alice.comments(**options),
        her_posts=alice.submissions(**options),
        inbox=reddit.inbox.stream(**options),
    )
    for stream in vars(streams).values():
        assert next(stream) is None
    post = world.post_text("pics", "alice", "Newest")
    comment = world.comment(post.fullname, "alice", "u/bot look")
    assert next(streams.posts).fullname == next(streams.her_posts).fullname == post.fullname
    assert next(streams.comments).fullname == next(streams.hers).fullname == comment.fullname
    assert next(streams.inbox).body == "u/bot look"


@pytest.mark.praw("MoreComments.comments", "Comment.refresh")
def test_long_threads(world: World, reddit: praw.Reddit) -> None:
    post = world.post_text("pics", "alice", "Busy")
    for number in range(520):
        world.comment(post.fullname, "carol", f"Comment {number}")
    more = reddit.submission(post.id).comments[-1]
    assert isinstance(more, praw.models.MoreComments)
    assert len(more.comments()) == 20
    first = reddit.submission(post.id).comments[0]
    world.comment(first.fullname, "alice", "below")
    assert [one.body for one in first.refresh().replies] == ["below"]
