"""Comments, edits and deletions, with the checks that Reddit makes, in its order."""

import json

from ..calls import Call, Routes
from ..errors import ApiError, HttpError, forbidden
from ..markup import links
from ..records import Comment, Message, Post
from ..subreddit_records import Subreddit
from ..things import Json
from .inbox import reply_to_message

routes = Routes()
LONGEST_COMMENT = 10_000
LONGEST_SELF_POST = 40_000


def _check_reply(call: Call, parent: Post | Comment, text: str) -> None:
    """Raise the first reason for which Reddit would not take a reply to `parent`."""
    user, world = call.require_user(), call.world
    post = world.post_of(parent)
    place = world.subreddit(post.subreddit)
    call.check_visible(place)
    name, moderates = user.name.lower(), place.is_moderator(user)
    if name in place.banned:
        raise forbidden()
    author = world.user(parent.author)
    if name in author.blocked or author.name.lower() in user.blocked:
        raise ApiError("USER_BLOCKED")
    if post.archived:
        raise ApiError("TOO_OLD")
    if (post.locked or parent.locked) and not moderates:
        raise ApiError("THREAD_LOCKED")
    if parent.deleted or (isinstance(parent, Comment) and parent.removed_by_category and not moderates):
        raise ApiError("DELETED_COMMENT")
    _check_text(text)
    if place.kind == "restricted" and not moderates and name not in place.contributors:
        raise ApiError("SUBREDDIT_NOTALLOWED")
    if not place.allow_links_in_comments and not moderates and links(text):
        raise ApiError("SUBREDDIT_LINKING_DISALLOWED")


def _check_text(text: str, longest: int = LONGEST_COMMENT) -> None:
    if len(text) > longest:
        raise ApiError("TOO_LONG", limit=longest)
    if not text.strip():
        raise ApiError("NO_TEXT")


def from_rich_text(call: Call, place: Subreddit, document: str) -> tuple[str, list[str]]:
    """Markdown and picture ids out of `richtext_json`; pictures only where the subreddit takes them in comments."""
    try:
        blocks = json.loads(document)["document"]
    except (ValueError, KeyError, TypeError) as error:
        raise HttpError(400, "Bad Request") from error
    paragraphs: list[str] = []
    pictures: list[str] = []
    for block in blocks:
        if block.get("e") in ("img", "gif"):
            if "static" not in place.media_in_comments or block["id"] not in call.world.pictures:
                raise ApiError("MISSING_MEDIA")
            pictures.append(block["id"])
            paragraphs.append(f"![img]({block['id']})")
        else:
            parts = block.get("c", ())
            paragraphs.append(parts if isinstance(parts, str) else "".join(part.get("t", "") for part in parts))
    return "\n\n".join(paragraphs), pictures


def _posted(things: list[Json]) -> Json:
    return {"json": {"errors": [], "data": {"things": things}}}


@routes.on("POST", "/api/comment")
def comment(call: Call) -> Json:
    """Reply to a post, a comment or a message."""
    user = call.require_user()
    parent, text = call.thing(call.get("thing_id")), call.get("text")
    if isinstance(parent, Message):
        _check_text(text)
        return _posted([call.things.message(reply_to_message(call, parent, text))])
    pictures: list[str] = []
    if call.get("richtext_json"):
        place = call.world.subreddit(call.world.post_of(parent).subreddit)
        text, pictures = from_rich_text(call, place, call.get("richtext_json"))
    _check_reply(call, parent, text)
    made = call.world.comment(parent.fullname, user.name, text, pictures)
    return _posted([call.things.comment(made)])


def check_requirements(place: Subreddit, title: str | None, text: str | None) -> None:
    """The subreddit's post requirements: 400 that names the field."""
    checks = [("title", title, "TITLE"), ("body", text, "BODY")]
    for field, value, code in checks:
        for phrase in place.requirements.get(f"{field}_blacklisted_strings", ()):
            if value is not None and phrase.lower() in value.lower():
                raise HttpError(
                    400,
                    "Bad Request",
                    bare=True,
                    fields=[field],
                    explanation=f'You may not have "{phrase}" in your {field}. ',
                    error_type="SUBMIT_VALIDATION_ERROR",
                    reason=f"SUBMIT_VALIDATION_{code}_BLACKLISTED_STRING",
                )


def _own(call: Call, fullname: str) -> Post | Comment:
    """The post or comment if the caller wrote it, else 403."""
    thing = call.thing(fullname)
    if isinstance(thing, Message) or thing.author != call.require_user().name:
        raise forbidden()
    return thing


@routes.on("POST", "/api/editusertext")
def edit(call: Call) -> Json:
    """Change the text of one's own comment or self post."""
    thing = _own(call, call.get("thing_id"))
    if isinstance(thing, Post):
        if call.flag("validate_on_submit"):
            check_requirements(call.world.subreddit(thing.subreddit), None, call.get("text"))
        _check_text(call.get("text"), LONGEST_SELF_POST)
        call.world.edit(thing.fullname, call.get("text"))
        return _posted([call.things.post(thing)])
    text, shown = call.get("text"), call.get("text")
    pictures = [asset for asset in thing.media if f"]({asset}" in shown]  # the others go with their markup
    if call.get("richtext_json"):
        place = call.world.subreddit(call.world.post_of(thing).subreddit)
        text, pictures = from_rich_text(call, place, call.get("richtext_json"))
    _check_text(text)
    call.world.edit(thing.fullname, text, pictures)
    return _posted([call.things.comment(thing)])


@routes.on("POST", "/api/del")
def delete(call: Call) -> Json:
    """Delete one's own comment or post; already deleted or unknown things are no error."""
    call.require_user()
    if call.world.thing(call.get("id")) is not None:
        call.world.delete(_own(call, call.get("id")).fullname)
    return {}
