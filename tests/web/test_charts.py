import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine, event, update

from bot.domain.log_words import WrongFilter
from bot.domain.outcomes import Outcome
from bot.store.jobs import now
from bot.store.tables import Job
from bot.web.chart_span import CHOICES, Span, span_of
from bot.web.charts import ChartMaker, Charts, percentiles, round_up
from bot.web.remember import Remembered
from tests.web.made_jobs import answer, photo, receive, refuse


def choice(name: str, moment: datetime) -> Span:
    return span_of({"span": name}, moment)


def charts_of(engine: Engine, name: str, moment: datetime) -> Charts:
    return ChartMaker(engine)(choice(name, moment), moment)


def received(engine: Engine, job: Job, moment: datetime, wait: float | None = None, score: int | None = None) -> None:
    """Move the job in time."""
    replied = moment + timedelta(seconds=wait) if wait is not None else None
    with engine.begin() as connection:
        changes = {"received_at": moment, "replied_at": replied, "score": score}
        connection.execute(update(Job).where(Job.id == job.id).values(changes))


def test_the_parts_of_a_span_are_whole_hours_and_days_up_to_now() -> None:
    moment = datetime(2026, 11, 21, 10, 32, 5, tzinfo=UTC)
    hours = choice("24h", moment).parts()
    assert (hours[0][0], hours[-1][1], len(hours)) == (
        datetime(2026, 11, 20, 11, tzinfo=UTC),
        datetime(2026, 11, 21, 11, tzinfo=UTC),
        24,
    )
    days = choice("30d", moment).parts()
    assert (days[0][0], days[-1][1], len(days)) == (
        datetime(2026, 10, 23, tzinfo=UTC),
        datetime(2026, 11, 22, tzinfo=UTC),
        30,
    )
    assert [choice(name, moment).every for name in CHOICES] == ["minute", "hour", "6 hours", "day", "week"]


def test_a_time_of_ones_own_is_shown_in_whole_parts() -> None:
    moment = datetime(2026, 11, 21, 10, 32, 5, tzinfo=UTC)
    span = span_of({"from": "2026-11-20T10:07", "to": "2026-11-20T12:31"}, moment)
    assert (span.since, span.until, span.every) == (
        datetime(2026, 11, 20, 10, 5, tzinfo=UTC),
        datetime(2026, 11, 20, 12, 35, tzinfo=UTC),
        "5 minutes",
    )
    assert span.moved(-1) == "/charts?from=2026-11-20T07:35&to=2026-11-20T10:05"
    assert span.wider() == "/charts?from=2026-11-20T07:35&to=2026-11-20T15:05"
    assert span_of({"from": "2026-11-20"}, moment).until > moment
    assert span_of({"to": "2026-11-20"}, moment).since == datetime(2026, 11, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"span": "1y"}, "span '1y' is not known: there are 1h, 24h, 7d, 30d, 90d"),
        ({"from": "tomorrow"}, "is not a time"),
        ({"from": "0001-01-01"}, "out of range"),
        ({"to": "9999-12-31T23:59:59"}, "out of range"),
        ({"from": "2026-11-20", "to": "2026-11-19"}, "is too short"),
        ({"from": "2006-01-01", "to": "2026-11-19"}, "is too long"),
    ],
)
def test_a_time_that_cannot_be_shown_is_named(query: dict[str, str], problem: str, operator: httpx.Client) -> None:
    with pytest.raises(WrongFilter, match=problem):
        span_of(query, datetime(2026, 11, 21, 10, 32, 5, tzinfo=UTC))
    got = operator.get("/charts", params=query)
    assert (got.status_code, problem.replace("'", "&#39;") in got.text) == (400, True)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        ({7: 1}, {50: 7, 90: 7, 99: 7}),
        ({1: 50, 2: 40, 9: 10}, {50: 1, 90: 2, 99: 9}),
        ({5: 1, 3: 1}, {50: 3, 90: 5, 99: 5}),
        ({3: 98, 100: 1, 200: 1}, {50: 3, 90: 3, 99: 100}),
    ],
)
def test_percentiles_are_those_of_the_nearest_rank(counted: dict[int, int], expected: dict[int, int]) -> None:
    assert percentiles(counted) == expected


def test_an_axis_ends_at_a_round_number() -> None:
    assert [round_up(number) for number in (0, 1, 2, 3, 7, 10, 11, 48, 51, 999, 20001)] == [
        1,
        1,
        2,
        5,
        10,
        10,
        20,
        50,
        100,
        1000,
        50000,
    ]


