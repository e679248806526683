"""New posts and new comments, over HTTP."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.rules_page import parse_rules
from bot.periodic import scanning
from bot.store import jobs, subreddits
from bot.store.tables import Job

BOT = "ColorizeBot"


class Scanner:
    """Subreddits with pages in force, and rounds of both listings."""

    def __init__(self, world, reddit, engine):
        self.world, self.reddit, self.engine = world, reddit, engine
        world.add_subreddit("Attic")
        world.add_subreddit("Cellar")

    def page(self, name, text):
        subreddits.join(self.engine, name)
        row = subreddits.find(self.engine, name)
        subreddits.put_in_force(self.engine, row, text, parse_rules(text), text)

    def posts(self, **options):
        """How many jobs a round over the posts adds, and the requests that it makes."""
        before = len(self.world.calls)
        return scanning.posts(self.engine, self.reddit, **{"queue": 10_000} | options), self._paths(before)

    def comments(self, **options):
        before = len(self.world.calls)
        return scanning.comments(self.engine, self.reddit, bot_name=BOT, **options), self._paths(before)

    def _paths(self, before):
        return [call["path"] for call in self.world.calls[before:] if call["path"].startswith("/r/")]

    def jobs(self):
        with Session(self.engine) as session:
            return session.scalars(select(Job).order_by(Job.id)).all()

    def many(self, number, make, **ago):
        """Call `make` so often, a second apart, the last time so long ago."""
        for i in range(number):
            self.at(seconds=number - 1 - i, **ago)
            make(i)
        self.world.clock = time.time

    def post(self, subreddit):
        return lambda i: self.world.post_text(subreddit, "edith", f"{subreddit} {i}")

    def at(self, **ago):
        """What happens in the world from now on happened so long ago."""
        moment = time.time() - timedelta(**ago).total_seconds()
        self.world.clock = lambda: moment


@pytest.fixture
def database_url(tmp_path):
    """One kind of database is enough here; tests/store has the others."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
def scanner(world, reddit, engine):
    return Scanner(world, reddit, engine)


def test_new_posts_of_all_subreddits_in_mode_auto_come_in_one_request(world, scanner):
    scanner.page("attic", "mode: auto")
    scanner.page("cellar", "mode: auto")
    scanner.page("pics", "mode: summon")
    first = world.post_text("Attic", "edith", "One", flair="Old")
    second = world.post_text("Cellar", "edith", "Two")
    world.post_text("pics", "edith", "Not asked for")
    assert scanner.posts() == (2, ["/r/attic+cellar/new"])
    found = scanner.jobs()
    assert [(job.summons, job.source, job.subreddit, job.author, job.title) for job in found] == [
        (first.fullname, "scan", "Attic", "edith", "One"),
        (second.fullname, "scan", "Cellar", "edith", "Two"),
    ]
    assert (found[0].post, found[0].permalink) == (first.fullname, f"/r/Attic/comments/{first.id}/one/")
    assert scanner.posts() == (0, ["/r/attic+cellar/new"])


def test_posts_from_before_the_page_said_auto_are_left_alone(world, scanner):
    scanner.at(minutes=5)
    world.post_text("Attic", "edith", "Before")
    scanner.page("attic", "mode: auto")
    world.clock = time.time
    world.post_text("Attic", "edith", "After")
    scanner.posts()
    assert [job.title for job in scanner.jobs()] == ["After"]
    scanner.page("attic", "mode: auto\nstyle: vivid")
    assert scanner.posts()[0] == 0


def test_turning_it_off_and_on_again_leaves_out_what_came_between(world, scanner, engine):
    scanner.page("attic", "mode: auto")
    scanner.page("attic", "mode: off")
    assert scanner.posts() == (0, [])
    assert subreddits.find(engine, "attic").auto_since is None
    scanner.at(minutes=1)
    world.post_text("Attic", "edith", "Between")
    scanner.page("attic", "mode: auto")
    assert scanner.posts()[0] == 0


def test_downtime_leaves_no_gap_and_nothing_comes_twice(world, scanner, engine):
    scanner.page("attic", "mode: auto")
    subreddits.change(engine, "attic", auto_since=jobs.now() - timedelta(hours=4))
    scanner.many(5, scanner.post("Attic"), hours=3)
    assert scanner.posts()[0] == 5
    scanner.many(230, scanner.post("Attic"), hours=2)
    assert scanner.posts() == (230, ["/r/attic/new"] * 3)
    assert scanner.posts() == (0, ["/r/attic/new"])


def test_more_posts_than_a_listing_holds_are_read_in_each_subreddit_by_itself(scanner, engine):
    scanner.many(400, scanner.post("Attic"))
    scanner.many(700, scanner.post("Cellar"))
    scanner.page("attic", "mode: auto")
    scanner.page("cellar", "mode: auto")
    long_ago = jobs.now() - timedelta(hours=3)
    for name in ("attic", "cellar"):
        subreddits.change(engine, name, auto_since=long_ago)
    added, paths = scanner.posts()
    assert added == 1100
    assert [paths.count(path) for path in ("/r/attic+cellar/new", "/r/attic/new", "/r/cellar/new")] == [10, 4, 7]
    assert scanner.posts() == (0, ["/r/attic+cellar/new"])


