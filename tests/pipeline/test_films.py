"""Films, from inbox to answer on the sandbox over HTTP."""

import io
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.replies import UNFINISHED, WORKING
from bot.photos.films import COMMENT
from bot.store import pictures
from bot.store.reply_log import latest_jobs, steps_of
from tests import films
from tests.patience import wait_until
from tests.pictures import jpeg
from tests.pipeline.endings import ended

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def clip(folder):
    """Half a second of grey film."""
    return films.film(folder / "a.mp4", 12).read_bytes()


@pytest.fixture(scope="module")
def sound(folder):
    return films.voice(folder / "b.mp4").read_bytes()


def animation(kind, frames=5, picture=None):
    """A grey animation as GIF or WebP."""
    views = [Image.fromarray(view) for view in films.views(frames, picture=picture)]
    buffer = io.BytesIO()
    views[0].save(buffer, kind, save_all=True, append_images=views[1:], duration=80)
    return buffer.getvalue()


def outcomes(running):
    return [job.outcome for job in ended(running)]


def result_of(running, tmp_path):
    """The file that the newest job's answer links to, as a player gets it."""
    hosted = pictures.results_of(running.engine, ended(running)[-1])[0]
    assert hosted.key.endswith(".mp4")
    path = tmp_path / "seen.mp4"
    path.write_bytes((running.host.folder / hosted.key).read_bytes())
    return hosted, path


def test_a_video_is_answered_in_colour_with_its_sound_and_the_second_asker_gets_the_same(
    world, bot, clip, sound, tmp_path
):
    video = world.post_video("AskForColour", "henry", "The regatta", clip, sound=sound, size=(96, 64), seconds=0.5)
    asked = world.comment(video.fullname, "ida", f"u/{BOT} vivid")
    with bot() as running, running.web(BOT) as (address, _):
        assert outcomes(running) == ["colorized"]
        hosted, path = result_of(running, tmp_path)
        assert films.chroma(films.decoded(path)[5]) > 3
        assert [packet for _, packet in films.sound(path)], "the sound of another file"
        assert COMMENT.encode() in path.read_bytes()
        [reply] = world.replies_by(BOT)
        assert f"[The film in colour]({hosted.url}" in reply.body
        assert "side by side" in reply.body
        assert WORKING not in reply.body

        part = httpx.get(hosted.url, headers={"Range": "bytes=4-7"})
        assert (part.status_code, part.content) == (206, b"ftyp"), "players ask for parts"
        assert part.headers["content-type"] == "video/mp4"
        page = httpx.get(reply.body.partition("[watch it here](")[2].partition(")")[0])
        assert f'src="{hosted.url}" poster="{address}/photo/' in page.text
        assert "media-src 'self'" in page.headers["content-security-policy"]
        assert "Correct the colours" not in page.text

        world.comment(video.fullname, "karl", f"u/{BOT} vivid")
        elsewhere = world.post_video("AskForColour", "lea", "Found", clip, sound=sound, size=(96, 64), seconds=0.5)
        world.comment(elsewhere.fullname, "mia", f"u/{BOT} vivid variants 3")
        assert outcomes(running) == ["colorized", "given_again", "given_again"]
        assert {hosted.url in one.body for one in world.replies_by(BOT)} == {True}

        for one in world.replies_by(BOT):
            world.comment(one.fullname, {asked.fullname: "ida"}.get(one.parent, "karl"), "delete")
            if one.parent not in {asked.fullname} and world.comments[one.parent[3:]].author == "mia":
                world.comment(one.fullname, "mia", "delete")
        outcomes(running)
        running.run_periodic_tasks()
        assert not list(running.host.folder.glob("*.mp4")), "deleted as pictures are"
        assert httpx.get(hosted.url).status_code == 404


