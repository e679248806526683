"""The reply log: every summons, what was decided and why, what was posted, how long each step took."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.domain.reddit_types import Source
from bot.store import log_totals, reply_log
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.log_search import Found, find_jobs
from bot.store.tables import Job, Photo
from bot.web.job_pages import MAX_ID, rows_of
from bot.web.log_filter import Choice, WrongFilter, outcome_choices
from bot.web.log_rows import counts
from bot.web.log_sort import SORTS, WINDOW, sorted_jobs
from bot.web.remember import Remembered

PAGE = 50
LATELY = timedelta(hours=24)

Cursor = Annotated[int | None, Query(ge=1, le=MAX_ID)]
After = Annotated[int | None, Query(ge=0, le=MAX_ID)]


def add_log_pages(
    app: FastAPI, *, engine: Engine, templates: Jinja2Templates, files: JobFiles, reddit_url: str
) -> None:
    """The start page and /log."""
    columns = {"verdicts": Photo.verdict, "subreddits": Job.subreddit}
    choices = Remembered[str, list[str]](lambda name: reply_log.values_of(engine, columns[name]), seconds=60)

    def count(key: tuple[Choice, object]) -> log_totals.Totals:
        choice, _ = key
        if choice:
            return log_totals.totals(engine, choice.as_filter())
        return log_totals.Totals(reply_log.count_by_outcome(engine, since=now() - LATELY), whole=True)

    totals = Remembered(count, seconds=5, most=200)

    def find(choice: Choice, before: int | None, after: int | None) -> tuple[Found, int | None, int | None]:
        """The page; the newest one where there is nothing newer to fill another."""
        wanted = choice.as_filter()
        if choice.sort:
            return sorted_jobs(engine, wanted, choice.sort, before=before, limit=PAGE), before, None
        if before is None and after is not None:
            found = find_jobs(engine, wanted, after=after, limit=PAGE)
            if found.more:
                return found, None, after
        return find_jobs(engine, wanted, before=before, limit=PAGE), before, None

    @app.get("/")
    def home() -> Response:
        return RedirectResponse("/log", 303)

    @app.get("/log")
    def log(request: Request, before: Cursor = None, after: After = None) -> Response:
        choice, problem = Choice.from_query(request.query_params), ""
        if "" in request.query_params.values():
            return RedirectResponse(f"/log{choice.query()}", 303)  # a form sends its empty fields too
        if (number := choice.job_number()) and reply_log.job_by_id(engine, number):
            return RedirectResponse(f"/log/{number}", 303)
        found, counted = Found([], more=False), None
        changed = reply_log.last_change(engine)  # whoever is told of a change must not get the totals of before
        try:
            found, before, after = find(choice, before, after)
            counted = totals((choice.without_sort(), changed))
        except WrongFilter as error:
            problem = str(error)
        context: dict[str, Any] = {
            "now": now(),
            "rows": rows_of(engine, found.jobs, files=files, reddit_url=reddit_url),
            "choice": choice,
            "problem": problem,
            "links": _links(choice, found, before, after),
            "searched_to": found.searched_to,
            "totals": counted,
            "counts": counts(counted.by_outcome) if counted else [],
            "is_newest": not (before or after is not None or problem or choice.sort),
            "outcomes": outcome_choices(),
            "sources": [source.value for source in Source],
            "verdicts": choices("verdicts"),
            "subreddits": choices("subreddits"),
            "sorts": SORTS,
            "window": WINDOW,
        }
        return templates.TemplateResponse(request, "log.html", context, 400 if problem else 200)


def _links(choice: Choice, found: Found, before: int | None, after: int | None) -> dict[str, str | None]:
    """Where the pages around this one are; a search that stopped goes on from where it stopped."""
    ids = [job.id for job in found.jobs]
    top = found.searched_to if after is not None and found.searched_to else ids[0] if ids else None
    bottom = found.searched_to if after is None and found.searched_to else ids[-1] if ids else None
    moved = before is not None or after is not None
    if choice.sort:
        return {"newest": f"/log{choice.query()}" if moved else None, "newer": None, "older": None, "oldest": None}
    more = found.more or after is not None
    return {
        "newest": f"/log{choice.query()}" if moved else None,
        "newer": f"/log{choice.query(after=top)}" if moved and top else None,
        "older": f"/log{choice.query(before=bottom)}" if bottom and more else None,
        "oldest": f"/log{choice.query(after='0')}" if bottom and more and after != 0 else None,
    }