def test_the_charts_count_what_happened_in_the_span(engine: Engine) -> None:
    moment = datetime(2026, 11, 21, 10, 32, tzinfo=UTC)
    received(engine, answer(engine, receive(engine, 1)), moment - timedelta(hours=2), wait=8, score=3)
    received(engine, answer(engine, receive(engine, 2)), moment - timedelta(hours=2), wait=90, score=-40)
    received(engine, refuse(engine, receive(engine, 3), Outcome.NSFW, ""), moment - timedelta(minutes=5))
    job = receive(engine, 4)
    photo(engine, job, verdict="tinted")
    received(engine, job, moment)
    received(engine, answer(engine, receive(engine, 5)), moment - timedelta(hours=25), wait=1, score=90)  # before that
    charts = charts_of(engine, "24h", moment)
    assert [part.label for part in charts.parts[-3:]] == ["08:00", "09:00", "10:00"]
    assert charts.parts[-3].groups == {"answered": 2, "skipped": 0, "failed": 0, "open": 0}
    assert (charts.parts[-3].replies, charts.parts[-3].waits) == (2, {50: 8, 90: 90, 99: 90})
    assert charts.parts[-1].groups == {"answered": 0, "skipped": 1, "failed": 0, "open": 1}
    assert [(count.badge.name, count.number) for count in charts.outcomes] == [
        ("open", 1),
        ("colorized", 2),
        ("nsfw", 1),
    ]
    assert charts.verdicts == [("grey", 2), ("tinted", 1)]
    assert (charts.scores[0], charts.scores[8], len(charts.scores)) == (("-5 or less", 1), ("3", 1), 21)
    tall, *_ = charts.volume_plot.rects
    assert (tall.kind, tall.height, tall.words) == ("answered", 100.0, "08:00: 2 answered")
    assert tall.part == 21
    jobs = charts.parts[21].jobs("answered")
    assert jobs == "/log?from=2026-11-21T08:00&to=2026-11-21T09:00&outcome=all-answered"
    assert charts.failed_plot is None
    assert charts.wait_plot is not None
    assert {line.words for line in charts.wait_plot.rects} >= {"08:00: 50 % within 8 s", "08:00: 99 % within 1.5 min"}
    assert all(0 <= line.y <= 100 for line in charts.wait_plot.rects)


def test_the_page_has_a_table_for_each_chart(engine: Engine, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1))
    received(engine, job, now() - timedelta(seconds=30), wait=8, score=3)
    for span in CHOICES:
        page = operator.get(f"/charts?span={span}").text
        assert f'href="/charts?span={span}" aria-current="page"' in page
        assert page.count('role="img"') == 3
        assert page.count("<table") == 5
        assert re.search(r'href="/log\?from=[^"]+&amp;to=[^"]+&amp;outcome=colorized"', page)
        assert re.search(r'<td class="num">1</td><td class="num">8 s</td>', page)


def test_charts_of_nothing_say_so(operator: httpx.Client) -> None:
    page = operator.get("/charts").text
    assert "No reply in this time" in page
    assert "No summons in this time" in page
    assert "No score is known" in page


def test_no_chart_reads_more_than_its_span(engine: Engine) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []
    event.listen(engine, "before_cursor_execute", lambda *about: sent.append(about[2:4]))
    charts_of(engine, "30d", now())
    with engine.connect() as connection:
        for statement, parameters in dict(sent).items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert plan[0][3].startswith("SEARCH"), statement


def test_an_answer_is_shared_for_some_seconds() -> None:
    moment, asked = [0.0], list[str]()

    def find(key: str) -> int:
        asked.append(key)
        return len(asked)

    remembered = Remembered(find, seconds=30, clock=lambda: moment[0])
    assert [remembered("a"), remembered("a"), remembered("b")] == [1, 1, 2]
    moment[0] = 30
    assert remembered("a") == 3


def test_one_failure_among_thousands_is_seen_and_leads_to_its_job(engine: Engine, operator: httpx.Client) -> None:
    moment = now() - timedelta(minutes=2)
    for number in range(60):
        received(engine, refuse(engine, receive(engine, number), Outcome.NSFW, ""), moment)
    received(engine, refuse(engine, receive(engine, 60), Outcome.FAILED, ""), moment)
    charts = charts_of(engine, "30d", now())
    failed = [bar for bar in charts.volume_plot.rects if bar.kind == "failed"]
    assert [(bar.height, bar.y + bar.height) for bar in failed] == [(2.0, 100.0)]
    assert charts.failed_plot is not None
    assert [bar.height for bar in charts.failed_plot.rects] == [100.0]
    assert failed[0].part is not None
    page = operator.get(charts.parts[failed[0].part].jobs("failed")).text
    assert re.findall(r">#(\d+)</a>", page) == ["61"]


def test_parts_that_ended_long_ago_are_not_counted_again(engine: Engine) -> None:
    make, moment = ChartMaker(engine), now()
    make(choice("30d", moment), moment)
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    make(choice("30d", moment), moment)
    assert len(sent) <= 3 * 2 + 4


def test_the_empty_fields_of_the_form_leave_the_address(operator: httpx.Client) -> None:
    got = operator.get("/charts?from=2026-11-01T00:00&to=")
    assert (got.status_code, got.headers["location"]) == (303, "/charts?from=2026-11-01T00:00")
