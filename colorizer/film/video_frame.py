"""One frame as it was decoded: its planes, range, matrix, transparency and fields."""

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace

Plane = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
"""One plane of a frame, (height, width)."""

BT709, BT601, SMPTE240, BT2020 = 1, 6, 7, 9
"""Numbers of the usual matrices between RGB and luma with chroma (ITU-T H.273, table 4)."""

AV_MATRIX = {BT709: Colorspace.ITU709, BT601: Colorspace.ITU601}
"""The names of those that FFmpeg converts with."""

_BOTTOM_FIRST = (3, 4)
"""Of FFmpeg's AVFieldOrder, those whose bottom field is shown first."""


def stored(plane: av.video.plane.VideoPlane, bits: int) -> Plane:
    """A plane's own memory, (height, padded width); what is written to it is in the frame."""
    kind = np.dtype(np.uint16 if bits > 8 else np.uint8)
    values: Plane = np.frombuffer(plane, kind)  # type: ignore[call-overload]
    return values.reshape(-1, plane.line_size // kind.itemsize)


def full_range(frame: av.VideoFrame) -> bool:
    """Whether luma has all values; grey alone has them unless the file says otherwise."""
    if int(frame.color_range) == ColorRange.UNSPECIFIED.value:
        return frame.format.name.startswith(("gray", "yuvj", "mono"))
    return int(frame.color_range) == ColorRange.JPEG.value


def is_transparent(frame: av.VideoFrame) -> bool:
    """Whether it has luma, chroma and how opaque it is, in planes of their own."""
    return frame.format.name.startswith("yuva")


def is_rgb(frame: av.VideoFrame) -> bool:
    """Whether it has red, green and blue, or numbers of a palette."""
    return frame.format.is_rgb or frame.format.has_palette


def on_white(frame: av.VideoFrame) -> av.VideoFrame:
    """A frame without transparency."""
    name = frame.format.name
    kinds = ("rgba", "bgra", "argb", "abgr", "gbrap", "yuva")
    if not (frame.format.has_palette or any(part in name for part in kinds)):
        return frame
    pixels = frame.to_ndarray(format="rgba").astype(np.uint16)
    alpha = pixels[..., 3:]
    if int(alpha.min()) == 255:
        return frame
    flat = (pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    made = av.VideoFrame.from_ndarray(np.ascontiguousarray(flat.astype(np.uint8)), format="rgb24")
    made.pts = frame.pts
    return made


def matrix_of(frame: av.VideoFrame) -> int:
    """The frame's matrix; where the file does not say, that of its size, as players do."""
    stated = {5: BT601}.get(int(frame.colorspace), int(frame.colorspace))
    if stated in (BT709, BT601, SMPTE240, BT2020):
        return stated
    return BT709 if min(frame.width, frame.height) >= 720 else BT601


def interlaced(frame: av.VideoFrame, codec: av.VideoCodecContext) -> str | None:
    """None, or which field is shown first: "tff" or "bff"."""
    if not frame.interlaced_frame:
        return None
    return "bff" if codec.field_order in _BOTTOM_FIRST or codec.name == "dvvideo" else "tff"  # DV does not say it
