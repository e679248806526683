"""What the page of one job shows beside its row: words, photos, pictures at hosts, and what can be done."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.store import reply_log
from bot.store.actions import OPERATOR
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.offers import offers
from bot.store.silences import SUBREDDIT, USER, reasons
from bot.store.tables import Hosted, Job, Photo
from bot.web.log_rows import thumbnails, web_link

_COLOUR = re.compile(r"#[0-9a-f]{6}|keep")


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo with what was made of it.

    sources: addresses with the links to them. made: settings in words and the file, for each colourization.
    """

    photo: Photo
    before: str | None
    after: str | None
    sources: list[tuple[str, str | None]]
    made: list[tuple[str, Hosted | None]]
    comparison: Hosted | None


def details(engine: Engine, job: Job, files: JobFiles) -> dict[str, Any]:
    """For the template: steps, photos, the words that were understood, and how long the asker waited."""
    steps = reply_log.steps_of(engine, [job.id])[job.id]
    found = reply_log.pictures_of(engine, job.id)
    shown = [
        Shown(
            photo,
            *thumbnails(files, photo),
            [(url, web_link(url)) for url in (photo.url, *photo.fallbacks) if url],
            [(in_words(one.settings), found.hosted.get(one.hosted_id or 0)) for one in found.colourizations[photo.id]],
            found.hosted.get(photo.comparison_id or 0),
        )
        for photo in found.photos
    ]
    words = dict(job.wanted or {})
    hints = [hint for hint in words.pop("hints", None) or () if _COLOUR.fullmatch(str(hint.get("colour")))]
    return {
        "steps": steps,
        "longest": max((step.seconds for step in steps), default=0) or 1,
        "operator": OPERATOR,
        "photos": shown,
        "understood": [(name, said(value)) for name, value in words.items()],
        "hints": hints,
        "waited": (job.replied_at - job.received_at).total_seconds() if job.replied_at else None,
        "link": web_link,
    }


def offered(engine: Engine, job: Job) -> dict[str, Any]:
    """For the template: which actions make sense now, and why the asker or the subreddit is not answered."""
    user, place = reasons(engine, USER, job.author), reasons(engine, SUBREDDIT, job.subreddit)
    around = reply_log.neighbours(engine, job.id)
    return {
        "actions": offers(job, now(), user, place),
        "user_silenced": sorted(user),
        "place_silenced": sorted(place),
        "older_job": around[0],
        "newer_job": around[1],
    }


def said(value: Any) -> str:
    """One understood word's value as text."""
    if value is True:
        return "yes"
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def in_words(settings: str) -> str:
    """A colourization's settings as a line: "model compact, style vivid"."""
    try:
        found = json.loads(settings)
    except ValueError:
        return settings
    if not isinstance(found, Mapping):
        return settings
    return ", ".join(f"{name} {len(value) if name == 'hints' else said(value)}" for name, value in found.items())
