"""Everything that an asker can say, from inbox to answer, on the sandbox over HTTP."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.outcomes import Outcome
from bot.domain.replies import DISCLOSURE, HELP
from bot.store import pictures
from bot.store.reply_log import latest_jobs
from tests.pictures import jpeg
from tests.pipeline.endings import chroma, ended, outcomes, results


def messages_to(world, name):
    notices = world.users[name].inbox
    return [world.thing(notice.fullname) for notice in notices if notice.fullname.startswith("t4_")]


@pytest.fixture
def post(world, reddit, portrait):
    return world.post_image("AskForColour", "henry", "My aunt, 1943", portrait, "image/jpeg")


def test_vivid_natural_and_soft_differ(world, post, bot):
    for name, word in (("ida", "soft"), ("karl", "natural"), ("lea", "vivid")):
        world.comment(post.fullname, name, f"u/{BOT} {word}")
    with bot() as running:
        found = [chroma(results(running, job)[0]) for job in ended(running)]
        assert found[0] < 0.9 * found[1] < 0.81 * found[2]


def test_variants_come_in_one_reply_and_differ(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT} variants 3")
    with bot() as running:
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        found = results(running, job)
        assert len(found) == 3
        assert min(np.abs(found[i] - found[j]).mean() for i, j in [(0, 1), (0, 2), (1, 2)]) > 0.5
        assert "variant 3" in reply.body


def test_again_gives_something_else(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        (reply,) = world.replies_by(BOT)
        world.comment(reply.fullname, "ida", "again please")
        first, second = ended(running)
        assert second.outcome == "colorized"
        assert np.abs(results(running, first)[0] - results(running, second)[0]).mean() > 0.5


def test_a_hint_fixes_the_colour_at_its_place(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT} hint 15%,85% #2040c0")
    with bot() as running:
        (job,) = ended(running)
        red, _, blue = results(running, job)[0][130:142, 18:30].mean(axis=(0, 1))
        assert blue > red + 20


def test_a_hint_may_name_its_colour_or_keep_what_is_there(world, post, bot):
    for name, words in (("ida", "natural"), ("karl", "hint 15%,85% royal blue"), ("lea", "hint 15%,85% keep")):
        world.comment(post.fullname, name, f"u/{BOT} {words}")
    with bot() as running:
        plain, blue, kept = (results(running, job)[0][130:142, 18:30].mean(axis=(0, 1)) for job in ended(running))
        assert blue[2] > blue[0] + 20
        assert np.abs(kept - plain).max() < 1


def test_like_takes_the_colours_of_another_picture(world, post, reddit, bot):
    green = np.zeros((120, 120, 3), np.uint8)
    green[..., 1] = np.linspace(60, 220, 120).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(green).save(buffer, "PNG")
    palette = world.add_picture(buffer.getvalue(), "image/png")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.comment(post.fullname, "karl", f"u/{BOT} like {reddit.url}/i.redd.it/{palette.id}.png")
    with bot() as running:
        plain, like = (results(running, job)[0] for job in ended(running))
        assert (like[..., 1] - like[..., 0]).mean() > (plain[..., 1] - plain[..., 0]).mean() + 5


def test_what_was_not_understood_or_cannot_be_done_is_said_and_the_rest_is_done(world, post, reddit, bot):
    words = f"u/{BOT} vivid hint 40,30 red model nosuch like {reddit.url}/i.redd.it/nothing.png"
    world.comment(post.fullname, "ida", words)
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
        (reply,) = world.replies_by(BOT)
        for said in ("hint 40%,30%", "no model nosuch", "after like"):
            assert said in reply.body.replace("\\", ""), said


def test_all_photos_of_a_gallery_come_in_one_reply_without_those_in_colour(world, reddit, bot, portrait):
    buffer = io.BytesIO()
    Image.fromarray(samples.coffee()).save(buffer, "JPEG")
    grey = jpeg(samples.cat())
    gallery = world.post_gallery("AskForColour", "henry", "Attic", [portrait, buffer.getvalue(), grey], "image/jpeg")
    world.comment(gallery.fullname, "ida", f"u/{BOT} all")
    with bot() as running:
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        assert [photo.outcome for photo in pictures.photos_of(running.engine, job)] == [None, "already_colour", None]
        assert "Photo 1 in colour" in reply.body
        assert "Photo 3 in colour" in reply.body


def test_force_colours_a_photo_that_has_colour_and_without_it_the_asker_is_told(world, reddit, bot):
    buffer = io.BytesIO()
    Image.fromarray(samples.coffee()).save(buffer, "JPEG")
    post = world.post_image("AskForColour", "henry", "Coffee", buffer.getvalue(), "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.comment(post.fullname, "karl", f"u/{BOT} force")
    with bot() as running:
        told, forced = ended(running)
        assert (told.outcome, forced.outcome) == ("already_colour", "colorized")
        explained = next(one for one in world.replies_by(BOT) if one.fullname == told.reply)
        assert "`force`" in explained.body
        assert DISCLOSURE in explained.body


@pytest.mark.parametrize("again", ["same post", "repost", "other format"])
def test_the_same_photo_is_given_again_at_once(world, post, bot, portrait, again):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        other = post
        if again == "repost":
            other = world.post_image("AskForColour", "lea", "Found this", portrait, "image/jpeg")
        elif again == "other format":
            buffer = io.BytesIO()
            Image.open(io.BytesIO(portrait)).save(buffer, "PNG")
            other = world.post_image("AskForColour", "lea", "Found this", buffer.getvalue(), "image/png")
        world.comment(other.fullname, "karl", f"u/{BOT}")
        first, second = ended(running)
        assert second.outcome is Outcome.GIVEN_AGAIN
        assert [one.id for one in pictures.results_of(running.engine, first)] == [
            one.id for one in pictures.results_of(running.engine, second)
        ]
        assert len(world.replies_by(BOT)) == 2
        world.comment(other.fullname, "mia", f"u/{BOT} vivid")
        assert ended(running)[-1].outcome is Outcome.COLORIZED, "other settings are new work"


def scribbled(photo):
    ImageDraw.Draw(photo).line([(20, 140), (50, 150), (70, 142)], fill=255, width=2)
    return photo


DEFACED = {
    "scribbled": scribbled,
    "stretched": lambda photo: photo.resize((176, 160)),
    "blurred": lambda photo: photo.filter(ImageFilter.GaussianBlur(1.5)),
    "smaller": lambda photo: photo.resize((128, 128)),
}


@pytest.mark.parametrize("how", DEFACED)
def test_who_posts_a_defaced_copy_first_does_not_choose_what_others_get(world, bot, portrait, how):
    buffer = io.BytesIO()
    DEFACED[how](Image.open(io.BytesIO(portrait))).save(buffer, "JPEG", quality=92)
    defaced = world.post_image("AskForColour", "mallory", "My aunt", buffer.getvalue(), "image/jpeg")
    world.comment(defaced.fullname, "mallory", f"u/{BOT}")
    with bot() as running:
        ended(running)
        true = world.post_image("AskForColour", "henry", "My aunt, 1943", portrait, "image/jpeg")
        world.comment(true.fullname, "ida", f"u/{BOT}")
        ended(running)
        repost = world.post_image("AskForColour", "lea", "Found this", portrait, "image/jpeg")
        world.comment(repost.fullname, "karl", f"u/{BOT}")
        first, second, third = ended(running)
        assert [job.outcome for job in (first, second, third)] == ["colorized", "colorized", "given_again"]
        grey = np.asarray(Image.open(io.BytesIO(portrait)).convert("L"), np.float32)
        for job in (second, third):
            (result,) = results(running, job)
            lightness = np.asarray(Image.fromarray(result.astype(np.uint8)).convert("L"), np.float32)
            assert lightness.shape == grey.shape
            assert np.abs(lightness - grey).mean() < 3
        shown = [[one.id for one in pictures.results_of(running.engine, job)] for job in (first, second, third)]
        assert shown[0] != shown[1] == shown[2]


def test_another_photo_is_not_taken_for_a_copy(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    other = world.post_image("AskForColour", "lea", "Another", jpeg(samples.camera(), (160, 160)), "image/jpeg")
    world.comment(other.fullname, "karl", f"u/{BOT}")
    with bot() as running:
        assert outcomes(running) == ["colorized", "colorized"]


def test_help_is_given_where_it_was_asked_for(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT} help")
    world.message(BOT, "karl", "hello", "help")
    with bot() as running:
        assert outcomes(running) == ["helped", "helped"]
        (reply,) = world.replies_by(BOT)
        assert HELP in reply.body
        (message,) = messages_to(world, "karl")
        assert HELP in message.body


def test_a_moderator_of_the_subreddit_may_delete(world, post, bot):
    world.add_moderator(post.subreddit, "mallory")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert outcomes(running) == ["colorized"]
        (reply,) = world.replies_by(BOT)
        world.comment(reply.fullname, "mallory", "delete")
        assert outcomes(running)[-1] == "deleted_reply"


@pytest.mark.parametrize("who", ["ida", "henry"])
def test_asker_and_author_may_delete_and_nobody_else(world, post, bot, who):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        (reply,) = world.replies_by(BOT)
        world.comment(reply.fullname, "mallory", "delete")
        assert outcomes(running)[-1] == "not_yours"
        assert latest_jobs(running.engine)[-1].removal is None
        world.comment(reply.fullname, who, "delete")
        assert outcomes(running)[-1] == "deleted_reply"
        assert latest_jobs(running.engine)[-1].removal == "requested"


def test_the_footers_link_deletes_by_message(world, post, bot):
    asked = world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        world.message(BOT, "ida", "delete", f"delete {asked.fullname}")
        world.message(BOT, "ida", "delete", f"delete {asked.fullname}")
        assert outcomes(running)[1:] == ["deleted_reply", "nothing_to_delete"]
        assert len(messages_to(world, "ida")) == 2


def test_stop_is_for_good_until_start(world, post, bot):
    with bot() as running:
        world.message(BOT, "ida", "stop", "stop")
        world.comment(post.fullname, "ida", f"u/{BOT}")
        assert outcomes(running) == ["stopped", "opted_out"]
        assert world.replies_by(BOT) == []
        world.message(BOT, "ida", "start", "start")
        world.comment(post.fullname, "ida", f"u/{BOT}")
        assert outcomes(running)[2:] == ["started", "colorized"]


def test_who_said_stop_has_their_photos_left_alone_too(world, reddit, bot, portrait):
    with bot() as running:
        world.message(BOT, "edith", "stop", "stop")
        ended(running)
        world.post_image("OldPhotos", "edith", "Mine", portrait, "image/jpeg")
        assert outcomes(running)[-1] == "opted_out"


@pytest.mark.parametrize("form", ["post", "comment", "share", "picture", "short words"])
def test_a_message_with_a_link_is_answered_by_message(world, post, reddit, bot, portrait, form):
    link = {
        "post": f"{reddit.url}/r/AskForColour/comments/{post.id}/my_aunt/",
        "comment": f"{reddit.url}/r/AskForColour/comments/{post.id}/my_aunt/"
        f"{world.comment(post.fullname, 'lea', 'nice').id}/",
        "share": f"{reddit.url}/r/AskForColour/s/Abc123",
        "picture": f"{reddit.url}/i.redd.it/{world.add_picture(portrait, 'image/jpeg').id}.jpg",
        "short words": f"{reddit.url}/comments/{post.id} soft",
    }[form]
    world.share_links["Abc123"] = post.fullname
    world.message(BOT, "ida", "please", f"My aunt: {link}")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
        (message,) = messages_to(world, "ida")
        assert "in colour" in message.body
        assert world.replies_by(BOT) == []


def test_a_link_to_elsewhere_never_gets_the_bots_token(world, reddit, bot):
    world.message(BOT, "ida", "please", "https://evil.example/r/pics/s/abcdef")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "no_photo"


def test_nobody_argues_with_a_ban_and_the_asker_gets_a_message(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.subreddit("AskForColour").banned.add(BOT.lower())
    with bot() as running:
        (job,) = ended(running)
        assert (job.outcome, job.delivery) == ("colorized", "message")
        (message,) = messages_to(world, "ida")
        assert "in colour" in message.body
        world.comment(post.fullname, "karl", f"u/{BOT}")
        world.calls.clear()
        ended(running)
        assert len(messages_to(world, "karl")) == 1
        tried = [call for call in world.calls if call["path"].rstrip("/") == "/api/comment"]
        assert tried == [], "the ban is remembered"


def test_or_an_answer_in_the_bots_own_thread(world, post, bot):
    world.add_subreddit("ColorizeBotHome")
    own = world.post_text("ColorizeBotHome", BOT, "Answers", "for those whom I cannot answer elsewhere")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.subreddit("AskForColour").banned.add(BOT.lower())
    with bot(reply={"elsewhere": "thread", "thread": own.fullname}) as running:
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        assert (job.delivery, reply.parent) == ("thread", own.fullname)
        assert reply.body.startswith("u/ida, ")


@pytest.mark.parametrize("action", ["store_then_status", "status", "drop"])
def test_trouble_while_sending_a_message_ends_in_one_message(world, post, bot, action):
    world.subreddit("AskForColour").banned.add(BOT.lower())
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.faults.add(method="POST", path="/api/compose", times=1, action=action, status=503)
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
        assert len(messages_to(world, "ida")) == 1


def test_limits_are_named(world, post, bot):
    for name in ("ida", "ida", "karl", "lea"):
        world.comment(post.fullname, name, f"u/{BOT} variants {2 + len(world.comments) % 3}")
    with bot(limits={"per_user_day": 1, "per_thread": 2}) as running:
        assert sorted(outcomes(running)) == ["colorized", "colorized", "thread_limit", "user_limit"]


def test_a_dry_run_posts_nothing_and_marks_nothing_read(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot(work={"dry_run": True}) as running:
        (job,) = ended(running)
        assert job.outcome is Outcome.DRY_RUN
        assert "in colour" in job.detail
        assert world.replies_by(BOT) == []
        assert any(item.unread for item in world.users[BOT.lower()].inbox)
        assert not any(call["method"] == "POST" and "access_token" not in call["path"] for call in world.calls)


def test_an_asker_is_told_when_the_model_is_unsure(world, reddit, bot):
    for title, sample in (("Coins", samples.coins()), ("On the lawn", samples.camera())):
        post = world.post_image("AskForColour", "henry", title, jpeg(sample, (384, 303)), "image/jpeg")
        world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert outcomes(running) == ["colorized", "colorized"]
        assert ["not sure" in reply.body for reply in world.replies_by(BOT)] == [True, False]


def test_a_scanned_post_under_which_somebody_asked_is_answered_once(world, reddit, bot, portrait):
    post = world.post_image("OldPhotos", "edith", "My aunt", portrait, "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert sorted(outcomes(running)) == ["answered_there", "colorized"]
        assert len(world.replies_by(BOT)) == 1


def test_one_photo_of_several_that_cannot_be_reached_does_not_keep_the_others_for_ever(world, reddit, bot, portrait):
    gallery = world.post_gallery("AskForColour", "henry", "Attic", [portrait, jpeg(samples.cat())], "image/jpeg")
    world.comment(gallery.fullname, "ida", f"u/{BOT} all")
    first = gallery.pictures[0]
    world.faults.add(f"/i.redd.it/{first}*", "status", times=None, status=503)
    world.faults.add(f"/preview.redd.it/{first}*", "status", times=None, status=503)
    with bot(work={"retry_seconds": 0.01}) as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"
        found = [photo.outcome for photo in pictures.photos_of(running.engine, job)]
        assert found == ["photo_unreachable", None]
