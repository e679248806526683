"""What people link to and in which words they ask, from inbox to answer on the sandbox over HTTP."""

import io

import pytest
from PIL import Image
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.replies import HINT_HELP
from bot.store import pictures
from tests.pictures import jpeg
from tests.pipeline.endings import ended, outcomes
from tests.pipeline.test_photos import SQUARE, TALL, WIDE, taken
from tests.pipeline.test_words import messages_to


@pytest.fixture(scope="module")
def photos():
    return [jpeg(samples.camera(), WIDE), jpeg(samples.astronaut(), TALL), jpeg(samples.cat(), SQUARE)]


@pytest.fixture
def post(world, reddit, photos):
    return world.post_image("AskForColour", "henry", "My aunt", photos[0], "image/jpeg")


@pytest.fixture
def world(world):
    world.add_subreddit("Attic")
    return world


@pytest.fixture
def other(world, reddit, photos):
    return world.post_gallery("Attic", "lea", "Another", photos[1:], "image/jpeg")


@pytest.mark.parametrize("form", ["gallery", "comments", "slug", "share", "two hops", "user"])
def test_a_message_may_link_to_a_post_in_every_form(world, other, reddit, bot, form):
    world.share_links |= {"Abc123": other.fullname, "First1": "/r/Attic/s/Abc123"}
    link = {
        "gallery": f"/gallery/{other.id}",
        "comments": f"/comments/{other.id}",
        "slug": f"/r/Attic/comments/{other.id}/another/?utm_source=share",
        "share": "/r/Attic/s/Abc123",
        "two hops": "/u/lea/s/First1",
        "user": f"/user/lea/comments/{other.id}/another/",
    }[form]
    world.message(BOT, "ida", "please", f"photo 2: {reddit.url}{link}")
    with bot() as running:
        assert taken(running) == [("colorized", [SQUARE])]


@pytest.mark.parametrize("link", ["/gallery/{id}", "/r/Attic/s/Abc123"])
def test_a_post_that_an_asker_links_to_is_meant_instead_of_the_one_they_are_in(world, post, other, reddit, bot, link):
    world.share_links["Abc123"] = other.fullname
    world.comment(post.fullname, "ida", f"u/{BOT} can you do this one? {reddit.url}{link.format(id=other.id)}")
    with bot() as running:
        assert taken(running) == [("colorized", [TALL])]


def test_a_linked_post_has_its_own_say(world, post, reddit, photos, bot):
    nsfw = world.post_image("Attic", "lea", "Another", photos[1], "image/jpeg", over_18=True)
    world.comment(post.fullname, "ida", f"u/{BOT} {reddit.url}/comments/{nsfw.id}")
    with bot() as running:
        assert outcomes(running) == ["nsfw"]


