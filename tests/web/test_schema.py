"""No request breaks a page of the bot's."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from bot.domain.outcomes import Outcome
from bot.store.files import JobFiles
from tests.described import call_everything
from tests.web.made_jobs import answer, receive, refuse

ENDLESS = "/log/events"
GOODBYE = ("/login", "/logout", "/audit/{session_id}/end")
SAYS_SO = "/healthz"  # with status 503 that no bot runs here


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")  # the description is for this test alone
def test_no_request_of_an_operator_breaks_a_page(
    engine: Engine, files: JobFiles, app: FastAPI, address: str, operator: httpx.Client
) -> None:
    failed = refuse(engine, receive(engine, 2), Outcome.FAILED, "no model")
    jobs = [answer(engine, receive(engine, 1), files).id, failed.id, receive(engine, 3).id]
    token = re.search(r'name="token" value="([^"]+)"', operator.get("/charts").text)
    assert token

    def prepare(case):
        if "job_id" in (case.path_parameters or {}):
            case.path_parameters["job_id"] = jobs[len(str(case.query)) % 3]
        if isinstance(case.body, dict) and len(str(case.body)) % 4:
            case.body["token"] = token[1]

    # The description is made, but not served.
    called = call_everything(
        app.openapi(),
        address,
        examples=6,
        without=(ENDLESS, SAYS_SO, *GOODBYE),
        prepare=prepare,
        cookies=dict(operator.cookies),
        allow_redirects=False,
    )
    assert len(called) >= 25
    assert operator.get("/log").status_code == 200
