"""How a subreddit looks: style sheet, banners, icons, emojis."""

from ..appearance_records import Emoji
from ..calls import Call, Routes
from ..errors import HttpError, not_found
from ..pictures import Picture
from ..things import Json
from .media import styles_lease, styles_websocket

routes = Routes()
LARGEST_IMAGE = 512_000
_OK: Json = {"json": {"errors": []}}
# What older pages call an upload -> the field of a subreddit's JSON that shows it.
_PLACES = {"header": "header_img", "icon": "icon_img", "banner": "banner_img"}


@routes.on("GET", "/r/{subreddit}/about/stylesheet")
def stylesheet(call: Call) -> Json:
    """The style sheet with its images."""
    place = call.subreddit(call.path["subreddit"])
    look = place.appearance
    images = [{"name": name, "url": url, "link": f"url(%%{name}%%)"} for name, url in look.images.items()]
    data = {"subreddit_id": place.fullname, "stylesheet": look.stylesheet, "images": images}
    return {"kind": "stylesheet", "data": data}


@routes.on("POST", "/r/{subreddit}/api/subreddit_stylesheet")
def save_stylesheet(call: Call) -> Json:
    """Replace the style sheet; it is kept as the wiki page `config/stylesheet` too, as on Reddit."""
    place = call.moderated(call.path["subreddit"])
    place.appearance.stylesheet = call.get("stylesheet_contents")
    call.world.write_wiki(
        place.name,
        "config/stylesheet",
        call.get("stylesheet_contents"),
        call.require_user().name,
        call.get("reason") or None,
    )
    return _OK


def _file(call: Call) -> Picture:
    """The picture in the request; the answer tells PRAW when it is none."""
    content, mimetype = call.files.get("file", b""), "image/jpeg" if call.get("img_type") == "jpg" else "image/png"
    return call.world.add_picture(content, mimetype)


@routes.on("POST", "/r/{subreddit}/api/upload_sr_img")
def upload_image(call: Call) -> Json:
    """An image for the style sheet, or the header, the icon or the banner for phones."""
    place, kind = call.moderated(call.path["subreddit"]), call.get("upload_type", "img")
    if len(call.files.get("file", b"")) > LARGEST_IMAGE:
        raise HttpError(413, "Request Entity Too Large")
    picture = _file(call)
    if picture.size == (0, 0):
        del call.world.pictures[picture.id]
        return {"errors": ["IMAGE_ERROR"], "errors_values": ["Invalid image or general image error"], "img_src": ""}
    url = call.things.previews.url(picture)
    if kind == "img":
        if not call.get("name"):
            return {"errors": ["BAD_CSS_NAME"], "errors_values": ["bad image name"], "img_src": ""}
        place.appearance.images[call.get("name")] = url
    else:
        place.appearance.structured[_PLACES.get(kind, kind)] = url
    return {"errors": [], "errors_values": [], "img_src": url}


@routes.on("POST", "/r/{subreddit}/api/delete_sr_img")
def delete_image(call: Call) -> Json:
    """Drop an image of the style sheet."""
    call.moderated(call.path["subreddit"]).appearance.images.pop(call.get("img_name"), None)
    return _OK


def _deleter(kind: str) -> None:
    def handler(call: Call) -> Json:
        call.moderated(call.path["subreddit"]).appearance.structured.pop(_PLACES[kind], None)
        return _OK

    routes.on("POST", f"/r/{{subreddit}}/api/delete_sr_{kind}")(handler)


for _kind in _PLACES:
    _deleter(_kind)


@routes.on("POST", "/api/v1/style_asset_upload_s3/{subreddit}")
def lease_asset(call: Call) -> Json:
    """Permission to upload a banner."""
    place = call.moderated(call.path["subreddit"])
    return styles_lease(call, f"{place.fullname}/styles/{call.get('imagetype')}_")


@routes.on("PATCH", "/api/v1/structured_styles/{subreddit}")
def change_styles(call: Call) -> Json:
    """Set banners by their addresses; an empty address takes one away."""
    look = call.moderated(call.path["subreddit"]).appearance
    for name, value in call.form.items():
        if name != "api_type":
            look.structured[name] = value
    look.structured = {name: value for name, value in look.structured.items() if value}
    return {"websocketUrl": styles_websocket(call)}


# Emojis


@routes.on("GET", "/api/v1/{subreddit}/emojis/all")
def emojis(call: Call) -> Json:
    """Reddit's own (none here) and the subreddit's."""
    place = call.subreddit(call.path["subreddit"])
    found: Json = {}
    for one in place.appearance.emojis.values():
        found[one.name] = {
            "url": call.things.previews.url(call.world.pictures[one.picture]),
            "created_by": call.world.user(one.creator).fullname,
            "mod_flair_only": one.mod_flair_only,
            "post_flair_allowed": one.post_flair_allowed,
            "user_flair_allowed": one.user_flair_allowed,
        }
    return {"snoomojis": {}, place.fullname: found}


@routes.on("POST", "/api/v1/{subreddit}/emoji_asset_upload_s3.json", "/api/v1/{subreddit}/emoji_asset_upload_s3")
def lease_emoji(call: Call) -> Json:
    """Permission to upload an emoji."""
    place = call.moderated(call.path["subreddit"])
    return styles_lease(call, f"{place.fullname}/{call.require_user().fullname}/")


def _allow(call: Call, emoji: Emoji) -> None:
    for name in ("mod_flair_only", "post_flair_allowed", "user_flair_allowed"):
        if call.get(name):
            setattr(emoji, name, call.flag(name))


@routes.on("POST", "/api/v1/{subreddit}/emoji.json", "/api/v1/{subreddit}/emoji")
def add_emoji(call: Call) -> Json:
    """A new emoji out of an uploaded picture."""
    place, asset = call.moderated(call.path["subreddit"]), call.get("s3_key").rsplit("/", 1)[-1].partition(".")[0]
    if asset not in call.world.pictures:
        raise HttpError(400, "Bad Request", fields=["s3_key"], reason="INVALID_S3_KEY", explanation="not uploaded")
    emoji = Emoji(call.get("name"), asset, call.require_user().name)
    _allow(call, emoji)
    place.appearance.emojis[emoji.name] = emoji
    return _OK


@routes.on("POST", "/api/v1/{subreddit}/emoji_permissions")
def change_emoji(call: Call) -> Json:
    """Where an emoji may be used."""
    emoji = call.moderated(call.path["subreddit"]).appearance.emojis.get(call.get("name"))
    if emoji is None:
        raise not_found()
    _allow(call, emoji)
    return _OK


@routes.on("DELETE", "/api/v1/{subreddit}/emoji/{name}")
def delete_emoji(call: Call) -> Json:
    """Drop an emoji."""
    if call.moderated(call.path["subreddit"]).appearance.emojis.pop(call.path["name"], None) is None:
        raise not_found()
    return _OK
