import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, update

from bot.domain.health import POLLER, WORKER
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.store import notes
from bot.store.files import JobFiles
from bot.store.heartbeats import Heart
from bot.store.jobs import now
from bot.store.tables import Colourization, Hosted, Job, Photo
from bot.web.log_rows import reddit_link, web_link
from tests.patience import wait_until
from tests.web.made_jobs import FALLBACK, HOSTILE, URL, answer, photo, postpone, receive, refuse

TRACEBACK = 'Traceback (most recent call last):\n  File "bot/x.py", line 1\nValueError: the model is gone\n'


def rows(page: str) -> list[str]:
    """The rows of the log's table, newest first."""
    return re.findall(r"<tr[ >](?:(?!</tr>).)*</tr>", page.partition("<tbody>")[2], re.DOTALL)


def test_an_empty_log_says_so(operator: httpx.Client) -> None:
    assert "No summons has arrived yet" in operator.get("/log").text


def test_a_row_tells_what_became_of_a_summons(engine: Engine, files: JobFiles, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1, body="u/ColorizeBot please", source=Source.MENTION), files)
    (row,) = rows(operator.get("/log").text)
    assert f'<a href="/log/{job.id}">#{job.id}</a>' in row
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ">(now|\d+ \w+ ago)</time>', row)
    assert "r/OldPhotos" in row
    assert "u/edith" in row
    assert "mention" in row
    assert 'href="https://www.reddit.com/r/OldPhotos/comments/00001/the_lawn/"' in row
    assert 'href="https://www.reddit.com/r/OldPhotos/comments/00001/the_lawn/reply/"' in row
    assert f'src="/log/{job.id}/before-1.jpg" alt="before, job {job.id}" loading="lazy"' in row
    assert f'src="/log/{job.id}/after-1.jpg" alt="after, job {job.id}" loading="lazy"' in row
    assert 'href="/log?subreddit=OldPhotos"' in row
    assert 'href="/log?user=edith"' in row
    assert '<td class="verdict">grey</td>' in row
    assert '<span class="badge answered" title="The coloured picture was posted as a reply.">colorized</span>' in row
    assert "<b>3.19</b>" in row
    operator.cookies.set("view", "comfortable.utc.keys")
    (row,) = rows(operator.get("/log").text)
    assert "<li>colorize 2.50<" in row
    assert '<q dir="auto">u/ColorizeBot please</q>' in row


def test_a_skipped_job_has_its_reason_and_a_placeholder(engine: Engine, operator: httpx.Client) -> None:
    refuse(engine, receive(engine, 1), Outcome.TOO_SMALL, "40 x 30 pixels; at least 100 are needed")
    (row,) = rows(operator.get("/log").text)
    assert '<span class="badge skipped" title="The picture is too small to colour.">too small</span>' in row
    assert "40 x 30 pixels" in row
    assert "no picture" in row
    assert "<img" not in row


def test_an_open_job_shows_its_stage_and_the_time_of_the_next_try(engine: Engine, operator: httpx.Client) -> None:
    postpone(engine, receive(engine, 1), TRACEBACK, timedelta(minutes=5, seconds=30))
    receive(engine, 2)
    working, waiting = rows(operator.get("/log").text)
    assert "working on locate" in working
    assert "waiting for locate" in waiting
    assert re.search(r'<time datetime="[^"]+Z">in 5 min</time>', waiting)
    assert "ValueError: the model is gone" in waiting
    assert "Traceback" not in waiting


def test_an_old_error_is_not_shown_beside_a_success(engine: Engine, operator: httpx.Client) -> None:
    job = postpone(engine, receive(engine, 1), "the host said 503", timedelta(seconds=-1))
    again = receive(engine, 2)  # claims the first job again, which is due longest
    assert again.id == job.id
    answer(engine, again)
    assert "503" not in rows(operator.get("/log").text)[1]
    assert "503" in operator.get(f"/log/{job.id}").text


def test_the_summary_counts_by_outcome(engine: Engine, operator: httpx.Client) -> None:
    answer(engine, receive(engine, 1))
    answer(engine, receive(engine, 2))
    refuse(engine, receive(engine, 3), Outcome.NSFW, "")
    receive(engine, 4)
    page = operator.get("/log").text
    summary = re.search(r'<ul class="counts".*?</ul>', page, re.DOTALL)
    assert summary
    words = re.sub(r"<[^>]+>", "", summary[0]).split()
    assert words == ["4", "in", "24", "hours", "1", "open", "2", "colorized", "1", "nsfw"]
    assert 'href="/log?outcome=colorized"' in summary[0]


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r">#(\d+)</a>", page)]


