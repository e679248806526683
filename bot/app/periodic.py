"""The periodic tasks of a process, and how often each runs."""

from datetime import timedelta
from functools import cached_property, partial

import structlog

from bot.app.services import Services
from bot.domain.aftercare import Bounds
from bot.periodic import (
    aftercare,
    backups,
    invitations,
    killswitch,
    missed,
    moderator_mail,
    pictures,
    removals,
    retention,
    scanning,
    settings_page,
    weekly_reports,
)
from bot.periodic.guard import guarded
from bot.periodic.tasks import PeriodicTask, TaskRegistry
from bot.reddit.account import whoami
from bot.reddit.client import Reddit
from bot.store.database import count_rows

OWN_FILES = "files"
"""The one task that every process has: it looks after the files on its own machine."""

log = structlog.get_logger("bot.app.periodic")


class PeriodicTasks:
    """The tasks of one process, run by one thread at a time.

    polls: this process reads Reddit; one that only works has nothing to do but to look after its own files.
    """

    def __init__(self, services: Services, *, polls: bool) -> None:
        self._services = services
        self.registry = TaskRegistry()
        dry_run = services.settings.work.dry_run  # only listens: it deletes nothing and joins no subreddit
        if polls:
            self._add_polling_tasks()
        if polls and not dry_run:
            self._add_reddit_tasks()
            self._add_local_tasks()
        if not dry_run:
            run = partial(retention.drop_files, services.engine, services.files)
            self.registry.add(OWN_FILES, timedelta(hours=1), run)
            views = partial(retention.drop_views, services.engine, services.views)
            self.registry.add("views", timedelta(hours=1), views)

    def run(self, task: PeriodicTask) -> bool:
        """Run one task now; whether it found or did something. A failure is logged and goes no further."""
        found: object = None
        with guarded(log, "poll_failed", what=task.name):
            found = task.run()
        return bool(found)

    @cached_property
    def _client(self) -> Reddit:
        """The client of the thread that runs the tasks."""
        return self._services.connect()

    @cached_property
    def _bot_name(self) -> str:
        return whoami(self._client)

    def _add_polling_tasks(self) -> None:
        """What listens: the kill switch's page, new posts and new comments."""
        engine, settings = self._services.engine, self._services.settings
        reddit, queue = settings.reddit, settings.work.queue
        every, hours = timedelta(seconds=reddit.poll_seconds), reddit.scan_hours
        if page := reddit.kill_switch:
            self.registry.add("kill_switch", every, lambda: killswitch.run(engine, self._client, page))
        self.registry.add(
            "posts",
            every,
            lambda: scanning.posts(engine, self._client, listed=reddit.scan, hours=hours, queue=queue),
        )
        self.registry.add(
            "comments", every, lambda: scanning.comments(engine, self._client, bot_name=self._bot_name, hours=hours)
        )

    def _add_reddit_tasks(self) -> None:
        """What acts on Reddit: moderated subreddits, removals, and a look at the replies that stand."""
        services, care = self._services, self._services.settings.aftercare
        bounds = Bounds(care.remove_at_score, timedelta(minutes=care.score_grace_minutes))
        watch = timedelta(days=care.watch_days)
        self.registry.add("subreddits", timedelta(minutes=1), self._look_after_subreddits)
        self.registry.add(
            "moderator_mail",
            timedelta(minutes=5),
            lambda: moderator_mail.run(services.engine, self._client, bot_name=self._bot_name),
        )
        self.registry.add(
            "weekly_reports",
            timedelta(minutes=10),
            lambda: weekly_reports.run(services.engine, self._client, bot_name=self._bot_name),
        )
        self.registry.add("missed", timedelta(minutes=10), lambda: missed.run(services.engine, self._client))
        self.registry.add(
            "removals", timedelta(seconds=30), lambda: removals.run(services.engine, self._client, services.files)
        )
        self.registry.add(
            "aftercare",
            timedelta(minutes=5),
            lambda: aftercare.run(services.engine, self._client, watch=watch, bounds=bounds),
        )

    def _look_after_subreddits(self) -> None:
        """First which subreddits there are, then what their moderators have written."""
        services, settings = self._services, self._services.settings
        native, kill_switch = settings.hosting.native, settings.reddit.kill_switch or ""
        own = [native.subreddit, native.nsfw_subreddit, kill_switch.partition("/")[0]]
        invitations.run(services.engine, self._client, bot_name=self._bot_name, own=[name for name in own if name])
        models = tuple(services.models)
        settings_page.run(services.engine, self._client, bot_name=self._bot_name, models=models)

    def _add_local_tasks(self) -> None:
        """What needs no Reddit: pictures at their hosts, forgetting, the database's statistics, backups."""
        services, settings = self._services, self._services.settings
        engine, backup = services.engine, settings.backup
        keep = timedelta(hours=settings.aftercare.keep_hours)
        stand = timedelta(days=settings.aftercare.pictures_days)
        self.registry.add("orphans", timedelta(minutes=10), partial(pictures.give_up_orphans, engine))
        lag = timedelta(seconds=settings.work.lag_seconds)
        delete = partial(pictures.run, engine, services.delete_picture, lag=lag)
        self.registry.add("pictures", timedelta(minutes=1), delete)
        self.registry.add("retention", retention.EVERY, partial(retention.run, engine, keep=keep, pictures=stand))
        self.registry.add("statistics", timedelta(days=1), partial(count_rows, engine))
        if backup.every_hours:
            every = timedelta(hours=backup.every_hours)
            run = partial(backups.run, engine, settings.backups(), every=every, keep=backup.keep)
            self.registry.add("backups", timedelta(minutes=10), run)
