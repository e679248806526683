"""Prometheus metrics, read from the store: they survive a restart and count every worker's jobs.

Jobs and steps are summed up once for good (`bot/store/totals.py`). While that is not done, as in the first minute with
a database that an earlier version has filled, their two counters are left out.

Nothing in them names a redditor, a subreddit or a title.
"""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from bot import __version__
from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.store.database import Engine
from bot.store.jobs import count_open, now
from bot.store.reply_log import oldest_open
from bot.store.totals import Totals
from bot.web.operation_metrics import OperationCollector


def registry_for(engine: Engine, folder: Path | None = None) -> CollectorRegistry:
    """The store's numbers and those of this process. folder: on the disk whose room is told."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(engine))
    registry.register(OperationCollector(engine, folder))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


class StoreCollector(Collector):
    """The numbers of the store, as of now."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._totals = Totals(engine)

    def collect(self) -> Iterator[Metric]:
        """One set of samples. A database error ends the scrape, which Prometheus shows as a target that is down."""
        yield InfoMetricFamily("colorizebot_build", "Version of the bot.", {"version": __version__})

        counted = self._totals.endings()
        if counted is not None:
            jobs = CounterMetricFamily("colorizebot_jobs", "Jobs that were finished, by outcome.", labels=["outcome"])
            for outcome in Outcome:  # also those that never happened: a rate needs a zero to start from
                jobs.add_metric([outcome.value], counted.get(outcome.value, 0))
            yield jobs

        yield GaugeMetricFamily("colorizebot_open_jobs", "Jobs that are not finished.", count_open(self._engine))

        oldest = oldest_open(self._engine)
        age = max(0.0, (now() - oldest).total_seconds()) if oldest else 0
        yield GaugeMetricFamily("colorizebot_oldest_open_seconds", "Age of the oldest unfinished job, 0 if none.", age)

        totals = self._totals.steps()
        if totals is None:
            return
        steps = SummaryMetricFamily("colorizebot_step_seconds", "Duration of the steps of jobs.", labels=["stage"])
        for stage in Stage:
            count, seconds = totals.get(stage.value, (0, 0.0))
            steps.add_metric([stage.value], count, seconds)
        yield steps
