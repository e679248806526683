"""Jobs in every state, made by the store's own functions."""

import io
from datetime import UTC, datetime, timedelta

from PIL import Image
from sqlalchemy import Engine

from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.domain.things import Source, Summons
from bot.store import jobs
from bot.store.files import JobFiles
from bot.store.tables import Job, Step

HOSTILE = "<script>alert(1)</script>"


def receive(engine: Engine, number: int, **changes: object) -> Job:
    """A new job, claimed by a worker."""
    values = {
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
    """Walk the job to a posted reply; with files, it gets its two thumbnails."""
    found = {
        Stage.LOCATE: {"photo_url": "https://i.redd.it/lawn.jpg", "photo_fallbacks": ["https://preview.redd.it/l.jpg"]},
        Stage.JUDGE: {"verdict": "grey", "verdict_numbers": {"colour_score": -4.25, "mean": 0.31}},
        Stage.COLORIZE: {"result_key": f"key-of-job-{job.id}"},
        Stage.HOST: {"host": "folder", "result_url": f"https://bot.example/results/key-of-job-{job.id}.jpg"},
        Stage.REPLY: {"reply": "t1_reply", "reply_permalink": f"{job.permalink}reply/"},
    }
    seconds = {Stage.FETCH: 0.41, Stage.JUDGE: 0.03, Stage.COLORIZE: 2.5}
    while job.stage != Stage.FINISH:
        stage = job.as_stage()
        jobs.advance(engine, job, step(job, seconds.get(stage, 0.05)), stage.following(), found.get(stage, {}))
    jobs.finish(engine, job, step(job), Outcome.COLORIZED)
    if files is not None:
        files.write(job.id, JobFiles.BEFORE, jpeg("gray"))
        files.write(job.id, JobFiles.AFTER, jpeg("peru"))
    return job


def refuse(engine: Engine, job: Job, outcome: Outcome, detail: str) -> Job:
    """End the job with that outcome."""
    jobs.conclude(engine, job, step(job, result=outcome.value, detail=detail), outcome, detail)
    jobs.finish(engine, job, step(job), outcome)
    return job


def postpone(engine: Engine, job: Job, error: str, wait: timedelta = timedelta(minutes=5)) -> Job:
    """The step failed and will be tried again."""
    jobs.postpone(engine, job, step(job, result="later", detail=error), jobs.now() + wait, error)
    return job


def jpeg(colour: str, size: tuple[int, int] = (320, 240)) -> bytes:
    """A real JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()
