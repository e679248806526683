"""One API call: who asks for what, and how the answer is sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from .errors import ApiError, HttpError, forbidden, not_found
from .profiles import Profiles
from .records import Comment, Message, Post, User
from .subreddit_records import Subreddit
from .things import Things
from .world import World

Handler = Callable[["Call"], Any]
_JSON = "application/json; charset=UTF-8"
_INVALID_TOKEN = {"www-authenticate": 'Bearer realm="reddit", error="invalid_token"'}


@dataclass
class Call:
    """A request with its form read and its user known; `user` is None for an application without a user.

    `body` is what came as JSON; a JSON array is its member `list`.
    """

    world: World
    method: str
    user: User | None
    path: dict[str, str]
    query: dict[str, str]
    form: dict[str, str]
    files: dict[str, bytes]
    body: dict[str, Any]
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def things(self) -> Things:
        """Renders things as the calling user sees them."""
        return Things(self.world, self.user)

    @cached_property
    def profiles(self) -> Profiles:
        """Renders accounts and subreddits as the calling user sees them."""
        return Profiles(self.world, self.user)

    def get(self, name: str, default: str = "") -> str:
        """A form field or, failing that, a query parameter."""
        return self.form.get(name, self.query.get(name, default))

    def flag(self, name: str) -> bool:
        """A yes or no, in any of the spellings that clients use."""
        return self.get(name).lower() in ("true", "1", "yes", "on")

    def number(self, name: str, default: int, *, most: int) -> int:
        """A count between 1 and `most`; anything that is not a number counts as not given."""
        text = self.get(name)
        return max(1, min(int(text), most)) if text.isdecimal() and int(text) else default

    def sent_json(self) -> dict[str, Any]:
        """An object sent as JSON: as the whole body, whatever its type is said to be, or in the field `json`."""
        if self.body:
            return self.body
        try:
            return dict(json.loads(self.form.get("json") or self.raw or "{}"))
        except ValueError as error:
            raise HttpError(400, "Bad Request") from error

    def require_user(self) -> User:
        """The calling user; USER_REQUIRED for an application without one."""
        if self.user is None:
            raise ApiError("USER_REQUIRED")
        return self.user

    def account(self, name: str) -> User:
        """The user of that name; 404 when there is none."""
        user = self.world.users.get(name.lower())
        if user is None:
            raise not_found()
        return user

    def thing(self, fullname: str) -> Post | Comment | Message:
        """The thing of that fullname; 403 when there is none, as Reddit answers to writes."""
        thing = self.world.thing(fullname)
        if thing is None:
            raise forbidden()
        return thing

    def subreddit(self, name: str) -> Subreddit:
        """The subreddit if the caller may look into it.

        One that does not exist is a redirect to the search; a private one and a quarantined one that was not opted
        into are 403.
        """
        place = self.world.find_subreddit(name)
        if place is None:
            raise HttpError(302, "Found", headers={"location": f"{self.world.base_url}/subreddits/search?q={name}"})
        self.check_visible(place)
        return place

    def places(self) -> list[Subreddit]:
        """The subreddits that a path means.

        One; several with `+`; `all` and `popular`, without those that the caller has filtered out; `mod`, the
        moderated ones; and any of these without those that stand behind a minus, as in `all-news`. No name at all
        means what the caller subscribes to, or everything for who subscribes to nothing.
        """
        name, *without = self.path.get("subreddit", "").split("-")
        everything = self.world.subreddits.values()
        if name.lower() == "mod":
            found = [place for place in everything if place.is_moderator(self.user)]
        elif name.lower() in ("", "all", "popular"):
            subscribed = self.user.subscribed if self.user and not name else set()
            found = [
                place
                for place in everything
                if place.kind != "private"
                and not place.quarantine
                and (not subscribed or place.name.lower() in subscribed)
            ]
        else:
            found = [self.subreddit(part) for part in name.split("+")]
        left_out = {one.lower() for one in without}
        if self.user is not None:
            left_out |= self.user.filters.get(name.lower(), set())
        return [place for place in found if place.name.lower() not in left_out]

    def check_visible(self, place: Subreddit) -> None:
        """Raise 403 when the caller may not look into the subreddit."""
        name = self.user.name.lower() if self.user else ""
        if place.kind == "private" and name not in place.moderators and name not in place.contributors:
            raise forbidden(reason="private")
        if place.quarantine and (self.user is None or place.name.lower() not in self.user.opted_in):
            raise forbidden(reason="quarantined", quarantine_message=f"r/{place.name} is quarantined.")

    def moderated(self, name: str) -> Subreddit:
        """The subreddit if the caller moderates it, else 403."""
        place = self.subreddit(name)
        self.require_user()
        if not place.is_moderator(self.user):
            raise forbidden()
        return place


@dataclass
class Answer:
    """An answer that is not just 200 and JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def _escaped(value: Any) -> Any:
    """The same JSON with & < > as entities, which is what clients get who do not ask for `raw_json=1`."""
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return value


def _respond(answer: Any, raw: bool) -> Response:
    if isinstance(answer, Response):
        return answer
    if not isinstance(answer, Answer):
        answer = Answer(answer)
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    text = json.dumps(answer.body if raw else _escaped(answer.body))
    return Response(text, answer.status, answer.headers, media_type=_JSON)


async def _read(request: Request) -> Call:
    form: dict[str, str] = {}
    files: dict[str, bytes] = {}
    body: dict[str, Any] = {}
    kind, raw = request.headers.get("content-type", ""), await request.body()
    if kind.startswith("application/json"):
        parsed = json.loads(raw)
        body = parsed if isinstance(parsed, dict) else {"list": parsed}
    elif request.method != "GET":
        async with request.form() as sent:
            for name, value in sent.items():
                if isinstance(value, UploadFile):
                    files[name] = await value.read()
                else:
                    form[name] = value
    return Call(
        world=request.app.state.world,
        method=request.method,
        user=None,
        path=dict(request.path_params),
        query=dict(request.query_params),
        form=form,
        files=files,
        body=body,
        raw=raw,
        headers=dict(request.headers),
    )


def _identify(call: Call) -> None:
    """Set the calling user; 401 for a bearer that is unknown or has run out."""
    scheme, _, bearer = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return
    token = call.world.tokens.find(bearer)
    if token is None:
        raise HttpError(401, "Unauthorized", headers=_INVALID_TOKEN)
    call.user = call.world.user(token.user) if token.user else None
    if call.user and call.user.suspended:
        raise forbidden()


class Routes:
    """Collects the handlers of one file; each runs alone, holding the world's lock."""

    def __init__(self) -> None:
        self.router = APIRouter()

    def on(self, methods: str, *paths: str) -> Callable[[Handler], Handler]:
        """Serve these paths by the decorated function, which returns JSON, an `Answer` or a `Response`."""

        def register(handler: Handler) -> Handler:
            async def endpoint(request: Request) -> Response:
                call = await _read(request)
                raw = call.get("raw_json") == "1"
                with call.world.guard:
                    try:
                        _identify(call)
                        return _respond(handler(call), raw)
                    except ApiError as error:
                        return _respond(error.body, raw)
                    except HttpError as error:
                        return _respond(Answer(error.body, error.status, error.headers), raw)

            for path in paths:
                self.router.add_api_route(path, endpoint, methods=methods.split(), response_model=None)
            return handler

        return register
