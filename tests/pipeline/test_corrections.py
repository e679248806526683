"""From a reply to corrected colours: who may change the reply, who gets a page, and who is refused."""

import io
import re
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.aftercare import Removal
from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.store import corrections, pictures, silences
from bot.store.removals import want_removal
from bot.store.reply_log import latest_jobs
from tests.patience import PATIENCE
from tests.pictures import jpeg
from tests.pipeline.endings import ended, results

BLUE = {"hints": [{"x": 20, "y": 85, "colour": "#2040c0"}]}
LINK = re.compile(r"\]\((http://[^)\s]+/photo/[^)\s]+)\)")


@pytest.fixture
def web():
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        yield client


@pytest.fixture
def answered(world, bot, portrait):
    """An answered photo of henry's, for which ida asked; its bot, reply and page."""
    post = world.post_image("AskForColour", "henry", "My aunt, 1943", portrait, "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT} please")
    with bot() as running, running.web(BOT):
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        yield SimpleNamespace(bot=running, job=job, post=post, reply=reply, page=LINK.search(reply.body)[1])


def own_page(world, answered, person):
    """The page behind the link that the bot sends in private."""
    world.message(BOT, person, "studio", f"studio {answered.job.summons}")
    assert ended(answered.bot)[-1].outcome is Outcome.LINKED
    notices = [one for one in world.users[person].inbox if one.fullname.startswith("t4_")]
    return LINK.search(world.thing(notices[-1].fullname).body)[1].removesuffix("/studio/")


def publish(web, page, correction=BLUE):
    return web.post(f"{page}/studio/done", json=correction)


def published(web, answered, page, correction=BLUE):
    """The job that came of it, and its page."""
    answer = publish(web, page, correction)
    assert answer.status_code == 200, answer.text
    return ended(answered.bot)[-1], answer.json()["link"]


def test_asker_and_author_change_the_reply_by_their_own_link(world, web, answered):
    page = own_page(world, answered, "ida")
    assert web.get(f"{page}/studio/about").json()["action"] == "Publish in the reply"
    before = answered.reply.body
    job, link = published(web, answered, page)
    seen = (job.outcome, job.reply, job.source, job.author)
    assert seen == (Outcome.REVISED, answered.reply.fullname, "studio", "ida")
    (comment,) = world.replies_by(BOT)[:1]
    assert len([one for one in world.replies_by(BOT) if one.fullname.startswith("t1_")]) == 1, "no second comment"
    assert comment.body != before
    assert "corrected by hand" in comment.body
    red, _, blue = results(answered.bot, job)[0][130:142, 25:40].mean(axis=(0, 1))
    assert blue > red + 20
    assert "Earlier versions" in web.get(LINK.search(comment.body)[1]).text
    assert web.get(link).status_code == 200
    start = web.get(f"{own_page(world, answered, 'henry')}/studio/about").json()["start"]
    assert start["hints"][0]["colour"] == "#2040c0", "the author goes on where the asker ended"
    job, _ = published(web, answered, own_page(world, answered, "henry"), {"look": "soft"})
    assert (job.outcome, job.author) == (Outcome.REVISED, "henry")


def test_links_in_the_thread_and_to_strangers_are_everybodys(world, web, answered):
    stranger = own_page(world, answered, "mallory")
    assert web.get(f"{stranger}/studio/about").json()["action"] == "Publish as a page"
    world.comment(answered.reply.fullname, "karl", "the sky is too brown")
    assert ended(answered.bot)[-1].outcome is Outcome.LINKED
    assert "I am not sure whether you would like other colours" in world.replies_by(BOT)[-1].body
    world.comment(answered.reply.fullname, "lea", "could it be warmer?")
    assert ended(answered.bot)[-1].outcome is Outcome.NOT_SUMMONED, "the link stands there: no second one for talk"
    world.comment(answered.reply.fullname, "ida", "the coat was navy")
    world.comment(answered.reply.fullname, "ida", "studio please")
    assert [job.outcome for job in ended(answered.bot)[-2:]] == [Outcome.LINKED, Outcome.LINKED]
    for reply in [one for one in world.replies_by(BOT) if one.fullname.startswith("t1_")][-2:]:
        link = LINK.search(reply.body)[1]
        assert web.get(f"{link}about").json()["action"] == "Publish as a page"


