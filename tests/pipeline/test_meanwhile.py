"""What changes on Reddit while a photo is being coloured: nothing is said to who does not want it any more."""

from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.silence import Reason
from bot.domain.stages import Stage
from bot.store import jobs, silences
from tests.pictures import jpeg
from tests.pipeline.endings import ended, outcomes

CHANGES = {
    "post deleted": (lambda world, post, _: world.delete(post.fullname), "deleted"),
    "comment deleted": (lambda world, _, asked: world.delete(asked.fullname), "deleted"),
    "comment removed": (lambda world, _, asked: world.remove(asked.fullname), "removed"),
    "post taken down": (lambda world, post, _: world.remove(post.fullname, "reddit"), "removed"),
    "comment locked": (lambda world, _, asked: world.lock(asked.fullname), "locked"),
    "post archived": (lambda world, post, _: world.archive(post.fullname), "archived"),
    "marked as NSFW": (lambda _, post, __: setattr(post, "over_18", True), "nsfw"),
    "asker says stop": (lambda world, _, asked: world.edit(asked.fullname, f"u/{BOT} stop"), "withdrawn"),
    "asker says delete": (lambda world, _, asked: world.edit(asked.fullname, f"u/{BOT} delete this"), "withdrawn"),
    "mention taken out": (lambda world, _, asked: world.edit(asked.fullname, "never mind"), "withdrawn"),
    "asker corrects a word": (lambda world, _, asked: world.edit(asked.fullname, f"u/{BOT} please!"), "given_again"),
}


def test_what_changes_while_a_photo_is_coloured_counts(world, bot):
    small = jpeg(samples.camera(), (96, 96))
    asked = {}
    for number, name in enumerate(CHANGES):
        post = world.post_image("AskForColour", f"henry{number}", name, small, "image/jpeg")
        asked[name] = post, world.comment(post.fullname, f"ida{number}", f"u/{BOT} please")
    with bot() as running:
        running.poll()
        while (job := jobs.claim(running.engine, "meanwhile")) is not None:
            running.work_on(job, until=lambda job: job.stage is Stage.REPLY)
        for name, (post, comment) in asked.items():
            CHANGES[name][0](world, post, comment)
        jobs.release(running.engine, "meanwhile", died=False)
        found = {job.summons: str(job.outcome) for job in ended(running)}
        expected = {name: outcome for name, (_, outcome) in CHANGES.items()}
        seen = {name: found[comment.fullname] for name, (_, comment) in asked.items()}
        # The same photo: whoever is left is the first to get it.
        assert {name: outcome.replace("colorized", "given_again") for name, outcome in seen.items()} == expected
        assert [one.parent for one in world.replies_by(BOT)] == [asked["asker corrects a word"][1].fullname]
        number = list(CHANGES).index("asker says stop")
        assert silences.reasons(running.engine, silences.USER, f"ida{number}") == {Reason.ASKED}


def test_words_that_are_taken_back_before_they_are_read_are_not_answered(world, asked, bot):
    with bot() as running:
        running.poll()
        world.edit(asked.fullname, "~~please~~ sorry, wrong thread")
        assert outcomes(running) == ["withdrawn"]


def test_whose_photo_a_crosspost_shows_has_a_say(world, bot, photo):
    source = world.post_image("OldPhotos", "edith", "Lawn", photo, "image/jpeg")
    post = world.crosspost("AskForColour", "henry", "Look at this lawn", source.fullname)
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        silences.silence(running.engine, silences.USER, "edith", Reason.ASKED)
        running.poll()
        assert "opted_out" in outcomes(running)
        assert world.replies_by(BOT) == []


def test_an_answer_of_another_shape_is_asked_for_again(world, asked, bot):
    world.faults.add("/comments/*", "empty", times=2)
    with bot(work={"retry_seconds": 0.01}) as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"


def test_an_answer_that_stays_another_is_given_up_with_words(world, asked, bot):
    world.faults.add("/comments/*", "empty", times=None)
    with bot(work={"retry_seconds": 0.01}) as running:
        (job,) = ended(running)
        assert job.outcome == "failed"
        assert "Reddit answered with something else" in job.error
        assert "Traceback" not in job.error
