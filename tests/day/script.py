"""The whole day, part by part."""

from bot.demo.posts import BOT
from tests.day import script_evening as evening
from tests.day import script_morning as morning
from tests.day import script_noon as midday
from tests.day.day import Day

PARTS = (
    morning.night,
    morning.early,
    morning.letters,
    morning.forenoon,
    midday.noon,
    midday.takings,
    midday.shut_out,
    midday.waiting,
    evening.killed,
    evening.trouble,
    evening.closed,
    evening.limits,
    evening.moderators,
    evening.late,
)

LETTERS = (
    *((name, f"u/{BOT} is a moderator here now") for name in sorted(("OldPhotos", "FamilyAlbums"))),
)


def live(day: Day) -> None:
    """From midnight to midnight."""
    for part in PARTS:
        part(day)
    day.settle()
