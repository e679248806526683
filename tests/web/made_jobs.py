"""Jobs in every state, made by the store's own functions."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source, Summons
from bot.domain.stages import Stage
from bot.store import jobs
from bot.store.files import JobFiles
from bot.store.tables import Colourization, Hosted, Job, Photo, Step

HOSTILE = "<script>alert(1)</script>"
URL = "https://i.redd.it/lawn.jpg"
FALLBACK = "https://preview.redd.it/l.jpg"


def receive(engine: Engine, number: int, **changes: object) -> Job:
    """A new job, claimed by a worker."""
    values: dict[str, Any] = {
        "fullname": f"t3_{number:05}",
        "source": Source.SCAN,
        "subreddit": "OldPhotos",
        "author": "edith",
        "post": f"t3_{number:05}",
        "body": "",
        "title": f"The photographer on the lawn, {1900 + number}",
        "permalink": f"/r/OldPhotos/comments/{number:05}/the_lawn/",
        "created": datetime(2026, 11, 1, tzinfo=UTC),
    }
    assert jobs.receive(engine, [Summons(**(values | changes))]) == 1
    job = jobs.claim(engine, "worker")
    assert job is not None
    return job


def step(job: Job, seconds: float = 0.1, result: str = "done", detail: str = "") -> Step:
    """A step that has just ended."""
    return Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=seconds, result=result, detail=detail)


def answer(engine: Engine, job: Job, files: JobFiles | None = None) -> Job:
    """Walk the job to a posted reply, with one photo, its result and its side-by-side.

    With files, it gets its two thumbnails.
    """
    found: dict[Stage, dict[str, Any]] = {
        Stage.LOCATE: {"wanted": {"style": "vivid", "hints": [{"x": 0.4, "y": 0.3, "colour": "#aa3322"}]}},
        Stage.REPLY: {
            "reply": f"t1_r{job.id}",
            "reply_permalink": f"{job.permalink}reply/",
            "replied_at": job.received_at + timedelta(seconds=12),
        },
    }
    photo(engine, job)
    seconds = {Stage.FETCH: 0.41, Stage.JUDGE: 0.03, Stage.COLORIZE: 2.5}
    while job.stage != Stage.FINISH:
        stage = job.stage
        jobs.advance(engine, job, step(job, seconds.get(stage, 0.05)), stage.following(), found.get(stage, {}))
    jobs.finish(engine, job, step(job), Outcome.COLORIZED)
    if files is not None:
        files.write(job.id, JobFiles.before(1), jpeg("gray"))
        files.write(job.id, JobFiles.after(1), jpeg("peru"))
    return job


def photo(engine: Engine, job: Job, number: int = 1, verdict: str = "grey") -> None:
    """A photo of the job with a verdict, one result and a side-by-side, both hosted."""
    with Session(engine) as session, session.begin():
        result, comparison = (
            Hosted(
                host="folder",
                key=f"{name}-{job.id}-{number}",
                url=f"https://bot.example/results/{name}-{job.id}-{number}.jpg",
                created_at=jobs.now(),
            )
            for name in ("result", "side-by-side")
        )
        session.add_all([result, comparison])
        session.flush()
        numbers = {"colour_score": -4.25, "mean": 0.31}
        found = Photo(job_id=job.id, number=number, url=URL, fallbacks=[FALLBACK], verdict=verdict)
        found.verdict_numbers, found.width, found.height, found.comparison_id = numbers, 800, 600, comparison.id
        session.add(found)
        session.flush()
        settings = '{"model": "compact", "style": "vivid"}'
        session.add(Colourization(photo_id=found.id, variant=0, settings=settings, hosted_id=result.id))


def refuse(engine: Engine, job: Job, outcome: Outcome, detail: str) -> Job:
    """End the job with that outcome."""
    jobs.conclude(engine, job, step(job, result=outcome.value, detail=detail), outcome, detail)
    jobs.finish(engine, job, step(job), outcome)
    return job


def postpone(engine: Engine, job: Job, error: str, wait: timedelta = timedelta(minutes=5)) -> Job:
    """The step failed and will be tried again."""
    jobs.postpone(engine, job, step(job, result="later", detail=error), wait, error)
    return job


def jpeg(colour: str, size: tuple[int, int] = (320, 240)) -> bytes:
    """A real JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()
