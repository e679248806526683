"""States of Reddit that pass, and refusals that speak of one thread: nothing final is concluded from them."""

from dataclasses import replace

import pytest
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.silence import Reason
from bot.store import pictures, silences, subreddits
from tests.pictures import jpeg
from tests.pipeline.endings import ended, outcomes
from tests.pipeline.test_words import messages_to

QUICK = {"work": {"retry_seconds": 0.01}}


def reasons(running, place="AskForColour"):
    return silences.reasons(running.engine, silences.SUBREDDIT, place)


@pytest.fixture
def posts(world, reddit, portrait, photo):
    """Two posts of two photos in one subreddit."""
    return [
        world.post_image("AskForColour", "henry", "One", portrait, "image/jpeg"),
        world.post_image("AskForColour", "lea", "Two", photo, "image/jpeg"),
    ]


def refuse(world, times=1):
    world.faults.add("/api/comment", "status", method="POST", status=403, times=times)


def test_one_refused_comment_speaks_of_one_thread(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    refuse(world)
    with bot() as running:
        (job,) = ended(running)
        assert (job.outcome, job.delivery) == ("colorized", "message"), "somebody waits for the answer"
        assert len(messages_to(world, "ida")) == 1
        assert reasons(running) == set()
        world.comment(posts[1].fullname, "karl", f"u/{BOT}")
        assert ended(running)[1].delivery == "comment"


def test_nothing_follows_from_an_asker_who_is_gone(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    refuse(world)
    world.faults.add("/api/compose", "refuse", method="POST", text="INVALID_USER")
    with bot() as running:
        assert outcomes(running) == ["blocked"]
        assert reasons(running) == set()


@pytest.mark.parametrize(
    ("asker", "post", "banned"),
    [("karl", 1, True), ("ida", 1, False), ("karl", 0, False)],
    ids=["another person elsewhere", "the same person", "the same thread"],
)
def test_a_second_refusal_is_a_ban_when_it_is_another_persons_elsewhere(world, posts, bot, asker, post, banned):
    refuse(world, times=2)
    with bot() as running:
        world.comment(posts[0].fullname, "ida", f"u/{BOT}")
        ended(running)
        world.comment(posts[post].fullname, asker, f"u/{BOT} vivid")
        ended(running)
        assert reasons(running) == ({Reason.BANNED} if banned else set())


def test_where_reddit_says_that_the_bot_is_banned_it_is(world, posts, bot):
    world.subreddit("AskForColour").banned.add(BOT.lower())
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        assert reasons(running) == {Reason.BANNED}


def test_where_the_bot_moderates_no_refusal_keeps_it_out(world, posts, bot):
    world.add_moderator("AskForColour", BOT)
    with bot() as running:
        subreddits.join(running.engine, "AskForColour")
        refuse(world, times=3)
        for name, post in zip(("ida", "karl", "mia"), [*posts, posts[0]], strict=True):
            world.comment(post.fullname, name, f"u/{BOT}")
        ended(running)
        assert reasons(running) == set()
        world.comment(posts[1].fullname, "nora", f"u/{BOT}")
        assert ended(running)[-1].delivery == "comment"


def processed(world, picture, status):
    world.pictures[picture] = replace(world.pictures[picture], status=status)


@pytest.fixture
def gallery(world, reddit):
    photos = [
        jpeg(samples.camera(), (200, 120)),
        jpeg(samples.astronaut(), (120, 200)),
        jpeg(samples.cat(), (160, 160)),
    ]
    return world.post_gallery("AskForColour", "henry", "Attic", photos, "image/jpeg")


def sizes(running, job):
    return [(photo.width, photo.height) for photo in pictures.photos_of(running.engine, job)]


def test_numbers_count_what_readers_see(world, gallery, bot):
    processed(world, gallery.pictures[0], "unprocessed")
    processed(world, gallery.pictures[2], "failed")
    for name, words in (("ida", "photo 2"), ("karl", "photo 3"), ("mia", "photo 4")):
        world.comment(gallery.fullname, name, f"u/{BOT} {words}")
    with bot() as running:
        second, third, fourth = ended(running)
        assert (second.outcome, sizes(running, second)) == ("colorized", [(120, 200)])
        assert (third.outcome, fourth.outcome) == ("photo_gone", "no_such_photo")


def test_a_picture_that_reddit_is_still_at_work_on_is_waited_for(world, gallery, bot):
    for picture in gallery.pictures:
        processed(world, picture, "unprocessed")
    world.comment(gallery.fullname, "ida", f"u/{BOT}")
    with bot(work={"retry_seconds": 3600}) as running:
        running.poll()
        assert running.work()
        job = running_job(running)
        assert (job.outcome, job.attempts) == (None, 1)
        assert "still at work" in job.error
        for picture in gallery.pictures:
            processed(world, picture, "valid")
        again(running, job)
        (job,) = ended(running)
        assert (job.outcome, sizes(running, job)) == ("colorized", [(200, 120)])


def running_job(running):
    from bot.store.reply_log import latest_jobs

    return latest_jobs(running.engine)[0]


def again(running, job):
    """As if the wait were over."""
    from sqlalchemy import update

    from bot.store.jobs import now
    from bot.store.tables import Job

    with running.engine.begin() as connection:
        connection.execute(update(Job).where(Job.id == job.id).values(not_before=now()))


def test_one_of_several_that_never_gets_ready_keeps_no_other_waiting(world, gallery, bot):
    processed(world, gallery.pictures[1], "unprocessed")
    world.comment(gallery.fullname, "ida", f"u/{BOT} all")
    with bot(**QUICK) as running:
        (job,) = ended(running)
        assert (job.outcome, sizes(running, job)) == ("colorized", [(200, 120), (160, 160)])
        assert "Photo 2 is not to be had" in world.replies_by(BOT)[0].body


def test_a_comment_that_its_thread_does_not_show_yet_is_answered(world, posts, bot):
    above = world.comment(posts[0].fullname, "lea", "look at her")
    asked = world.comment(above.fullname, "ida", f"u/{BOT} soft")
    asked.unlisted = above.unlisted = True
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
        assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]


def test_a_comment_that_reddit_knows_nothing_of_is_looked_for_again(world, posts, bot):
    asked = world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    asked.unlisted = True
    world.faults.add("/api/info", "empty", times=2)
    with bot(**QUICK) as running:
        assert outcomes(running) == ["colorized"]


def test_and_counts_as_deleted_in_the_end(world, posts, bot):
    asked = world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    asked.unlisted = True
    world.faults.add("/api/info", "empty", times=None)
    with bot(**QUICK) as running:
        (job,) = ended(running)
        assert job.outcome == "deleted"


def test_a_login_page_says_nothing_of_the_thread(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    world.faults.add("/comments/*", "status", status=302, location=f"{world.base_url}/login/?dest=x", times=2)
    with bot(**QUICK) as running:
        assert outcomes(running) == ["colorized"]


def test_words_of_reddits_that_nobody_knows_are_tried_a_few_times(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    world.faults.add("/api/comment", "refuse", method="POST", text="SOMETHING_NEW", times=None)
    with bot(**QUICK) as running:
        (job,) = ended(running)
        assert job.outcome == "reply_failed"
        tried = [call for call in world.calls if call["path"].rstrip("/") == "/api/comment"]
        assert 1 < len(tried) < 6


def test_a_page_with_status_200_in_the_place_of_the_original_counts_as_gone(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    world.faults.add(f"/i.redd.it/{posts[0].pictures[0]}*", "empty", times=None)
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
        assert "/preview.redd.it/" in pictures.photos_of(running.engine, job)[0].url


def test_a_page_everywhere_is_no_picture(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    for place in ("i.redd.it", "preview.redd.it"):
        world.faults.add(f"/{place}/*", "empty", times=None)
    with bot() as running:
        assert outcomes(running) == ["not_an_image"]


def test_a_reply_that_is_too_long_for_its_place_is_shortened_once(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT} variants 9 model nosuch")
    world.faults.add("/api/comment", "refuse", method="POST", text="TOO_LONG")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
        (reply,) = world.replies_by(BOT)
        assert "variant 4" in reply.body
        assert "nosuch" not in reply.body


def test_a_second_refusal_of_the_length_is_a_failure(world, posts, bot):
    world.comment(posts[0].fullname, "ida", f"u/{BOT}")
    world.faults.add("/api/comment", "refuse", method="POST", text="TOO_LONG", times=2)
    with bot() as running:
        assert outcomes(running) == ["failed"]
