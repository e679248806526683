"""What an operator does to jobs, one or many: a page that asks, and the form on it that does."""

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from pydantic import Field

from bot.store.actions import Action
from bot.store.database import Engine
from bot.store.deeds import UNDO, act_on
from bot.store.jobs import now
from bot.store.log_search import find_jobs
from bot.store.offers import refusal
from bot.store.reply_log import job_by_id, jobs_by_id
from bot.store.tables import Job
from bot.web.frame_pages import with_notice
from bot.web.job_pages import MAX_ID, JobId
from bot.web.log_filter import Choice, WrongFilter
from bot.web.sessions import Sessions, actor_of
from bot.web.wording import many

MOST = 500
"""Jobs that one click may be about."""

BULK = (Action.RETRY, Action.CANCEL, Action.DELETE, Action.BLOCK)
"""What can be done to many jobs at once."""

Ids = Annotated[list[Annotated[int, Field(ge=1, le=MAX_ID)]], Query(alias="id", default_factory=list, max_length=MOST)]

log = structlog.get_logger("bot.web")


@dataclass(frozen=True, slots=True)
class Words:
    """How an action is asked for: the question about one job and about many, what it does, and its button."""

    one: str
    all: str
    text: str
    button: str


_MINUTE = f"It is done after {UNDO.total_seconds():.0f} seconds; until then it can be taken back."
WORDS = {
    Action.RETRY: Words(
        "Try job #{id} again?",
        "Try {many} again?",
        "It starts over with its first step, from what the thread looks like now. What was made before is deleted.",
        "Try again",
    ),
    Action.CANCEL: Words(
        "Cancel job #{id}?",
        "Cancel {many}?",
        "It ends without an answer, and nobody is told. It can be tried again.",
        "Cancel the job",
    ),
    Action.DELETE: Words(
        "Delete the reply of job #{id}?",
        "Delete the replies of {many}?",
        "The bot's comment, its pictures at every host, and what was stored of the summons are deleted. " + _MINUTE,
        "Delete the reply",
    ),
    Action.UNDELETE: Words(
        "Keep the reply of job #{id}?", "Keep the replies of {many}?", "It is not deleted after all.", "Keep the reply"
    ),
    Action.BLOCK: Words(
        "Block u/{author}?",
        "Block the askers of {many}?",
        "The bot does not answer this person any more, and does not colour their posts, until you unblock them. "
        "Replies that stand are left.",
        "Block",
    ),
    Action.UNBLOCK: Words(
        "Unblock u/{author}?",
        "Unblock the askers of {many}?",
        "The bot answers this person again. What they have asked for themselves, by “stop”, stays.",
        "Unblock",
    ),
    Action.MUTE: Words(
        "Mute r/{subreddit}?",
        "Mute the subreddits of {many}?",
        "The bot does not answer in this subreddit any more until you unmute it. Replies that stand are left.",
        "Mute",
    ),
    Action.UNMUTE: Words(
        "Unmute r/{subreddit}?",
        "Unmute the subreddits of {many}?",
        "The bot answers in this subreddit again, as far as its moderators let it.",
        "Unmute",
    ),
}


def add_bulk_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions) -> None:
    """/log/ID/ACTION and /bulk/ACTION."""

    def question(
        request: Request, jobs: list[Job], action: Action, *, back: str, problem: str = "", status: int = 200
    ) -> Response:
        words, moment = WORDS[action], now()
        no = {job.id: why for job in jobs if (why := refusal(job, action, moment))}
        names = {"id": jobs[0].id, "author": jobs[0].author or "nobody", "subreddit": jobs[0].subreddit or "nowhere"}
        asked = {
            "title": words.one.format(**names) if len(jobs) == 1 else words.all.format(many=many(len(jobs), "job")),
            "text": words.text,
            "button": words.button,
            "danger": action is Action.DELETE,
            "back": back,
            "jobs": jobs,
            "no": no,
            "possible": len(jobs) - len(no),
        }
        if len(jobs) == 1 and no and not problem:
            problem = f"job {jobs[0].id} {no[jobs[0].id]}"
        return templates.TemplateResponse(request, "ask.html", {"ask": asked, "problem": problem}, status)

    def chosen(request: Request, ids: list[int], scope: str) -> list[Job]:
        if scope != "all":
            return list(jobs_by_id(engine, sorted(set(ids), reverse=True)))
        try:
            wanted = Choice.from_query(request.query_params).as_filter()
        except WrongFilter as error:
            raise HTTPException(404) from error
        return list(find_jobs(engine, wanted, limit=MOST).jobs)

    @app.get("/bulk/{action}")
    def ask_all(request: Request, action: Action, ids: Ids, scope: str = "") -> Response:
        if action not in BULK:
            raise HTTPException(404)
        jobs = chosen(request, ids, scope)
        back = f"/log{Choice.from_query(request.query_params).query()}"
        if not jobs:
            asked = {"title": "No job is chosen", "text": "Go back and tick some.", "button": "", "back": back}
            return templates.TemplateResponse(request, "ask.html", {"ask": asked, "problem": ""}, 400)
        return question(request, jobs, action, back=back)

    @app.post("/bulk/{action}", dependencies=[Depends(sessions.check_form)])
    def do_all(
        request: Request,
        action: Action,
        ids: Ids,
        scope: str = "",
    ) -> Response:
        if action not in BULK:
            raise HTTPException(404)
        jobs = chosen(request, ids, scope)
        report = act_on(engine, actor_of(request), action, [job.id for job in jobs])
        log.info("operator_action", action=action.value, done=len(report.done), refused=len(report.refused))
        back = f"/log{Choice.from_query(request.query_params).query()}"
        if not report.done and jobs:
            return question(request, jobs, action, back=back, problem="; ".join(report.refused[:3]), status=409)
        return RedirectResponse(with_notice(back, report.batch) if report.done else back, 303)

    @app.get("/log/{job_id}/{action}")
    def ask(request: Request, job_id: JobId, action: Action) -> Response:
        job = job_by_id(engine, job_id)
        if job is None:
            raise HTTPException(404)
        return question(request, [job], action, back=f"/log/{job_id}")

    @app.post("/log/{job_id}/{action}", dependencies=[Depends(sessions.check_form)])
    def do(request: Request, job_id: JobId, action: Action) -> Response:
        job = job_by_id(engine, job_id)
        if job is None:
            raise HTTPException(404)
        report = act_on(engine, actor_of(request), action, [job_id])
        if not report.done:
            return question(request, [job], action, back=f"/log/{job_id}", problem=report.refused[0], status=409)
        log.info("operator_action", job=job_id, action=action.value)
        return RedirectResponse(f"/log/{job_id}?done={report.batch}", 303)
