"""Reddit's JSON for pictures: addresses, previews in several widths, what a gallery holds."""

from collections.abc import Sequence

from .pictures import Picture
from .records import Post
from .shapes import Json
from .state import State


def gallery(post: Post, pictures: Sequence[Picture]) -> Json:
    """`gallery_data`: the pictures of a gallery in their order."""
    items = []
    for number, picture in enumerate(pictures):
        item = {"media_id": picture.id, "is_deleted": False, "id": int(post.id, 36) * 100 + number}
        if picture.id in post.captions:
            item["caption"] = post.captions[picture.id]
        items.append(item)
    return {"items": items}


class Previews:
    """Addresses of pictures on this sandbox; previews are made when somebody asks for them."""

    def __init__(self, state: State) -> None:
        self._state = state

    def url(self, picture: Picture) -> str:
        """The address of the file as it was uploaded."""
        return f"{self._state.base_url}/i.redd.it/{picture.filename}"

    def _sized(self, picture: Picture, query: str) -> str:
        """An address of a preview; Reddit signs them with `s`."""
        return f"{self._state.base_url}/preview.redd.it/{picture.filename}?{query}&s={picture.id}"

    def of(self, picture: Picture) -> Json:
        """One of the `images` of `preview`."""
        width, height = picture.size
        smaller = [
            {
                "url": self._sized(picture, f"width={size}&crop=smart&auto=webp"),
                "width": size,
                "height": picture.height_at(size),
            }
            for size in picture.preview_widths
        ]
        source = {"url": self._sized(picture, "auto=webp"), "width": width, "height": height}
        return {"source": source, "resolutions": smaller, "variants": {}, "id": picture.id}

    def metadata(self, pictures: Sequence[Picture]) -> Json:
        """`media_metadata`: by picture id, in no order that means anything; unready pictures have no addresses."""
        found: Json = {}
        for picture in pictures:
            entry: Json = {"status": picture.status, "id": picture.id}
            if picture.status == "valid":
                width, height = picture.size
                mimetype = picture.mimetype.replace("jpeg", "jpg")
                full = {"y": height, "x": width, "u": self._sized(picture, f"width={width}&format=pjpg&auto=webp")}
                smaller = [
                    {
                        "y": picture.height_at(size),
                        "x": size,
                        "u": self._sized(picture, f"width={size}&crop=smart&auto=webp"),
                    }
                    for size in picture.preview_widths
                ]
                entry |= {"e": "Image", "m": mimetype, "p": smaller, "s": full}
                if picture.mimetype == "image/gif":
                    moving = {"gif": self.url(picture), "mp4": self._sized(picture, "format=mp4")}
                    entry |= {"e": "AnimatedImage", "s": {"y": height, "x": width, **moving}}
            found[picture.id] = entry
        return found
