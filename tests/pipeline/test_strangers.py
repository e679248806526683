"""What strangers write to do harm, or by mistake, over HTTP."""

import http.server
import io
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image
from pydantic import SecretStr
from skimage import data as samples
from sqlalchemy import update

from bot.demo.posts import BOT
from bot.domain.silence import Reason
from bot.domain.stages import Stage
from bot.hosting_settings import ImgurSettings
from bot.pipeline.pictures import LONGEST, side_by_side
from bot.pipeline.tools import MAX_OPENED
from bot.store import jobs, pictures, silences
from bot.store.actions import Action, act
from bot.store.reply_log import latest_jobs
from bot.store.tables import Hosted, Job
from tests.pictures import jpeg
from tests.pipeline.endings import ended


@contextmanager
def listening(answer=b"{}"):
    """A server of a stranger's; gives its port and the requests that it got."""
    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            got.append((self.path, self.headers.get("Authorization")))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, got
        server.shutdown()


@pytest.fixture
def post(world, reddit):
    return world.post_image("AskForColour", "henry", "My aunt", jpeg(samples.astronaut(), (160, 160)), "image/jpeg")


@pytest.mark.parametrize("path", ["http://127.0.0.1:{}/s/x", "/127.0.0.1:{}/s/x", "r/x/s/http://127.0.0.1:{}/", "s/x"])
def test_a_link_within_a_link_of_reddits_gets_no_token(world, reddit, bot, path):
    with listening() as (port, got), bot() as running:
        world.message(BOT, "ida", "please", f"https://www.reddit.com/{path.format(port)}")
        (job,) = ended(running)
        assert job.outcome in {"deleted", "no_photo"}
        assert got == []


def test_the_client_keeps_its_token_whoever_makes_the_path(reddit, bot):
    with listening() as (port, got), bot() as running:
        with pytest.raises(ValueError, match="token"):
            running.services.connect().request(method="GET", path=f"http://127.0.0.1:{port}/api/v1/me")
        assert got == []


def test_a_link_that_cannot_be_read_has_a_name(world, reddit, bot):
    world.message(BOT, "ida", "please", "https://ex\u2100mple.com/a.jpg")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "bad_url"


