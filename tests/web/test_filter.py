import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import Engine, update

from bot.domain.outcomes import Group, Outcome
from bot.domain.reddit_types import Source
from bot.store.tables import Job
from bot.web.log_filter import Choice, WrongFilter, outcome_choices
from tests.web.made_jobs import answer, photo, receive, refuse

FOUND = [
    ("subreddit=OLDphotos", [4, 2, 1]),
    ("subreddit=/r/pics/", [3]),
    ("user=u/walter", [3]),
    ("verdict=tinted", [3]),
    ("outcome=failed", [2]),
    ("outcome=all-failed", [2]),
    ("outcome=all-answered", [1]),
    ("outcome=open", [4]),
    ("source=mention", [3]),
    ("from=2026-11-02T12:00&to=2026-11-03", [3, 2]),
    ("from=2026-11-02T12:01", [4, 3]),
    ("to=2026-11-02T13:00%2B01:00", [1]),
    ("subreddit=oldphotos&outcome=open&source=scan&from=2026-11-04&to=2026-11-04", [4]),
    ("user=nobody", []),
    ("user=@walter", [3]),
    ("outcome=Failed", [2]),
    ("outcome=All-Failed", [2]),
    ("source=Mention", [3]),
    ("verdict=TINTED", [3]),
    ("verdict=gray&subreddit=pics", []),
    ("from=9999w&to=2026-11-01", [1]),
    ("to=today", [4, 3, 2, 1]),
]
REFUSED = [
    ("subreddit=two+words", "subreddit &#39;two words&#39; is not a name on Reddit"),
    ("user=%3Cscript%3E", "user &#39;&lt;script&gt;&#39; is not a name on Reddit"),
    ("outcome=colourised", "outcome &#39;colourised&#39; is not known: there are open, all-answered,"),
    ("source=telegram", "source &#39;telegram&#39; is not known: there are mention, reply, message, scan"),
    ("verdict=grey!", "verdict &#39;grey!&#39; is not known"),
    (
        "from=tomorrow",
        "&#39;tomorrow&#39; is not a time: write 2026-11-21, 2026-11-21T10:30 (UTC), yesterday or 7d",
    ),
    ("from=2026-11-05&to=2026-11-01", "from &#39;2026-11-05&#39; is not before to &#39;2026-11-01&#39;"),
    ("from=1.11.2026", "from &#39;1.11.2026&#39; is not a time"),
    ("from=1795749857", "is not a time"),
    ("to=9999-12-31", "to &#39;9999-12-31&#39; is out of range: write a time between 2005 and 2100"),
    ("to=9999-12-31T23:59:59", "out of range"),
    ("from=0001-01-01", "from &#39;0001-01-01&#39; is out of range: write a time between 2005 and 2100"),
    ("to=0001-01-01T00:00%2B14:00", "is not a time"),
]


@pytest.fixture
def jobs(engine: Engine) -> None:
    """1: answered, 2: failed, 3: nsfw by a mention in pics by walter, 4: open."""
    answer(engine, receive(engine, 1))
    refuse(engine, receive(engine, 2), Outcome.FAILED, "")
    job = receive(engine, 3, subreddit="pics", author="Walter", source=Source.MENTION)
    photo(engine, job, verdict="tinted")
    refuse(engine, job, Outcome.NSFW, "")
    receive(engine, 4)
    with engine.begin() as connection:
        for number in range(1, 5):
            moment = datetime(2026, 11, number, 12, tzinfo=UTC)
            connection.execute(update(Job).where(Job.id == number).values(received_at=moment))


def test_the_address_filters(jobs: None, operator: httpx.Client) -> None:
    for query, expected in FOUND:
        page = operator.get(f"/log?{query}").text
        assert [int(found) for found in re.findall(r">#(\d+)</a>", page)] == expected, query
        assert '<details class="filters" open>' in page, query
        assert ("No job matches" in page) == (not expected), query


def test_every_address_of_a_post_finds_its_jobs(jobs: None, operator: httpx.Client) -> None:
    for address in ("redd.it/00003", "www.reddit.com/gallery/00003", "old.reddit.com/r/pics/comments/00003/x/"):
        page = operator.get(f"/log?q=https://{address}").text
        assert re.findall(r">#(\d+)</a>", page) == ["3"], address


def test_a_filter_that_cannot_be_meant_is_named(operator: httpx.Client) -> None:
    for query, problem in REFUSED:
        got = operator.get(f"/log?{query}")
        assert got.status_code == 400, query
        assert problem in got.text
        assert "<table" not in got.text


def test_the_fields_that_a_form_sends_empty_leave_the_address(operator: httpx.Client) -> None:
    got = operator.get("/log?subreddit=pics&user=&verdict=&outcome=&source=&from=&to=")
    assert (got.status_code, got.headers["location"]) == (303, "/log?subreddit=pics")


def test_the_form_shows_what_is_filtered_and_the_pages_keep_it(engine: Engine, operator: httpx.Client) -> None:
    for number in range(52):
        refuse(engine, receive(engine, number), Outcome.NSFW, "")
    page = operator.get("/log?subreddit=oldphotos&outcome=all-skipped&from=2026-01-01T00:00").text
    assert 'name="subreddit" value="oldphotos"' in page
    assert '<option value="all-skipped" selected>' in page
    assert 'name="from" value="2026-01-01T00:00"' in page
    older = re.search(r'href="([^"]+)" rel="next"', page)
    assert older
    query = parse_qs(urlsplit(older[1].replace("&amp;", "&")).query)
    assert query == {
        "subreddit": ["oldphotos"],
        "outcome": ["all-skipped"],
        "from": ["2026-01-01T00:00"],
        "before": ["3"],
    }
    last = operator.get(older[1].replace("&amp;", "&")).text
    assert re.findall(r">#(\d+)</a>", last) == ["2", "1"]


def test_every_outcome_can_be_chosen_once() -> None:
    offered = [value for names in outcome_choices().values() for value, _ in names]
    assert sorted(offered) == sorted([*(f"all-{g.value}" for g in Group), *(o.value for o in Outcome)])
    for value in offered:
        assert Choice(outcome=value).as_filter().outcomes


def test_names_longer_than_the_column_are_refused() -> None:
    with pytest.raises(WrongFilter):
        Choice(user="x" * 51).as_filter()
