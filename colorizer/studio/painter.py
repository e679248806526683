"""Photos that are corrected now: encoded once, kept as long as there is room, painted small or at full size."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, TypeVar

import numpy as np
import torch
from PIL import Image

from colorizer import freed
from colorizer.decoding import Suggestion
from colorizer.encoded import EncodedPhoto, with_border
from colorizer.errors import ColorizerError
from colorizer.hint_layers import Colours
from colorizer.hints import Hint
from colorizer.looks import in_look
from colorizer.model import Colorizer
from colorizer.mounts import Mount
from colorizer.photo import encode_jpeg
from colorizer.photo.labels import Origin, machine_made
from colorizer.pixels import Pixels
from colorizer.studio.correction import Correction
from colorizer.studio.opened import Opened
from colorizer.studio.recent import Recent

PREVIEW_PIXELS, PREVIEW_SIDE = 2_000_000, 4_096
"""Most pixels, and longest side, of the copy that people see while they work."""

PATIENCE = 60.0
"""Seconds that one picture of full size waits for those before it."""


class Busy(ColorizerError):
    """Too many pictures of full size are being made."""


Computed = TypeVar("Computed")


@dataclass(frozen=True)
class Shown:
    """A photo as the page shows it.

    size: Width and height of the photo. encoded: Of a smaller copy, in whose pixels everything is.
    """

    size: tuple[int, int]
    encoded: EncodedPhoto[Pixels]


class Painter:
    """Paints photos by corrections. Safe to share between threads.

    What is waited for is computed in one thread, the same for all painters. Each thread that computes has helpers of
    OpenMP's of its own, and with more of them than cores they sleep between any two steps, which takes as long again.

    model: Colours them; or what loads it.
    most_bytes: Of encoded photos and their small copies that are kept; an ordinary photo has 12 MB.
    """

    def __init__(self, model: Colorizer | Callable[[], Colorizer], *, most_bytes: int = 400_000_000) -> None:
        freed.keep()
        freed.end_helpers()  # of who loaded the model
        self._given = model
        self._shown: Recent[Shown] = Recent(most_bytes)
        self._one_at_a_time = threading.Lock()

    @cached_property
    def model(self) -> Colorizer:
        """The model, loaded when it is first needed."""
        return self._given if isinstance(self._given, Colorizer) else self._given()

    @property
    def kept_bytes(self) -> int:
        """Of all that is kept of photos."""
        return self._shown.bytes

    def shown(self, photo: Opened, correction: Correction | None = None) -> Shown:
        """The photo with the correction's palette, encoded."""
        palette = tuple(correction.palette) if correction else ()
        found = self._shown.get((photo.key, palette))
        if found is None and palette:
            plain = self.shown(photo)  # neither read nor made smaller again
            encoded = self._computed(lambda: self.model.encode(plain.encoded, palette=palette))
            found = Shown(plain.size, encoded)
            self._shown.put((photo.key, palette), found, _bytes((found.encoded.seen, found.encoded.state)))
        elif found is None:
            pixels = photo.read().pixels
            height, width = pixels.shape[:2]
            found = Shown((width, height), self._computed(lambda: _smaller(self.model.encode(pixels))))
            kept = found.encoded.pixels.nbytes + _bytes((found.encoded.seen, found.encoded.state))
            self._shown.put((photo.key, palette), found, kept)
        return found

    def colours(self, photo: Opened, correction: Correction) -> tuple[EncodedPhoto[Pixels], list[Hint], list[Colours]]:
        """The small chroma of each region, with the encoded photo and the hints that it belongs to."""
        shown = self.shown(photo, correction).encoded
        return self._computed(lambda: _colours(self.model, shown, correction))

    def suggest(self, photo: Opened, correction: Correction, x: float, y: float, k: int) -> list[Suggestion]:
        """Plausible colours at x, y in per cent, with all that was corrected already."""
        encoded = self.shown(photo, correction).encoded
        height, width = encoded.pixels.shape[:2]
        point = min(x / 100 * width, width - 1), min(y / 100 * height, height - 1)
        return self._computed(lambda: self.model.suggest(encoded, point, k, _hints(encoded, correction)))

    def picture(self, photo: Opened, correction: Correction) -> bytes:
        """A JPEG of the photo's full size. Raises Busy."""
        if not self._one_at_a_time.acquire(timeout=PATIENCE):
            raise Busy("Many pictures are being made at the moment. Please try again in a minute.")
        try:
            read = (photo.full or photo.read)()
            pixels = corrected(self.model, read.pixels, correction)
        finally:
            freed.end_helpers()
            self._one_at_a_time.release()
        label = machine_made(Origin(photo.name, "studio"))
        return encode_jpeg(pixels, exif=read.exif, dpi=read.dpi, xmp=label)

    def _computed(self, compute: Callable[[], Computed]) -> Computed:
        return _thread().submit(compute).result()


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="studio")


def _colours(
    model: Colorizer, shown: EncodedPhoto[Pixels], correction: Correction
) -> tuple[EncodedPhoto[Pixels], list[Hint], list[Colours]]:
    encoded = _in_look(model, shown, correction)
    hints = _hints(encoded, correction)
    encoded = with_border(encoded, hints)
    return encoded, hints, model.colours(encoded, hints, seed=correction.seed)


def corrected(model: Colorizer, pixels: Pixels, correction: Correction) -> Pixels:
    """The photo in colour, at its full size, with all that was corrected."""
    encoded = _in_look(model, model.encode(pixels, palette=correction.palette or None), correction)
    return model.paint(encoded, _hints(encoded, correction), seed=correction.seed)


def _in_look(model: Colorizer, encoded: EncodedPhoto[Pixels], correction: Correction) -> EncodedPhoto[Pixels]:
    decoding = in_look(model.decoding, correction.look)
    return replace(encoded, decoding=replace(decoding, chroma=decoding.chroma * correction.saturation))


def _hints(encoded: EncodedPhoto[Pixels], correction: Correction) -> list[Hint]:
    height, width = encoded.pixels.shape[:2]
    return [hint.on(width, height) for hint in correction.hints]


def _smaller(encoded: EncodedPhoto[Pixels]) -> EncodedPhoto[Pixels]:
    """The same with a copy of the pixels that is small enough to be sent."""
    height, width = encoded.pixels.shape[:2]
    scale = min(1.0, (PREVIEW_PIXELS / (width * height)) ** 0.5, PREVIEW_SIDE / max(width, height))
    if scale == 1:
        return encoded
    size = max(1, round(width * scale)), max(1, round(height * scale))
    image = Image.fromarray(encoded.pixels).resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    small: Pixels = np.array(image)
    mount = encoded.mount
    if mount is not None:
        rows, columns = size[1] / height, size[0] / width
        mount = Mount(
            round(mount.top * rows),
            round(mount.bottom * rows),
            round(mount.left * columns),
            round(mount.right * columns),
        )
    return replace(encoded, pixels=small, mount=mount)


def _bytes(state: Any) -> int:
    """Memory of what a network keeps of a photo: tensors, in whatever they are held."""
    if isinstance(state, torch.Tensor):
        return state.numel() * state.element_size()
    if isinstance(state, list | tuple):
        return sum(map(_bytes, state))
    return _bytes([*vars(state).values()]) if hasattr(state, "__dict__") else 0
