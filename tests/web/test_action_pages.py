import re

import httpx
import pytest
from sqlalchemy import Engine, update

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


def test_an_open_job_offers_to_cancel_it_and_no_deletion(engine: Engine, operator: httpx.Client) -> None:
    job = receive(engine, 1)
    assert links(operator.get(f"/log/{job.id}").text) == ["cancel", "block", "mute"]
    page = operator.get(f"/log/{job.id}/delete").text
    assert "That is not possible: job 1 has no reply." in page
    assert "<button class" not in page.partition('class="confirm"')[2].partition("</form>")[0]


def do(operator: httpx.Client, job: Job, action: str) -> httpx.Response:
    """Open the page that asks, and say yes."""
    page = operator.get(f"/log/{job.id}/{action}")
    assert page.status_code == 200
    return operator.post(f"/log/{job.id}/{action}", data={"token": token(page.text)})


def test_a_failed_job_is_tried_again(engine: Engine, operator: httpx.Client) -> None:
    job = refuse(engine, receive(engine, 1), Outcome.FAILED, "no model")
    assert links(operator.get(f"/log/{job.id}").text) == ["retry", "block", "mute"]
    got = do(operator, job, "retry")
    assert got.status_code == 303
    assert re.fullmatch(rf"/log/{job.id}\?done=[0-9a-f]{{16}}", got.headers["location"])
    page = operator.get(got.headers["location"]).text
    assert "Job 1: opened again, from the first step." in page
    assert "waiting for locate" in page
    assert '<th scope="row">operator</th>' in page
    again = jobs.claim(engine, "w")
    assert again is not None
    assert again.id == job.id


def test_a_reply_is_deleted_after_a_question(engine: Engine, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1))
    assert links(operator.get(f"/log/{job.id}").text) == ["delete", "block", "mute"]
    assert "It is done after 60 seconds" in operator.get(f"/log/{job.id}/delete").text
    assert job_by_id(engine, job.id).removal is None
    assert do(operator, job, "delete").status_code == 303
    assert job_by_id(engine, job.id).removal == "operator"
    assert links(operator.get(f"/log/{job.id}").text) == ["undelete", "block", "mute"]
    with engine.begin() as connection:
        connection.execute(update(Job).values(removal_not_before=jobs.now()))  # the minute has passed
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
    assert job_by_id(engine, job.id).removal is None


def test_there_are_no_other_actions_and_no_other_jobs(engine: Engine, operator: httpx.Client) -> None:
    job = answer(engine, receive(engine, 1))
    form = {"token": token(operator.get(f"/log/{job.id}/block").text)}
    for path in ("/log/1/purge", "/log/99/block", "/log/0/block", "/log/x/block"):
        assert operator.get(path).status_code == 404, path
        assert operator.post(path, data=form).status_code == 404, path


def chosen(page: str) -> list[str]:
    return re.findall(r'name="id" value="(\d+)"', page)


def test_many_jobs_are_done_at_once_after_a_question_and_taken_back(engine: Engine, operator: httpx.Client) -> None:
    for number in range(1, 4):
        refuse(engine, receive(engine, number), Outcome.FAILED, "no model")
    answer(engine, receive(engine, 4))
    assert chosen(operator.get("/log").text) == ["4", "3", "2", "1"]
    query = "/bulk/retry?user=edith&id=1&id=2&id=4"
    page = operator.get(query).text
    assert "Try 3 jobs again?" in page
    assert "<b>2 jobs</b> of 3" in page
    assert "nothing: it has had a reply" in page
    got = operator.post(query, data={"token": token(page)})
    assert got.status_code == 303
    assert got.headers["location"].startswith("/log?user=edith&done=")
    page = operator.get(got.headers["location"]).text
    assert "2 jobs: opened again, from the first step." in page
    undo = re.search(r'action="(/undo/[0-9a-f]{16})"', page)
    assert undo
    form = {"token": token(page), "back": "/log?user=edith"}
    got = operator.post(undo[1], data=form)
    assert "2 jobs: cancelled." in operator.get(got.headers["location"]).text
    assert {job_by_id(engine, number).outcome for number in (1, 2)} == {"cancelled"}
    assert "Take it back?" in operator.get(undo[1]).text
    got = operator.post(undo[1], data=form)  # sent twice
    assert got.status_code == 409
    assert "nothing to cancel" in got.text


def test_all_that_a_filter_finds_is_chosen_by_one_box(engine: Engine, operator: httpx.Client) -> None:
    for number in range(60):
        refuse(engine, receive(engine, number, author="ida" if number % 2 else "edith"), Outcome.FAILED, "")
    page = operator.get("/bulk/retry?user=ida&scope=all").text
    assert "Try 30 jobs again?" in page
    operator.post("/bulk/retry?user=ida&scope=all", data={"token": token(page)})
    assert sum(job_by_id(engine, number).outcome is None for number in range(1, 61)) == 30


def test_what_cannot_be_done_to_many_is_said(engine: Engine, operator: httpx.Client) -> None:
    answer(engine, receive(engine, 1))
    assert "No job is chosen" in operator.get("/bulk/retry").text
    assert "That is possible for none of the 1 job" not in operator.get("/bulk/retry?id=1").text
    form = {"token": token(operator.get("/log/1/block").text)}
    got = operator.post("/bulk/retry?id=1", data=form)
    assert (got.status_code, "has had a reply" in got.text) == (409, True)
    for path in ("/bulk/mute?id=1", "/bulk/purge?id=1", "/bulk/retry?id=x", "/bulk/retry?scope=all&from=never"):
        assert operator.get(path).status_code == 404, path
    assert operator.post("/bulk/cancel?id=1").status_code == 403
    assert operator.post("/undo/0000000000000000", data=form).status_code == 404
    assert operator.post("/undo/0000000000000000").status_code == 403
