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

from bot.demo.posts import BOT
from bot.domain.silence import Reason
from bot.pipeline.tools import MAX_ALBUMS
from bot.settings import ImgurSettings
from bot.store import jobs, silences
from bot.store.reply_log import latest_jobs
from tests.pipeline.conftest import jpeg


def ended(bot):
    """The jobs, oldest first, after everything is done."""
    bot.drain()
    return latest_jobs(bot.engine)[::-1]


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
        assert job.outcome == "deleted"
        assert got == []


def test_the_client_keeps_its_token_whoever_makes_the_path(reddit, bot):
    with listening() as (port, got), bot() as running:
        with pytest.raises(ValueError, match="token"):
            running.connect().request(method="GET", path=f"http://127.0.0.1:{port}/api/v1/me")
        assert got == []


def test_a_link_that_cannot_be_read_has_a_name(world, reddit, bot):
    world.message(BOT, "ida", "please", "https://ex\u2100mple.com/a.jpg")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "bad_url"


def test_halves_of_characters_in_a_post_do_no_harm(world, reddit, bot):
    post = world.post_text("AskForColour", "henry", "Sur\ud800rogate \0", "https://i.redd.it/a\ud800b\0.jpg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot(fetch={"allowed_hosts": ("i.example",)}) as running:
        (job,) = ended(running)
        assert (job.outcome, job.title) == ("host_not_allowed", "Sur?rogate ")


def test_only_so_many_albums_are_opened(world, reddit, bot):
    links = " ".join(f"https://imgur.com/a/abcd{i}" for i in range(9))
    world.comment(world.post_text("AskForColour", "henry", "Albums", links).fullname, "ida", f"u/{BOT}")
    with listening(b'{"data": []}') as (port, got):
        imgur = ImgurSettings(client_id=SecretStr("an id"), api_url=f"http://127.0.0.1:{port}")
        with bot(hosting={"imgur": imgur}) as running:
            (job,) = ended(running)
        assert job.outcome == "no_photo"
        assert len(got) == MAX_ALBUMS


def test_variants_of_a_very_tall_photo_fit_one_side_by_side(world, reddit, bot):
    buffer = io.BytesIO()
    Image.fromarray(samples.camera()).resize((70, 33_000)).save(buffer, "JPEG", quality=60)
    post = world.post_image("AskForColour", "henry", "Tall", buffer.getvalue(), "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT} variants 2")
    with bot(work={"attempts": 1}) as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"


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
        running.tidy()
        job = jobs.claim(running.engine, "demo")
        running._walker.walk(job, stop=lambda: job.stage == "reply")
        change(running, job)
        jobs.release(running.engine, "demo", died=False)
        (job,) = ended(running)
        assert job.outcome == outcome
        assert world.replies_by(BOT) == []
        assert not list(running.host.folder.glob("*.jpg"))


def test_a_message_of_which_only_reddit_knows_is_not_sent_twice(world, post, bot):
    world.subreddit("AskForColour").banned.add(BOT.lower())
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        running.poll()
        job = jobs.claim(running.engine, "demo")
        running._walker.walk(job, stop=lambda: job.delivery == "message")
        subject = f"Your photo in colour ({job.summons})"
        running.connect().redditor("ida").message(subject=subject, message="sent, and not stored")
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
