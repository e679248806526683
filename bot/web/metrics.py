"""Prometheus metrics, read from the store at each scrape: they survive a restart and count every worker's jobs.

Nothing in them names a redditor, a subreddit or a title.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from bot import __version__
from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.store.jobs import count_open, now
from bot.store.reply_log import count_by_outcome, oldest_open, step_totals


def registry_for(engine: Engine) -> CollectorRegistry:
    """The store's numbers and those of this process."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(engine))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


class StoreCollector(Collector):
    """The numbers of the store, as of now."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """One set of samples. A database error ends the scrape, which Prometheus shows as a target that is down."""
        yield InfoMetricFamily("colorizebot_build", "Version of the bot.", {"version": __version__})

        counted = count_by_outcome(self._engine)
        jobs = CounterMetricFamily("colorizebot_jobs", "Jobs whose end is known, by outcome.", labels=["outcome"])
        for outcome in Outcome:  # also those that never happened: a rate needs a zero to start from
            jobs.add_metric([outcome.value], counted.get(outcome.value, 0))
        yield jobs

        yield GaugeMetricFamily("colorizebot_open_jobs", "Jobs that are not finished.", count_open(self._engine))

        oldest = oldest_open(self._engine)
        age = max(0.0, (now() - oldest).total_seconds()) if oldest else 0
        yield GaugeMetricFamily("colorizebot_oldest_open_seconds", "Age of the oldest unfinished job, 0 if none.", age)

        totals = step_totals(self._engine)
        steps = SummaryMetricFamily("colorizebot_step_seconds", "Duration of the steps of jobs.", labels=["stage"])
        for stage in Stage:
            count, seconds = totals.get(stage.value, (0, 0.0))
            steps.add_metric([stage.value], count, seconds)
        yield steps