@pytest.mark.parametrize(("kind", "mimetype"), [("GIF", "image/gif"), ("WEBP", "image/webp")])
def test_an_animated_picture_becomes_a_film(world, bot, tmp_path, kind, mimetype):
    post = world.post_image("AskForColour", "henry", "It moves", animation(kind), mimetype)
    world.comment(post.fullname, "ida", f"u/{BOT} hint 50%,50% navy")
    with bot() as running:
        assert outcomes(running) == ["colorized"]
        _, path = result_of(running, tmp_path)
        assert len(films.decoded(path)) == 5
        assert "hints for photos, not for films" in world.replies_by(BOT)[0].body


def test_the_thread_and_the_result_page_play_the_film(world, reddit, bot, clip, open_page):
    post = world.post_video("AskForColour", "henry", "The regatta", clip, size=(96, 64), seconds=0.5)
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running, running.web(BOT) as (address, _):
        assert outcomes(running) == ["colorized"]
        page = open_page()
        page.goto(f"{reddit.url}/comments/{post.id}")
        expect(page.locator("video")).to_have_count(2)
        page.get_by_role("link", name="watch it here").click()
        page.wait_for_url(f"{address}/photo/**")
        expect(page.get_by_role("heading", name="A film in colour")).to_be_visible()
        # Half a second: the film is there, and not only its poster.
        page.wait_for_function("() => Math.abs(document.querySelector('video').duration - 0.48) < 0.1")
        assert page.evaluate("() => document.querySelector('video').videoWidth") == 96
        poster = page.locator("video").get_attribute("poster")
        assert httpx.get(poster).headers["content-type"] == "image/jpeg"


def test_what_cannot_be_coloured_is_named(world, bot, clip, folder):
    colour = np.asarray(Image.fromarray(samples.astronaut()).resize((96, 64)))
    coloured = films.film(folder / "c.mp4", pictures=[np.roll(colour, step, 1) for step in range(9)])
    posts = {
        "film_too_long": (clip, 900),
        "film_too_large": (films.film(folder / "l.mp4", 2, size=(400, 300)).read_bytes(), 1),
        "already_colour": (coloured.read_bytes(), 1),
        "not_a_film": (b"....ftyp no film", 1),
        "broken_film": (films.broken(folder / "x.mp4").read_bytes(), 1),
    }
    for outcome, (content, seconds) in posts.items():
        post = world.post_video("AskForColour", "henry", outcome, content, size=(96, 64), seconds=seconds)
        world.comment(post.fullname, "ida", f"u/{BOT}")
    still = world.post_image("AskForColour", "henry", "One frame", animation("GIF", 1), "image/gif")
    world.comment(still.fullname, "ida", f"u/{BOT}")
    with bot(film={"max_pixels": 100_000}) as running:
        assert outcomes(running) == [*posts, "colorized"]
        said = [reply.body for reply in world.replies_by(BOT)]
        assert any("too long" in one for one in said)
        assert any("The photo in colour" in one for one in said), "a GIF of one frame is a photo"
    post = world.post_video("AskForColour", "lea", "Turned off", clip, size=(96, 64), seconds=0.5)
    world.comment(post.fullname, "lea", f"u/{BOT}")
    with bot(film={"seconds": 0}) as running:
        assert outcomes(running)[-1] == "no_films"
        assert "That is a film" in world.replies_by(BOT)[-1].body


def test_a_film_that_costs_too_much_is_named(world, bot, folder):
    long = films.film(folder / "costly.mp4", 500, size=(160, 120)).read_bytes()
    post = world.post_video("AskForColour", "henry", "The regatta", long, size=(160, 120), seconds=20)
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot(film={"work_seconds": 1}) as running:
        assert outcomes(running) == ["film_too_costly"]
        [reply] = world.replies_by(BOT)
        assert "takes too long to colour" in reply.body


