"""Finding jobs of the reply log, on real SQLite and real PostgreSQL."""

import re
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from bot.domain.outcomes import Group, Outcome
from bot.store import log_search
from bot.store.log_search import Filter, find_jobs
from bot.store.tables import Job, Photo

START = datetime(2026, 11, 1, tzinfo=UTC)
FAILED = tuple(outcome.value for outcome in Outcome if outcome.group is Group.FAILED)
PARTS: dict[str, dict[str, Any]] = {
    "subreddit": {"subreddit": "oldphotos"},
    "user": {"user": "EDITH"},
    "verdict": {"verdict": "grey"},
    "outcome": {"outcomes": ("colorized",)},
    "source": {"source": "scan"},
}
OTHERS = {
    "subreddit": ("subreddit", "pics"),
    "user": ("author", "walter"),
    "verdict": ("verdict", "colour"),
    "outcome": ("outcome", "nsfw"),
    "source": ("source", "mention"),
}


def fill(engine, count, **changes):
    """So many jobs, a minute apart, each with one photo; a change is a value or makes one from the number."""
    jobs, photos = [], []
    for number in range(1, count + 1):
        found = {name: change(number) if callable(change) else change for name, change in changes.items()}
        moment = START + timedelta(minutes=number)
        values = {"subreddit": "OldPhotos", "author": "edith", "outcome": "colorized", "source": "scan"}
        photos.append({"job_id": number, "number": 1, "url": "", "fallbacks": [], "verdict": "grey"})
        photos[-1] |= {"verdict": found.pop("verdict")} if "verdict" in found else {}
        times = {"received_at": moment, "not_before": moment}
        jobs.append({"id": number, "summons": f"t1_{number}", **times, **values, **found})
    with Session(engine) as session, session.begin():
        session.execute(insert(Job), jobs)
        session.execute(insert(Photo), photos)


def ids(found):
    return [job.id for job in found.jobs]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), [8, 7, 6, 5, 4, 3, 2, 1]),
        (Filter(subreddit="pics"), [6, 3]),
        (Filter(subreddit="PICS", user="Walter"), [6]),
        (Filter(user="walter"), [8, 6, 4, 2]),
        (Filter(verdict="colour"), [8, 4]),
        (Filter(outcomes=(None,)), [5]),
        (Filter(outcomes=("nsfw", "failed", None)), [7, 6, 5]),
        (Filter(source="mention"), [8]),
        (Filter(since=START + timedelta(minutes=3), until=START + timedelta(minutes=6)), [5, 4, 3]),
        (Filter(since=START + timedelta(minutes=9)), []),
        (Filter(until=START), []),
        (Filter(subreddit="nowhere"), []),
        (Filter("oldphotos", "walter", "colour", ("colorized", None), "mention", START, START + timedelta(1)), [8]),
    ],
)
def test_each_filter_and_their_combinations(engine, wanted, expected):
    fill(
        engine,
        8,
        subreddit=lambda n: "OldPhotos" if n % 3 else "pics",
        author=lambda n: "edith" if n % 2 else "Walter",
        verdict=lambda n: "grey" if n % 4 else "colour",
        outcome=lambda n: {5: None, 6: "nsfw", 7: "failed"}.get(n, "colorized"),
        source=lambda n: "mention" if n == 8 else "scan",
    )
    assert ids(find_jobs(engine, wanted)) == expected


def test_pages_go_both_ways_and_miss_nothing(sqlite):
    fill(sqlite, 10)
    wanted = Filter(subreddit="oldphotos")
    first = find_jobs(sqlite, wanted, limit=4)
    assert (ids(first), first.more) == ([10, 9, 8, 7], True)
    last = find_jobs(sqlite, wanted, before=3, limit=4)
    assert (ids(last), last.more) == ([2, 1], False)
    up = find_jobs(sqlite, wanted, after=2, limit=4)
    assert (ids(up), up.more) == ([6, 5, 4, 3], True)
    assert not find_jobs(sqlite, wanted, after=6, limit=4).more


