"""The page of one job, and its thumbnails."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Request, Response
from fastapi.templating import Jinja2Templates

from bot.store import reply_log
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.tables import Job
from bot.web.job_page import details, offered
from bot.web.log_rows import Row, row_of

MAX_ID = 2**31 - 1  # what the column holds; larger numbers are an error to PostgreSQL

JobId = Annotated[int, Path(ge=1, le=MAX_ID)]


def rows_of(engine: Engine, jobs: Sequence[Job], *, files: JobFiles, reddit_url: str) -> list[Row]:
    """The rows of these jobs."""
    ids = [job.id for job in jobs]
    steps, photos = reply_log.steps_of(engine, ids), reply_log.photos_by_job(engine, ids)
    moment = now()
    return [row_of(job, steps[job.id], photos[job.id], files=files, reddit_url=reddit_url, now=moment) for job in jobs]


def add_job_pages(
    app: FastAPI, *, engine: Engine, templates: Jinja2Templates, files: JobFiles, reddit_url: str
) -> None:
    """/log/ID and the pictures below it."""

    @app.get("/log/{job_id}")
    def job_page(request: Request, job_id: JobId) -> Response:
        job = reply_log.job_by_id(engine, job_id)
        if job is None:
            raise HTTPException(404)
        [row] = rows_of(engine, [job], files=files, reddit_url=reddit_url)
        context = {"now": now(), "row": row} | details(engine, job, files) | offered(engine, job)
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
