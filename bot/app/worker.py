"""Working on jobs: claim one, run its steps, and do so until told to stop."""

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import cached_property

import structlog

from bot.app.claims import Claims
from bot.app.services import Services
from bot.domain.delivery import Delivery
from bot.domain.health import WORKER
from bot.domain.limits import Limits
from bot.domain.retry import RetryRules
from bot.domain.stages import Stage
from bot.photos.albums import Albums
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import DEFAULT_HOSTS
from bot.pipeline.run import JobRunner, Observer
from bot.pipeline.tools import Answering, PhotoTools, Site, Tools
from bot.settings import Settings, reveal
from bot.store import jobs, notes
from bot.store.database import DatabaseFailed, reason_of
from bot.store.heartbeats import Heart
from bot.store.subreddits import rules_of
from bot.store.tables import Job
from bot.store.trouble import tell

log = structlog.get_logger("bot.app.worker")


class Worker:
    """Works on one job at a time, in one thread. name: by which its claims are known; its heart has the same."""

    def __init__(
        self,
        services: Services,
        name: str,
        claims: Claims,
        *,
        stopping: Callable[[], bool],
        observer: Observer | None = None,
    ) -> None:
        self._services = services
        self.name = name
        self.heart = Heart(services.engine, name)
        self._claims = claims
        self._stopping = stopping
        self._observer = observer
        self._unwritten: str | None = None

    def work(self) -> bool:
        """Claim one job and take it as far as it goes; False when none is due or the bot is paused.

        False too when the database does not answer.
        """
        return self._work(None, frozenset(Stage)) is not None

    def work_on_one(self, job: int, stages: Collection[Stage]) -> Job | None:
        """Claim this job, if it is its turn to be worked on, and run its steps as long as they are among `stages`.

        Returns it as it is afterwards; None when it could not be claimed, as `work` says.
        """
        return self._work(job, stages)

    def _work(self, only: int | None, stages: Collection[Stage]) -> Job | None:
        engine = self._services.engine
        try:
            self.heart.beat(WORKER)
            self._give_back()
            if notes.why_paused(engine):
                return None
            job = jobs.claim(engine, self.name, paused=notes.paused_steps(engine), only=only, stages=stages)
            if job is None:
                return None

            def stop() -> bool:
                not_mine = job.stage not in stages
                return not_mine or self._stopping() or notes.why_paused(engine, job.stage) is not None

            with self._claims.kept(job):
                self.heart.beat(WORKER, job.id)
                self._runner.run(job, stop=stop)
                if job.finished_at is None and job.claimed_by is not None and not self._stopping():
                    jobs.let_wait(engine, job)
        except DatabaseFailed as error:
            tell(log, "database_failed", error)
            self._unwritten = f"what a step found could not be written down: {reason_of(error)}"
            return None
        return job

    def _give_back(self) -> None:
        """Let go of a job whose step could not be written down, rather than wait until its claim runs out."""
        if self._unwritten is None:
            return
        work = self._services.settings.work
        error, grace = self._services.redactor.hide(self._unwritten), timedelta(seconds=work.retry_seconds)
        if found := jobs.give_back(self._services.engine, self.name, error, grace=grace):
            log.warning("given_back", jobs=found, reason=error)
        self._unwritten = None

    def work_on(self, job: Job, *, until: Callable[[Job], bool] = lambda _: False) -> None:
        """Run the steps of a claimed job, up to the step before which `until` is true."""
        self._runner.run(job, stop=lambda: until(job))

    @cached_property
    def _runner(self) -> JobRunner:
        services = self._services
        return JobRunner(
            services.engine,
            tools_of(services),
            retry=retry_rules(services.settings),
            observer=self._observer,
            redact=services.redactor.hide,
        )


def retry_rules(settings: Settings) -> RetryRules:
    """When a step is tried again."""
    work = settings.work
    return RetryRules(
        attempts=work.attempts,
        first_wait=timedelta(seconds=work.retry_seconds),
        patience=timedelta(hours=work.patience_hours),
    )


def tools_of(services: Services) -> Tools:
    """What the steps of a job work with, for one thread."""
    settings, engine = services.settings, services.engine
    fetch, reply = settings.fetch, settings.reply
    limits = FetchLimits(
        allowed_hosts=fetch.allowed_hosts or DEFAULT_HOSTS,
        extra_origins=fetch.extra_origins,
        max_bytes=fetch.max_bytes,
        total_seconds=fetch.deadline_seconds,
    )
    return Tools(
        engine=engine,
        connect=services.connect,
        models=services.models,
        files=services.files,
        views=services.views,
        links=services.links(),
        hosts=services.hosts,
        rules=lambda subreddit: rules_of(engine, subreddit, settings.reddit.scan),
        limits=Limits(**settings.limits.model_dump()),
        ignored=settings.reddit.ignored_users,
        gate=services.gate,
        site=Site(
            reddit_url=settings.reddit.reddit_url,
            image_url=settings.reddit.image_url,
            about_url=f"{services.folder.public_url}/about",
        ),
        photos=PhotoTools(
            fetcher=Fetcher(limits),
            albums=Albums(reveal(settings.hosting.imgur.client_id), settings.hosting.imgur.api_url),
            decoder=services.decoder,
            min_side=fetch.min_side,
            guard=services.picture_guard,
        ),
        answering=Answering(
            elsewhere=None if reply.elsewhere == "none" else Delivery(reply.elsewhere),
            own_thread=reply.thread,
            explain=reply.explain,
            inline=reply.inline,
            dry_run=settings.work.dry_run,
            patience=timedelta(hours=settings.work.patience_hours),
            lag=timedelta(seconds=settings.work.lag_seconds),
        ),
    )
