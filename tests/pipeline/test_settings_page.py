"""What moderators write on the settings page, from their invitation to the reply, on the sandbox over HTTP."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from bot.demo.posts import BOT
from bot.domain.replies import DISCLOSURE
from bot.store import pictures
from bot.store.reply_log import latest_jobs
from colorizer import catalogue
from colorizer.networks import architecture
from colorizer.pipeline import Colorizer
from tests.pipeline.conftest import chroma, ended, outcomes, results

PLACE = "AskForColour"


def settings(bot, job):
    (photo,) = pictures.photos_of(bot.engine, job)
    return json.loads(pictures.colourizations_of(bot.engine, photo)[0][0].settings)


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


def test_an_answer_that_may_not_be_dressed_stands_all_the_same(world, post, moderated):
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


class Listening(Colorizer):
    """The packaged model, noting the years that it is told: it was not trained to listen to them."""

    years: list

    def encode(self, *args, year=None, **more):
        self.years.append(year)
        return super().encode(*args, year=year, **more)


def test_the_year_of_title_or_page_reaches_the_colourizer(world, post, moderated, photo):
    dated = world.post_image(PLACE, "henry", "Attic, found in 1912", photo, "image/jpeg")
    for where in (post, dated):
        world.comment(where.fullname, "ida", f"u/{BOT}")
    loaded = catalogue.load("compact")
    model = Listening(
        loaded.network, kind=loaded.architecture, trained_rebalancing=loaded.rebalancing, device=torch.device("cpu")
    )
    model.years = []
    with moderated("year: 1943") as running:
        running.models = {"compact": lambda: model}
        assert outcomes(running) == ["colorized", "colorized"]
        assert model.years == [1943, 1912]


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
    with bot(colorizer={"weights": str(file), "others": ("compact", "plain-regression")}) as running:
        assert list(running.models) == ["attic", "compact", "plain-regression"]
        assert running.models["attic"]().kind.name == "plain-regression"
        assert running.models["compact"]().kind.name == "compact"


def test_when_the_moderators_send_the_bot_away_it_goes_without_a_word(world, post, moderated, portrait):
    world.comment(post.fullname, "ida", f"u/{BOT} vivid")
    post.created_utc -= 60  # before the page said auto
    with moderated("mode: auto") as running:
        running.poll()
        running.tidy()
        unasked = world.post_image(PLACE, "henry", "Mine", portrait, "image/jpeg")
        ended(running)
        assert len(world.replies_by(BOT)) == 2
        letters = len(world.conversations)
        world.remove_moderator(PLACE, BOT)
        running.tidy()
        running.tidy()
        assert {job.summons: (job.removal, job.title) for job in latest_jobs(running.engine)} == {
            unasked.fullname: ("subreddit_left", ""),
            world.replies_by(BOT)[0].parent: (None, ""),
        }
        assert [reply.deleted for reply in world.replies_by(BOT)] == [False, True]
        assert len(world.conversations) == letters
