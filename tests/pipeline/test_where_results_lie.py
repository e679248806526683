"""Results at Reddit, inside comments and in the folder, and how they go again, on the sandbox over HTTP."""

import pytest
import requests
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.demo.posts import BOT
from bot.hosting_settings import NativeSettings
from bot.store import pictures
from bot.store.reply_log import latest_jobs
from bot.store.tables import Hosted, Job
from tests.patience import PATIENCE
from tests.pipeline.endings import ended

PLACE = "AskForColour"
NATIVE = {
    "order": ("native", "folder"),
    "native": NativeSettings(subreddit="BotPictures", nsfw_subreddit="BotPicturesNSFW"),
}
AT_REDDIT = ["native", "native"]
IN_FOLDER = ["folder", "folder"]

# PRAW does not close a websocket that stayed silent.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def own_subreddits(world):
    world.add_subreddit("BotPictures", restricted=True, moderators=[BOT])
    world.add_subreddit("BotPicturesNSFW", over18=True, restricted=True, moderators=[BOT])


@pytest.fixture
def page(world):
    """Lets the moderators of r/AskForColour invite the bot, with this page."""

    def write(text):
        world.add_moderator(PLACE, "mod")
        world.write_wiki(PLACE, BOT.lower(), text, "mod")
        world.invite_moderator(PLACE, BOT)

    return write


def hosts(bot, job):
    """Where result and side-by-side of a job lie."""
    (photo,) = pictures.photos_of(bot.engine, job)
    (result,) = pictures.results_of(bot.engine, job)
    return [result.host, pictures.comparison_of(bot.engine, photo).host]


def shown(world, subreddit):
    """The pictures' posts that stand in a subreddit of the bot's own."""
    return [post for post in world.posts.values() if post.subreddit == subreddit and not post.deleted]


def files(bot):
    return list(bot.host.folder.glob("*.jpg"))


def look_again(bot):
    """As if it was time to ask Reddit about the replies, and the hosts about the pictures, once more."""
    with Session(bot.engine) as session, session.begin():
        session.execute(update(Job).values(looked_at=None, removal_not_before=None))
        session.execute(update(Hosted).values(not_before=None))
    bot.run_periodic_tasks()
    bot.run_periodic_tasks()


def test_results_lie_at_reddit_and_nsfw_ones_in_the_twin(world, asked, bot, page, photo):
    adult = world.post_image(PLACE, "henry", "Attic", photo, "image/jpeg", over_18=True)
    world.comment(adult.fullname, "karl", f"u/{BOT} vivid")
    page("nsfw: allow")
    with bot(hosting=NATIVE) as running:
        plain, twin = ended(running)
        assert [hosts(running, job) for job in (plain, twin)] == [AT_REDDIT, AT_REDDIT]
        assert [len(shown(world, name)) for name in ("BotPictures", "BotPicturesNSFW")] == [2, 2]
        for reply, job in zip(world.replies_by(BOT), (plain, twin), strict=True):
            (result,) = pictures.results_of(running.engine, job)
            assert f"]({result.url})" in reply.body
            assert requests.get(result.url, timeout=PATIENCE).headers["content-type"] == "image/jpeg"
        assert files(running) == []
        for reply, asker in zip(world.replies_by(BOT), ("ida", "karl"), strict=True):
            world.comment(reply.fullname, asker, "delete")
        ended(running)
        assert [reply.deleted for reply in world.replies_by(BOT)] == [True, True]
        assert shown(world, "BotPictures") == shown(world, "BotPicturesNSFW") == []


def test_without_a_twin_nsfw_results_go_to_the_next_host(world, bot, page, photo):
    adult = world.post_image(PLACE, "henry", "Attic", photo, "image/jpeg", over_18=True)
    world.comment(adult.fullname, "ida", f"u/{BOT}")
    page("nsfw: allow")
    alone = {**NATIVE, "native": NativeSettings(subreddit="BotPictures")}
    with bot(hosting=alone) as running:
        (job,) = ended(running)
        assert (hosts(running, job), shown(world, "BotPictures")) == (IN_FOLDER, [])


def test_nsfw_is_left_alone_where_the_moderators_have_not_allowed_it(world, reddit, bot, photo):
    adult = world.post_image(PLACE, "henry", "Attic", photo, "image/jpeg", over_18=True)
    world.comment(adult.fullname, "ida", f"u/{BOT}")
    with bot(hosting=NATIVE) as running:
        assert [job.outcome for job in ended(running)] == ["nsfw"]
        assert (world.replies_by(BOT), shown(world, "BotPicturesNSFW")) == ([], [])


