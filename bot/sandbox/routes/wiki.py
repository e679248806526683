"""Wiki pages of subreddits."""

import re
from urllib.parse import urlsplit

from ..calls import Call, Routes
from ..errors import HttpError, forbidden, not_found
from ..markup import to_reddit_html
from ..ordering import newest_first, things_page, visible
from ..paging import page
from ..subreddit_records import Revision, Subreddit, WikiPage
from ..things import Json

routes = Routes()
_NAME = re.compile(r"[\w-]+(?:/[\w-]+){0,3}", re.ASCII)
LONGEST_PAGE = 524_288


def _page(call: Call, place: Subreddit) -> WikiPage:
    """The page; 400 for a name that cannot be one, 404 for one that is not there, 403 for moderators' pages."""
    name = call.path["page"].lower()
    if not _NAME.fullmatch(name):
        raise HttpError(400, "Bad Request", bare=True, reason="INVALID_PAGE_NAME")
    found = place.wiki.get(name)
    if found is None:
        raise not_found(reason="PAGE_NOT_FOUND")
    if found.permlevel == 2 and not place.is_moderator(call.user):
        raise forbidden(reason="MOD_REQUIRED")
    return found


def _author(call: Call, revision: Revision) -> Json:
    return {"kind": "t2", "data": call.profiles.user(call.world.user(revision.author))}


def _revision(call: Call, wiki_page: WikiPage, revision: Revision) -> Json:
    return {
        "timestamp": int(revision.created_utc),
        "reason": revision.reason,
        "author": _author(call, revision),
        "page": wiki_page.name,
        "id": revision.id,
        "revision_hidden": False,
    }


@routes.on("GET", "/r/{subreddit}/wiki/pages")
def pages(call: Call) -> Json:
    """The names of all pages."""
    return {"kind": "wikipagelisting", "data": sorted(call.subreddit(call.path["subreddit"]).wiki)}


def _revisions_page(call: Call, found: list[tuple[WikiPage, Revision]]) -> Json:
    found.sort(key=lambda pair: pair[1].id, reverse=True)
    return page(call, found, lambda pair: f"WikiRevision_{pair[1].id}", lambda pair: _revision(call, *pair))


@routes.on("GET", "/r/{subreddit}/wiki/revisions")
def all_revisions(call: Call) -> Json:
    """The versions of all pages, newest first."""
    place = call.subreddit(call.path["subreddit"])
    return _revisions_page(call, [(one, revision) for one in place.wiki.values() for revision in one.revisions])


@routes.on("GET", "/r/{subreddit}/wiki/revisions/{page:path}")
def revisions(call: Call) -> Json:
    """The versions of one page, newest first."""
    wiki_page = _page(call, call.subreddit(call.path["subreddit"]))
    return _revisions_page(call, [(wiki_page, revision) for revision in wiki_page.revisions])


@routes.on("GET", "/r/{subreddit}/wiki/discussions/{page:path}")
def discussions(call: Call) -> Json:
    """Posts that link to the page."""
    place = call.subreddit(call.path["subreddit"])
    wiki_page = _page(call, place)
    path = f"/r/{place.name}/wiki/{wiki_page.name}"
    found = [post for post in call.world.posts.values() if urlsplit(post.url).path.rstrip("/").lower() == path.lower()]
    return things_page(call, newest_first(visible(found)))


def _settings(call: Call, wiki_page: WikiPage) -> Json:
    editors = [{"kind": "t2", "data": call.profiles.user(call.world.user(name))} for name in wiki_page.editors]
    data = {"permlevel": wiki_page.permlevel, "editors": editors, "listed": wiki_page.listed}
    return {"kind": "wikipagesettings", "data": data}


@routes.on("GET", "/r/{subreddit}/wiki/settings/{page:path}")
def settings(call: Call) -> Json:
    """Who may edit the page and whether it is listed; moderators only."""
    return _settings(call, _page(call, call.moderated(call.path["subreddit"])))


