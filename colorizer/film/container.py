"""A file of moving pictures and its streams, as PyAV opens and decodes them."""

from collections.abc import Generator
from pathlib import Path
from typing import cast

import av

from colorizer.film.errors import NotAFilm

_FORMATS = (
    "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpeg", "mpegts", "mpegvideo", "m4v", "h264",
    "hevc", "ogg", "flv", "asf", "mxf", "dv", "ivf", "nut", "rm", "gif", "apng", "mjpeg", "yuv4mpegpipe", "webp_pipe",
    "png_pipe", "jpeg_pipe", "bmp_pipe", "tiff_pipe", "aac", "mp3", "flac", "wav",
)  # fmt: skip
"""FFmpeg's names of what is read. No playlists: they lead to other files and to addresses."""

_TRANSPARENT = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""Decoders that do not leave out how opaque a frame of WebM is."""


def address(path: Path) -> str:
    """A file as FFmpeg takes it, which reads a name such as `12:30.mp4` as an address."""
    return f"file:{path}"


def opened(path: Path) -> av.container.InputContainer:
    """A file of moving pictures or sound; never a playlist. Raises OSError and NotAFilm."""
    with path.open("rb"):  # what cannot be opened is an OSError, as everywhere
        pass
    try:
        return av.open(address(path), options={"format_whitelist": ",".join(_FORMATS), "protocol_whitelist": "file"})
    except av.error.FFmpegError as error:
        raise NotAFilm(
            f"{path.name} is no film, or its beginning or index is missing ({error.strerror}); "
            "name a film, a clip or a GIF"
        ) from error


def audio_of(container: av.container.InputContainer) -> tuple[str, ...]:
    """Names of the codecs of its sound."""
    return tuple(sound.codec_context.name for sound in container.streams.audio)


def video_of(container: av.container.InputContainer, path: Path) -> av.VideoStream:
    """The stream of its moving pictures, not that of a cover. Raises NotAFilm where there is none."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            stream.thread_type = "AUTO"
            return stream
    if container.streams.audio:
        raise NotAFilm(f"{path.name} holds sound alone, no pictures")
    raise NotAFilm(f"{path.name} holds no pictures")


def decoded(container: av.container.InputContainer, stream: av.VideoStream) -> Generator[av.VideoFrame | None]:
    """The frames; None for what cannot be decoded. Ends where the file is cut short."""
    packets = container.demux(stream)
    decoder = _TRANSPARENT.get(stream.codec_context.name) if stream.metadata.get("alpha_mode") == "1" else None
    other = None
    if decoder and decoder in av.codecs_available:
        other = cast("av.VideoCodecContext", av.CodecContext.create(decoder, "r"))
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            yield None
            return
        if packet is None:
            return
        try:
            # What ends a film is a packet without data.
            yield from packet.decode() if other is None else other.decode(packet if packet.size else None)
        except av.error.FFmpegError:
            yield None
