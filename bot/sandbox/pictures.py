"""Pictures that the sandbox serves as i.redd.it and preview.redd.it do."""

import io
from dataclasses import dataclass
from functools import cached_property

from PIL import Image, UnidentifiedImageError

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
PREVIEW_WIDTHS = (108, 216, 320, 640, 960, 1080)


@dataclass(frozen=True)
class Picture:
    """An uploaded file as it came. `status` is `valid`, `unprocessed` or `failed`, as in `media_metadata`."""

    id: str
    content: bytes
    mimetype: str
    status: str = "valid"

    @property
    def filename(self) -> str:
        """The last part of its address."""
        return f"{self.id}.{EXTENSIONS.get(self.mimetype, 'jpg')}"

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height; (0, 0) for a file that is no picture, which may still be stored and served."""
        try:
            with Image.open(io.BytesIO(self.content)) as image:
                return image.size
        except (UnidentifiedImageError, OSError):
            return (0, 0)

    @property
    def preview_widths(self) -> list[int]:
        """The widths smaller than the picture for which Reddit offers previews."""
        return [width for width in PREVIEW_WIDTHS if width < self.size[0]]

    def height_at(self, width: int) -> int:
        """The height of the preview that is this wide."""
        full_width, full_height = self.size
        return round(full_height * width / full_width)

    def preview(self, width: int | None) -> bytes:
        """The file itself, or smaller with the same proportions when a smaller width is asked for."""
        if width is None or not 0 < width < self.size[0]:
            return self.content
        with Image.open(io.BytesIO(self.content)) as image:
            kind = image.format
            smaller = image.resize((width, max(1, self.height_at(width))))
        out = io.BytesIO()
        smaller.save(out, format=kind)
        return out.getvalue()
