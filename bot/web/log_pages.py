"""The reply log: every summons, what was decided and why, what was posted, how long each step took."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.domain.things import Source
from bot.store import notes, reply_log
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.log_search import Found, find_jobs
from bot.store.tables import Job, Photo
from bot.web.job_page import details, offers
from bot.web.live import mark_of
from bot.web.log_filter import Choice, WrongFilter, outcome_choices
from bot.web.log_rows import Row, counts, row_of
from bot.web.remember import Remembered

PAGE = 50
LATELY = timedelta(hours=24)
MAX_ID = 2**31 - 1  # what the column holds; larger numbers are an error to PostgreSQL

JobId = Annotated[int, Path(ge=1, le=MAX_ID)]
Cursor = Annotated[int | None, Query(ge=1, le=MAX_ID)]


def add_log_pages(
    app: FastAPI, *, engine: Engine, templates: Jinja2Templates, files: JobFiles, reddit_url: str
) -> None:
    """/log and what lies below it."""
    columns = {"verdicts": Photo.verdict, "subreddits": Job.subreddit}

    def values(name: str) -> list[str]:
        return reply_log.values_of(engine, columns[name])

    choices = Remembered(values, seconds=60)

    def rows(jobs: Sequence[Job]) -> list[Row]:
        ids = [job.id for job in jobs]
        steps, photos = reply_log.steps_of(engine, ids), reply_log.photos_of(engine, ids)
        moment = now()
        return [
            row_of(job, steps[job.id], photos[job.id], files=files, reddit_url=reddit_url, now=moment)
            for job in jobs
        ]  # fmt: skip

    def find(choice: Choice, before: int | None, after: int | None) -> tuple[Found, int | None, int | None]:
        """The page; the newest one where there is nothing newer to fill another."""
        wanted = choice.as_filter()
        if before is None and after is not None:
            found = find_jobs(engine, wanted, after=after, limit=PAGE)
            if found.more:
                return found, None, after
        return find_jobs(engine, wanted, before=before, limit=PAGE), before, None

    @app.get("/")
    def home() -> Response:
        return RedirectResponse("/log", 303)

    @app.get("/log")
    def log(request: Request, before: Cursor = None, after: Cursor = None) -> Response:
        choice, problem = Choice.from_query(request.query_params), ""
        if "" in request.query_params.values():
            return RedirectResponse(f"/log{choice.query()}", 303)  # a form sends its empty fields too
        mark = mark_of(engine)  # before the jobs are read: what changes meanwhile is told
        found = Found([], more=False)
        try:
            found, before, after = find(choice, before, after)
        except WrongFilter as error:
            problem = str(error)
        context: dict[str, Any] = {
            "now": now(),
            "rows": rows(found.jobs),
            "choice": choice,
            "problem": problem,
            "links": _links(choice, found, before, after),
            "searched_to": found.searched_to,
            "counts": counts(reply_log.count_by_outcome(engine, since=now() - LATELY)),
            "paused": notes.why_paused(engine),
            "mark": None if before or after or problem else mark,
            "outcomes": outcome_choices(),
            "sources": [source.value for source in Source],
            "verdicts": choices("verdicts"),
            "subreddits": choices("subreddits"),
        }
        return templates.TemplateResponse(request, "log.html", context, 400 if problem else 200)

    @app.get("/log/{job_id}")
    def job_page(request: Request, job_id: JobId, done: Annotated[str, Query(max_length=16)] = "") -> Response:
        job = reply_log.job_by_id(engine, job_id)
        if job is None:
            raise HTTPException(404)
        context = {"now": now(), "row": rows([job])[0], "done": done}
        context |= details(engine, job, files) | offers(engine, job)
        return templates.TemplateResponse(request, "job.html", context)

    @app.get("/log/{job_id}/before-{number}.jpg")
    def before_picture(job_id: JobId, number: JobId) -> Response:
        return picture(job_id, JobFiles.before(number))

    @app.get("/log/{job_id}/after-{number}.jpg")
    def after_picture(job_id: JobId, number: JobId) -> Response:
        return picture(job_id, JobFiles.after(number))

    def picture(job_id: int, name: str) -> Response:
        data = files.read(job_id, name)
        if data is None:
            raise HTTPException(404)
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


def _links(choice: Choice, found: Found, before: int | None, after: int | None) -> dict[str, str | None]:
    """Where the pages around this one are; a search that stopped goes on from where it stopped."""
    ids = [job.id for job in found.jobs]
    top = found.searched_to if after and found.searched_to else ids[0] if ids else None
    bottom = found.searched_to if not after and found.searched_to else ids[-1] if ids else None
    moved = before is not None or after is not None
    return {
        "newest": f"/log{choice.query()}" if moved else None,
        "newer": f"/log{choice.query(after=top)}" if moved and top else None,
        "older": f"/log{choice.query(before=bottom)}" if bottom and (found.more or after) else None,
    }
