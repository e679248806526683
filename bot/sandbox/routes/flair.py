"""Flair: beside titles and beside names, by hand or by template."""

import csv
import re
from typing import Any

from ..calls import Call, Routes
from ..errors import HttpError, forbidden, not_found
from ..records import Message, Post
from ..subreddit_records import Flair, FlairTemplate, Subreddit
from ..things import Json

routes = Routes()
MOST_CSV_LINES = 100


# Templates


def _templates(place: Subreddit, kind: str) -> list[FlairTemplate]:
    return place.link_templates if kind == "LINK_FLAIR" else place.user_templates


def _find(place: Subreddit, template_id: str) -> FlairTemplate:
    both = [*place.link_templates, *place.user_templates]
    found = next((one for one in both if one.id == template_id), None)
    if found is None:
        raise not_found()
    return found


def _template(template: FlairTemplate) -> Json:
    return {**vars(template), "type": "text", "richtext": []}


@routes.on("GET", "/r/{subreddit}/api/link_flair_v2")
def link_templates(call: Call) -> Any:
    """The templates for posts; those for moderators only to them."""
    return _shown(call, call.subreddit(call.path["subreddit"]).link_templates)


@routes.on("GET", "/r/{subreddit}/api/user_flair_v2")
def user_templates(call: Call) -> Any:
    """The templates for users."""
    return _shown(call, call.subreddit(call.path["subreddit"]).user_templates)


def _shown(call: Call, templates: list[FlairTemplate]) -> Any:
    moderates = call.subreddit(call.path["subreddit"]).is_moderator(call.user)
    return [_template(one) for one in templates if moderates or not one.mod_only]


@routes.on("POST", "/r/{subreddit}/api/flairtemplate_v2")
def save_template(call: Call) -> Json:
    """A new template, or with `flair_template_id` a changed one."""
    place = call.moderated(call.path["subreddit"])
    if call.get("flair_template_id"):
        template = _find(place, call.get("flair_template_id"))
    else:
        template = FlairTemplate(call.world.new_uuid(), "")
        _templates(place, call.get("flair_type")).append(template)
    template.text = call.get("text", template.text)
    template.css_class = call.get("css_class", template.css_class)
    template.background_color = call.get("background_color", template.background_color).lower()
    template.text_color = call.get("text_color", template.text_color)
    template.allowable_content = call.get("allowable_content", template.allowable_content)
    template.max_emojis = call.number("max_emojis", template.max_emojis, most=10)
    for name in ("text_editable", "mod_only"):
        if call.get(name):
            setattr(template, name, call.flag(name))
    call.world.log(place, call.require_user().name, "editflair", details="flair_template")
    return _in_camel_case(_template(template)) | {"flairType": call.get("flair_type"), "overrideCss": False}


def _in_camel_case(values: Json) -> Json:
    """Reddit answers this one call in another spelling than all others."""
    return {re.sub(r"_(\w)", lambda found: found[1].upper(), name): value for name, value in values.items()}


@routes.on("POST", "/r/{subreddit}/api/deleteflairtemplate")
def delete_template(call: Call) -> Json:
    """Drop a template."""
    place = call.moderated(call.path["subreddit"])
    template = _find(place, call.get("flair_template_id"))
    for templates in (place.link_templates, place.user_templates):
        if template in templates:
            templates.remove(template)
    return {"json": {"errors": []}}


@routes.on("POST", "/r/{subreddit}/api/clearflairtemplates")
def clear_templates(call: Call) -> Json:
    """Drop all templates of a type."""
    _templates(call.moderated(call.path["subreddit"]), call.get("flair_type")).clear()
    return {"json": {"errors": []}}


@routes.on("PATCH", "/r/{subreddit}/api/flair_template_order")
def reorder_templates(call: Call) -> None:
    """The ids of all templates of a type, in their new order."""
    templates = _templates(call.moderated(call.path["subreddit"]), call.get("flair_type"))
    order = list(call.body.get("list", ()))
    if sorted(order) != sorted(one.id for one in templates):
        raise HttpError(400, "Bad Request")
    templates.sort(key=lambda one: order.index(one.id))