def test_a_film_that_brings_its_process_down_is_named(world, bot, folder):
    post = world.post_video("AskForColour", "henry", "x", films.film(folder / "k.mp4", 400).read_bytes(), size=(96, 64))
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running, ThreadPoolExecutor(1) as pool:

        def crash():
            wait_until(lambda: work_on_films())
            os.kill(work_on_films()[0], signal.SIGSEGV)

        crashed = pool.submit(crash)
        assert outcomes(running) == ["film_crashed"]
        crashed.result()
        [reply] = world.replies_by(BOT)
        assert "Saved again as an ordinary MP4" in reply.body
    assert not work_on_films()


def work_on_films():
    """Processes of this one that look at films or colour them."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    children = {pid for one in lists for pid in one.read_text().split()}
    return [int(pid) for pid in children if b"colorizer.film.isolated" in Path("/proc", pid, "cmdline").read_bytes()]


def test_work_that_takes_long_is_announced_in_the_comment_that_shows_the_film_later(world, bot, clip):
    post = world.post_video("AskForColour", "henry", "The regatta", clip, size=(96, 64), seconds=0.5)
    world.comment(post.fullname, "ida", f"u/{BOT}")
    said = {}

    def watch(_, step):
        said[step.stage] = [reply.body for reply in world.replies_by(BOT)]

    with bot(film={"notice_seconds": 0}, observer=watch) as running:
        assert outcomes(running) == ["colorized"]
    assert said["judge"] == []
    [words] = said["colorize"]
    assert WORKING in words
    [reply] = world.replies_by(BOT)
    assert "The film in colour" in reply.body
    assert WORKING not in reply.body


def test_photos_pass_a_film_that_waits_for_the_one_before_it(world, bot, clip):
    film = world.post_video("AskForColour", "henry", "The regatta", clip, size=(96, 64), seconds=0.5)
    photo = world.post_image("AskForColour", "henry", "Attic", jpeg(samples.camera(), (96, 96)), "image/jpeg")
    for post in (film, photo):
        world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        with running.services.film_turn:  # as if another film were being coloured
            running.poll()
            while running.work():
                pass
            [seen] = [job for job in latest_jobs(running.engine) if job.finished_at is None]
            assert (seen.post, seen.stage, seen.attempts) == (film.fullname, "colorize", 0)
            assert [world.comments[one.parent[3:]].parent for one in world.replies_by(BOT)] == [photo.fullname]
        assert sorted(outcomes(running)) == ["colorized", "colorized"]


def test_a_film_is_left_for_later_when_the_bot_stops(world, bot, folder):
    clip = films.film(folder / "long.mp4", 60).read_bytes()
    post = world.post_video("AskForColour", "henry", "The regatta", clip, size=(96, 64), seconds=2.4)
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot(film={"notice_seconds": 0}) as running, ThreadPoolExecutor(1) as pool:

        def stop_when_told():
            wait_until(lambda: world.replies_by(BOT))
            running.stop()

        stopped = pool.submit(stop_when_told)
        running.drain()
        stopped.result()
        [job] = latest_jobs(running.engine)
        assert (job.stage, job.finished_at) == ("colorize", None)
    with bot() as running:
        assert outcomes(running) == ["colorized"]
        assert [step.result for step in steps_of(running.engine, [job.id])[job.id]].count("done") == 7, (
            "none is repeated"
        )
    [reply] = world.replies_by(BOT)
    assert "The film in colour" in reply.body


def test_a_film_that_was_announced_and_fails_is_said_in_the_same_comment(world, bot, clip):
    post = world.post_video("AskForColour", "henry", "The regatta", clip, size=(96, 64), seconds=0.5)
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot(film={"notice_seconds": 0}, work={"patience_hours": 1e-6}) as running:
        running.host.folder.parent.mkdir(parents=True, exist_ok=True)
        running.host.folder.write_text("a file where the folder should be")
        assert outcomes(running) == ["host_failed"]
    [reply] = world.replies_by(BOT)
    assert UNFINISHED in reply.body
