"""Runs the sandbox in a thread."""

from types import TracebackType
from typing import Any

import requests
from fastapi import FastAPI

from bot.sandbox import (
    control,
    inbox,
    listings,
    media,
    moderating,
    modmail,
    oauth,
    pages,
    posting,
    subreddits,
    users,
    wiki,
)
from bot.sandbox.frontdoor import FrontDoor
from bot.sandbox.uploads import UploadAdapter
from bot.sandbox.websockets import PostedNotice
from bot.sandbox.world import World
from bot.serving import BackgroundServer


def _app(world: World) -> FastAPI:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.world = world
    return app


def application(world: World) -> FrontDoor:
    """The ASGI application: the API, the pages and the control paths behind one front door."""
    api, people, controls = _app(world), _app(world), _app(world)
    # `users` and `subreddits` before `listings`, whose `/user/NAME/WHAT` would match first.
    for part in (oauth, media, users, subreddits, wiki, modmail, inbox, posting, moderating, listings):
        api.include_router(part.routes.router)
    people.include_router(pages.router)
    controls.include_router(control.router)
    return FrontDoor(world, api, people, controls)


class Sandbox:
    """A running sandbox on 127.0.0.1, as a context manager; port 0 takes a free one."""

    def __init__(self, world: World | None = None, *, port: int = 0) -> None:
        self.world = world or World()
        self._port = port
        self._server: BackgroundServer | None = None

    def __enter__(self) -> "Sandbox":
        self._server = BackgroundServer(
            lambda _: application(self.world), port=self._port, server_header=False, http="h11", ws=PostedNotice
        )
        self.world.base_url = self._server.url
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.__exit__(kind, error, trace)

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

    def upload_session(self) -> requests.Session:
        """A session whose uploads reach the sandbox, for PRAW's `requestor_kwargs={"session": ...}`."""
        session = requests.Session()
        session.mount(self.url.replace("http://", "https://"), UploadAdapter())
        return session
