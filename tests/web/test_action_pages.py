import re

import httpx
import pytest
from sqlalchemy import Engine

from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.store import jobs, silences
from bot.store.actions import Action
from bot.store.reply_log import job_by_id, steps_of
from bot.store.tables import Job
from tests.web.made_jobs import answer, receive, refuse


def links(page: str) -> list[str]:
    """The actions that a job's page offers."""
    part = re.search(r'<nav class="actions".*?</nav>', page, re.DOTALL)
    return re.findall(r'href="/log/\d+/(\w+)"', part[0]) if part else []


def token(page: str) -> str:
    """The token of the page's own form, not of the one that logs out."""
    return re.findall(r'name="token" value="([^"]+)"', page)[-1]


def do(operator: httpx.Client, job: Job, action: str) -> httpx.Response:
    """Open the page that asks, and say yes."""
    page = operator.get(f"/log/{job.id}/{action}")
    assert page.status_code == 200
    return operator.post(f"/log/{job.id}/{action}", data={"token": token(page.text)})


def test_a_failed_job_is_tried_again(engine: Engine, operator: httpx.Client) -> None:
    job = refuse(engine, receive(engine, 1), Outcome.FAILED, "no model")
    assert links(operator.get(f"/log/{job.id}").text) == ["retry", "block", "mute"]
    got = do(operator, job, "retry")
    assert (got.status_code, got.headers["location"]) == (303, f"/log/{job.id}?done=retry")
    page = operator.get(got.headers["location"]).text
    assert "The job was opened again" in page
    assert "waiting for locate" in page
    assert '<th scope="row">operator</th>' in page
    again = jobs.claim(engine, "w")
    assert again is not None
    assert again.id == job.id


def test_a_reply_is_deleted_after_a_question(engine: Engine, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1))
    assert links(operator.get(f"/log/{job.id}").text) == ["delete", "block", "mute"]
    assert "This cannot be taken back" in operator.get(f"/log/{job.id}/delete").text
    assert job_by_id(engine, job.id).removal is None  # type: ignore[union-attr]
    assert do(operator, job, "delete").status_code == 303
    assert job_by_id(engine, job.id).removal == "operator"  # type: ignore[union-attr]
    assert links(operator.get(f"/log/{job.id}").text) == ["block", "mute"]


def test_asker_and_subreddit_are_silenced_and_answered_again(engine: Engine, operator: httpx.Client) -> None:
    job = refuse(engine, receive(engine, 1), Outcome.NSFW, "")
    assert "Block u/edith?" in operator.get(f"/log/{job.id}/block").text
    assert "Mute r/OldPhotos?" in operator.get(f"/log/{job.id}/mute").text
    do(operator, job, "block")
    do(operator, job, "mute")
    assert silences.reasons(engine, silences.USER, "Edith") == {Reason.OPERATOR}
    assert silences.reasons(engine, silences.SUBREDDIT, "oldphotos") == {Reason.OPERATOR}
    page = operator.get(f"/log/{job.id}").text
    assert links(page) == ["retry", "unblock", "unmute"]
    assert "asker silenced" in page
    do(operator, job, "unblock")
    do(operator, job, "unmute")
    assert silences.reasons(engine, silences.USER, "edith") == set()
    assert links(operator.get(f"/log/{job.id}").text) == ["retry", "block", "mute"]


def test_what_is_not_possible_any_more_is_said(engine: Engine, operator: httpx.Client) -> None:
    job = refuse(engine, receive(engine, 1), Outcome.NSFW, "")
    page = operator.get(f"/log/{job.id}/retry").text
    form = {"token": token(page)}
    assert operator.post(f"/log/{job.id}/retry", data=form).status_code == 303
    got = operator.post(f"/log/{job.id}/retry", data=form)  # the form was sent twice
    assert got.status_code == 409
    assert f"That is not possible: job {job.id} is open: it goes on by itself." in got.text


@pytest.mark.parametrize("action", Action)
def test_nothing_is_done_without_the_token_of_this_session(
    engine: Engine, operator: httpx.Client, visitor: httpx.Client, action: Action
) -> None:
    job = answer(engine, receive(engine, 1))
    path = f"/log/{job.id}/{action}"
    assert visitor.post(path).headers["location"] == f"/login?next={path}&lost=1"
    assert operator.post(path).status_code == 403
    assert operator.post(path, data={"token": "x"}).status_code == 403
    assert operator.post(f"{path}?token={token(operator.get(path).text)}").status_code == 403
    assert operator.get(path).status_code == 200  # asking changes nothing
    assert [step for step in steps_of(engine, [job.id])[job.id] if step.stage == "operator"] == []
    assert job_by_id(engine, job.id).removal is None  # type: ignore[union-attr]


def test_there_are_no_other_actions_and_no_other_jobs(engine: Engine, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1))
    form = {"token": token(operator.get(f"/log/{job.id}/block").text)}
    for path in ("/log/1/purge", "/log/99/block", "/log/0/block", "/log/x/block"):
        assert operator.get(path).status_code == 404, path
        assert operator.post(path, data=form).status_code == 404, path
