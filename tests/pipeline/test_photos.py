"""Where the photo is found, in whatever shape it was posted, from inbox to answer on the sandbox over HTTP."""

import pytest
from pydantic import SecretStr
from skimage import data as samples

from bot.demo.posts import BOT
from bot.hosting_settings import ImgurSettings
from bot.reddit.listings import CONTEXT
from bot.store import pictures
from tests.hosting.imgur_double import CLIENT_ID, ImgurDouble
from tests.pictures import jpeg
from tests.pipeline.endings import ended

WIDE, TALL, SQUARE = (200, 120), (120, 200), (160, 160)
ALBUM = "https://imgur.com/a/AbCdE12"


def taken(bot):
    """What became of each job, and the sizes of the photos that it was about: each photo here has its own."""
    return [
        (job.outcome, [(photo.width, photo.height) for photo in pictures.photos_of(bot.engine, job)])
        for job in ended(bot)
    ]


@pytest.fixture(scope="module")
def photos():
    """Three photographs of three sizes."""
    return [jpeg(samples.camera(), WIDE), jpeg(samples.astronaut(), TALL), jpeg(samples.cat(), SQUARE)]


@pytest.fixture
def imgur():
    double = ImgurDouble()
    with double.serve():
        yield double


@pytest.fixture
def with_imgur(bot, reddit, imgur):
    """A bot whose operator has an application at imgur; imgur's pictures may be fetched from the double."""

    def opened(client_id=CLIENT_ID, **changes):
        secret = SecretStr(client_id) if client_id else None
        origins = tuple(url.removeprefix("http://") for url in (reddit.url, imgur.url))
        hosting = {"imgur": ImgurSettings(client_id=secret, api_url=imgur.url)}
        return bot(hosting=hosting, fetch={"extra_origins": origins}, **changes)

    return opened


def test_a_photo_of_a_gallery_is_chosen_by_its_number(world, reddit, bot, photos):
    gallery = world.post_gallery("AskForColour", "henry", "Attic", photos, "image/jpeg")
    for name, words in (("ida", ""), ("karl", "photo 3"), ("lea", "photo 9")):
        world.comment(gallery.fullname, name, f"u/{BOT} {words}")
    with bot() as running:
        assert taken(running) == [("colorized", [WIDE]), ("colorized", [SQUARE]), ("no_such_photo", [])]
        assert any("no photo of that number" in reply.body for reply in world.replies_by(BOT))


def test_all_of_a_gallery_has_a_bound(world, reddit, bot, photos, monkeypatch):
    monkeypatch.setattr("bot.pipeline.planning.MAX_PHOTOS", 2)
    gallery = world.post_gallery("AskForColour", "henry", "Attic", photos, "image/jpeg")
    world.comment(gallery.fullname, "ida", f"u/{BOT} all")
    with bot() as running:
        assert taken(running) == [("colorized", [WIDE, TALL])]


def test_a_crosspost_shows_the_photos_of_its_original(world, reddit, bot, photos):
    image = world.post_image("OldPhotos", "henry", "Attic", photos[1], "image/jpeg")
    gallery = world.post_gallery("OldPhotos", "henry", "Attic", photos, "image/jpeg")
    for original, words in ((image, ""), (gallery, "photo 3")):
        seen = world.crosspost("AskForColour", "lea", "Seen elsewhere", original.fullname)
        world.comment(seen.fullname, "ida", f"u/{BOT} {words}")
    with bot(reddit={"scan": ()}) as running:
        assert taken(running) == [("colorized", [TALL]), ("colorized", [SQUARE])]


def test_pictures_inside_texts_are_found(world, reddit, bot, photos):
    text = world.post_text("AskForColour", "henry", "My story", "Long ago.", images=photos)
    world.comment(text.fullname, "ida", f"u/{BOT} photo 2")
    inside = world.add_picture(photos[2], "image/jpeg")
    world.comment(text.fullname, "karl", f"u/{BOT} ![img]({inside.id})", images=[inside.id])
    with bot() as running:
        assert taken(running) == [("colorized", [TALL]), ("colorized", [SQUARE])]


def test_a_plain_link_to_a_picture_is_enough(world, reddit, bot, photos):
    inside = world.add_picture(photos[0], "image/jpeg")
    post = world.post_link("AskForColour", "henry", "Look", f"{reddit.url}/i.redd.it/{inside.filename}")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert taken(running) == [("colorized", [WIDE])]


