"""The page of a result, for everybody who has its link: the picture, before and after, and the way back."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from bot.domain.links import FOLDER, Link, LinkExpired, Links, NoSuchLink
from bot.domain.outcomes import Group
from bot.domain.replies import message_link
from bot.domain.verdict import Verdict
from bot.hosting.folder import FolderHost
from bot.store.corrections import correctable
from bot.store.database import Engine
from bot.store.files import FILM
from bot.store.result_pages import Shown, Version, shown
from bot.store.tables import Hosted, Photo
from bot.store.views import Size, Views
from bot.web.log_rows import badge_of, reddit_link

_POLICY = (
    "default-src 'none'; img-src {places}; style-src 'self'; script-src 'self'; media-src {places}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_NO_LINK = (
    404,
    "This link is not complete",
    "A letter of it is missing or wrong. Open it from the bot's reply once more, or copy all of it.",
)
_EXPIRED = (
    410,
    "This link has expired",
    "Result pages can be opened for a while only. The bot's reply still links to the picture itself.",
)
_GONE = (
    410,
    "This picture is not there any more",
    "Who asked for it, who posted the photo, a moderator or the operator had it taken away, or its time was over.",
)


class NotShown(Exception):
    """There is no such page: status, title, and what to do."""

    def __init__(self, status: int, title: str, advice: str) -> None:
        self.status, self.title, self.advice = status, title, advice
        super().__init__(title)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a page: its address and size, and a small one for phones; full: the picture at full size.

    Of a film, `full` is the film and the picture one of its frames; the picture's address is empty where there is none
    on this machine.
    """

    src: str
    width: int
    height: int
    small: str = ""
    small_width: int = 0
    full: str = ""

    @property
    def srcset(self) -> str:
        """Both sizes, for the browser to choose from; empty where there is one."""
        return f"{self.small} {self.small_width}w, {self.src} {self.width}w" if self.small else ""


class ResultPages:
    """What result pages are made of. folder: of the hosted pictures, None where they lie elsewhere."""

    def __init__(self, engine: Engine, links: Links, views: Views, folder: FolderHost | None = None) -> None:
        self.folder = folder
        self.engine = engine
        self.links = links
        self.views = views

    def open(self, token: str) -> tuple[Link, Shown]:
        """What the link leads to. Raises NotShown."""
        try:
            link = self.links.read(token)
        except NoSuchLink:
            raise NotShown(*_NO_LINK) from None
        except LinkExpired:
            raise NotShown(*_EXPIRED) from None
        found = shown(self.engine, link.job, link.photo)
        if found is None:
            raise NotShown(*_GONE)
        return link, found

    def picture(self, token: str, key: str, size: Size) -> bytes | None:
        """A smaller picture of a page; None for one that does not belong to it. Raises NotShown."""
        _, found = self.open(token)
        theirs = {one.key for version in found.versions for one in (version.comparison, *version.results) if one}
        return self.views.read(key, size) if key in theirs else None

    def before(self, token: str, version: Version) -> Shot | None:
        """The photo as it was; None where there is no copy of it here."""
        hosted = version.comparison
        return self._shot(token, hosted, version.photo) if hosted and self.views.has(hosted.key) else None

    def results(self, token: str, version: Version) -> list[Shot]:
        """The results of a version, best first."""
        return [self._shot(token, hosted, version.photo) for hosted in version.results]

    def _shot(self, token: str, hosted: Hosted, photo: Photo) -> Shot:
        full = hosted.url or ""
        width, height = photo.width or 0, photo.height or 0
        if not width or not self.views.has(hosted.key):
            return Shot("" if hosted.key.endswith(FILM) else full, width, height, full=full)
        base = f"{self.links.base}{FOLDER}{token}/{hosted.key}"
        (large, tall), (small, _) = Size.LARGE.of(width, height), Size.SMALL.of(width, height)
        return Shot(f"{base}.large.jpg", large, tall, f"{base}.small.jpg" if small < large else "", small, full)


def add_result_pages(
    app: FastAPI, pages: ResultPages, *, templates: Jinja2Templates, bot_name: str, reddit_url: str, studio: bool
) -> None:
    """/photo/TOKEN and its pictures. studio: whether colours can be corrected at /photo/TOKEN/studio/."""
    links, compose = pages.links, f"{reddit_url.rstrip('/')}/message/compose"

    @app.exception_handler(NotShown)
    def not_shown(request: Request, why: NotShown) -> Response:
        context = {"title": why.title, "advice": why.advice}
        return _answer(templates.TemplateResponse(request, "result_gone.html", context, why.status), [])

    @app.api_route(FOLDER + "{token}", methods=["GET", "HEAD"])
    def page(request: Request, token: str) -> Response:
        link, found = pages.open(token)
        thread = reddit_link(reddit_url, found.answer.reply_permalink)
        if not found.versions:
            return _waiting(request, templates, found, thread)
        current, *earlier = found.versions
        results, before = pages.results(token, current), pages.before(token, current)
        answer = correctable(pages.engine, found.job, link.photo) if studio else None
        older = [pages.results(token, version)[0] for version in earlier]
        context = {
            "address": f"{links.base}{FOLDER}{token}",
            "alone": found.job.revises is not None and found.job.reply is None,
            "before": before,
            "comparison": current.comparison.url if current.comparison else None,
            "correct": f"{FOLDER}{token}/studio/" if answer else None,
            "earlier": older,
            "job": found.answer,
            "own": link.person,
            "own_link": message_link(compose, bot_name, "studio", f"studio {found.answer.summons}"),
            "photo": current.photo,
            "results": results,
            "thread": thread,
            "tinted": current.photo.verdict == Verdict.TINTED,
        }
        shown = [address for shot in (*results, *older) for address in (shot.src, shot.full) if address]
        others = [address for address in shown if not address.startswith(f"{links.base}/")]
        return _answer(templates.TemplateResponse(request, "result.html", context), others)

    @app.api_route(FOLDER + "{token}/{key}.{size}.jpg", methods=["GET", "HEAD"])
    def picture(token: str, key: str, size: str) -> Response:
        wanted = {one.label: one for one in Size}.get(size)
        data = pages.picture(token, key, wanted) if wanted is not None else None
        if data is None:
            raise NotShown(*_NO_LINK)
        # Ten minutes: a picture that its owner has deleted must leave the caches too.
        headers = {"Cache-Control": "public, max-age=600", "X-Robots-Tag": "noindex"}
        return Response(data, media_type="image/jpeg", headers=headers)


def _waiting(request: Request, templates: Jinja2Templates, found: Shown, thread: str | None) -> Response:
    """The page of a correction that is not published, or not yet."""
    job = found.job
    ended = job.finished_at is not None or (job.outcome is not None and job.outcome.group is not Group.ANSWERED)
    context = {"ended": ended, "why": badge_of(job.outcome).meaning if ended else "", "thread": thread}
    return _answer(templates.TemplateResponse(request, "result_waiting.html", context, 410 if ended else 200), [])


def _answer(page: Response, elsewhere: list[str]) -> Response:
    """With a policy that lets pictures and films come from here and from where these lie."""
    places = sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, elsewhere)})
    page.headers["Content-Security-Policy"] = _POLICY.format(places=" ".join(["'self'", *places]))
    return page
