"""The Reddit of the day: its subreddits and people, and the settings of the bot that meets them."""

from pathlib import Path

from bot.demo.posts import BOT, PASSWORD
from bot.demo.session import settings_for
from bot.sandbox.world import World
from bot.settings import Settings

_NAMES = """
ada albert alma anton astrid august bela bertha boris bruno carla casimir celia clara conrad cyril dagmar daphne
dora edgar edith egon elsa emil erika ernst esther eva fanny felix fritz georg greta gustav hanna hector hedwig
helga henry hilda hugo ida igor ilse ingrid irma jakob johanna josef julia karl klara konrad lars laura lena leo
lotte ludwig magda margit martha max mila nora olga oskar otto paula pavel petra ralf rosa ruth selma simon sonja
theo viktor wanda
"""
PEOPLE = frozenset(_NAMES.split())
"""Eighty people. Whoever comes under another name is a bot."""

MODERATED = ("OldPhotos", "FamilyAlbums", "Railways", "Portraits", "Darkroom", "NightPhotos")
"""Those whose moderators have invited the bot before it starts; Villages follows later."""

OTHERS = ("Villages", "AskHistory", "Genealogy", "Circle", "Quarrels")

LISTED = "Lectures"
"""Where the operator has the bot answer unasked; but only approved people may write there."""


def town() -> World:
    """Twelve subreddits and eighty people."""
    # Far more calls than Reddit allows, so that the client never waits; the test counts them by the moved clock.
    world = World(calls_per_window=10_000_000)
    world.add_user(BOT, PASSWORD)
    for name in sorted(PEOPLE):
        world.add_user(name)
    for name in (*MODERATED, *OTHERS):
        world.add_subreddit(name, over18=name == "NightPhotos", moderators=["irma"])
    world.add_subreddit(LISTED, restricted=True, moderators=["irma"])
    world.subreddit("Railways").media_in_comments = ("static",)
    for name in MODERATED:
        world.invite_moderator(name, BOT)
    return world


def settings(url: str, folder: Path, **limits: int) -> Settings:
    """The bot's settings: limits so low that a day reaches them."""
    base = settings_for(url, folder)
    changes = {
        "reddit": {"scan": (LISTED,), "ignored_users": ("clockwork",)},
        "fetch": {"max_pixels": 1_000_000, "max_bytes": 300_000},
        "web": {"public_url": "https://colours.example"},
        "work": {"retry_seconds": 30.0, "patience_hours": 5.0},
        "limits": {"per_user_day": 6, "per_thread": 4} | limits,
        "reply": {"inline": True},
    }
    return base.model_copy(update={name: getattr(base, name).model_copy(update=some) for name, some in changes.items()})