@routes.on("POST", "/r/{subreddit}/api/flairselector")
def selector(call: Call) -> Json:
    """What the caller may choose for a post (`link`), a new post (`is_newlink`) or themselves."""
    place, user = call.subreddit(call.path["subreddit"]), call.require_user()
    link = call.world.thing(call.get("link"))
    for_post = isinstance(link, Post) or call.flag("is_newlink")
    current = Flair()
    if isinstance(link, Post):
        current = Flair(link.flair or "", link.flair_css)
    elif not for_post:
        current = place.user_flairs.get((call.get("name") or user.name).lower(), current)
    choices = [
        {
            "flair_css_class": one["css_class"],
            "flair_template_id": one["id"],
            "flair_text_editable": one["text_editable"],
            "flair_position": "right",
            "flair_text": one["text"],
        }
        for one in _shown(call, place.link_templates if for_post else place.user_templates)
    ]
    now = {
        "flair_css_class": current.css_class or None,
        "flair_template_id": current.template.id if current.template else None,
        "flair_text": current.text or None,
        "flair_position": "right",
    }
    return {"current": now, "choices": choices}


# Who and what wears it


def _set(call: Call, place: Subreddit, flair: Flair) -> None:
    """Give the flair to the post `link` or the user `name`."""
    if call.get("link"):
        post = call.thing(call.get("link"))
        if not isinstance(post, Post) or post.subreddit != place.name:
            raise forbidden()
        post.flair, post.flair_css = flair.text or None, flair.css_class
        post.flair_template = flair.template.id if flair.template else None
        call.world.log(place, call.require_user().name, "editflair", post.fullname, "flair_edit")
        return
    name = call.account(call.get("name") or call.require_user().name).name.lower()
    _set_user(place, name, flair)
    call.world.log(place, call.require_user().name, "editflair", details="flair_edit")


def _set_user(place: Subreddit, name: str, flair: Flair) -> None:
    if flair.text or flair.css_class:
        place.user_flairs[name.lower()] = flair
    else:
        place.user_flairs.pop(name.lower(), None)


@routes.on("POST", "/r/{subreddit}/api/flair")
def set_flair(call: Call) -> Json:
    """Moderators write any flair."""
    _set(call, call.moderated(call.path["subreddit"]), Flair(call.get("text"), call.get("css_class")))
    return {"json": {"errors": []}}


@routes.on("POST", "/r/{subreddit}/api/selectflair")
def select(call: Call) -> Json:
    """A template: by its author for a post, by oneself for oneself, or by moderators."""
    place, user = call.subreddit(call.path["subreddit"]), call.require_user()
    link = call.world.thing(call.get("link"))
    whose = link.author if isinstance(link, Post) else call.get("name") or user.name
    moderates = place.is_moderator(user)
    if isinstance(link, Message) or not (moderates or whose == user.name):
        raise forbidden()
    if not call.get("flair_template_id"):
        _set(call, place, Flair())
        return {"json": {"errors": []}}
    template = _find(place, call.get("flair_template_id"))
    if template.mod_only and not moderates:
        raise forbidden()
    own_words = call.get("text") if template.text_editable or moderates else ""
    _set(call, place, Flair(own_words or template.text, template.css_class, template))
    return {"json": {"errors": []}}


@routes.on("POST", "/r/{subreddit}/api/deleteflair")
def delete(call: Call) -> Json:
    """Take a user's flair away."""
    _set_user(call.moderated(call.path["subreddit"]), call.account(call.get("name")).name, Flair())
    return {"json": {"errors": []}}


@routes.on("POST", "/r/{subreddit}/api/flaircsv")
def set_many(call: Call) -> Any:
    """Lines of name, text and class, at most a hundred; each gets its own answer."""
    place = call.moderated(call.path["subreddit"])
    answers = []
    for line in list(csv.reader(call.get("flair_csv").splitlines()))[:MOST_CSV_LINES]:
        name, text, css_class = [*line, "", "", ""][:3]
        known = name.lower() in call.world.users
        flair = Flair(text, css_class)
        if known:
            _set_user(place, name, flair)
        act = "added" if text or css_class else "removed"
        answers.append(
            {
                "status": f"{act} flair for user {name}" if known else "skipped",
                "errors": {} if known else {"user": f"unable to resolve user `{name}', ignoring"},
                "ok": known,
                "warnings": {},
            }
        )
    return answers


@routes.on("GET", "/r/{subreddit}/api/flairlist")
def users(call: Call) -> Json:
    """Everybody with a flair, all on one page; `name` asks for one."""
    place, wanted = call.moderated(call.path["subreddit"]), call.get("name").lower()
    listed = [
        {"user": call.world.user(name).name, "flair_text": flair.text, "flair_css_class": flair.css_class}
        for name, flair in place.user_flairs.items()
        if wanted in ("", name)
    ]
    return {"users": listed}


@routes.on("POST", "/r/{subreddit}/api/flairconfig")
def configure(call: Call) -> Json:
    """Where flair stands and who may choose it; it is only read back."""
    place = call.moderated(call.path["subreddit"])
    place.flair_settings |= {name: value for name, value in call.form.items() if name != "api_type"}
    return {"json": {"errors": []}}
