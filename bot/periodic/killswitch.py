"""The kill switch that works without a shell: a wiki page of the bot's own subreddit that says `stop` or `run`."""

import re
from enum import Enum

import structlog

from bot.reddit.client import Reddit
from bot.reddit.wiki import WikiPage, believed, read_page
from bot.store import notes
from bot.store.database import Engine

_WORD = re.compile(r"[\s#*_>`\"'-]*(stop|pause|run\b)", re.IGNORECASE)

_COMPLAINED = "kill_switch_complaint"
"""The revision of the page about which the log has been told."""

log = structlog.get_logger("bot.periodic.killswitch")


class Order(Enum):
    """What the page tells the bot."""

    PAUSE = "pause"
    RUN = "run"


def order(text: str) -> Order | None:
    """The order that a page's text begins with; None for any other text, which changes nothing."""
    found = _WORD.match(text)
    if found is None:
        return None
    return Order.RUN if found[1].lower() == "run" else Order.PAUSE


def run(engine: Engine, reddit: Reddit, page: str) -> None:
    """Do what the page of the given "subreddit/name" says: one request, two more when it says something new.

    Raises Refused or RetryLater when the page cannot be read; the bot stays as it is, paused or not.
    """
    found = read_page(reddit, *page.split("/", 1))
    wanted, paused = order(found.text), notes.read(engine, notes.PAUSED_BY_PAGE) is not None
    if wanted is None:
        _complain(engine, found, "it begins with neither `stop` nor `run`")
        return
    if paused is (wanted is Order.PAUSE):
        return
    is_believed, why = believed(reddit, found)
    if not is_believed:
        _complain(engine, found, why)
    elif wanted is Order.PAUSE:
        notes.write(engine, notes.PAUSED_BY_PAGE, f"{found.path} says: {_first_line(found.text)}")
        log.warning("paused", page=found.path, by=found.author, believed=why)
    else:
        notes.write(engine, notes.PAUSED_BY_PAGE, None)
        log.info("resumed", page=found.path, by=found.author, believed=why)


def _complain(engine: Engine, page: WikiPage, why: str) -> None:
    """Once for each version of the page: it is read at every poll."""
    if notes.read(engine, _COMPLAINED) != page.revision:
        notes.write(engine, _COMPLAINED, page.revision)
        log.warning("kill_switch_ignored", page=page.path, by=page.author, reason=why)


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200]