@routes.on("POST", "/r/{subreddit}/wiki/settings/{page:path}")
def change_settings(call: Call) -> Json:
    """Change them."""
    place = call.moderated(call.path["subreddit"])
    if not place.permits(call.user, "wiki"):
        raise forbidden(reason="MOD_REQUIRED")
    wiki_page = _page(call, place)
    level = call.get("permlevel")
    wiki_page.permlevel = int(level) if level in ("0", "1", "2") else wiki_page.permlevel
    wiki_page.listed = call.flag("listed")
    return _settings(call, wiki_page)


@routes.on("POST", "/r/{subreddit}/api/wiki/alloweditor/{act}")
def allow_editor(call: Call) -> Json:
    """Let a user edit a page (`add`), or no longer (`del`)."""
    place = call.moderated(call.path["subreddit"])
    call.path["page"] = call.get("page")
    wiki_page, user = _page(call, place), call.world.users.get(call.get("username").lower())
    if user is None:
        raise not_found()
    if call.path["act"] == "add" and user.name not in wiki_page.editors:
        wiki_page.editors.append(user.name)
    elif call.path["act"] == "del" and user.name in wiki_page.editors:
        wiki_page.editors.remove(user.name)
    return {}


@routes.on("POST", "/r/{subreddit}/api/wiki/edit")
def edit(call: Call) -> Json:
    """Save a version; 409 when `previous` names another version than the newest, 403 for who may not."""
    place, user = call.subreddit(call.path["subreddit"]), call.require_user()
    name = call.get("page").lower()
    if not _NAME.fullmatch(name):
        raise HttpError(400, "Bad Request", bare=True, reason="INVALID_PAGE_NAME")
    found = place.wiki.get(name)
    if not place.permits(user, "wiki") and (found is None or user.name not in found.editors):
        raise forbidden(reason="MOD_REQUIRED")
    if len(call.get("content").encode()) > LONGEST_PAGE:
        raise HttpError(400, "Bad Request", bare=True, reason="CONTENT_LENGTH_ERROR", max_length=LONGEST_PAGE)
    if found and call.get("previous") and call.get("previous") != found.revisions[-1].id:
        newest = found.revisions[-1]
        raise HttpError(
            409, "Conflict", bare=True, reason="EDIT_CONFLICT", newcontent=newest.content, newrevision=newest.id
        )
    call.world.write_wiki(place.name, name, call.get("content"), user.name, call.get("reason") or None)
    return {}


@routes.on("POST", "/r/{subreddit}/api/wiki/revert")
def revert(call: Call) -> Json:
    """Save an earlier version again."""
    place, user = call.moderated(call.path["subreddit"]), call.require_user()
    call.path["page"] = call.get("page")
    wiki_page = _page(call, place)
    found = next((one for one in wiki_page.revisions if one.id == call.get("revision")), None)
    if not place.permits(user, "wiki"):
        raise forbidden(reason="MOD_REQUIRED")
    if found is None:
        raise not_found(reason="PAGE_NOT_FOUND")
    call.world.write_wiki(place.name, wiki_page.name, found.content, user.name, f"reverted back to {found.id}")
    return {}


@routes.on("GET", "/r/{subreddit}/wiki/{page:path}")
def read(call: Call) -> Json:
    """A page as it is, or with `v` as it was."""
    place = call.subreddit(call.path["subreddit"])
    wiki_page = _page(call, place)
    wanted = call.get("v")
    found = [revision for revision in wiki_page.revisions if wanted in ("", revision.id)]
    if not found:
        raise not_found(reason="PAGE_NOT_FOUND")
    revision = found[-1]
    data = {
        "content_md": revision.content,
        "content_html": to_reddit_html(revision.content, wiki=True),
        "may_revise": place.is_moderator(call.user) or (call.user is not None and call.user.name in wiki_page.editors),
        "reason": revision.reason,
        "revision_by": _author(call, revision),
        "revision_date": int(revision.created_utc),
        "revision_id": revision.id,
    }
    return {"kind": "wikipage", "data": data}