def test_a_websocket_that_fails_makes_no_second_post(world, asked, bot):
    world.faults.add("/wss.redditmedia.com", "store_then_status")
    with bot(hosting=NATIVE) as running:
        (job,) = ended(running)
        assert (job.outcome, hosts(running, job)) == ("colorized", AT_REDDIT)
        assert len(shown(world, "BotPictures")) == 2


def test_when_reddit_takes_no_pictures_the_folder_does(world, asked, bot):
    world.subreddit("BotPictures").banned.add(BOT.lower())
    with bot(hosting=NATIVE) as running:
        (job,) = ended(running)
        assert (job.outcome, hosts(running, job)) == ("colorized", IN_FOLDER)


@pytest.mark.parametrize(
    ("order", "result", "where"),
    [(("native", "folder"), "link", IN_FOLDER), (("folder", "native"), "native", AT_REDDIT)],
)
def test_moderators_say_where_results_lie(world, asked, bot, page, order, result, where):
    page(f"result: {result}")
    with bot(hosting={**NATIVE, "order": order}) as running:
        (job,) = ended(running)
        assert (job.outcome, hosts(running, job)) == ("colorized", where)


def test_the_picture_stands_inside_the_comment_where_all_three_allow_it(world, asked, bot, page):
    world.subreddit(PLACE).media_in_comments = ("static",)
    page("inline: yes")
    with bot(reply={"inline": True}) as running:
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        (shown_inside,) = reply.media
        assert (job.outcome, reply.parent) == ("colorized", asked.fullname)
        (hosted,) = pictures.results_of(running.engine, job)
        assert world.pictures[shown_inside].content == running.host.path(hosted.key).read_bytes()
        assert hosted.url in reply.body, "the links are there all the same"


@pytest.mark.parametrize("missing", ["operator", "page", "subreddit"])
def test_without_one_of_them_nothing_is_uploaded_for_it(world, asked, bot, page, missing):
    world.subreddit(PLACE).media_in_comments = () if missing == "subreddit" else ("static",)
    page("inline: no" if missing == "page" else "inline: yes")
    with bot(reply={"inline": missing != "operator"}) as running:
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        assert (job.outcome, reply.media) == ("colorized", [])
        assert not any(call["path"].startswith("/api/media/asset") for call in world.calls)


@pytest.mark.parametrize("refused", ["the comment", "the upload"])
def test_a_picture_that_reddit_refuses_inside_a_comment_is_a_link(world, asked, bot, page, refused, monkeypatch):
    world.subreddit(PLACE).media_in_comments = ("static",)
    page("inline: yes")
    with bot(reply={"inline": True}) as running:
        running.poll()
        running.run_periodic_tasks()
        if refused == "the comment":
            world.subreddit(PLACE).media_in_comments = ()
        else:
            monkeypatch.setattr("bot.sandbox.routes.media.LARGEST_UPLOAD", 100)
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        assert (job.outcome, reply.media) == ("colorized", [])
        (hosted,) = pictures.results_of(running.engine, job)
        assert hosted.url in reply.body


def test_delete_takes_comment_and_files_away(world, asked, bot):
    with bot() as running:
        ended(running)
        (reply,) = world.replies_by(BOT)
        assert len(files(running)) == 2
        world.comment(reply.fullname, "ida", "delete")
        ended(running)
        assert (reply.deleted, files(running)) == (True, [])
        job = latest_jobs(running.engine)[-1]
        assert (job.removal, job.removed_at is not None, job.author, job.body) == ("requested", True, None, "")


@pytest.mark.parametrize("why", ["score", "source_gone"])
def test_downvotes_and_a_deleted_post_take_comment_and_files_away(world, asked, bot, why):
    with bot(aftercare={"score_grace_minutes": 0}) as running:
        ended(running)
        (reply,) = world.replies_by(BOT)
        if why == "score":
            world.set_score(reply.fullname, -2)
        else:
            world.delete(f"t3_{asked.post}")
        look_again(running)
        assert (reply.deleted, files(running)) == (True, [])
        assert latest_jobs(running.engine)[-1].removal == why


def test_a_picture_that_its_host_does_not_give_up_is_asked_for_until_it_does(world, asked, bot):
    with bot(hosting=NATIVE) as running:
        ended(running)
        world.delete(asked.fullname)
        world.faults.add(method="POST", path="/api/del", times=4, action="status", status=403)
        look_again(running)
        assert len(shown(world, "BotPictures")) == 2
        look_again(running)
        look_again(running)
        assert [reply.deleted for reply in world.replies_by(BOT)] == [True]
        assert shown(world, "BotPictures") == []
