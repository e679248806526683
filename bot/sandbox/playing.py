"""Playing a person of the sandbox in a browser: who one is, one's inbox, and writing a message.

There is no password: the sandbox protects nothing, and everybody on the machine may be anybody. What a person does goes
through the forms of `control.py`, with their name in it.
"""

from typing import Annotated
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from . import notices
from .markup import to_html
from .records import Comment, Message, Post, User
from .templating import html_page
from .things import Json, Things
from .world import World

COOKIE = "sandbox_person"
INBOX = "/_sandbox/inbox"

router = APIRouter()
"""Pages that only this machine may use."""

pages = APIRouter()
"""The page for a message, which is where Reddit has it."""


def person(request: Request) -> User | None:
    """Who the visitor is at the moment; None for nobody."""
    world: World = request.app.state.world
    return world.users.get(unquote(request.cookies.get(COOKIE, "")).lower())


def frame(request: Request) -> Json:
    """What every page shows of the visitor: their name, how much is unread, and whom they can be."""
    world: World = request.app.state.world
    me = person(request)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return {
        "me": me.name if me else None,
        "unread": sum(notice.unread for notice in notices.shown(world, me)) if me else 0,
        "people": sorted((user.name for user in world.users.values()), key=str.lower),
        "here": path,
    }


def local(back: str) -> str:
    """An address on this server, or the front page."""
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"


@router.post("/login")
def log_in(request: Request, name: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/") -> Response:
    """Be that person from now on, or nobody."""
    world: World = request.app.state.world
    answer = RedirectResponse(local(back), 303)
    with world.guard:
        known = world.users.get(name.lower())
    if known is None:
        answer.delete_cookie(COOKIE)
    else:
        answer.set_cookie(COOKIE, quote(known.name), httponly=True, samesite="lax")
    return answer


@router.get("/inbox")
def inbox(request: Request) -> Response:
    """What was written to the visitor, newest first; it counts as read from now on."""
    world: World = request.app.state.world
    with world.guard:
        shown = frame(request)
        me = person(request)
        if me is None:
            return html_page("missing.html", 200, title="Be one of the people first: choose a name above", **shown)
        found = [_letter(world, notice.fullname, unread=notice.unread) for notice in notices.shown(world, me)]
        for notice in me.inbox:
            notice.unread = False
        return html_page("inbox.html", title=f"Inbox of u/{me.name}", letters=[one for one in found if one], **shown)


@pages.get("/message/compose")
def compose(request: Request, to: str = "", subject: str = "", message: str = "") -> Response:
    """The form for a private message, filled in as a link says."""
    world: World = request.app.state.world
    with world.guard:
        words: Json = {"to": to, "subject": subject, "message": message}
        return html_page("compose.html", title="A private message", back=INBOX, **words, **frame(request))


def _letter(world: World, fullname: str, *, unread: bool) -> Json | None:
    thing = world.thing(fullname)
    if isinstance(thing, Message):
        words, link = {"to": thing.author or "", "subject": f"re: {thing.subject}"}, None
        answer = f"/message/compose?{urlencode(words)}" if thing.author else None
        title, author, body = thing.subject, thing.author, thing.body
    elif isinstance(thing, Comment):
        post: Post = world.posts[thing.post]
        link, answer = Things(world, None).permalink(thing), None
        title, author, body = post.title, thing.author, thing.body
    else:
        return None
    html = Markup(to_html(body, {}))  # noqa: S704 - made safe there
    return {"title": title, "author": author, "html": html, "link": link, "answer": answer, "unread": unread}