def test_a_post_that_links_to_a_gallery_shows_that_gallery(world, other, reddit, bot):
    linking = world.post_link("AskForColour", "henry", "Seen", f"{reddit.url}/gallery/{other.id}")
    world.comment(linking.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert taken(running) == [("colorized", [TALL])]


@pytest.mark.parametrize(
    ("link", "outcome", "said"),
    [
        ("https://www.flickr.com/photos/someone/5", "picture_page", "address of the picture itself"),
        ("https://imgur.com/a/AbCdE12", "picture_page", "address of the picture itself"),
        ("https://elsewhere.example/aunt.jpg", "host_not_allowed", "do not fetch pictures from that site"),
    ],
)
def test_a_picture_that_was_named_and_cannot_be_had_is_said(world, post, bot, link, outcome, said):
    world.comment(post.fullname, "ida", f"u/{BOT} can you do mine? {link}")
    with bot() as running:
        assert outcomes(running) == [outcome]
        assert said in world.replies_by(BOT)[0].body


def moving():
    frames = [Image.new("RGB", (80, 60), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def test_a_reaction_does_not_stand_in_for_the_photo(world, post, bot):
    reaction = world.add_picture(moving(), "image/gif")
    world.comment(post.fullname, "ida", f"u/{BOT} ![gif]({reaction.id})", images=[reaction.id])
    with bot() as running:
        assert taken(running) == [("colorized", [WIDE])]


def test_a_post_whose_picture_was_still_uploaded_when_it_was_written(world, reddit, photos, bot):
    text = world.post_text("AskForColour", "henry", "My story", images=[photos[1]])
    text.text = f"Long ago.\n\n*Processing img {text.pictures[0]}...*"
    world.comment(text.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert taken(running) == [("colorized", [TALL])]


@pytest.fixture
def answered(world, other, bot):
    """A running bot that has answered ida, and its reply."""
    world.comment(other.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        ended(running)
        yield running, world.replies_by(BOT)[0]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("[u/ColorizeBot](https://www.reddit.com/u/ColorizeBot) stop", "stopped"),
        ("[u/ColorizeBot](https://www.reddit.com/u/ColorizeBot) delete", "deleted_reply"),
        ("stop\n\n&#x200B;", "stopped"),
        ("u/ColorizeBot stop replying to me", "stopped"),
        ("**delete**", "deleted_reply"),
        ("u/ColorizeBot I want you to stop", "unclear"),
        ("thank you u/ColorizeBot", "unclear"),
        ("Thanks again!", "not_summoned"),
        ("wow, again what a beautiful job", "not_summoned"),
    ],
)
def test_replies_that_ask_for_no_picture_get_none(world, answered, body, outcome):
    running, reply = answered
    world.comment(reply.fullname, "ida", body)
    assert outcomes(running)[-1] == outcome
    assert len(world.replies_by(BOT)) == 1


@pytest.mark.parametrize("body", ["the coat was navy", "u/ColorizeBot her dress was dark red", "hint 40,30 navy"])
def test_a_colour_without_a_place_is_answered_with_how_to_give_one(world, answered, body):
    running, reply = answered
    world.comment(reply.fullname, "ida", body)
    assert outcomes(running)[-1] == "helped"
    assert HINT_HELP in world.replies_by(BOT)[-1].body


def test_wishes_in_peoples_own_words_are_met(world, answered):
    running, reply = answered
    world.comment(reply.fullname, "ida", "more vivid please")
    vivid = ended(running)[-1]
    assert (vivid.outcome, vivid.wanted) == ("colorized", {"style": "vivid"})
    world.comment(reply.fullname, "ida", "photos 1 and 2 please")
    several = ended(running)[-1]
    assert (several.outcome, several.wanted) == ("colorized", {"photos": [1, 2]})
    assert "Photo 2 in colour" in world.replies_by(BOT)[-1].body


def test_each_note_is_given_once(world, post, bot):
    world.comment(post.fullname, "ida", f"u/{BOT} " + "variants 9 " * 60)
    with bot() as running:
        assert outcomes(running) == ["colorized"]
        assert world.replies_by(BOT)[0].body.count("variants 9") == 1


def test_a_message_that_may_be_a_command_is_told_so(world, post, reddit, bot):
    world.message(BOT, "ida", "hello", f"I want you to stop {reddit.url}/comments/{post.id}")
    with bot() as running:
        assert outcomes(running) == ["unclear"]
        assert "`stop`" in messages_to(world, "ida")[0].body


@pytest.mark.parametrize("form", ["the reply", "the post", "another comment", "elsewhere"])
def test_a_message_may_link_to_what_it_wants_deleted(world, answered, other, reddit, form):
    running, reply = answered
    comment = world.comment(other.fullname, "lea", "nice")
    link = {
        "the reply": f"{reddit.url}/r/Attic/comments/{other.id}/another/{reply.id}/",
        "the post": f"{reddit.url}/gallery/{other.id}",
        "another comment": f"{reddit.url}/comments/{other.id}/comment/{comment.id}",
        "elsewhere": "https://news.example/story",
    }[form]
    world.message(BOT, "ida", "hello", f"delete {link} please")
    outcome = "deleted_reply" if form in {"the reply", "the post"} else "nothing_to_delete"
    assert outcomes(running)[-1] == outcome


def test_words_in_answer_to_a_message_of_the_bots_are_about_that_photo(world, other, bot):
    world.subreddit("Attic").banned.add(BOT.lower())
    world.comment(other.fullname, "ida", f"u/{BOT} photo 2")
    with bot() as running:
        ended(running)
        (letter,) = messages_to(world, "ida")
        for who in ("ida", "mallory"):
            world.message(BOT, who, f"re: {letter.subject}", "more vivid please")
        first, vivid, foreign = ended(running)
        assert (first.outcome, vivid.outcome, foreign.outcome) == ("colorized", "colorized", "no_photo")
        assert vivid.wanted == {"style": "vivid", "photos": [2]}


def test_an_imgur_gallery_of_one_picture_is_that_picture(world, reddit, bot):
    world.message(BOT, "ida", "please", "https://imgur.com/gallery/my-aunt-AbCdE12")
    with bot(fetch={"allowed_hosts": ("nowhere.example",)}) as running:
        (job,) = ended(running)
        assert job.outcome == "host_not_allowed", "nothing outside is asked in a test"
        assert pictures.photos_of(running.engine, job)[0].url == "https://i.imgur.com/AbCdE12.jpg"
