"""Films for tests, made by PyAV: a picture in grey that a camera moves over, with sound if wanted."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image
from skimage import data as samples


def views(count, size=(96, 64), picture=None):
    """Grey views of a picture, uint8 (height, width), each a little farther to the right."""
    image = Image.fromarray(samples.astronaut() if picture is None else picture).convert("L")
    width, height = size
    scale = min(image.width / width, image.height / height) * 0.7
    for number in range(count):
        left = (image.width - width * scale) * number / max(1, count - 1) * min(1, count / 40)
        box = (left, 0, left + width * scale, height * scale)
        yield np.array(image.resize(size, Image.Resampling.BICUBIC, box=box))


def film(
    path,
    frames=12,
    *,
    size=(96, 64),
    codec="libx264",
    pixels="yuv420p",
    rate=25,
    pts=None,
    time_base=None,
    sound=None,
    rotation=0,
    full_range=False,
    options=None,
    pictures=None,
    format=None,  # noqa: A002 - PyAV's name
    primaries=None,
    transfer=None,
    matrix=None,
):
    """A film file.

    pts: when each frame is shown, in units of time_base. sound: a codec, for two seconds of a tone. pictures: other
    frames than the moving view, uint8 (height, width) or (height, width, 3 or 4).
    """
    pictures = list(views(frames, size)) if pictures is None else pictures
    with av.open(str(path), "w", format=format) as container:
        stream = container.add_stream(codec, rate=rate, options={"crf": "12", **(options or {})})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        if time_base:
            stream.codec_context.time_base = time_base
        if full_range:
            stream.codec_context.color_range = 2
        for label, value in {"color_primaries": primaries, "color_trc": transfer, "colorspace": matrix}.items():
            if value is not None:
                setattr(stream.codec_context, label, value)
        voice = container.add_stream(sound, rate=48_000, layout="mono") if sound else None
        if rotation:
            stream.set_display_rotation(rotation)
        for number, picture in enumerate(pictures):
            kind = {2: "gray", 3: "rgb24", 4: "rgba"}[picture.ndim if picture.ndim == 2 else picture.shape[2]]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), kind)
            if kind == "gray" and pixels.startswith("yuv"):
                frame = frame.reformat(format=pixels, src_color_range=2, dst_color_range=2 if full_range else 1)
            frame.pts = number if pts is None else pts[number]
            frame.time_base = time_base or Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if voice:
            for frame in tone(voice.codec_context.frame_size or 1024):
                container.mux(voice.encode(frame))
            container.mux(voice.encode(None))
    return path


def cut_by_edit_list(path, frames, hidden):
    """A film whose first frames, and the sound to them, its file has and its edit list hides."""
    whole = film(path.with_name(f"whole-{path.name}"), frames, options={"g": str(frames), "bf": "2"}, sound="aac")
    with av.open(str(whole)) as source, av.open(str(path), "w") as container:
        streams = [container.add_stream_from_template(stream) for stream in source.streams]
        for packet in source.demux():
            if packet.dts is not None:
                earlier = int(Fraction(hidden, 25) / packet.time_base)
                packet.pts, packet.dts = packet.pts - earlier, packet.dts - earlier
                packet.stream = streams[packet.stream.index]
                container.mux(packet)
    return path


def broken(path):
    """An MP4 file with its index, of which no frame can be decoded."""
    film(path, 5)
    data = bytearray(path.read_bytes())
    start = data.find(b"mdat") + 4
    length = int.from_bytes(data[start - 8 : start - 4], "big") - 8
    data[start : start + length] = bytes(length)
    path.write_bytes(data)
    return path


def voice(path):
    """Two seconds of sound alone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        for frame in tone(1024):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def tone(length):
    wave = (np.sin(np.arange(96_000) / 17) * 9000).astype(np.int16)
    resample = av.AudioResampler(format="s16", layout="mono", rate=48_000)
    for start in range(0, len(wave) - length, length):
        frame = av.AudioFrame.from_ndarray(wave[None, start : start + length], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        yield from resample.resample(frame)


def luma(frame):
    kind = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
    plane = frame.planes[0]
    rows = np.frombuffer(plane, kind).reshape(-1, plane.line_size // np.dtype(kind).itemsize)
    return rows[: frame.height, : frame.width].astype(int)


def decoded(path):
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def is_open(path):
    """Whether this process reads the file, or has forgotten to close it."""
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if one.readlink() == path.resolve():
                return True
    return False


def seconds(path):
    return [frame.pts * frame.time_base for frame in decoded(path)]


def sound(path):
    """The bytes and times of the sound's packets."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return []
        return [(p.pts * p.time_base, bytes(p)) for p in container.demux(audio=0) if p.size]


def chroma(frame):
    """How colourful a frame is: the mean distance of Cb and Cr from grey."""
    pixels = frame.to_ndarray(format="yuv444p").astype(int)
    return np.abs(pixels[1:] - 128).mean()
