"""Films as PyAV reads them: what is known of a file, and the luma of its frames.

Of each frame only the luma plane is used. It is taken as it is stored, in 8 or 10 bits; what is stored as RGB is
converted, and what is transparent lies on white, as with photos.
"""

from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from colorizer.film import webp
from colorizer.film.container import audio_of, decoded, opened, video_of
from colorizer.film.errors import BrokenFilm, FilmTooLarge, NotAFilm
from colorizer.film.video_frame import (
    AV_MATRIX,
    Plane,
    full_range,
    interlaced,
    is_rgb,
    is_transparent,
    matrix_of,
    on_white,
    stored,
)
from colorizer.pixels import Pixels

_PICTURE_FORMATS = ("image2", "_pipe")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that was read.

    luma: As stored, uint8 or, with 10 bits, uint16.
    pts: When it is shown, in the film's time base.
    duration: How long, as far as the file says it; 0 where it does not.
    """

    luma: Plane
    pts: int
    duration: int


@dataclass(frozen=True)
class Film:
    """What is known of a film without decoding it all.

    path: Its file.
    width, height: Of the frames as stored, in pixels.
    bits: 8 or 10, of the luma that is read and written.
    full_range: Whether black and white are 0 and 255 instead of 16 and 235.
    matrix: BT709, BT601, SMPTE240 or BT2020.
    primaries, transfer: Numbers of ITU-T H.273 that are passed on.
    time_base: Seconds of one unit of the frames' times.
    rate: Frames a second, on average.
    rotation: Degrees counter-clockwise by which a player turns the frames: 0, 90, 180 or 270.
    aspect: Width to height of a pixel.
    interlaced: None, or which field comes first: "tff" or "bff".
    frames: How many, as far as the file says it or its duration tells; 0 where nothing is known.
    seconds: How long, as far as the file says it; 0 where nothing is known.
    audio: Names of the codecs of its sound.
    sound: The file with its sound, where that is not its own.
    """

    path: Path
    width: int
    height: int
    bits: int
    full_range: bool
    matrix: int
    primaries: int
    transfer: int
    time_base: Fraction
    rate: Fraction
    rotation: int
    aspect: Fraction
    interlaced: str | None
    frames: int
    seconds: float
    audio: tuple[str, ...]
    sound: Path | None = None

    @classmethod
    def open(cls, path: Path, sound: Path | None = None) -> "Film":
        """Look at a file.

        sound: Another file, whose sound it gets.

        Raises OSError, NotAFilm, or BrokenFilm where not even one frame can be decoded.
        """
        film = cls._open(path)
        if sound is None:
            return film
        with opened(sound) as container:
            return replace(film, audio=audio_of(container), sound=sound)

    @classmethod
    def _open(cls, path: Path) -> "Film":
        if path.is_file() and webp.is_animated(path):
            return cls._of_webp(path)
        with opened(path) as container:
            stream = video_of(container, path)
            first = next((frame for frame in decoded(container, stream) if frame is not None), None)
            if first is None:
                raise BrokenFilm(f"{path.name} holds no frame that can be decoded")
            audio = audio_of(container)
            if stream.frames <= 1 and not audio and any(mark in container.format.name for mark in _PICTURE_FORMATS):
                raise NotAFilm(f"{path.name} is a single picture; colorizer colorize takes it")
            rate = stream.average_rate or stream.guessed_rate or Fraction(25)
            time_base = stream.time_base or 1 / rate
            seconds = 0.0
            if stream.duration:
                seconds = float(stream.duration * time_base)
            elif container.duration:
                seconds = container.duration / av.time_base
            codec = stream.codec_context
            wide = first.format.components[0].bits > 8
            rgb = is_rgb(first)
            return cls(
                path=path,
                width=first.width,
                height=first.height,
                bits=10 if wide and not rgb else 8,
                full_range=full_range(first) and not rgb,
                matrix=matrix_of(first),
                primaries=int(codec.color_primaries),
                transfer=int(codec.color_trc),
                time_base=time_base,
                rate=rate,
                rotation=round(first.rotation / 90) * 90 % 360,
                aspect=stream.sample_aspect_ratio or Fraction(1),
                interlaced=interlaced(first, codec),
                frames=stream.frames or round(seconds * rate),
                seconds=seconds,
                audio=audio,
            )

    @classmethod
    def _of_webp(cls, path: Path) -> "Film":
        first = next((frame for frame in webp.frames(path) if frame is not None), None)
        if first is None:
            raise BrokenFilm(f"{path.name} holds no frame that can be decoded")
        count, milliseconds = webp.length(path)
        return cls(
            path=path,
            width=first.width,
            height=first.height,
            bits=8,
            full_range=False,
            matrix=matrix_of(first),
            primaries=2,
            transfer=2,
            time_base=webp.MILLISECOND,
            rate=Fraction(1000 * count, milliseconds),
            rotation=0,
            aspect=Fraction(1),
            interlaced=None,
            frames=count,
            seconds=milliseconds / 1000,
            audio=(),
        )

    def read(self, since: int | None = None) -> Generator[Frame]:
        """The frames in the order in which they are shown; what cannot be decoded is left out.

        The file stays open until the last one, or until the generator is closed: who may stop early closes it.

        since: Begin somewhere before what is shown at that time, in the film's time base, as near as the file allows.

        Times that are missing or go backwards are made to go on. Frames of another size are brought to the first's.
        """
        last: int | None = None
        step = max(1, round(1 / (self.rate * self.time_base)))
        with closing(self.pictures(since)) as pictures:
            for frame in pictures:
                if since is not None and frame.pts is None:
                    return  # without times nobody knows which frame it is
                pts = frame.pts if frame.pts is not None else (0 if last is None else last + step)
                if last is not None and pts <= last:
                    pts = last + 1
                last = pts
                yield Frame(self._luma(frame), pts, frame.duration or 0)

    def check_size(self, most_pixels: int | None) -> None:
        """Raise FilmTooLarge where a frame has more pixels; None for no limit."""
        if most_pixels is not None and self.width * self.height > most_pixels:
            name, size = self.path.name, f"{self.width:,} x {self.height:,}"
            raise FilmTooLarge(f"{name} has frames of {size}, more than the limit of {most_pixels:,} pixels")

    def pictures(self, since: int | None = None) -> Generator[av.VideoFrame]:
        """The frames as they are decoded; `since` as for `read`."""
        with opened(self.path) as container:
            animated = webp.is_animated(self.path)
            video = video_of(container, self.path)
            if since is not None and not animated:
                with suppress(av.error.FFmpegError):  # of a file that has no index all frames are read
                    container.seek(since, stream=video)
            with closing(webp.frames(self.path) if animated else decoded(container, video)) as frames:
                for frame in frames:
                    if frame is not None:
                        yield frame

    def upright(self, frame: av.VideoFrame) -> Pixels:
        """A frame as a player shows it, uint8 sRGB (height, width, 3), without regard to the shape of pixels."""
        pixels = on_white(frame).to_ndarray(format="rgb24")[: self.height, : self.width]
        return np.ascontiguousarray(np.rot90(pixels, self.rotation // 90))

    def _luma(self, frame: av.VideoFrame) -> Plane:
        if (frame.width, frame.height) != (self.width, self.height):
            frame = frame.reformat(width=self.width, height=self.height)
        if is_rgb(frame):
            frame = on_white(frame).reformat(
                format="yuv420p",
                dst_colorspace=AV_MATRIX.get(self.matrix, Colorspace.ITU709),
                dst_color_range=ColorRange.MPEG,
            )
        elif self.bits == 10 and frame.format.name not in ("yuv420p10le", "yuva420p10le"):
            frame = frame.reformat(format="yuva420p10le" if is_transparent(frame) else "yuv420p10le")
        elif self.bits == 8 and (not frame.format.is_planar and frame.format.name not in ("gray", "nv12", "nv21")):
            frame = frame.reformat(format="yuv420p")
        luma = stored(frame.planes[0], self.bits)[: self.height, : self.width].copy()
        if not is_transparent(frame):
            return luma
        opaque = (1 << self.bits) - 1
        white = opaque if self.full_range else 235 << (self.bits - 8)
        alpha = stored(frame.planes[3], self.bits)[: self.height, : self.width].astype(np.uint32)
        flat = (luma * alpha + white * (opaque - alpha) + opaque // 2) // opaque
        return cast("Plane", flat.astype(luma.dtype))
