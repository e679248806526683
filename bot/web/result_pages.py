"""The page of a result, for everybody who has its link: the picture, before and after, and the way back."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from bot.domain.links import FOLDER, LinkExpired, Links, NoSuchLink
from bot.domain.verdict import Verdict
from bot.store.database import Engine
from bot.store.result_pages import Version, version_of
from bot.store.tables import Hosted
from bot.store.views import Size, Views
from bot.web.log_rows import reddit_link

_POLICY = (
    "default-src 'none'; img-src {images}; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
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
    """One picture of a page: its address and size, and a small one for phones; full: the picture at full size."""

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
    """What result pages are made of. bot_name, reddit_url: for the words and the way back."""

    def __init__(self, engine: Engine, links: Links, views: Views | None, *, reddit_url: str) -> None:
        self._engine = engine
        self.links = links
        self._views = views
        self._reddit_url = reddit_url

    def version(self, token: str) -> Version:
        """What the link leads to. Raises NotShown."""
        try:
            link = self.links.read(token)
        except NoSuchLink:
            raise NotShown(*_NO_LINK) from None
        except LinkExpired:
            raise NotShown(*_EXPIRED) from None
        found = version_of(self._engine, link.job, link.photo)
        if found is None:
            raise NotShown(*_GONE)
        return found

    def view(self, version: Version, name: str, size: Size) -> bytes | None:
        """A smaller picture of the version: "before", "after" for the first result, "after-2" for the second."""
        hosted = _named(version, name)
        return self._views.read(hosted.key, size) if hosted is not None and self._views is not None else None

    def shots(self, token: str, version: Version) -> dict[str, Shot]:
        """The pictures of the page by name, "before" only where there is a copy of the photo as it was."""
        names = ["before", *(f"after-{number}" for number in range(1, len(version.results) + 1))]
        found = {name: self._shot(token, version, name) for name in names}
        return {name: shot for name, shot in found.items() if shot is not None}

    def thread(self, version: Version) -> str | None:
        """The address of the bot's reply on Reddit."""
        return reddit_link(self._reddit_url, version.job.reply_permalink)

    def _shot(self, token: str, version: Version, name: str) -> Shot | None:
        hosted, photo = _named(version, name), version.photo
        if hosted is None:
            return None
        full = hosted.url or ""
        width, height = photo.width or 0, photo.height or 0
        if self._views is None or not self._views.has(hosted.key) or not width:
            return Shot(full, width, height, full=full) if name != "before" else None
        base = f"{self.links.base}{FOLDER}{token}/{name}"
        (large, tall), (small, _) = Size.LARGE.of(width, height), Size.SMALL.of(width, height)
        return Shot(f"{base}-large.jpg", large, tall, f"{base}-small.jpg" if small < large else "", small, full)


def add_result_pages(
    app: FastAPI,
    *,
    engine: Engine,
    templates: Jinja2Templates,
    links: Links,
    views: Views | None,
    bot_name: str,
    reddit_url: str,
) -> None:
    """/photo/TOKEN and its pictures."""
    pages = ResultPages(engine, links, views, reddit_url=reddit_url)

    @app.exception_handler(NotShown)
    def not_shown(request: Request, why: NotShown) -> Response:
        context = {"title": why.title, "advice": why.advice, "status": why.status}
        return _answer(templates.TemplateResponse(request, "result_gone.html", context, why.status), ())

    @app.api_route(FOLDER + "{token}", methods=["GET", "HEAD"])
    def page(request: Request, token: str) -> Response:
        version = pages.version(token)
        shots = pages.shots(token, version)
        context = {
            "version": version,
            "photo": version.photo,
            "shots": shots,
            "results": [shot for name, shot in shots.items() if name != "before"],
            "address": f"{links.base}{FOLDER}{token}",
            "thread": pages.thread(version),
            "tinted": version.photo.verdict == Verdict.TINTED,
            "bot_name": bot_name,
        }
        others = [shot.src for shot in shots.values() if not shot.src.startswith(links.base)]
        return _answer(templates.TemplateResponse(request, "result.html", context), others)

    @app.api_route(FOLDER + "{token}/{name}-{size}.jpg", methods=["GET", "HEAD"])
    def picture(token: str, name: str, size: str) -> Response:
        wanted = {one.label: one for one in Size}.get(size)
        version = pages.version(token)
        data = pages.view(version, name, wanted) if wanted is not None else None
        if data is None:
            raise NotShown(*_NO_LINK)
        # Ten minutes: a picture that its owner has deleted must leave the caches too.
        headers = {"Cache-Control": "public, max-age=600", "X-Robots-Tag": "noindex"}
        return Response(data, media_type="image/jpeg", headers=headers)


def _answer(page: Response, elsewhere: list[str] | tuple[str, ...]) -> Response:
    """With a policy that lets pictures come from here and from where these lie."""
    places = sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, elsewhere)})
    page.headers["Content-Security-Policy"] = _POLICY.format(images=" ".join(["'self'", *places]))
    return page


def _named(version: Version, name: str) -> Hosted | None:
    """The hosted picture to which a name on the page belongs."""
    if name == "before":
        return version.comparison
    kind, _, number = name.partition("-")
    if kind != "after" or not number.isdecimal() or not 1 <= int(number) <= len(version.results):
        return None
    return version.results[int(number) - 1]
