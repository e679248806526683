"""Coloured frames to pieces of a film, and pieces with the film's own sound to the result.

Pieces are H.264 without frames that refer to later ones, so that the n-th packet is the n-th frame and gets the n-th
time of the film.
"""

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import av

from colorizer.errors import InputError
from colorizer.film.container import address, opened
from colorizer.film.reading import Film
from colorizer.film.video_frame import Plane, stored

SUFFIXES = (".mp4", ".mkv", ".mov", ".m4v")

_QUALITY = "18"
"""Constant rate factor of x264: 0 is lossless, 18 is what most people cannot tell from the source."""


class PieceWriter:
    """Writes the frames of one piece. As a context it closes its file."""

    def __init__(self, path: Path, film: Film) -> None:
        self._film = film
        self._container = av.open(address(path), "w", format="nut")
        options = {"crf": _QUALITY, "preset": "veryfast", "bf": "0"}
        if film.interlaced:
            options["x264-params"] = f"{film.interlaced}=1"
        self._stream = self._container.add_stream("libx264", rate=film.rate, options=options)
        codec = self._stream.codec_context
        codec.width, codec.height = _even_size(film)
        codec.pix_fmt = _pixels(film)
        codec.time_base = film.time_base
        codec.sample_aspect_ratio = film.aspect
        codec.color_range = 2 if film.full_range else 1
        codec.colorspace = film.matrix
        codec.color_primaries = film.primaries
        codec.color_trc = film.transfer

    def __enter__(self) -> "PieceWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def write(self, pts: int, luma: Plane, chroma: tuple[Plane, Plane]) -> None:
        """One frame."""
        frame = assembled(self._film, luma, chroma)
        frame.pts, frame.time_base = pts, self._film.time_base
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._container.mux(self._stream.encode(None))


def assembled(film: Film, luma: Plane, chroma: tuple[Plane, Plane]) -> av.VideoFrame:
    """A frame of three planes, with its last column and row repeated where the film has an odd size."""
    frame = av.VideoFrame(*_even_size(film), _pixels(film))
    frame.colorspace, frame.color_range = film.matrix, 2 if film.full_range else 1
    for plane, values in zip(frame.planes, (luma, *chroma), strict=True):
        into = stored(plane, film.bits)[: plane.height, : plane.width]
        height, width = values.shape
        into[:height, :width] = values
        into[:height, width:] = values[:, -1:]
        into[height:] = into[height - 1]
    return frame


def _even_size(film: Film) -> tuple[int, int]:
    """Width and height; with half the resolution of colour H.264 has no odd ones."""
    return film.width + film.width % 2, film.height + film.height % 2


def _pixels(film: Film) -> str:
    return "yuv420p" if film.bits == 8 else "yuv420p10le"


def check_result(path: Path, film: Film) -> None:
    """Raises InputError for a name or a kind of file that cannot hold the film."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path.name}: the result is a film; name it {', '.join(SUFFIXES)}")
    if (name := unfit_sound(path, film)) is not None:
        raise InputError(f"{path.suffix} files cannot hold sound as {name}, which is copied; use .mkv")


def unfit_sound(path: Path, film: Film) -> str | None:
    """The codec of the film's sound that a file of that name cannot hold; None where it holds all."""
    with av.open("/dev/null", "w", format=_format(path)) as container:
        return next((name for name in film.audio if name not in container.supported_codecs), None)


def join(pieces: list[Path], pts: list[int], film: Film, out: Path, comment: str | None = None) -> None:
    """The result: all pieces one after the other, with the film's sound.

    pts: When each frame is shown, and when the last one ends.
    comment: Words that the file carries in place of the film's own titles; None for those.
    """
    # The index first, so that a browser can begin before it has all of the file.
    options = {} if _format(out) == "matroska" else {"movflags": "+faststart"}
    with ExitStack() as stack:
        source = stack.enter_context(opened(film.sound or film.path))
        result = stack.enter_context(av.open(address(out), "w", format=_format(out), options=options))
        first = stack.enter_context(av.open(address(pieces[0])))
        video = result.add_stream_from_template(first.streams.video[0])
        video.time_base = film.time_base
        if film.rotation:
            video.set_display_rotation(film.rotation)
        heard = source.streams.audio if film.audio else ()
        sounds = {stream.index: result.add_stream_from_template(stream) for stream in heard}
        result.metadata.update(source.metadata if comment is None else {"comment": comment})
        # MP4 says by an edit list what lies before the beginning; Matroska would begin later by as much.
        hidden = _format(out) != "matroska"
        for packet in heapq.merge(_pictures(pieces, pts, film, video), _sound(source, sounds, hidden), key=_seconds):
            result.mux(packet)


def _format(path: Path) -> str:
    return {".mkv": "matroska", ".mov": "mov"}.get(path.suffix.lower(), "mp4")


def _pictures(pieces: list[Path], pts: list[int], film: Film, stream: av.VideoStream) -> "Iterator[av.Packet[Any]]":
    number = 0
    for path in pieces:
        with av.open(address(path)) as piece:
            for packet in piece.demux(video=0):
                if packet.size == 0:
                    continue
                packet.time_base = film.time_base
                packet.pts = packet.dts = pts[number]
                packet.duration = pts[number + 1] - pts[number]
                packet.stream = stream
                number += 1
                yield packet


def _sound(
    source: av.container.InputContainer, sounds: dict[int, av.AudioStream], hidden: bool
) -> "Iterator[av.Packet[Any]]":
    """The sound's packets. hidden: Also those that end before the beginning, which is at 0."""
    if not sounds:
        return
    packets = source.demux(audio=tuple(range(len(sounds))))
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:  # the file is cut short
            return
        if packet is None:
            return
        if packet.size and packet.dts is not None and (hidden or packet.dts + (packet.duration or 0) > 0):
            packet.stream = sounds[packet.stream.index]
            yield packet


def _seconds(packet: "av.Packet[Any]") -> float:
    return float((packet.dts or 0) * packet.time_base)
