"""`/_sandbox`: how somebody outside fills the sandbox, tells it to misbehave and looks at what happened.

For people it is a page with forms, for programs each form is a call that takes JSON or form fields and answers JSON.
"""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from . import playing
from .filling import MAKERS, NotAllowed, NotThere
from .templating import html_page
from .things import Json, Things
from .world import World

_MOST_POSTS = 20


def _only_from_here(request: Request) -> None:
    """Neither other machines nor other sites' pages in a browser of this machine."""
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise HTTPException(403)
    names = {"127.0.0.1", "localhost", "[::1]"}
    origin = request.headers.get("origin")
    asked = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    if asked not in names or (origin is not None and urlsplit(origin).hostname not in names):
        raise HTTPException(403)


router = APIRouter(prefix="/_sandbox", dependencies=[Depends(_only_from_here)])


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


@router.post("/faults")
def add_fault(request: Request, fault: dict[str, Any]) -> dict[str, Any]:
    """Plan a fault, given as the fields of `Fault`."""
    world = _world(request)
    try:
        with world.guard:
            added = world.faults.add(**fault)
    except (TypeError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    return vars(added)


@router.delete("/faults")
def clear_faults(request: Request) -> dict[str, Any]:
    """Behave again."""
    world = _world(request)
    with world.guard:
        world.faults.clear()
    return {}


@router.get("/calls")
def calls(request: Request) -> list[dict[str, Any]]:
    """Every API call so far, oldest first."""
    world = _world(request)
    with world.guard:
        return list(world.calls)


@router.get("/replies")
def replies(request: Request, author: str) -> list[dict[str, Any]]:
    """Every comment of a user, deleted and removed ones too, oldest first."""
    world = _world(request)
    with world.guard:
        return [vars(comment) | {"name": comment.fullname} for comment in world.replies_by(author)]


# Filling


@router.get("/users")
def users(request: Request) -> list[Json]:
    """Every account with its password."""
    world = _world(request)
    with world.guard:
        return [{"name": user.name, "password": user.password} for user in world.users.values()]


async def _sent(request: Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The fields and files of a request; empty fields of a form count as not given."""
    if request.headers.get("content-type", "").startswith("application/json"):
        sent = await request.json()
        return (sent if isinstance(sent, dict) else {}), {}
    async with request.form() as form:
        files = {
            f"{number} {name}": await value.read()
            for number, (name, value) in enumerate(form.multi_items())
            if isinstance(value, UploadFile)
        }
        return {name: value for name, value in form.items() if isinstance(value, str) and value}, files


def _make(world: World, what: str, fields: dict[str, Any], files: dict[str, bytes]) -> Json:
    """Make one of `MAKERS`. HTTPException 404 for what does not exist, 422 for fields that cannot be."""
    if what not in MAKERS:
        raise HTTPException(404, f"one of {', '.join(MAKERS)} can be made here")
    try:
        with world.guard:
            return MAKERS[what].model_validate(fields).make(world, files)
    except NotAllowed as error:
        raise HTTPException(403, str(error)) from error
    except NotThere as error:
        raise HTTPException(404, str(error)) from error
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise HTTPException(422, "; ".join(wrong)) from error
    except ValueError as error:
        raise HTTPException(422, str(error)) from error


@router.get("")
def page(request: Request, said: str = "") -> Response:
    """The page with the forms, the accounts and their passwords, and the newest posts."""
    return _page(_world(request), said)


def _page(world: World, said: str = "", wrong: str = "") -> Response:
    with world.guard:
        things = Things(world, None)
        client, secret = next(iter(world.apps.items()))
        return html_page(
            "control.html",
            422 if wrong else 200,
            title="Fill the sandbox",
            said=said,
            wrong=wrong,
            client=client,
            secret=secret,
            base_url=world.base_url,
            users=[(user.name, user.password) for user in world.users.values()],
            places=[
                (place.name, [one.name for one in place.moderators.values()]) for place in world.subreddits.values()
            ],
            posts=[
                {"fullname": post.fullname, "title": post.title, "url": things.permalink(post), "score": post.score}
                for post in list(reversed(world.posts.values()))[:_MOST_POSTS]
            ],
        )


router.include_router(playing.router)


@router.post("/{what}")
async def make(request: Request, what: str) -> Any:
    """Make a thing; a browser is led back to the page, which says what came of it."""
    world, (fields, files) = _world(request), await _sent(request)
    back = fields.pop("back", None)
    if "text/html" not in request.headers.get("accept", ""):
        return _make(world, what, fields, files)
    try:
        made = _make(world, what, fields, files)
    except HTTPException as error:
        if back is not None:
            return html_page("missing.html", error.status_code, title=str(error.detail), **playing.frame(request))
        return _page(world, wrong=str(error.detail))
    if back is not None:
        return RedirectResponse(playing.local(str(back)), 303)
    said = ", ".join(f"{name} {value}" for name, value in made.items())
    return RedirectResponse(f"/_sandbox?{urlencode({'said': f'Made in {what}: {said}'})}", 303)
