"""The whole day, part by part."""

from tests.day import script_crowd as crowd
from tests.day import script_evening as evening
from tests.day import script_morning as morning
from tests.day import script_noon as midday
from tests.day.day import Day
from tests.day.town import MODERATED

PARTS = (
    morning.night,
    crowd.after_midnight,
    morning.early,
    morning.letters,
    crowd.breakfast,
    morning.forenoon,
    crowd.brunch,
    midday.noon,
    midday.takings,
    crowd.lunch,
    midday.shut_out,
    midday.waiting,
    evening.killed,
    evening.corrected,
    crowd.supper,
    evening.trouble,
    evening.closed,
    evening.limits,
    evening.moderators,
    crowd.nightcap,
    evening.late,
)

LETTERS = (
    *((name, "is a moderator here now") for name in MODERATED),
    ("Villages", "is a moderator here now"),
    ("Villages", "cannot be read"),
    ("Villages", "is in force"),
    ("Villages", "is a moderator here now"),
)
"""What the bot writes to moderators, in any order."""


def live(day: Day) -> None:
    """From midnight to midnight."""
    for part in PARTS:
        part(day)
    day.settle()
