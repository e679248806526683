"""The studio behind a result page: whoever has the link corrects the photo's colours, and publishes them."""

import json
from collections.abc import Callable

from fastapi import FastAPI, HTTPException, Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import ValidationError
from structlog import get_logger

from bot.domain.links import FOLDER
from bot.store.corrections import NotTaken, correctable, publish
from bot.store.result_pages import Version
from bot.store.views import Size
from bot.web.brake import client_of
from bot.web.result_pages import NotShown, ResultPages
from colorizer.errors import InputError
from colorizer.model import Colorizer
from colorizer.photo import Photo, TooManyPixels, decode
from colorizer.studio.correction import Correction
from colorizer.studio.opened import Action, Done, Opened
from colorizer.studio.painter import Painter
from colorizer.studio.router import studio_router

LIMITS: dict[str, RateLimitItem] = {
    "colours": RateLimitItemPerMinute(900),  # one while the last is on its way, as long as a point is moved
    "suggest": RateLimitItemPerMinute(120),
    "paint": RateLimitItemPerMinute(10),
    "done": RateLimitItemPerHour(20),
}
"""What one visitor may ask for."""

ALL_LIMITS: dict[str, RateLimitItem] = {
    "colours": RateLimitItemPerMinute(6000),
    "suggest": RateLimitItemPerMinute(1200),
    "paint": RateLimitItemPerMinute(40),
    "done": RateLimitItemPerHour(300),
}
"""What all visitors together may ask for."""

MOST_PIXELS = 24_000_000
"""Largest picture that a visitor may download at full size; each megapixel takes 12 MB while it is made."""

log = get_logger("bot.web")


class Rates:
    """Counts what is asked for, by visitor and in all."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def admit(self, what: str, client: str) -> bool:
        """Whether the visitor may ask for that now."""
        if what not in LIMITS:
            return True
        return self._limiter.hit(LIMITS[what], what, client) and self._limiter.hit(ALL_LIMITS[what], what, "all")


def add_studio_pages(app: FastAPI, pages: ResultPages, model: Callable[[], Colorizer]) -> None:
    """/photo/TOKEN/studio/ and what its page asks for."""
    rates = Rates()

    def opened(request: Request, token: str) -> Opened:
        address = request.client.host if request.client else "unknown"
        what = request.url.path.rpartition("/")[2]
        if not rates.admit(what, client_of(address)):
            log.warning("studio_limited", what=what, client=client_of(address))
            raise HTTPException(429, "That was a lot in a short time. Please wait a minute, then go on.")
        try:
            return _opened(pages, token)
        except NotShown as why:
            raise HTTPException(why.status, f"{why.title}. {why.advice}") from why

    # The model is loaded when the first photo is opened: most web processes never need it.
    app.include_router(studio_router(Painter(model), opened), prefix=FOLDER + "{token}/studio")


def _opened(pages: ResultPages, token: str) -> Opened:
    link, found = pages.open(token)
    answer = correctable(pages.engine, found.job, link.photo)
    version = found.versions[0] if found.versions else None
    comparison = version.comparison if version is not None else None
    if answer is None or version is None or comparison is None or not pages.views.has(comparison.key):
        raise NotShown(
            410,
            "These colours cannot be corrected any more",
            "The photo is not kept for long. Summon the bot again, and you get a new picture to correct.",
        )
    key, result = comparison.key, next(iter(version.results), None)

    def read() -> Photo:
        jpeg = pages.views.read(key, Size.LARGE)
        if jpeg is None:
            raise InputError("The photo has been taken away.")
        return decode(jpeg)

    def full() -> Photo:
        """Of the result, which has the photo's light and shade; what is not in the folder here has only the copy."""
        if result is None or pages.folder is None or result.host != pages.folder.name:
            return read()
        path = pages.folder.path(result.key)
        if not path.is_file():
            return read()
        try:
            return decode(path.read_bytes(), max_pixels=MOST_PIXELS)
        except TooManyPixels:
            return read()

    def act(correction: Correction) -> Done:
        text = correction.model_dump_json(exclude_defaults=True)
        try:
            job = publish(pages.engine, answer, text, person=link.person)
        except NotTaken as why:
            raise InputError(str(why)) from why
        log.info("correction_published", job=job, corrects=answer.job.id, own=link.person is not None)
        where = "The bot puts it into its reply" if link.person else "It gets a page of its own"
        return Done(f"Your picture is being made. {where} within a minute or so.", pages.links.page(job, link.photo))

    label = "Publish in the reply" if link.person else "Publish as a page"
    page = pages.links.page(link.job, link.photo, link.person)
    back = (page, "Back to the picture")
    return Opened(key, "photo.jpg", read, start_of(version), Action(label, act), back, full)


def start_of(version: Version) -> Correction:
    """What was asked for when the version was made, as far as the studio can show it."""
    settings = json.loads(version.settings)
    hints = [{"x": 100 * one["x"], "y": 100 * one["y"], "colour": one["colour"]} for one in settings.get("hints", ())]
    asked = {"hints": hints, "look": settings.get("style", "natural"), "palette": settings.get("palette", [])[:12]}
    try:
        return Correction.model_validate(settings.get("correction", asked))
    except ValidationError:
        return Correction()
