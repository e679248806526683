"""Metrics for an operator's alerts: when the bot last did something, what waits, what it may not do, how much room."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.domain.queues import queue_of
from bot.domain.stages import Stage
from bot.store import counts, notes, outages
from bot.store.database import Engine
from bot.store.jobs import now

_TIMES = {
    notes.LAST_POLL: "When the inbox was last read, 0 if never.",
    notes.LAST_BACKUP: "When the database was last copied, 0 if never.",
}
_PAUSES = {notes.PAUSED: "command", notes.PAUSED_BY_PAGE: "page"}


class OperationCollector(Collector):
    """The numbers as of now. folder: the disk that is looked at, None for none."""

    def __init__(self, engine: Engine, folder: Path | None) -> None:
        self._engine = engine
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """One set of samples."""
        for name, meaning in _TIMES.items():
            yield _time(name, meaning, notes.moment(self._engine, name))
        postponed, pictures = counts.postponed(self._engine), counts.pictures_to_delete(self._engine)
        to_remove, last_reply = counts.replies_to_remove(self._engine), outages.last_reply(self._engine)
        yield _time("last_reply", "When the last reply was posted, 0 if never.", last_reply)
        yield GaugeMetricFamily("colorizebot_replies_to_remove", "Replies that have to go and are not gone.", to_remove)

        paused = GaugeMetricFamily(
            "colorizebot_paused", "1 while jobs wait because of a pause, by who said so.", labels=["by"]
        )
        for name, by in _PAUSES.items():
            paused.add_metric([by], notes.read(self._engine, name) is not None)
        paused.add_metric(["step"], bool(notes.pauses(self._engine).steps))
        yield paused

        waiting = GaugeMetricFamily(
            "colorizebot_postponed_jobs",
            "Open jobs whose present step has failed and is tried again.",
            labels=["stage"],
        )
        for stage in Stage:
            waiting.add_metric([stage.value], postponed.get(stage.value, 0))
        yield waiting
        yield from self._queues()

        count = GaugeMetricFamily(
            "colorizebot_pictures_to_delete", "Pictures that a host has to delete.", labels=["host"]
        )
        oldest = GaugeMetricFamily(
            "colorizebot_oldest_picture_to_delete_seconds",
            "For how long the oldest of them has waited.",
            labels=["host"],
        )
        for waiting_there in pictures:
            host, since = waiting_there.host, waiting_there.oldest
            count.add_metric([host], waiting_there.count)
            oldest.add_metric([host], max(0.0, (now() - since).total_seconds()) if since else 0)
        yield count
        yield oldest
        yield from self._disk()

    def _queues(self) -> Iterator[Metric]:
        """What waits before each step, by the queue that stands for it where a broker is used."""
        depths, labels = counts.depths(self._engine), ["queue", "stage"]
        due = GaugeMetricFamily("colorizebot_due_jobs", "Jobs that nobody works on yet.", labels=labels)
        working = GaugeMetricFamily("colorizebot_working_jobs", "Jobs that somebody works on.", labels=labels)
        age = GaugeMetricFamily(
            "colorizebot_oldest_due_seconds",
            "For how long the first of the jobs has been due, 0 if none.",
            labels=labels,
        )
        for stage in Stage:
            found, names = depths.get(stage.value, counts.Depth(0, 0, 0.0)), [queue_of(stage).value, stage.value]
            due.add_metric(names, found.due)
            working.add_metric(names, found.working)
            age.add_metric(names, found.age)
        yield from (due, working, age)

    def _disk(self) -> Iterator[Metric]:
        if self._folder is None:
            return
        there = next(place for place in (self._folder.absolute(), *self._folder.absolute().parents) if place.is_dir())
        disk = shutil.disk_usage(there)
        yield GaugeMetricFamily("colorizebot_disk_free_bytes", "Free on the disk of the pictures.", disk.free)
        yield GaugeMetricFamily("colorizebot_disk_size_bytes", "Size of the disk of the pictures.", disk.total)


def _time(name: str, meaning: str, moment: datetime | None) -> Metric:
    seconds = moment.timestamp() if moment else 0
    return GaugeMetricFamily(f"colorizebot_{name}_timestamp_seconds", meaning, seconds)
