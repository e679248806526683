"""New posts, with the checks that Reddit makes."""

import re
from collections.abc import Mapping
from typing import Any

from ..calls import Answer, Call, Routes
from ..errors import ApiError, HttpError, forbidden
from ..records import Poll, Post
from ..subreddit_records import Subreddit
from ..things import Json
from .posting import LONGEST_SELF_POST, check_requirements, from_rich_text

routes = Routes()
LONGEST_TITLE = 300
DAY = 86_400


def _place_to_post(call: Call, name: str) -> Subreddit:
    user = call.require_user()
    place = call.world.find_subreddit(name)
    if place is None:
        raise ApiError("SUBREDDIT_NOEXIST")
    call.check_visible(place)
    who = user.name.lower()
    if who in place.banned:
        raise forbidden()
    if place.kind in ("restricted", "user") and not place.is_moderator(user) and who not in place.contributors:
        raise ApiError("SUBREDDIT_NOTALLOWED")
    return place


def _submitted(call: Call, post: Post) -> Json:
    url, drafts = call.world.base_url + call.things.permalink(post), len(call.require_user().drafts)
    return {"json": {"errors": [], "data": {"url": url, "id": post.id, "name": post.fullname, "drafts_count": drafts}}}


def _asset(url: str) -> str:
    """The asset id in an upload's address."""
    return url.rstrip("/").rsplit("/", 1)[-1]


def _inline_pictures(call: Call, text: str) -> tuple[str, list[str]]:
    """The text of a self post, and the uploaded pictures that stand in it."""
    document = call.get("richtext_json")
    if document:
        everywhere = Subreddit("", "", 0.0, media_in_comments=("static",))
        return from_rich_text(call, everywhere, document)
    ids = re.findall(r"!\[\w*\]\((\w+)(?: \"[^\"]*\")?\)", text)
    return text, [asset for asset in ids if asset in call.world.pictures]


def _check_title(title: str) -> None:
    if not title.strip():
        raise ApiError("NO_TITLE")
    if len(title) > LONGEST_TITLE:
        raise ApiError("TITLE_TOO_LONG", limit=LONGEST_TITLE)


def _flair(place: Subreddit, sent: Mapping[str, Any]) -> Json:
    """The fields of `Post` for the flair that a request asks for."""
    template = next((one for one in place.link_templates if one.id == sent.get("flair_id")), None)
    if template is None:
        return {}
    own_words = sent.get("flair_text") if template.text_editable else None
    return {"flair": own_words or template.text, "flair_css": template.css_class, "flair_template": template.id}


def _collect(place: Subreddit, post: Post, collection_id: str) -> None:
    if collection_id in place.collections:
        place.collections[collection_id].links.append(post.fullname)


@routes.on("POST", "/api/submit")
def submit(call: Call) -> Json:
    """A self post, link, uploaded picture or crosspost."""
    user, kind = call.require_user(), call.get("kind")
    place = _place_to_post(call, call.get("sr"))
    _check_title(call.get("title"))
    if call.flag("validate_on_submit"):
        check_requirements(place, call.get("title"), call.get("text") or None)
    fields: dict[str, Any] = {"over_18": call.flag("nsfw") or place.over18, "spoiler": call.flag("spoiler")}
    fields |= _flair(place, call.form)
    fields["send_replies"] = call.get("sendreplies", "true").lower() != "false"
    common = (place.name, user.name, call.get("title"))
    world = call.world
    if kind == "self":
        text, pictures = _inline_pictures(call, call.get("text"))
        if len(text) > LONGEST_SELF_POST:
            raise ApiError("TOO_LONG", limit=LONGEST_SELF_POST)
        post = world.post_text(*common, text, **fields)
        post.pictures = pictures
    elif kind == "image":
        picture = world.pictures.get(_asset(call.get("url")))
        if picture is None:
            raise ApiError("MISSING_MEDIA")
        post = world.post_uploaded(*common, [picture.id], text=call.get("text"), **fields)
        _collect(place, post, call.get("collection_id"))
        page = f"{world.base_url}/user/{user.name}/submitted/"
        data = {"user_submitted_page": page, "websocket_url": f"{_websockets(world.base_url)}/{picture.id}"}
        return {"json": {"errors": [], "data": data}}
    elif kind == "crosspost":
        source = world.thing(call.get("crosspost_fullname"))
        if not isinstance(source, Post) or source.deleted:
            raise ApiError("BAD_CROSSPOST_DATA")
        post = world.crosspost(*common, source.fullname, **fields)
    else:
        if not call.get("url"):
            raise ApiError("NO_URL")
        known = any(one.url == call.get("url") and one.subreddit == place.name for one in world.posts.values())
        if known and call.get("resubmit").lower() == "false":
            raise ApiError("ALREADY_SUB")
        post = world.post_link(*common, call.get("url"), **fields)
    _collect(place, post, call.get("collection_id"))
    call.require_user().drafts.pop(call.get("draft_id"), None)
    return _submitted(call, post)


def _websockets(base_url: str) -> str:
    return base_url.replace("http://", "ws://") + "/wss.redditmedia.com"


@routes.on("POST", "/api/submit_gallery_post.json", "/api/submit_gallery_post")
def submit_gallery(call: Call) -> Json:
    """A gallery out of uploaded pictures; the request is JSON, and `id` in the answer is a fullname."""
    user, body = call.require_user(), call.body
    place = _place_to_post(call, str(body.get("sr", "")))
    if not place.allow_galleries:
        raise ApiError("GALLERIES_DISABLED")
    items = body.get("items", [])
    ids = [str(item["media_id"]) for item in items]
    if not ids or any(asset not in call.world.pictures for asset in ids):
        raise ApiError("MISSING_MEDIA")
    fields: dict[str, Any] = {"over_18": bool(body.get("nsfw")) or place.over18, "spoiler": bool(body.get("spoiler"))}
    captions = {str(item["media_id"]): str(item.get("caption") or "") for item in items}
    fields |= _flair(place, body)
    title = str(body.get("title", ""))
    _check_title(title)
    post = call.world.post_uploaded(place.name, user.name, title, ids, kind="gallery", captions=captions, **fields)
    url = call.world.base_url + call.things.permalink(post)
    return {"json": {"errors": [], "data": {"url": url, "id": post.fullname}}}


@routes.on("POST", "/api/submit_poll_post")
def submit_poll(call: Call) -> Json:
    """A self post with a poll of two to six options, open for one to seven days; the request is JSON."""
    user, body = call.require_user(), call.body
    place, options = _place_to_post(call, str(body.get("sr", ""))), [str(one) for one in body.get("options", ())]
    _check_title(str(body.get("title", "")))
    if not 2 <= len(options) <= 6 or not 1 <= int(body.get("duration", 0)) <= 7:
        raise HttpError(
            400, "Bad Request", fields=["options"], reason="BAD_POLL", explanation="2 to 6 options, 1 to 7 days"
        )
    poll = Poll(options, call.world.now() + int(body["duration"]) * DAY)
    post = call.world.post_text(
        place.name,
        user.name,
        body["title"],
        str(body.get("text") or ""),
        poll=poll,
        spoiler=bool(body.get("spoiler")),
        over_18=bool(body.get("nsfw")) or place.over18,
        **_flair(place, body),
    )
    url = call.world.base_url + call.things.permalink(post)
    return {"json": {"errors": [], "data": {"url": url, "id": post.fullname}}}


@routes.on("POST", "/api/validate_submission_field")
def validate_submission_field(_: Call) -> Answer:
    """Not there for applications: the bare 400 that was recorded."""
    return Answer({"message": "Bad Request", "error": 400}, 400)