def link(page: str, rel: str) -> str:
    found = re.search(rf'href="(/log\?[^"]+)" rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_pages_go_by_key_in_both_directions_and_a_new_job_shifts_nothing(
    engine: Engine, operator: httpx.Client
) -> None:
    for number in range(1, 121):
        refuse(engine, receive(engine, number), Outcome.NSFW, "")
    seen: list[int] = []
    pages: list[list[int]] = []
    path = "/log"
    while path:
        page = operator.get(path).text
        pages.append(numbers(page))
        seen += pages[-1]
        path = link(page, "next")
        receive(engine, 1000 + len(seen))
    assert seen == list(range(120, 0, -1))
    path = link(page, "prev")
    page = operator.get(path).text
    assert numbers(page) == pages[1]
    page = operator.get(link(page, "prev")).text
    assert numbers(page) == pages[0]
    page = operator.get(link(page, "prev")).text  # three new jobs fill no page: it is the newest one
    assert numbers(page) == list(range(123, 73, -1))
    assert not link(page, "prev")
    assert "Nothing older" in operator.get("/log?before=1").text


def test_jobs_and_pages_that_are_not_there(operator: httpx.Client) -> None:
    for path in ("/log/999", "/log/0", "/log/-1", "/log/x", f"/log/{2**40}", f"/log/{2**70}"):
        got = operator.get(path)
        assert got.status_code == 404, path
        assert "There is nothing at this address" in got.text
    for name in ("before", "after"):
        for number in ("x", "-1", "-5", str(2**70), ""):
            assert operator.get("/log", params={name: number}).status_code == 404, number


def test_fifty_rows_stay_below_seventy_five_kilobytes(engine: Engine, files: JobFiles, operator: httpx.Client) -> None:
    for number in range(50):
        title = "Grandmother and her two sisters at the sea, summer of 1931, from an album"
        body = f"Could you do this one for my mother's birthday? u/ColorizeBot photo 2 please {number}"
        answer(engine, receive(engine, number, title=title, body=body), files)
    page = operator.get("/log")
    assert len(rows(page.text)) == 50
    assert len(page.content) < 75_000


def test_a_job_page_has_steps_numbers_addresses_and_errors(
    engine: Engine, files: JobFiles, operator: httpx.Client
) -> None:
    job = answer(engine, receive(engine, 1, body="Would you,\nu/ColorizeBot?"), files)
    page = operator.get(f"/log/{job.id}").text
    steps = rows(page)
    assert [re.search(r'<th scope="row">(\w+)', step)[1] for step in steps[:-1]] == [
        "locate",
        "fetch",
        "judge",
        "colorize",
        "host",
        "reply",
        "finish",
    ]
    assert 'width="100.0"' in steps[3]
    assert "3.19" in steps[-1]
    assert "<dt>colour score</dt><dd>-4.25</dd>" in page
    results = [f"https://bot.example/results/{name}-{job.id}-1.jpg" for name in ("result", "side-by-side")]
    for url in (URL, FALLBACK, *results):
        assert f'href="{url}" rel="nofollow">{url}</a>' in page
    assert "model compact, style vivid" in page
    assert "Would you,\nu/ColorizeBot?" in page
    assert '<dt>style</dt><dd dir="auto">vivid</dd>' in page
    assert '<rect width="1" height="1" fill="#aa3322"/></svg> #aa3322 at 40.0 %, 30.0 %' in page
    assert "The reply came 12 s after the summons was received; 3.19 s of that were work." in page
    assert f'src="/log/{job.id}/before-1.jpg"' in page
    failed = refuse(engine, receive(engine, 2), Outcome.FAILED, TRACEBACK)
    assert "line 1\nValueError: the model is gone" in operator.get(f"/log/{failed.id}").text


def test_what_users_write_is_text_and_nothing_else(engine: Engine, operator: httpx.Client) -> None:
    job = receive(
        engine,
        1,
        title=HOSTILE,
        author=HOSTILE,
        body=f'{HOSTILE}"><img src=x onerror=alert(1)>',
        subreddit=HOSTILE,
        permalink=f'/r/"onmouseover="alert(1)/{HOSTILE}',
    )
    postpone(engine, job, f'{HOSTILE} " onclick="alert(1)', timedelta(seconds=-1))
    job = receive(engine, 2, subreddit=HOSTILE)
    refuse(engine, job, Outcome.BAD_URL, f"{HOSTILE} {TRACEBACK}{HOSTILE}")
    photo(engine, job)
    fill = {"fill": '#fff"/><script>', "colour": HOSTILE, "x": 0, "y": 0}
    hostile: dict[type[Any], dict[str, Any]] = {
        Photo: {
            "url": "javascript:alert(1)",
            "fallbacks": [HOSTILE, 'https://x/"onclick="alert(1)'],
            "verdict": HOSTILE[:16],
            "verdict_numbers": {HOSTILE: 1.5, "text": HOSTILE},
            "outcome": HOSTILE,
        },
        Hosted: {"url": "javascript:alert(1)", "error": HOSTILE, "unwanted_at": now()},
        Colourization: {"settings": json.dumps({HOSTILE: HOSTILE})},
        Job: {
            "wanted": {"like": HOSTILE, HOSTILE: HOSTILE, "misread": [HOSTILE], "hints": [fill]},
            "answer": HOSTILE,
            "post_author": HOSTILE,
            "removal": HOSTILE[:16],
        },
    }
    with engine.begin() as connection:
        for table, values in hostile.items():
            connection.execute(update(table).values(values))
    paths = ["/log", f"/log/{job.id}", "/charts", *(f"/log/{job.id}/{action}" for action in ("retry", "block", "mute"))]
    for path in paths:
        page = operator.get(path).text
        page = re.sub(r'<script src="/static/(live|keys|charts)\.js', "", page)
        assert HOSTILE not in page
        assert "<script" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page
        assert not re.search(r'href="\s*javascript:', page)
        assert not re.search(r"<[^>]*\son\w+=(?![^<>]*&#34;)", re.sub(r'"[^"]*"', '""', page))