def test_halves_of_characters_in_a_post_do_no_harm(world, reddit, bot):
    post = world.post_text("AskForColour", "henry", "Sur\ud800rogate \0", "https://i.redd.it/a\ud800b\0.jpg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        (job,) = ended(running)
        assert (job.outcome, job.title) == ("no_photo", "Sur?rogate ")


def test_only_so_many_albums_are_opened(world, reddit, bot):
    links = " ".join(f"https://imgur.com/a/abcd{i}" for i in range(9))
    world.comment(world.post_text("AskForColour", "henry", "Albums", links).fullname, "ida", f"u/{BOT}")
    with listening(b'{"data": []}') as (port, got):
        imgur = ImgurSettings(client_id=SecretStr("an id"), api_url=f"http://127.0.0.1:{port}")
        with bot(hosting={"imgur": imgur}) as running:
            (job,) = ended(running)
        assert job.outcome == "no_photo"
        assert len(got) == MAX_OPENED


def test_variants_of_a_very_tall_photo_fit_one_side_by_side():
    tall = np.zeros((33_000, 64, 3), np.uint8)
    shown = Image.open(io.BytesIO(side_by_side(tall, [tall, tall])))
    assert max(shown.size) <= LONGEST


def test_delete_means_the_newest_picture_and_not_words_said_since(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        for words in ("help", "delete"):
            world.message(BOT, "ida", words, words)
            ended(running)
        assert [job.removal for job in latest_jobs(running.engine)] == [None, None, "requested"]


def test_messages_of_reddit_itself_and_of_moderators_as_such_are_not_answered(world, post, reddit, bot):
    link = f"{reddit.url}/r/AskForColour/comments/{post.id}/"
    world.message(BOT, None, "Welcome to r/AskForColour", link, subreddit="AskForColour")
    world.message(BOT, "reddit", "Your account", link)
    with bot() as running:
        assert [job.outcome for job in ended(running)] == ["not_summoned", "asked_by_bot"]


def test_a_message_that_cannot_be_answered_says_nothing_about_the_subreddit_of_its_link(world, post, reddit, bot):
    world.message(BOT, "ida", "please", f"{reddit.url}/r/AskForColour/comments/{post.id}/")
    world.faults.add(method="POST", path="/api/comment", times=1, action="status", status=403)
    with bot() as running:
        (job,) = ended(running)
        assert (job.outcome, job.subreddit) == ("forbidden", "AskForColour")
        assert silences.reasons(running.engine, silences.SUBREDDIT, "AskForColour") == set()


def stop(running, job):
    silences.silence(running.engine, silences.USER, job.author, Reason.ASKED)


def leave(running, job):
    silences.silence(running.engine, silences.SUBREDDIT, job.subreddit, Reason.LEFT)


@pytest.mark.parametrize(("change", "outcome"), [(stop, "opted_out"), (leave, "kept_out")])
def test_what_was_allowed_when_it_was_asked_may_not_be_any_more(world, reddit, bot, photo, change, outcome):
    world.post_image("OldPhotos", "edith", "Lawn", photo, "image/jpeg")
    with bot() as running:
        running.run_periodic_tasks()
        job = jobs.claim(running.engine, "demo")
        running.work_on(job, until=lambda job: job.stage is Stage.REPLY)
        change(running, job)
        jobs.release(running.engine, "demo", died=False)
        (job,) = ended(running)
        assert job.outcome == outcome
        assert world.replies_by(BOT) == []
        assert not list(running.host.folder.glob("*.jpg"))


def test_an_answer_that_is_cancelled_before_it_is_given_is_not_given(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        running.poll()
        job = jobs.claim(running.engine, "demo")
        running.work_on(job, until=lambda job: job.stage is Stage.REPLY)
        act(running.engine, job.id, Action.CANCEL)
        jobs.release(running.engine, "demo", died=False)
        (job,) = ended(running)
        assert (job.outcome, job.reply) == ("silenced", None)
        assert not [call for call in world.calls if call["path"].rstrip("/") == "/api/comment"]
        assert not list(running.host.folder.glob("*.jpg"))


def test_what_was_to_be_given_again_and_is_gone_is_made_anew(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        world.comment(post.fullname, "karl", f"u/{BOT}")
        running.poll()
        job = jobs.claim(running.engine, "demo")
        running.work_on(job, until=lambda job: job.stage is Stage.REPLY)
        gone = {"unwanted_at": jobs.now(), "deleted_at": jobs.now(), "url": None, "attempts": 1}
        with running.engine.begin() as connection:
            connection.execute(update(Job).where(Job.id != job.id).values(removal="requested", removal_at=jobs.now()))
            connection.execute(update(Hosted).values(gone))
        jobs.release(running.engine, "demo", died=False)
        assert ended(running)[-1].outcome == "colorized"
        standing = pictures.results_of(running.engine, job)
        assert [(one.deleted_at, running.host.path(one.key).exists()) for one in standing] == [(None, True)]


def test_a_message_of_which_only_reddit_knows_is_not_sent_twice(world, post, bot):
    world.subreddit("AskForColour").banned.add(BOT.lower())
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        running.poll()
        job = jobs.claim(running.engine, "demo")
        running.work_on(job, until=lambda job: job.delivery == "message")
        subject = f"Your photo in colour ({job.summons})"
        running.services.connect().redditor("ida").message(subject=subject, message="sent, and not stored")
        jobs.release(running.engine, "demo", died=False)  # an orderly stop after the database did not answer
        ended(running)
        sent = [notice for notice in world.users["ida"].inbox if notice.fullname.startswith("t4_")]
        assert len(sent) == 1


def test_a_tiny_palette_is_no_error(world, post, reddit, bot):
    buffer = io.BytesIO()
    Image.fromarray(np.full((1, 1, 3), (255, 0, 0), np.uint8)).save(buffer, "PNG")
    palette = world.add_picture(buffer.getvalue(), "image/png")
    world.comment(post.fullname, "ida", f"u/{BOT} like {reddit.url}/i.redd.it/{palette.id}.png")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
