"""The demo's Reddit: posts of every kind with real photographs, or the user's own pictures."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from skimage import data as samples

from bot.demo.clips import FRAMES, RATE, SIZE, can_make_clips, clip
from bot.sandbox.world import World
from bot.settings import SettingsError
from colorizer.photo import PhotoError, decode
from colorizer.pixels import Pixels

BOT = "ColorizeBot"
PASSWORD = "a password of the sandbox only"  # noqa: S105 - it opens nothing else
SCANNED = "OldPhotos"
SUMMONED = "AskForColour"
ADULT = "OldPhotosNSFW"
OWN = "YourPhotos"
MODERATOR = "mona"


def demo_world(photos: Sequence[Path] = ()) -> World:
    """A sandbox with posts of every kind, or with the given pictures, one post each.

    Raises SettingsError for a folder without a usable picture.
    """
    world = World()
    world.add_user(BOT, PASSWORD)
    for name, adult in ((SCANNED, False), (SUMMONED, False), (ADULT, True), (OWN, False)):
        world.add_subreddit(name, over18=adult)
    for name in (SCANNED, SUMMONED, OWN):
        world.add_moderator(name, MODERATOR, ["all"])
    if photos:
        _own_posts(world, photos)
    else:
        _sample_posts(world)
    return world


def _own_posts(world: World, photos: Sequence[Path]) -> None:
    used = 0
    for path in _files(photos):
        content = path.read_bytes()
        try:
            kind = decode(content).format.lower()
        except PhotoError:
            kind = "octet-stream"  # posted all the same: the reply log tells what the bot makes of it
        else:
            used += 1
        world.post_image(OWN, "you", path.stem, content, f"image/{kind}")
    if not used:
        raise SettingsError(f"no usable picture in {', '.join(map(str, photos))}; name photographs, or folders of them")


def _files(photos: Sequence[Path]) -> Iterator[Path]:
    for path in photos:
        if not path.exists():
            raise SettingsError(f"{path}: no such file or folder; look at the spelling")
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _sample_posts(world: World) -> None:
    astronaut, cat, coffee, rocket = samples.astronaut(), samples.cat(), samples.coffee(), samples.rocket()

    # A scanned subreddit: every grey photo is answered, unasked.
    world.post_image(SCANNED, "edith", "The photographer on the lawn, 1978", _jpeg(samples.camera()), "image/jpeg")
    portrait = world.post_image(SCANNED, "edith", "Portrait, scanned in grey", _jpeg(_grey(astronaut)), "image/jpeg")
    world.post_image(SCANNED, "walter", "Our cat, a brown print", _png(_sepia(cat)), "image/png")
    world.post_image(SCANNED, "walter", "The launch, newspaper print", _jpeg(_grey(rocket), 60), "image/jpeg")
    world.post_image(SCANNED, "ruth", "Coffee this morning", _jpeg(coffee), "image/jpeg")
    world.post_image(SCANNED, "ruth", "Attendance by year", _png(_chart()), "image/png")
    world.post_text(SCANNED, "walter", "How do you store your negatives?", "Mine curl.")

    # A subreddit where the bot answers only when it is called.
    gallery = world.post_gallery(
        SUMMONED, "henry", "Two from the attic", [_jpeg(_grey(coffee)), _jpeg(_grey(cat))], "image/jpeg"
    )
    world.comment(gallery.fullname, "ida", f"u/{BOT} photo 2 please")
    world.comment(gallery.fullname, "nils", f"u/{BOT} variants 3 vivid")
    world.comment(gallery.fullname, "olga", f"u/{BOT} hint 62%,62% #8c2f1b and the hint 20,20 blue")
    world.comment(gallery.fullname, "pia", f"u/{BOT} help")
    world.message(BOT, "quentin", "my photo", f"https://www.reddit.com/comments/{gallery.id} soft")
    crosspost = world.crosspost(SUMMONED, "henry", "Seen elsewhere", portrait.fullname)
    world.comment(crosspost.fullname, "ida", f"Would you, u/{BOT}?")
    question = world.post_text(SUMMONED, "karl", "Who can date these coins?", "See my comment.")
    coins = world.add_picture(_jpeg(samples.coins()), "image/jpeg")
    found = world.comment(question.fullname, "karl", f"Here they are: ![img]({coins.id})", images=[coins.id])
    world.comment(found.fullname, "ida", f"/u/{BOT.lower()} can you?")
    world.comment(question.fullname, "lena", f"u/{BOT} photo 3")
    world.post_image(SUMMONED, "henry", "Nobody asked about this one", _jpeg(_grey(rocket)), "image/jpeg")

    if can_make_clips():
        seconds = FRAMES / RATE
        film = world.post_video(SUMMONED, "otto", "Our cat, the film", clip(cat), size=SIZE, seconds=seconds)
        world.comment(film.fullname, "ida", f"u/{BOT} please")

    gone = world.post_image(SUMMONED, "max", "Prints for sale", _jpeg(_grey(coffee)), "image/jpeg")
    world.comment(gone.fullname, "ida", f"u/{BOT} please")
    world.remove(gone.fullname)

    adult = world.post_image(ADULT, "max", "Study, 1920s", _jpeg(_grey(coffee)), "image/jpeg")
    world.comment(adult.fullname, "max", f"u/{BOT}")


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))


def _sepia(pixels: Pixels) -> Pixels:
    light = np.asarray(Image.fromarray(pixels).convert("L"), np.float32)[..., None] / 255
    dark_brown, cream = np.array([38, 24, 14], np.float32), np.array([246, 228, 196], np.float32)
    return np.asarray((dark_brown + light * (cream - dark_brown)).round(), np.uint8)


def _chart() -> Pixels:
    image = Image.new("RGB", (640, 400), "white")
    draw = ImageDraw.Draw(image)
    draw.line([(60, 30), (60, 350), (610, 350)], fill="black", width=3)
    for i, height in enumerate((120, 200, 160, 260, 230, 300)):
        draw.rectangle([90 + i * 85, 350 - height, 140 + i * 85, 349], fill=("#3b6ea5", "#c0504d")[i % 2])
        draw.text((100 + i * 85, 358), str(2019 + i), fill="black")
    return np.asarray(image)


def _jpeg(pixels: Pixels, quality: int = 90) -> bytes:
    return _encoded(pixels, "JPEG", quality=quality)


def _png(pixels: Pixels) -> bytes:
    return _encoded(pixels, "PNG")


def _encoded(pixels: Pixels, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()
