"""TIFF files: which of their pictures is meant, and those that Pillow cannot read or would cut down to 8 bits."""

import io
from typing import Any

import numpy as np
from tifffile import PHOTOMETRIC, TiffFile, TiffPage

from colorizer.photo.errors import BrokenImage
from colorizer.photo.ranges import white_level
from colorizer.photo.stored import Samples, Stored

MAX_PAGES = 1_000
"""Pictures of one file that are looked at."""

_SPACES = {
    PHOTOMETRIC.MINISWHITE: ("GRAY", 1),
    PHOTOMETRIC.MINISBLACK: ("GRAY", 1),
    PHOTOMETRIC.RGB: ("RGB", 3),
    PHOTOMETRIC.SEPARATED: ("CMYK", 4),
}
_REDUCED, _MASK = 1, 4
_MAX_SAMPLE_VALUE, _ICC, _ORIENTATION, _SUBFILE_TYPE = 281, 34_675, 274, 255
_MOST_CHANNELS = 8


class Page:
    """One picture of a TIFF file. index: for Pillow's `seek`, None where Pillow does not find it."""

    def __init__(self, buffer: io.BytesIO, page: TiffPage, index: int | None, number: int, count: int) -> None:
        self._buffer = buffer
        self._page = page
        self.index = index
        self.number = number
        self.count = count
        self.size = int(page.imagewidth), int(page.imagelength)

    def close(self) -> None:
        """Let go of the file's content, which tifffile's pages, that refer to each other, would keep for a while."""
        self._buffer.close()

    def for_pillow(self) -> bool:
        """Whether Pillow reads it without loss: 8 bits or fewer, samples side by side."""
        page = self._page
        plain = self.index is not None and page.bitspersample <= 8 and page.sampleformat in (1, 4)
        ordinary = page.planarconfig == 1 and not page.parent.is_bigtiff
        return plain and (ordinary or page.photometric not in _SPACES)

    def stored(self) -> Stored:
        """The picture in its true depth. Raises BrokenImage for a kind that is not known."""
        page = self._page
        if page.photometric not in _SPACES or page.samplesperpixel > _MOST_CHANNELS:
            kind = getattr(page.photometric, "name", page.photometric)
            raise BrokenImage(f"The TIFF is of an unsupported kind: {kind}, {page.samplesperpixel} samples a pixel.")
        space, channels = _SPACES[PHOTOMETRIC(page.photometric)]
        extra = page.extrasamples[0] if page.extrasamples else 0
        alpha = extra in (1, 2) and page.samplesperpixel > channels
        used = channels + alpha
        result = Stored(*self.size, lambda top, bottom: read(top, bottom)[..., :used], space, alpha)
        if self._in_strips():
            read = _Strips(page).rows
            result.white = float(2**page.bitspersample - 1)
        else:
            samples = self._samples()
            result.black, result.white = self._range(samples[..., :used])
            read = lambda top, bottom: samples[top:bottom]  # noqa: E731 - as short as its name
        if alpha and extra == 1:
            result.rows = lambda top, bottom: _divided(read(top, bottom)[..., :used])
        result.release = self.close
        result.inverted = page.photometric == PHOTOMETRIC.MINISWHITE
        result.profile = self._tag(_ICC)
        result.orientation = int(self._tag(_ORIENTATION) or 1)
        return result

    def _in_strips(self) -> bool:
        """Whether it can be decoded a few rows at a time: nothing of it has to be known before."""
        page = self._page
        plain = page.dtype in (np.dtype(np.uint8), np.dtype(np.uint16)) and page.planarconfig == 1
        return plain and not page.is_tiled and not page.is_final and page.tags.get(_MAX_SAMPLE_VALUE) is None

    def _samples(self) -> Samples:
        """All of it, (rows, columns, samples); a view of the file's content where it lies there as it is."""
        page = self._page
        if page.is_final:
            kind = np.dtype(page.dtype).newbyteorder(page.parent.byteorder)
            count = int(np.prod(page.shaped))
            planes = np.frombuffer(self._buffer.getvalue(), kind, count, page.dataoffsets[0]).reshape(page.shaped)[:, 0]
        else:
            planes = page.asarray(squeeze=False)[:, 0]
        return planes[0] if planes.shape[0] == 1 else np.moveaxis(planes[..., 0], 0, -1)

    def _range(self, samples: Samples) -> tuple[float, float | None]:
        kind, bits = samples.dtype.kind, self._page.bitspersample
        if kind == "i" and samples.min() < 0:  # zero is the middle
            low = -32_768 if bits > 16 and samples.min() >= -32_768 else np.iinfo(samples.dtype).min
            return float(low), float(-low - 1)
        if kind == "i" and bits <= 16:
            return 0.0, float(np.iinfo(samples.dtype).max)
        if kind == "u" and bits <= 16:
            white, said = float(2**bits - 1), self._tag(_MAX_SAMPLE_VALUE)
            most = max(said) if isinstance(said, tuple) else said
            if most and 255 <= most < white and samples.max() <= most:
                white = float(most)
            return 0.0, white
        return 0.0, white_level(samples)

    def _tag(self, code: int) -> Any:
        tag = self._page.tags.get(code)
        return None if tag is None else tag.value


