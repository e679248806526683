"""What moderators write on the settings page, from their invitation to the reply, on the sandbox over HTTP."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import save_file
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.replies import DISCLOSURE
from bot.store import pictures
from bot.store.jobs import now
from bot.store.reply_log import latest_jobs
from colorizer.architectures import architecture
from tests.pictures import jpeg
from tests.pipeline.endings import chroma, ended, outcomes, results

PLACE = "AskForColour"


def settings(bot, job):
    (photo,) = pictures.photos_of(bot.engine, job)
    return json.loads(pictures.colourizations_of(bot.engine, photo)[0][0].settings)


def png(pixels):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def moderated(world, reddit, bot):
    """Opens a bot that the moderators of r/AskForColour have invited, with this page in force."""

    def opened(page, **changes):
        world.add_moderator(PLACE, "mod")
        world.write_wiki(PLACE, BOT.lower(), page, "mod")
        world.invite_moderator(PLACE, BOT)
        return bot(**changes)

    return opened


@pytest.fixture
def post(world, reddit, portrait):
    return world.post_image(PLACE, "henry", "My aunt", portrait, "image/jpeg")


def test_style_footer_and_daily_limit(world, post, moderated, photo):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.comment(post.fullname, "karl", f"u/{BOT} natural")
    third = world.post_image(PLACE, "henry", "Another", photo, "image/jpeg")
    world.comment(third.fullname, "lea", f"u/{BOT}")
    with moderated("style: vivid\nfooter: none\ndaily_limit: 2") as running:
        vivid, natural, third = ended(running)
        assert third.outcome == "subreddit_limit"
        assert chroma(results(running, vivid)[0]) > 1.1 * chroma(results(running, natural)[0]), "the asker's word wins"
        first, _ = world.replies_by(BOT)
        assert DISCLOSURE in first.body
        assert "[delete]" not in first.body
        assert "[about]" not in first.body


def test_small_photos_flairs_and_authors_are_left_out(world, post, moderated, portrait):
    denied = world.post_image(PLACE, "henry", "Mine", portrait, "image/jpeg", flair="Colorized")
    for where, name in ((post, "ida"), (denied, "karl"), (post, "Spammer")):
        world.comment(where.fullname, name, f"u/{BOT}")
    page = "min_size: 161\nflair_deny: [Colorized]\nignored_authors: [u/spammer]"
    with moderated(page) as running:
        assert outcomes(running) == ["too_small", "flair", "ignored_author"]
        (reply,) = world.replies_by(BOT)
        assert "too small" in reply.body


def test_the_command_word_works_where_the_moderators_let_the_bot_in(world, post, moderated, portrait):
    elsewhere = world.post_image("YourPhotos", "henry", "My aunt", portrait, "image/jpeg")
    with moderated('command: "!farbe"', reddit={"scan": ()}) as running:
        ended(running)
        asked = world.comment(post.fullname, "ida", "!farbe soft")
        for where in (post, elsewhere):
            world.comment(where.fullname, "karl", "!colorize")
        world.comment(elsewhere.fullname, "karl", "!farbe")
        (job,) = ended(running)
        assert (job.outcome, job.source, job.summons) == ("colorized", "command", asked.fullname)
        assert settings(running, job)["style"] == "soft"


@pytest.mark.parametrize("page", ["quiet_hours: {}-{}", "paused_until: 2099-01-01"])
def test_nobody_is_answered_while_the_bot_rests(world, post, moderated, page):
    hour = now().hour
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with moderated(page.format(hour, (hour + 2) % 24)) as running:
        assert outcomes(running) == ["resting"]
        assert world.replies_by(BOT) == []


def test_one_person_has_a_limit_of_their_own_there(world, post, moderated, photo):
    other = world.post_image(PLACE, "henry", "Another", photo, "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.comment(other.fullname, "ida", f"u/{BOT}")
    world.comment(other.fullname, "karl", f"u/{BOT}")
    with moderated("person_limit: 1") as running:
        assert outcomes(running) == ["colorized", "user_limit", "colorized"]


def test_off_is_off_for_everybody(world, post, moderated):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with moderated("mode: off") as running:
        assert outcomes(running) == ["turned_off"]
        assert world.replies_by(BOT) == []


def test_in_mode_auto_the_answer_is_stuck_locked_and_distinguished(world, moderated, portrait):
    with moderated("mode: auto\nsticky: yes\nlock: yes\ndistinguish: yes") as running:
        ended(running)
        post = world.post_image(PLACE, "henry", "My aunt", portrait, "image/jpeg")
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        assert (job.outcome, job.source, reply.parent) == ("colorized", "scan", post.fullname)
        assert (reply.stickied, reply.locked, reply.distinguished) == (True, True, "moderator")
        asked = world.comment(post.fullname, "ida", f"u/{BOT} vivid")
        ended(running)
        below = next(one for one in world.replies_by(BOT) if one.parent == asked.fullname)
        assert (below.stickied, below.locked, below.distinguished) == (False, True, "moderator")


def test_an_answer_that_may_not_be_moderated_stands_all_the_same(world, post, moderated):
    asked = world.comment(post.fullname, "ida", f"u/{BOT}")
    world.faults.add(method="POST", path="/api/distinguish", times=9, action="status", status=403)
    with moderated("distinguish: yes") as running:
        assert outcomes(running) == ["colorized"]
        (reply,) = world.replies_by(BOT)
        assert (reply.parent, reply.distinguished) == (asked.fullname, None)
        assert not any(item.unread for item in world.users[BOT.lower()].inbox)


def test_an_answer_may_go_by_message(world, post, moderated):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with moderated("reply: message") as running:
        (job,) = ended(running)
        assert (job.outcome, job.delivery) == ("colorized", "message")
        assert world.replies_by(BOT) == []
        sent = [world.thing(notice.fullname) for notice in world.users["ida"].inbox]
        assert ["in colour" in message.body for message in sent] == [True]


def hue(pixels):
    """How much more green than red and blue a result has."""
    return float((pixels[..., 1] - (pixels[..., 0] + pixels[..., 2]) / 2).mean())


def test_the_pages_palette_colours_unless_the_asker_names_a_picture(world, post, reddit, moderated):
    red = np.zeros((120, 120, 3), np.uint8)
    red[..., 0] = np.linspace(60, 220, 120).astype(np.uint8)
    other = world.add_picture(png(red), "image/png")
    for name, words in (("ida", ""), ("karl", f"like {reddit.url}/i.redd.it/{other.id}.png")):
        world.comment(post.fullname, name, f"u/{BOT} {words}")
    with moderated('palette: ["#20c030", "#a0e0a0", "#104010"]') as running:
        jobs = ended(running)
        assert [job.outcome for job in jobs] == ["colorized", "colorized"]
        green, like = (results(running, job)[0] for job in jobs)
        assert hue(green) > hue(like) + 5
        assert "palette" not in settings(running, jobs[1])


def test_the_pages_picture_colours_and_where_it_cannot_be_had_the_asker_is_told(world, post, reddit, moderated):
    green = np.zeros((120, 120, 3), np.uint8)
    green[..., 1] = np.linspace(60, 220, 120).astype(np.uint8)
    wanted = world.add_picture(png(green), "image/png")
    world.add_subreddit("Elsewhere")
    elsewhere = world.post_image("Elsewhere", "henry", "My aunt", jpeg(samples.astronaut(), (160, 160)), "image/jpeg")
    gone = world.post_image(PLACE, "henry", "Cat", jpeg(samples.cat()), "image/jpeg")
    world.comment(elsewhere.fullname, "ida", f"u/{BOT}")
    world.comment(post.fullname, "karl", f"u/{BOT}")
    with moderated(f"like: {reddit.url}/i.redd.it/{wanted.id}.png") as running:
        plain, like = (results(running, job)[0] for job in ended(running))
        assert hue(like) > hue(plain) + 5
        world.write_wiki(PLACE, BOT.lower(), f"like: {reddit.url}/i.redd.it/nothing.png", "mod")
        running.run_periodic_tasks()
        world.comment(gone.fullname, "lea", f"u/{BOT}")
        assert ended(running)[-1].outcome == "colorized"
        (reply,) = [one for one in world.replies_by(BOT) if "could not use the picture" in one.body]
        assert "this subreddit wants" in reply.body


def test_a_page_of_an_earlier_version_works_and_its_moderators_are_told_once(world, post, moderated):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with moderated("style: vivid\nyear: 1943") as running:
        (job,) = ended(running)
        assert settings(running, job)["style"] == "vivid"
        running.run_periodic_tasks()
        written = [message.body for one in world.conversations.values() for message in one.messages]
        (letter,) = [body for body in written if "without effect" in body]
        assert "line 2, `year`" in letter


def test_the_pages_model_colours_unless_another_is_named(world, post, moderated, tmp_path, monkeypatch):
    kind = architecture("plain-regression")
    monkeypatch.chdir(tmp_path)
    save_file(kind.build().state_dict(), "attic", {"architecture": kind.name, "rebalancing": "0"})
    for name, words in (("ida", ""), ("karl", "model compact"), ("lea", "hint 10%,10% #aa3322")):
        world.comment(post.fullname, name, f"u/{BOT} {words}")
    with moderated("model: attic", colorizer={"others": ("attic",)}, work={"attempts": 1}) as running:
        jobs = ended(running)
        assert [job.outcome for job in jobs] == ["colorized"] * 3
        assert [settings(running, job)["model"] for job in jobs] == ["attic", "compact", "attic"]
        assert np.abs(results(running, jobs[0])[0] - results(running, jobs[1])[0]).mean() > 0.5
        assert any("takes no hints" in reply.body for reply in world.replies_by(BOT))


def test_weights_of_the_operators_own_are_not_mistaken_for_the_packaged_ones(bot, tmp_path):
    kind = architecture("plain-regression")
    file = tmp_path / "attic.safetensors"
    save_file(kind.build().state_dict(), file, {"architecture": kind.name, "rebalancing": "0"})
    with bot(colorizer={"weights": str(file), "others": ("compact",)}) as running:
        assert list(running.services.models) == ["attic", "compact"]
        assert running.services.models["attic"]().architecture.name == "plain-regression"
        assert running.services.models["compact"]().architecture.name == "compact"


def test_when_the_moderators_send_the_bot_away_it_goes_without_a_word(world, post, moderated, portrait):
    world.comment(post.fullname, "ida", f"u/{BOT} vivid")
    post.created_utc -= 60  # before the page said auto
    with moderated("mode: auto") as running:
        running.poll()
        running.run_periodic_tasks()
        unasked = world.post_image(PLACE, "henry", "Mine", portrait, "image/jpeg")
        ended(running)
        assert len(world.replies_by(BOT)) == 2
        letters = len(world.conversations)
        world.remove_moderator(PLACE, BOT)
        running.run_periodic_tasks()
        running.run_periodic_tasks()
        assert {job.summons: (job.removal, job.title) for job in latest_jobs(running.engine)} == {
            unasked.fullname: ("subreddit_left", ""),
            world.replies_by(BOT)[0].parent: (None, ""),
        }
        assert [reply.deleted for reply in world.replies_by(BOT)] == [False, True]
        assert len(world.conversations) == letters