def test_a_correction_is_refused_like_every_answer(world, web, answered):
    page, engine = own_page(world, answered, "ida"), answered.bot.engine
    words = answered.reply.body
    for look, (kind, name, reason), outcome in (
        ("soft", ("user", "henry", Reason.ASKED), Outcome.OPTED_OUT),
        ("vivid", ("user", "ida", Reason.OPERATOR), Outcome.SILENCED),
        ("natural", ("subreddit", "AskForColour", Reason.BANNED), Outcome.KEPT_OUT),
    ):
        silences.silence(engine, kind, name, reason)
        job, link = published(web, answered, page, {"look": look, "saturation": 1.5})
        assert (job.outcome, job.reply) == (outcome, None)
        told = web.get(link)
        assert (told.status_code, outcome.meaning in told.text.replace("&#39;", "'")) == (410, True)
        silences.lift(engine, kind, name, reason)
    world.lock(answered.post.fullname)
    assert published(web, answered, page)[0].outcome is Outcome.LOCKED
    assert world.thing(answered.reply.fullname).body == words


HOSTILE = [
    ({"hints": [{"x": 120, "y": 1, "colour": "red"}]}, "hints.0.x"),
    ({"hints": [{"x": 1, "y": 1, "colour": "<script>"}]}, "<script>"),
    ({"hints": [{"x": 1, "y": 1, "colour": "red"}] * 101}, "hints"),
    ({"look": "loud"}, "look"),
    ({"picture": "data:image/png;base64,AAAA"}, "picture"),
    ([], "dictionary"),
]


def test_what_is_no_correction_is_too_much_or_too_often_is_refused_with_the_reason(web, answered):
    for correction, says in HOSTILE:
        answer = publish(web, answered.page, correction)
        assert (answer.status_code, says in answer.json()["error"]) == (422, True), answer.text
    assert web.post(f"{answered.page}/studio/done", content=b"x" * 100_001).status_code == 413
    head, _, token = answered.page.rpartition("/photo/")
    for page in (answered.page[:-9], f"{head}/photo/~{token}", f"{answered.page}x"):
        for path in ("studio/", "studio/about", "studio/photo.jpg"):
            assert web.get(f"{page}/{path}").status_code == 404, path
    statuses = [publish(web, answered.page, {"saturation": 9}).status_code for _ in range(25)]
    assert (statuses[0], statuses[-1]) == (422, 429)
    assert "wait" in publish(web, answered.page).json()["error"]
    assert len(latest_jobs(answered.bot.engine)) == 1


def test_everybody_elses_colours_get_a_page_and_the_reply_stays(world, web, answered, monkeypatch):
    about = web.get(f"{answered.page}/studio/about").json()
    assert about["action"] == "Publish as a page"
    answer = publish(web, answered.page).json()
    assert "being made" in web.get(answer["link"]).text
    job = ended(answered.bot)[-1]
    assert (job.outcome, job.reply, job.author) == (Outcome.PUBLISHED, None, None)
    shown = web.post(f"{answered.page}/studio/paint", json=BLUE).content
    painted = np.asarray(Image.open(io.BytesIO(shown)).convert("RGB"), np.float32)
    assert np.abs(painted - results(answered.bot, job)[0]).mean() < 3, "what was seen is what is published"
    page = web.get(answer["link"])
    assert (page.status_code, "A visitor corrected these colours" in page.text) == (200, True)
    assert world.thing(answered.reply.fullname).body == answered.reply.body
    assert "Earlier versions" not in web.get(answered.page).text, "the page that the reply names is not theirs"
    answered.bot.run_periodic_tasks()
    assert web.get(answer["link"]).status_code == 200, "its pictures are no orphans"
    monkeypatch.setattr(corrections, "MOST", 1)
    answer = publish(web, answered.page, {"look": "soft"})
    assert (answer.status_code, "as often as it can be" in answer.json()["error"]) == (422, True)


def test_what_is_published_twice_is_made_once(world, web, answered):
    page = own_page(world, answered, "ida")
    first, second = publish(web, page).json(), publish(web, page).json()
    assert first["link"].partition(".")[0] == second["link"].partition(".")[0]
    other = publish(web, page, {"look": "vivid"})
    assert (other.status_code, "still being made" in other.json()["error"]) == (422, True)
    assert [job.source for job in ended(answered.bot)].count("studio") == 1


def test_all_goes_with_the_reply(world, web, answered):
    page = own_page(world, answered, "ida")
    _, link = published(web, answered, page)
    _, stranger = published(web, answered, answered.page, {"look": "vivid"})
    world.comment(answered.reply.fullname, "ida", "delete")
    ended(answered.bot)
    answered.bot.run_periodic_tasks()
    for address in (answered.page, page, link, stranger):
        assert web.get(address).status_code == 410
    assert publish(web, page).status_code == 410
    answered.bot.run_periodic_tasks()
    assert answered.bot.services.views.known() == []
    assert list(answered.bot.host.folder.glob("*.jpg")) == []


