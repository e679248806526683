"""Measures the operator's pages over HTTP on a million jobs and writes the table of docs/reply-log.md.

Usage: python -m docs.measure.log_pages [--jobs N] [--database FILE]     (a filled SQLite file; made anew without)

Beside the jobs there are 20,000 people who said "stop" and 2,000 subreddits that the bot moderates. Weight is what the
first visit transfers: the page by itself, and with its style sheet and script. Time is from the request to the first
byte on loopback, of the first request after a start, and the fastest of five later ones; processor time is that of
server and client together, the lowest of these, and does not count what other programs do.
"""

import argparse
import re
import tempfile
import time
from pathlib import Path

import httpx
from sqlalchemy import Engine, insert

from bot.domain.silence import Reason
from bot.serving import BackgroundServer
from bot.store.database import migrate, open_database
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.silences import USER
from bot.store.subreddit_tables import Silence, Subreddit
from bot.store.totals import Totals
from bot.web.app import create_app
from bot.web.login import ensure_password, reset_password
from docs.measure.log_queries import PAGE, fill

MARK = "<!-- measured pages -->\n"
PATHS = (
    "/log", "/log?subreddit=place0", "/log?outcome=host_failed",
    "/log?subreddit=place0&outcome=all-skipped&source=mention", "/log?before=500000", "/log/500000",
    "/log?q=sisters", "/log?user=redditor77", "/charts?span=24h", "/charts?span=7d", "/charts?span=30d", "/status",
    "/strip", "/people", "/people?name=quiet77", "/subreddits", "/hosts", "/audit", "/metrics", "/healthz",
)  # fmt: skip


def measure(client: httpx.Client, path: str) -> str:
    """One row of the table."""
    times, costs = [], []
    for _ in range(6):
        started, cost = time.perf_counter(), time.process_time()
        with client.stream("GET", path) as answer:
            times.append(time.perf_counter() - started)
            answer.read()
        costs.append(time.process_time() - cost)
        assert answer.status_code in {200, 503}, (path, answer.status_code)
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css)[^"]*)"', answer.text))
    parts = sum(client.get(address).num_bytes_downloaded for address in loaded)
    sent = answer.num_bytes_downloaded
    weight = f"{sent / 1000:.1f} | {(sent + parts) / 1000:.1f}"
    spent = f"{1000 * times[0]:.0f} | {1000 * min(times[1:]):.0f} | {1000 * min(costs[1:]):.0f}"
    return f"| `{path}` | {weight} | {spent} |"


def fill_names(engine: Engine) -> None:
    """People who said "stop", and subreddits that the bot moderates."""
    with engine.begin() as connection:
        people = [{"kind": USER, "name": f"quiet{i}", "reason": Reason.ASKED, "since": now()} for i in range(20_000)]
        connection.execute(insert(Silence), people)
        connection.execute(insert(Subreddit), [{"name": f"place{i}", "joined_at": now()} for i in range(2_000)])


def main(jobs: int, database: Path | None) -> None:
    """Fill, serve, measure, write the page."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{database or Path(folder) / 'bot.sqlite'}")
        migrate(engine)
        if database is None:
            fill(engine, jobs, end=now())
            fill_names(engine)
        sums = Totals(engine)  # kept, as in a database that was filled by and by
        while sums.endings() is None or sums.steps() is None:
            pass
        password = ensure_password(engine) or reset_password(engine)
        app = create_app(
            engine=engine, files=JobFiles(Path(folder)), hosted=None, bot_name="ColorizeBot", secure_cookies=False
        )
        lines = [
            "| page | kB | with style and script | first byte, first time, ms | later, ms | processor, ms |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        with (
            BackgroundServer(lambda _: app) as server,
            httpx.Client(base_url=server.url, trust_env=False, timeout=120) as client,
        ):
            client.post("/login", data={"password": password})
            for path in PATHS:
                lines.append(measure(client, path))
                print(lines[-1], flush=True)  # noqa: T201 - a program's output
        engine.dispose()
    before, mark, rest = PAGE.read_text().partition(MARK)
    if mark:
        _, _, after = rest.partition("<!-- end of pages -->\n")
        PAGE.write_text("".join((before, mark, *(f"{line}\n" for line in lines), "<!-- end of pages -->\n", after)))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--jobs", type=int, default=1_000_000)
    arguments.add_argument("--database", type=Path)
    given = arguments.parse_args()
    main(given.jobs, given.database)
