"""The weekly letter to the moderators of a subreddit. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.aftercare import Removal
from bot.domain.outcomes import Group, Outcome
from bot.domain.reddit_types import Source

WEEK = timedelta(days=7)

_REMOVED = {
    Removal.REQUESTED: "somebody said `delete`",
    Removal.SCORE: "the score was too low",
    Removal.SOURCE_GONE: "the post or the request was deleted",
    Removal.MODERATOR: "moderators removed it",
    Removal.OPERATOR: "the bot's operator removed it",
    Removal.PURGED: "the bot's operator removed what belongs to one person",
    Removal.SUBREDDIT_LEFT: "the bot was sent away",
    Removal.UNFINISHED: "a film of which the answer spoke could not be finished",
    Removal.EXPIRED: "its pictures had been kept as long as they are",
}


@dataclass(frozen=True, slots=True)
class WeekOfSubreddit:
    """What happened in one subreddit in one week.

    endings: jobs that ended, by outcome and source. removals: answers that had to go, by reason.
    """

    endings: Mapping[tuple[Outcome, Source], int]
    removals: Mapping[Removal, int]


def week_of(moment: datetime) -> datetime:
    """When the week of that moment began: Monday, 00:00. moment: in UTC."""
    return (moment - timedelta(days=moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def heading(begin: datetime) -> str:
    """The first line of the letter, which no other week's letter has."""
    return f"The week from {begin:%Y-%m-%d} to {begin + WEEK - timedelta(days=1):%Y-%m-%d}, in UTC:"


def weekly_report(begin: datetime, week: WeekOfSubreddit) -> str:
    """The letter in Markdown. begin: Monday, 00:00."""
    lines = list(_lines(week)) or ["* Nobody asked, and nothing was answered."]
    last = "Write `weekly_report: no` into the settings page, and this letter does not come any more."
    return "\n".join([heading(begin), "", *lines, "", last])


def _lines(week: WeekOfSubreddit) -> Iterator[str]:
    answered = {key: count for key, count in week.endings.items() if key[0].group is Group.ANSWERED}
    pictures = {key: n for key, n in answered.items() if key[0] in (Outcome.COLORIZED, Outcome.GIVEN_AGAIN)}
    if total := sum(pictures.values()):
        unasked = sum(count for (_, source), count in pictures.items() if source is Source.SCAN)
        yield f"* {_many(total, 'photo')} answered in colour: {total - unasked} on request, {unasked} as new posts."
    if said := sum(answered.values()) - total:
        yield f"* {_many(said, 'request')} for words answered, such as `help`, `stop` and `delete`."
    # New posts that are no photos are passed over all the time: nobody asked.
    asked = [(outcome, n) for (outcome, source), n in week.endings.items() if source is not Source.SCAN]
    for group, word in ((Group.SKIPPED, "not answered"), (Group.FAILED, "that failed")):
        reasons: dict[Outcome, int] = {}
        for outcome, count in asked:
            if outcome.group is group:
                reasons[outcome] = reasons.get(outcome, 0) + count
        if reasons:
            yield f"* {_many(sum(reasons.values()), 'request')} {word}:"
            ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0].value))
            yield from (f"    * {count}: {outcome.meaning}" for outcome, count in ordered)
    if week.removals:
        yield f"* {_many(sum(week.removals.values()), 'answer')} taken away:"
        yield from (
            f"    * {count}: {_REMOVED[reason]}"
            for reason, count in sorted(week.removals.items(), key=lambda pair: (-pair[1], pair[0].value))
        )


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