def test_limits_hold_for_corrections_too(world, web, bot, portrait):
    post = world.post_image("AskForColour", "henry", "My aunt, 1943", portrait, "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT} please")
    with bot(limits={"per_user_day": 2}) as running, running.web(BOT):
        (job,) = ended(running)
        answered = SimpleNamespace(bot=running, job=job)
        page = own_page(world, answered, "ida")  # the second answer of the day
        assert published(web, answered, page)[0].outcome is Outcome.USER_LIMIT


def test_an_answer_that_went_meanwhile_is_not_corrected(world, web, answered):
    page = own_page(world, answered, "ida")
    assert publish(web, page).status_code == 200
    want_removal(answered.bot.engine, answered.job.id, Removal.REQUESTED)
    jobs = ended(answered.bot)
    assert jobs[-1].outcome is Outcome.TOO_LATE


def test_one_photo_of_several_is_corrected_and_the_others_stay(world, web, bot, portrait, photo):
    gallery = world.post_gallery("AskForColour", "henry", "Attic", [portrait, photo], "image/jpeg")
    world.comment(gallery.fullname, "ida", f"u/{BOT} all")
    with bot() as running, running.web(BOT):
        (job,) = ended(running)
        answered = SimpleNamespace(bot=running, job=job)
        world.message(BOT, "ida", "studio", f"studio {job.summons}")
        ended(running)
        sent = world.thing([one for one in world.users["ida"].inbox if one.fullname.startswith("t4_")][-1].fullname)
        pages = [link.removesuffix("/studio/") for link in LINK.findall(sent.body)]
        assert len(pages) == 2
        (before,) = [one.body for one in world.replies_by(BOT) if one.fullname.startswith("t1_")]
        changed, _ = published(web, answered, pages[1])
        assert changed.outcome is Outcome.REVISED
        (after,) = [one.body for one in world.replies_by(BOT) if one.fullname.startswith("t1_")]
        results_of = re.compile(r"\[Photo (\d) in colour\]\(([^)]+)\)")
        old, new = dict(results_of.findall(before)), dict(results_of.findall(after))
        assert (old["1"] == new["1"], old["2"] == new["2"]) == (True, False)


def test_a_picture_inside_the_reply_changes_with_its_photo_and_stays_when_another_is_corrected(
    world, web, bot, portrait, photo
):
    place = world.subreddit("AskForColour")
    place.media_in_comments = ("static",)
    world.add_moderator(place.name, "mod")
    world.write_wiki(place.name, BOT.lower(), "inline: yes", "mod")
    world.invite_moderator(place.name, BOT)
    post = world.post_gallery(place.name, "henry", "Two from the attic", [portrait, photo], "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT} all")
    with bot(reply={"inline": True}) as running, running.web(BOT):
        job = ended(running)[-1]
        (reply,) = world.replies_by(BOT)
        (shown,) = reply.media
        world.message(BOT, "ida", "studio", f"studio {job.summons}")
        ended(running)
        (notice,) = [one for one in world.users["ida"].inbox if one.fullname.startswith("t4_")]
        first, second = (page.removesuffix("/studio/") for page in LINK.findall(world.thing(notice.fullname).body)[:2])
        for page, changes in ((second, False), (first, True)):
            assert publish(web, page).status_code == 200
            correction = ended(running)[-1]
            assert correction.outcome is Outcome.REVISED
            (now_shown,) = reply.media
            assert (now_shown != shown) is changes
            assert "corrected by hand" in reply.body
        (hosted,) = pictures.results_of(running.engine, correction)
        assert world.pictures[now_shown].content == running.host.path(hosted.key).read_bytes()
        place.media_in_comments = ()  # the picture cannot stand there any more; the words and links can
        assert publish(web, first, {"look": "soft"}).status_code == 200
        assert (ended(running)[-1].outcome, reply.media) == (Outcome.REVISED, [])


def test_a_download_has_the_size_of_the_photo(world, web, bot):
    large = jpeg(samples.camera(), (1700, 1275))
    post = world.post_image("AskForColour", "henry", "Attic", large, "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT} please")
    with bot() as running, running.web(BOT):
        ended(running)
        page = LINK.search(world.replies_by(BOT)[0].body)[1]
        assert Image.open(io.BytesIO(web.get(f"{page}/studio/photo.jpg").content)).width == 1600
        answer = web.post(f"{page}/studio/paint", json=BLUE)
        made = np.asarray(Image.open(io.BytesIO(answer.content)))
        assert made.shape == (1275, 1700, 3)
        red, _, blue = made[1060:1110, 310:370].mean(axis=(0, 1))
        assert blue > red + 20
        shades = np.asarray(Image.open(io.BytesIO(large)).convert("RGB").convert("L")).astype(int)
        assert np.abs(np.asarray(Image.fromarray(made).convert("L")).astype(int) - shades).mean() < 12