def test_the_comments_above_are_looked_through_before_the_post(world, reddit, bot, photos):
    post = world.post_image("AskForColour", "henry", "Attic", photos[0], "image/jpeg")
    inside = world.add_picture(photos[1], "image/jpeg")
    above = world.comment(post.fullname, "lea", f"![img]({inside.id})", images=[inside.id])
    below = world.comment(above.fullname, "karl", "nice one")
    world.comment(below.fullname, "ida", f"u/{BOT}")
    world.comment(post.fullname, "mia", f"u/{BOT}")
    with bot() as running:
        assert taken(running) == [("colorized", [TALL]), ("colorized", [WIDE])]


@pytest.mark.parametrize(("between", "size"), [(CONTEXT - 1, TALL), (CONTEXT + 2, WIDE)])
def test_only_so_many_comments_above_are_looked_through(world, reddit, bot, photos, between, size):
    post = world.post_image("AskForColour", "henry", "Attic", photos[0], "image/jpeg")
    inside = world.add_picture(photos[1], "image/jpeg")
    last = world.comment(post.fullname, "lea", f"![img]({inside.id})", images=[inside.id])
    for _ in range(between):
        last = world.comment(last.fullname, "karl", "nice one")
    world.comment(last.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert taken(running) == [("colorized", [size])]


def test_links_to_previews_become_originals(world, reddit, bot, photos):
    inside = world.add_picture(photos[0], "image/jpeg")
    query = "width=108&format=pjpg&auto=webp&s=abc"
    link = world.post_link("AskForColour", "henry", "Look", f"https://preview.redd.it/{inside.filename}?{query}")
    world.comment(link.fullname, "ida", f"u/{BOT}")
    named = f"https://preview.redd.it/my-aunt-in-1943-v0-{inside.filename}?{query}"
    world.comment(link.fullname, "karl", f"u/{BOT} [mine]({named}) vivid")
    with bot() as running:
        assert taken(running) == [("colorized", [WIDE]), ("colorized", [WIDE])]
        assert not any(call["path"].startswith("/preview.redd.it") for call in world.calls)


def test_where_the_original_is_gone_its_preview_is_taken(world, reddit, bot, photos):
    post = world.post_image("AskForColour", "henry", "Attic", photos[0], "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.faults.add(method="GET", path="/i.redd.it/*", times=9, action="status", status=404)
    with bot() as running:
        assert taken(running) == [("colorized", [WIDE])]


def test_an_album_at_imgur_is_opened_also_when_imgur_is_busy_at_first(world, reddit, imgur, with_imgur, photos):
    imgur.albums["AbCdE12"] = photos
    imgur.answers = [(429, {}, {}), (200, {}, "<html>over capacity</html>"), (200, {}, {"data": {"error": "busy"}})]
    post = world.post_link("AskForColour", "henry", "Attic", ALBUM)
    for name, words in (("ida", "photo 2"), ("karl", "all")):
        world.comment(post.fullname, name, f"u/{BOT} {words}")
    world.message(BOT, "lea", "please", f"photo 3 {ALBUM}")
    with with_imgur() as running:
        one, several, by_message = taken(running)
        assert (one, several) == (("colorized", [TALL]), ("colorized", [WIDE, TALL, SQUARE]))
        assert by_message[1] == [SQUARE]
        assert imgur.calls.count("GET /3/album/AbCdE12/images") == 6


def test_an_album_that_is_gone_is_said_and_one_that_cannot_be_read_is_named(world, reddit, with_imgur, photos):
    post = world.post_link("AskForColour", "henry", "Attic", ALBUM)
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with with_imgur() as running:
        assert taken(running) == [("photo_gone", [])]
        assert "not there any more" in world.replies_by(BOT)[0].body
        other = world.add_picture(photos[0], "image/jpeg")
        world.comment(post.fullname, "lea", f"u/{BOT} {ALBUM} or {reddit.url}/i.redd.it/{other.filename}")
        assert taken(running)[1:] == [("colorized", [WIDE])], "one that is gone keeps no other out"
    world.comment(post.fullname, "karl", f"u/{BOT}")
    with with_imgur(client_id=None) as running:
        assert taken(running)[2:] == [("picture_page", [])]
