"""Runs the sandbox: in a thread for tests and demos, or in the foreground for the command line."""

import socket
import threading
from types import TracebackType
from typing import Any

import requests
import uvicorn
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


def _server(world: World) -> uvicorn.Server:
    config = uvicorn.Config(
        application(world),
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        http="h11",
        ws=PostedNotice,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def serve(world: World, port: int) -> None:
    """Serve until interrupted."""
    listener = _listen(port)
    world.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    _server(world).run(sockets=[listener])


class Sandbox:
    """A running sandbox, as a context manager; port 0 takes a free one."""

    def __init__(self, world: World | None = None, *, port: int = 0) -> None:
        self.world = world or World()
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Sandbox":
        listener = _listen(self._port)
        self.world.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = _server(self.world)
        # The socket listens already, so nobody has to wait for the thread.
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(timeout=5)

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
