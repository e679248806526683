"""Pictures and videos going out (i.redd.it, preview.redd.it, v.redd.it), pictures coming in (lease, upload)."""

import re
from xml.sax.saxutils import escape

from fastapi import Response

from ..calls import Call, Routes
from ..errors import HttpError, not_found
from ..pictures import EXTENSIONS, Picture
from ..things import Json

routes = Routes()
BUCKET = "reddit-uploaded-media"
LARGEST_UPLOAD = 20_971_520


def _find(call: Call) -> Picture:
    picture = call.world.pictures.get(call.path["name"].partition(".")[0])
    if picture is None:
        raise not_found()
    return picture


@routes.on("GET", "/i.redd.it/{name}")
def original(call: Call) -> Response:
    """The file as it was uploaded."""
    picture = _find(call)
    return Response(picture.content, media_type=picture.mimetype)


@routes.on("GET", "/preview.redd.it/{name}")
def preview(call: Call) -> Response:
    """The picture, no wider than `width`."""
    picture = _find(call)
    width = call.get("width")
    content = picture.preview(int(width) if width.isdecimal() else None)
    return Response(content, media_type=picture.mimetype)


@routes.on("GET", "/v.redd.it/{name}")
def video_post(call: Call) -> Response:
    """A video's own address leads to its post."""
    found = next((post for post in call.world.posts.values() if post.video == call.path["name"]), None)
    if found is None:
        raise not_found()
    return Response(status_code=302, headers={"location": f"{call.world.base_url}/comments/{found.id}"})


@routes.on("GET", "/v.redd.it/{name}/{file}")
def video(call: Call) -> Response:
    """Pictures or sound of a video, or the list of both."""
    found = call.world.videos.get(call.path["name"])
    content = found.files.get(call.path["file"]) if found is not None else None
    if content is None:
        raise not_found()
    return Response(content, media_type="video/mp4" if call.path["file"].endswith(".mp4") else "application/dash+xml")


def lease_fields(call: Call, before: str) -> Json:
    """Permission to upload one file: where to, and the form fields to do it with.

    Clients put `https:` before `action`. The key is `before` and the new asset's id.
    """
    call.require_user()
    mimetype = call.get("mimetype")
    if mimetype not in EXTENSIONS:
        raise HttpError(400, "Bad Request")
    asset = f"{call.world.next_id('media')}cnrb1"
    call.world.leases[asset] = mimetype
    values = {
        "acl": "private",
        "key": f"{before}{asset}",
        "policy": "c2FuZGJveA==",
        "success_action_status": "201",
        "bucket": BUCKET,
        "Content-Type": mimetype,
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": "SANDBOX/20250619/us-east-1/s3/aws4_request",
        "x-amz-date": "20250619T000000Z",
        "x-amz-meta-ext": EXTENSIONS[mimetype],
        "x-amz-security-token": "sandbox",
        "x-amz-signature": "0" * 64,
        "x-amz-storage-class": "STANDARD",
    }
    host = call.world.base_url.partition("//")[2]
    fields = [{"name": name, "value": value} for name, value in values.items()]
    return {"action": f"//{host}/{BUCKET}", "fields": fields}


def styles_lease(call: Call, before: str) -> Json:
    """Permission to upload a file that belongs to the looks of a subreddit."""
    return {"s3UploadLease": lease_fields(call, before), "websocketUrl": styles_websocket(call)}


def styles_websocket(call: Call) -> str:
    """Where newer pages hear that such a file is ready; here it is at once, and nothing is told there."""
    return f"ws://{call.world.base_url.partition('//')[2]}/wss.redditmedia.com/structured-styles"


@routes.on("POST", "/api/media/asset.json", "/api/media/asset")
def lease(call: Call) -> Json:
    """Permission to upload a picture for a post."""
    inline = call.get("upload_type") in ("selfpost", "gallery")
    fields = lease_fields(call, "rte_images/" if inline else "")
    asset = next(reversed(call.world.leases))
    host = call.world.base_url.partition("//")[2]
    return {
        "args": fields,
        "asset": {
            "asset_id": asset,
            "processing_state": "incomplete",
            "payload": {"filepath": call.get("filepath")},
            "websocket_url": f"ws://{host}/wss.redditmedia.com/{asset}",
        },
    }


@routes.on("POST", f"/{BUCKET}")
def upload(call: Call) -> Response:
    """Take the file as S3 does: 201 and XML, 400 and XML when it is too large, 403 without a lease."""
    key, content = call.form.get("key", ""), call.files.get("file", b"")
    asset = re.split("[/_]", key)[-1]
    mimetype = call.world.leases.get(asset)
    if mimetype is None:
        raise HttpError(403, "Forbidden")
    if len(content) > LARGEST_UPLOAD:
        text = (
            "<Error><Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the maximum allowed size"
            f"</Message><ProposedSize>{len(content)}</ProposedSize><MaxSizeAllowed>{LARGEST_UPLOAD}</MaxSizeAllowed>"
            "</Error>"
        )
        return Response(text, 400, media_type="application/xml")
    call.world.add_picture(content, mimetype, thing_id=asset)
    location = f"{call.world.base_url}/{BUCKET}/{key}"
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>{escape(location)}</Location>'
        f'<Bucket>{BUCKET}</Bucket><Key>{escape(key)}</Key><ETag>"0"</ETag></PostResponse>'
    )
    return Response(text, 201, {"location": location}, media_type="application/xml")


@routes.on("POST", "/api/convert_rte_body_format")
def convert_body(call: Call) -> Json:
    """Markdown with uploaded pictures as a rich text document."""
    blocks: list[Json] = []
    for paragraph in call.get("markdown_text").split("\n\n"):
        found = re.fullmatch(r"!\[(img|gif)\]\((\w+)(?: \"(.*)\")?\)", paragraph.strip())
        if found and found[2] in call.world.pictures:
            blocks.append({"e": found[1], "id": found[2]} | ({"c": found[3]} if found[3] else {}))
        else:
            blocks.append({"e": "par", "c": [{"e": "text", "t": paragraph}]})
    return {"assets": [], "output": {"document": blocks}, "output_mode": call.get("output_mode")}