class _Strips:
    """The rows of a page that is stored in strips, decoded when they are asked for, from top to bottom."""

    def __init__(self, page: TiffPage) -> None:
        self._page = page
        self._strips = page.segments(maxworkers=1)
        self._held: Samples = np.empty((0, page.imagewidth, page.samplesperpixel), page.dtype)
        self._top = 0

    def rows(self, top: int, bottom: int) -> Samples:
        """Rows from `top`, which never goes back, to before `bottom`."""
        held, self._top = [self._held[top - self._top :]], top
        count = len(held[0])
        while count < bottom - top:
            data, _, shape = next(self._strips)
            strip = np.zeros(shape, self._page.dtype) if data is None else data[:, : shape[1]]
            held.append(strip[0])
            count += len(strip[0])
        held = [part for part in held if len(part)]
        self._held = held[0] if len(held) == 1 else np.concatenate(held)
        return self._held[: bottom - top]


def choose(data: bytes, number: int | None) -> Page:
    """The picture of that number, from 1; without one the largest, and among equals the first.

    Previews and masks do not count. Raises BrokenImage where there is no such picture.
    """
    buffer = io.BytesIO(data)
    file = TiffFile(buffer)
    found: list[tuple[TiffPage, int | None]] = []
    for index, page in enumerate(file.pages):
        if index == MAX_PAGES:
            break
        if isinstance(page, TiffPage):
            found.append((page, index))
            found += [(inner, None) for inner in page.pages or () if isinstance(inner, TiffPage)]
    pictures = [one for one in found if not _is_extra(one[0])] or found
    if not pictures:
        raise BrokenImage("The TIFF holds no picture.")
    if number is None:
        chosen = max(range(len(pictures)), key=lambda i: pictures[i][0].imagewidth * pictures[i][0].imagelength)
    elif 1 <= number <= len(pictures):
        chosen = number - 1
    else:
        raise BrokenImage(f"The TIFF has no picture {number}: it has {len(pictures)}.")
    return Page(buffer, *pictures[chosen], chosen + 1, len(pictures))


def _is_extra(page: TiffPage) -> bool:
    """Whether it is a preview of another page, or a mask."""
    old = page.tags.get(_SUBFILE_TYPE)
    return bool(page.subfiletype & (_REDUCED | _MASK)) or (old is not None and old.value == 2)


def _divided(samples: Samples) -> Samples:
    """Colours that were multiplied by their opacity, as they were before."""
    full = float(np.iinfo(samples.dtype).max) if samples.dtype.kind in "ui" else 1.0
    opacity = np.maximum(samples[..., -1:].astype(np.float32), full / 65_535) / full
    colours = np.minimum(samples[..., :-1] / opacity, full)
    return np.concatenate([colours.astype(samples.dtype), samples[..., -1:]], axis=-1)
