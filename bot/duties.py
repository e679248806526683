"""What the running bot does from time to time beside answering, and how often."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.chores import backups, killswitch, pictures, removals, retention, scanning, subreddits, sweeps
from bot.domain.aftercare import Bounds
from bot.reddit.client import Reddit

if TYPE_CHECKING:
    from bot.scheduler import Bot


@dataclass(frozen=True)
class Duty:
    """One chore of `bot.chores`, ready to be run; each may be run again at any time."""

    name: str
    seconds: float
    run: Callable[[], object]


def duties_of(bot: "Bot", reddit: Callable[[], Reddit], name: Callable[[], str]) -> list[Duty]:
    """The duties of the process that polls. reddit: the client of the thread that runs them; name: the bot's."""
    duties = [*_listening(bot, reddit, name)]
    # A dry run only listens: it deletes nothing and joins no subreddit.
    if bot.settings.work.dry_run:
        return duties
    return [*duties, *_on_reddit(bot, reddit, name), *_at_home(bot), *duties_of_each(bot)]


def duties_of_each(bot: "Bot") -> list[Duty]:
    """The duties of every process, also of one that does not poll: those about the files of its own machine."""
    if bot.settings.work.dry_run:
        return []
    return [Duty("files", 3600, partial(retention.drop_files, bot.engine, bot.files))]


def _listening(bot: "Bot", reddit: Callable[[], Reddit], name: Callable[[], str]) -> Iterator[Duty]:
    settings, engine = bot.settings, bot.engine
    poll, hours, listed = settings.reddit.poll_seconds, settings.reddit.scan_hours, settings.reddit.scan
    if page := settings.reddit.kill_switch:
        yield Duty("kill_switch", poll, lambda: killswitch.round(engine, reddit(), page))
    yield Duty("posts", poll, lambda: scanning.posts(engine, reddit(), listed=listed, hours=hours))
    yield Duty("comments", poll, lambda: scanning.comments(engine, reddit(), bot_name=name(), hours=hours))


def _on_reddit(bot: "Bot", reddit: Callable[[], Reddit], name: Callable[[], str]) -> Iterator[Duty]:
    settings, engine = bot.settings, bot.engine
    care = settings.aftercare
    bounds = Bounds(care.remove_at_score, timedelta(minutes=care.score_grace_minutes))
    models, native = tuple(bot.models), settings.hosting.native
    home = (settings.reddit.kill_switch or "").partition("/")[0]
    own = [place for place in (native.subreddit, native.nsfw_subreddit, home) if place]
    yield Duty("subreddits", 60, lambda: subreddits.round(engine, reddit(), bot_name=name(), models=models, own=own))
    yield Duty("removals", 30, lambda: removals.round(engine, reddit(), bot.files))
    watch = timedelta(days=care.watch_days)
    yield Duty("sweeps", 300, lambda: sweeps.round(engine, reddit(), watch=watch, bounds=bounds))


def _at_home(bot: "Bot") -> Iterator[Duty]:
    settings, engine = bot.settings, bot.engine
    care, backup = settings.aftercare, settings.backup
    keep, stand = timedelta(hours=care.keep_hours), timedelta(days=care.pictures_days)
    yield Duty("orphans", 3600, partial(pictures.orphans, engine))
    yield Duty("pictures", 60, partial(pictures.round, engine, bot.hosts.delete))
    yield Duty("retention", 600, partial(retention.round, engine, keep=keep, pictures=stand))
    if backup.every_hours:
        every = timedelta(hours=backup.every_hours)
        yield Duty("backups", 600, partial(backups.round, engine, settings.backups(), every=every, keep=backup.keep))