@pytest.mark.parametrize(
    "permalink",
    ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "@evil.example/", ".evil.example", "", None],
)
def test_a_permalink_that_is_no_path_is_no_link(permalink: str | None) -> None:
    assert reddit_link("https://www.reddit.com", permalink) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://a", "/log", "", None])
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert web_link(url) is None


def test_each_photo_of_a_gallery_is_shown_with_what_became_of_its_files(
    engine: Engine, files: JobFiles, operator: httpx.Client
) -> None:
    job = answer(engine, receive(engine, 1), files)
    photo(engine, job, 2, "tinted")
    files.write(job.id, JobFiles.before(2), b"jpeg")
    with engine.begin() as connection:
        left = update(Photo).where(Photo.number == 2)
        connection.execute(left.values(outcome="too_small", verdict_numbers=None))
        first = update(Hosted).where(Hosted.key == f"result-{job.id}-1")
        connection.execute(first.values(unwanted_at=now(), attempts=3, error="503 from the host"))
        second = update(Hosted).where(Hosted.key == f"result-{job.id}-2")
        connection.execute(second.values(unwanted_at=now(), deleted_at=now()))
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", operator.get(f"/log/{job.id}").text))
    assert re.search("Photo 1: grey 800 . 600 Before After", page)
    assert re.search("Photo 2: tinted 800 . 600 Before no picture After", page)
    assert re.search(r"unwanted since \S+ \S+ UTC , 3 tries to delete it: 503 from the host", page)
    assert re.search(rf"result-{job.id}-2.jpg deleted \S+ \S+ UTC", page)
    assert "left out too small" in page
    assert "grey, tinted" in rows(operator.get("/log").text)[0]


def test_a_web_process_on_another_machine_has_no_thumbnails(engine: Engine, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1))
    assert "no picture" in rows(operator.get("/log").text)[0]
    page = operator.get(f"/log/{job.id}").text
    assert "no thumbnails of it on this machine" in page
    assert '<img src="/log' not in page


def test_a_removal_a_score_and_what_was_forgotten_are_shown(engine: Engine, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1))
    with engine.begin() as connection:
        connection.execute(update(Job).values(score=-4, removal="score", removal_at=now()))
    row = rows(operator.get("/log").text)[0]
    assert '<td class="num score">-4</td>' in row
    assert "to be deleted: score" in row
    with engine.begin() as connection:
        connection.execute(update(Job).values(removed_at=now(), forgotten_at=now(), author=None, title="", body=""))
    row, page = rows(operator.get("/log").text)[0], operator.get(f"/log/{job.id}").text
    assert "deleted: score" in row
    assert ">reply</a>" not in row
    assert "Names, words and addresses were taken out" in page
    assert "Block the asker" not in page


def test_a_pause_is_written_in_the_strip(engine: Engine, operator: httpx.Client) -> None:
    heart = Heart(engine, "one")
    heart.start(POLLER, 30)
    heart.start(WORKER, 10)
    assert '<a class="health ok" href="/status">' in operator.get("/log").text
    notes.write(engine, notes.PAUSED, f"The disk is full {HOSTILE}")
    wait_until(lambda: "health paused" in operator.get("/strip").text)  # one look a second
    page = operator.get("/log").text
    assert '<a class="health paused" href="/status">' in page
    assert "paused: The disk is full &lt;script&gt;" in page


def test_an_outcome_of_a_newer_version_does_not_break_the_log(engine: Engine, operator: httpx.Client) -> None:
    job = refuse(engine, receive(engine, 1), Outcome.NSFW, "")
    with engine.begin() as connection:
        connection.execute(update(Job).values(outcome="struck_by_lightning"))
    assert "struck by lightning" in operator.get("/log").text
    assert operator.get(f"/log/{job.id}").status_code == 200