def test_a_page_looks_at_so_many_and_says_how_far_it_came(sqlite, monkeypatch):
    monkeypatch.setattr(log_search, "REACH", 10)
    fill(sqlite, 40, outcome=lambda n: "nsfw" if n in {3, 38} else "colorized", source="scan")
    wanted = Filter(subreddit="oldphotos", source="scan", outcomes=("nsfw",))
    assert ids(find_jobs(sqlite, wanted)) == [38, 3]  # two have that outcome: nothing else has to be looked at
    wanted = Filter(subreddit="oldphotos", verdict="grey", outcomes=("colorized",), user="nobody")
    assert (ids(find_jobs(sqlite, wanted)), find_jobs(sqlite, wanted).searched_to) == ([], None)
    # Each filter has more jobs than one page looks at, and all together have none.
    with Session(sqlite) as session, session.begin():
        session.execute(update(Photo).where(Photo.job_id > 25).values(verdict="colour"))
    wanted = Filter(subreddit="oldphotos", verdict="colour", source="mention")
    with Session(sqlite) as session, session.begin():
        session.execute(update(Job).where(Job.id <= 25).values(source="mention"))
    seen, before, searched = [], None, []
    while True:
        found = find_jobs(sqlite, wanted, before=before)
        seen += ids(found)
        if not found.more:
            break
        searched.append(found.searched_to)
        before = found.searched_to
    assert (seen, found.searched_to) == ([], None)
    assert searched == [31]  # ten photos in colour, of fifteen; below that, five are left


def test_what_lies_between_the_clocks_of_two_workers_is_found(sqlite):
    # The job with the higher id was received first, by a worker that was slow to store it.
    late = START + timedelta(hours=5)
    fill(sqlite, 3, received_at=lambda n: {1: START, 2: late + timedelta(seconds=5), 3: late}[n])
    assert ids(find_jobs(sqlite, Filter(since=late, until=late + timedelta(seconds=1)))) == [3]
    assert ids(find_jobs(sqlite, Filter(since=late + timedelta(seconds=5)))) == [2]


@pytest.mark.parametrize("rarest", PARTS)
def test_no_combination_of_filters_scans_the_jobs(sqlite, rarest):
    column, other = OTHERS[rarest]
    fill(sqlite, 2, **{column: other})  # nothing passes this filter: its index is the one to walk
    sent = []
    event.listen(sqlite, "before_cursor_execute", lambda *about: sent.append(about[2:4]))
    times: dict[str, Any] = {"since": START, "until": START + timedelta(days=1)}
    rest = [name for name in PARTS if name != rarest]
    for names in chain.from_iterable(combinations(rest, size) for size in range(len(rest) + 1)):
        wanted = {key: value for name in (rarest, *names) for key, value in PARTS[name].items()}
        pages: list[tuple[dict[str, Any], dict[str, Any]]] = [({}, {}), (times, {"before": 2}), ({}, {"after": 1})]
        for time, page in pages:
            find_jobs(sqlite, Filter(**wanted, **time), **page)
    find_jobs(sqlite, Filter(outcomes=FAILED, **times), before=5)
    plans = explained(sqlite, sent)
    assert len(plans) > 50
    for statement, plan in plans.items():
        assert [line for line in plan if line.startswith(("SCAN jobs", "SCAN photos"))] == [], statement
        if "jobs.summons" in statement:  # the jobs themselves: only those that the walked index named
            assert re.search(r"rowid=\?", plan[0]), (plan, statement)


def test_without_a_filter_the_jobs_are_read_in_their_order(sqlite):
    fill(sqlite, 3)
    sent = []
    event.listen(sqlite, "before_cursor_execute", lambda *about: sent.append(about[2:4]))
    find_jobs(sqlite, Filter())
    assert list(explained(sqlite, sent).values()) == [["SCAN jobs"]]  # from the end, and no further than the limit


def explained(engine, sent):
    with engine.connect() as connection:
        asked = dict(sent)
        lines = {
            statement: connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            for statement, parameters in asked.items()
            if statement.startswith("SELECT")
        }
    return {statement: [row[3] for row in rows] for statement, rows in lines.items()}
