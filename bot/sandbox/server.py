"""Runs the sandbox in a thread."""

from types import TracebackType
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from . import control, pages, playing
from .background import BackgroundServer
from .certificates import certificates
from .frontdoor import FrontDoor
from .routes import (
    announcements,
    appearance,
    collections,
    directory,
    drafts,
    flair,
    inbox,
    listings,
    live,
    media,
    missing,
    moderating,
    modlog,
    modmail,
    multireddits,
    notes,
    oauth,
    people,
    posting,
    queues,
    relationships,
    removals,
    rules,
    search,
    submitting,
    subreddits,
    users,
    widgets,
    wiki,
)
from .world import World

# A path with a name in it would match the more special ones after it: `relationships` has `/about/WHAT`, `listings`
# has `/user/NAME/WHAT`, `missing` every path there is.
_PARTS = (
    *(oauth, media, users, people, directory, search, multireddits, announcements, drafts, live),
    *(subreddits, flair, rules, removals, notes, queues, modlog, appearance, widgets, collections, relationships),
    *(wiki, modmail, inbox, posting, submitting, moderating, listings, missing),
)


def _app(world: World) -> FastAPI:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.world = world
    return app


def application(world: World) -> FrontDoor:
    """The ASGI application: the API, the pages and the control paths behind one front door."""
    api, people, controls = _app(world), _app(world), _app(world)
    for part in _PARTS:
        api.include_router(part.routes.router)
    people.include_router(playing.pages)
    people.include_router(pages.router)
    controls.include_router(control.router)
    return FrontDoor(world, api, people, controls)


class Sandbox:
    """A running sandbox on 127.0.0.1, as a context manager; port 0 takes a free one."""

    def __init__(self, world: World | None = None, *, port: int = 0) -> None:
        self.world = world or World()
        self._port = port

    def __enter__(self) -> "Sandbox":
        self._server = BackgroundServer(port=self._port)
        self.world.base_url = f"http://127.0.0.1:{self._server.port}"
        self._app = application(self.world)
        self._server.start(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application, out of the world that is shown at the moment."""
        await self._app(scope, receive, send)

    def show(self, world: World) -> None:
        """Serve another world from now on, at the same address; what was in the former one is not found any more."""
        world.base_url = self.url
        self.world, self._app = world, application(world)

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return self.world.base_url

    def praw_settings(self, user: str) -> dict[str, Any]:
        """Keyword arguments for `praw.Reddit`, logged in by password as `user` (created when there is none)."""
        client, secret = next(iter(self.world.apps.items()))
        account = self.world.user(user)
        return {
            "client_id": client,
            "client_secret": secret,
            "username": account.name,
            "password": account.password,
            "user_agent": f"test:sandbox:1.0 (by u/{account.name})",
            "oauth_url": self.url,
            "reddit_url": self.url,
            "short_url": self.url,
            "check_for_updates": False,
        }

    def environment(self) -> dict[str, str]:
        """Variables with which a client trusts the sandbox: it uploads to `https:`, whatever the other addresses are.

        PRAW looks at them for each request, Async PRAW when it is imported: set them before the program starts.
        """
        bundle = str(certificates().bundle)
        return {"REQUESTS_CA_BUNDLE": bundle, "SSL_CERT_FILE": bundle}