def test_a_post_approved_later_below_newer_ones_is_found(world, scanner):
    scanner.page("attic", "mode: auto")
    held = world.post_text("Attic", "edith", "Held back")
    world.remove(held.fullname)
    world.post_text("Attic", "edith", "Newer")
    scanner.posts()
    world.approve(held.fullname)
    assert scanner.posts()[0] == 1


def test_nothing_older_than_the_limit_is_taken(world, scanner, engine):
    scanner.page("attic", "mode: auto")
    subreddits.change(engine, "attic", auto_since=jobs.now() - timedelta(days=9))
    for hours in (30, 5):
        scanner.at(hours=hours)
        world.post_text("Attic", "edith", f"{hours} hours old")
    world.clock = time.time
    scanner.posts(hours=24)
    assert [job.title for job in scanner.jobs()] == ["5 hours old"]


def test_the_operators_list_needs_no_page_and_a_page_decides(world, scanner):
    scanner.at(hours=1)
    for name in ("Attic", "Cellar"):
        world.post_text(name, "edith", name)
    assert scanner.posts(listed=("Attic", "Cellar")) == (2, ["/r/attic+cellar/new"])
    world.post_text("Cellar", "edith", "More")
    scanner.page("cellar", "mode: summon")
    assert scanner.posts(listed=("Attic", "Cellar")) == (0, ["/r/attic/new"])


def test_how_far_the_operators_list_was_read_survives_a_restart(world, scanner, engine):
    scanner.many(150, scanner.post("Attic"))
    assert scanner.posts(listed=["Attic"])[1] == ["/r/attic/new"] * 2
    assert scanner.posts(listed=["Attic"])[1] == ["/r/attic/new"]
    assert set(subreddits.read_to(engine, subreddits.POSTS, ["ATTIC"])) == {"attic"}


def test_a_closed_subreddit_keeps_no_other_waiting_and_is_left_out_for_a_while(world, scanner):
    world.add_subreddit("secret", private=True)
    listed = ("Attic", "nosuchplace", "Cellar", "secret")
    world.post_text("Attic", "edith", "One")
    world.post_text("Cellar", "edith", "Two")
    assert scanner.posts(listed=listed)[0] == 2
    assert scanner.posts(listed=listed) == (0, ["/r/attic+cellar/new"])


def test_trouble_with_reddit_moves_nothing_on(world, scanner):
    scanner.page("attic", "mode: auto")
    world.post_text("Attic", "edith", "One")
    world.faults.add(method="GET", path="/r/attic/new", times=1, action="status", status=429)
    assert scanner.posts()[0] == 0
    assert scanner.posts()[0] == 1


def test_the_command_word_summons_where_the_moderators_let_the_bot_in(world, scanner):
    scanner.page("attic", "")
    scanner.page("cellar", 'command: "!farbe"')
    world.add_subreddit("stranger")
    said = {
        "Attic": ["!colorize vivid", "> !colorize", "nice", "!farbe"],
        "Cellar": ["bitte !Farbe", "!colorize"],
        "stranger": ["!colorize"],
    }
    for name, bodies in said.items():
        post = world.post_text(name, "edith", f"In {name}")
        for body in bodies:
            world.comment(post.fullname, "bob", body)
        world.comment(post.fullname, BOT, "say !colorize or !farbe")
    assert scanner.comments() == (2, ["/r/attic+cellar/comments"])
    assert scanner.comments() == (0, ["/r/attic+cellar/comments"])
    assert [(job.source, job.subreddit, job.author, job.body, job.title) for job in scanner.jobs()] == [
        ("command", "Attic", "bob", "!colorize vivid", "In Attic"),
        ("command", "Cellar", "bob", "bitte !Farbe", "In Cellar"),
    ]
    job = scanner.jobs()[0]
    assert job.summons.startswith("t1_")
    assert job.post.startswith("t3_")
    assert job.permalink.startswith(f"/r/Attic/comments/{job.post[3:]}/")


def test_comments_are_read_back_to_where_the_last_round_ended(world, scanner, engine):
    scanner.page("attic", "mode: off")
    assert scanner.comments() == (0, [])
    scanner.page("attic", "")
    subreddits.change(engine, "attic", joined_at=jobs.now() - timedelta(hours=1))
    post = world.post_text("Attic", "edith", "Post")
    said = {0: "!colorize", 249: "!colorize"}
    scanner.many(250, lambda i: world.comment(post.fullname, "bob", said.get(i, "words")))
    assert scanner.comments() == (2, ["/r/attic/comments"] * 3)
    assert scanner.comments() == (0, ["/r/attic/comments"])
    assert subreddits.find(engine, "attic").comments_to is not None


def test_comments_from_before_the_invitation_are_left_alone(world, scanner):
    scanner.at(minutes=5)
    post = world.post_text("Attic", "edith", "Post")
    world.comment(post.fullname, "bob", "!colorize")
    scanner.page("attic", "")
    assert scanner.comments()[0] == 0


def test_a_comment_that_also_mentions_the_bot_is_one_job(world, reddit, scanner, engine):
    from bot.reddit import inbox

    scanner.page("attic", "")
    post = world.post_text("Attic", "edith", "Post")
    world.comment(post.fullname, "bob", f"!colorize u/{BOT}")
    jobs.receive(engine, inbox.unread(reddit))
    assert scanner.comments()[0] == 0
    assert len(scanner.jobs()) == 1
