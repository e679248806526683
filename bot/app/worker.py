"""Working on jobs: claim one, run its steps, and do so until told to stop."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import structlog

from bot.app.claims import Claims
from bot.app.services import Services
from bot.domain.delivery import Delivery
from bot.domain.health import WORKER
from bot.domain.limits import Limits
from bot.domain.retry import RetryRules
from bot.domain.stages import Stage
from bot.photos import films
from bot.photos.albums import Albums
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import DEFAULT_HOSTS
from bot.pipeline.run import JobRunner, Observer
from bot.pipeline.tools import Answering, FilmTools, PhotoTools, Site, Tools
from bot.settings import Settings, reveal
from bot.store import jobs, notes
from bot.store.database import DatabaseFailed, reason_of
from bot.store.heartbeats import Heart
from bot.store.subreddits import rules_of
from bot.store.tables import Job
from bot.store.trouble import tell
from colorizer.film.isolated import Limits as FilmLimits

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
            paused = self._paused()
            if paused.everything:
                return None
            job = jobs.claim(engine, self.name, paused=paused.steps, only=only, stages=stages)
            if job is None:
                return None

            def stop() -> bool:
                not_mine = job.stage not in stages
                return not_mine or self._stopping() or self._paused().before(job.stage)

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

    def _paused(self) -> notes.Pauses:
        """What is paused, and fetching too while there is no room on the disk for what would be fetched."""
        paused = notes.pauses(self._services.engine)
        if self._services.files.has_room():
            return paused
        return replace(paused, steps={**paused.steps, Stage.FETCH: "the disk is full"})

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
            tools_of(services, stopping=self._stopping),
            retry=retry_rules(services.settings),
            observer=self._observer,
            redact=services.redactor.hide,
        )


FRAMES_A_SECOND = 60
"""How many frames a film may have for each second that it may last."""


def _film_tools(services: Services, photos: FetchLimits, stopping: Callable[[], bool]) -> FilmTools | None:
    """How films are coloured; None where the operator wants none, or the extra `film` is not installed."""
    film, colorizer = services.settings.film, services.settings.colorizer
    if not film.seconds or not films.installed():
        return None
    limits = FilmLimits(
        frames=int(film.seconds * FRAMES_A_SECOND) + 1,
        length=film.seconds,
        pixels=film.max_pixels,
        seconds=film.work_seconds,
        patience=2,
        nice=5,  # a photo takes a second, and its asker should not wait for the film
    )
    fetching = replace(
        photos, max_bytes=film.max_bytes, accept="video/*,image/*;q=0.9", total_seconds=3 * photos.total_seconds
    )
    weights = {Path(colorizer.weights).stem: colorizer.weights, **{name: name for name in colorizer.others}}
    return FilmTools(Fetcher(fetching), limits, weights, film.notice_seconds, stopping, services.film_turn)


def retry_rules(settings: Settings) -> RetryRules:
    """When a step is tried again."""
    work = settings.work
    return RetryRules(
        attempts=work.attempts,
        first_wait=timedelta(seconds=work.retry_seconds),
        patience=timedelta(hours=work.patience_hours),
    )


def tools_of(services: Services, *, stopping: Callable[[], bool] = lambda: False) -> Tools:
    """What the steps of a job work with, for one thread. stopping: whether long work is to be left for later."""
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
        films=_film_tools(services, limits, stopping),
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
