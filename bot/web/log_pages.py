"""The reply log: every summons, what was decided and why, what was posted, how long each step took."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from sqlalchemy import Engine

from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.reply_log import count_by_outcome, job_by_id, latest_jobs, steps_of
from bot.web.log_rows import counts, row_of, web_link

PAGE = 50
MAX_ID = 2**31 - 1  # what the column holds; larger numbers are an error to PostgreSQL

JobId = Annotated[int, Path(ge=1, le=MAX_ID)]


def add_log_pages(
    app: FastAPI, *, engine: Engine, templates: Jinja2Templates, files: JobFiles, reddit_url: str
) -> None:
    """/log and what lies below it."""

    @app.get("/")
    def home() -> Response:
        return RedirectResponse("/log", 303)

    @app.get("/log")
    def log(request: Request, before: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None) -> Response:
        moment = now()
        jobs = latest_jobs(engine, before=before, limit=PAGE + 1)
        shown, more = jobs[:PAGE], len(jobs) > PAGE
        steps = steps_of(engine, [job.id for job in shown])
        context = {
            "now": moment,
            "rows": [row_of(job, steps[job.id], files=files, reddit_url=reddit_url, now=moment) for job in shown],
            "counts": counts(count_by_outcome(engine)),
            "older": shown[-1].id if more else None,
            "before": before,
        }
        return templates.TemplateResponse(request, "log.html", context)

    @app.get("/log/{job_id}")
    def job_page(request: Request, job_id: JobId) -> Response:
        job = job_by_id(engine, job_id)
        if job is None:
            raise HTTPException(404)
        moment = now()
        steps = steps_of(engine, [job_id])[job_id]
        row = row_of(job, steps, files=files, reddit_url=reddit_url, now=moment)
        urls = [("Photo", job.photo_url), *(("Other source", url) for url in job.photo_fallbacks or ())]
        urls += [("Result", job.result_url), ("Side by side", job.comparison_url)]
        context = {
            "now": moment,
            "row": row,
            "steps": steps,
            "longest": max((step.seconds for step in steps), default=0) or 1,
            "urls": [(label, url, web_link(url)) for label, url in urls if url],
        }
        return templates.TemplateResponse(request, "job.html", context)

    @app.get("/log/{job_id}/before.jpg")
    def before_picture(job_id: JobId) -> Response:
        return picture(job_id, JobFiles.BEFORE)

    @app.get("/log/{job_id}/after.jpg")
    def after_picture(job_id: JobId) -> Response:
        return picture(job_id, JobFiles.AFTER)

    def picture(job_id: int, name: str) -> Response:
        data = files.read(job_id, name)
        if data is None:
            raise HTTPException(404)
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})
