"""Invitations to moderate, and which subreddits the bot moderates: it joins with a greeting and leaves in silence.

One run asks Reddit for the list of moderated subreddits, which also shows where the bot was taken off.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta

import structlog

from bot.domain.notices import invited_by, shut_out_by
from bot.domain.reddit_types import Summons
from bot.domain.refusals import Refused
from bot.periodic.guard import guarded
from bot.reddit import inbox, moderating
from bot.reddit.client import Reddit
from bot.store import moderator_answers, removals, silences, subreddits
from bot.store.database import Engine

CLOCKS_DIFFER = timedelta(minutes=10)
"""By how much Reddit's clock and this machine's may differ."""

log = structlog.get_logger("bot.periodic.invitations")


def take_notices(engine: Engine, reddit: Reddit, items: Iterable[Summons]) -> list[Summons]:
    """Act on invitations, bans and mutes among the inbox items; the others come back.

    An item is marked read after its effect is stored. One that Reddit cannot deal with now stays as it is.
    """
    others = []
    for item in items:
        act = _act_on(item)
        if act is None:
            others.append(item)
        else:
            with guarded(log, "subreddit_failed", subreddit=item.subreddit):
                _take(engine, reddit, item, act)
    return others


_Act = Callable[[Engine, Reddit], None]


def _act_on(item: Summons) -> _Act | None:
    """What an inbox item asks to be done that is no summons."""
    if invited := invited_by(item):
        return lambda engine, reddit: _accept(engine, reddit, invited)
    if shut := shut_out_by(item):
        subreddit, reason = shut
        return lambda engine, _: silences.silence(engine, silences.SUBREDDIT, subreddit, reason)
    return None


def _take(engine: Engine, reddit: Reddit, item: Summons, act: _Act) -> None:
    try:
        act(engine, reddit)
    except Refused as refused:
        log.warning("notice_refused", subreddit=item.subreddit, subject=item.title, reason=str(refused))
    else:
        log.info("notice_taken", subreddit=item.subreddit, subject=item.title)
    inbox.mark_read(reddit, [item.fullname])


def _accept(engine: Engine, reddit: Reddit, subreddit: str) -> None:
    """Accept an invitation. One that was accepted just before a crash shows in the list of moderated subreddits."""
    if moderating.accept_invitation(reddit, subreddit):
        subreddits.join(engine, subreddit)
        log.info("joined", subreddit=subreddit)


def run(engine: Engine, reddit: Reddit, *, bot_name: str, own: Collection[str] = ()) -> None:
    """Bring the stored subreddits in line with those that Reddit lists.

    own: subreddits of the bot's own, which need neither page nor welcome. Raises Refused or RetryLater when Reddit does
    not give the list.
    """
    _compare(engine, reddit, bot_name, {name.lower() for name in own})


def _compare(engine: Engine, reddit: Reddit, bot_name: str, own: set[str]) -> None:
    """Bring the stored subreddits in line with those that Reddit lists."""
    listed = {place.name: place for place in moderating.moderated(reddit)}
    for name in listed.keys() - {row.name for row in subreddits.joined(engine)} - own:
        subreddits.join(engine, name)
        log.info("joined", subreddit=name)
    for row in subreddits.joined(engine):
        place = listed.get(row.name)
        if place is None:
            # Asked once more: a list that Reddit gave by half must not end everything.
            if not moderating.moderates(reddit, row.name, bot_name):
                removals.retract_answers_in(engine, row.name)
                moderator_answers.forget_subreddit(engine, row.name)
                subreddits.mark_left(engine, row.name)
                log.info("left", subreddit=row.name)
        elif (row.over_18, row.inline_pictures) != (place.over_18, place.inline_pictures):
            subreddits.change(engine, row.name, over_18=place.over_18, inline_pictures=place.inline_pictures)
