"""Why bytes are not a picture that can be used; each message says it in words for a log."""

from colorizer.errors import ColorizerError


class PhotoError(ColorizerError, ValueError):
    """The bytes are not a picture that can be used."""


class NotAnImage(PhotoError):
    """The bytes are not a picture in a supported format."""


class UnsupportedImage(NotAnImage):
    """The bytes are a picture, or pages, in a format that is known and not read."""


class BrokenImage(PhotoError):
    """The bytes begin like a supported picture, but are damaged, cut short or of a rare unsupported kind."""


class TooManyPixels(PhotoError):
    """The header announces more pixels, or a longer side, than the limit; no pixel was decoded."""


class TooCostly(PhotoError):
    """Decoding would take, or took, more time or memory than the limit, whatever the number of pixels."""


class CodecCrashed(PhotoError):
    """The picture brought the process down that decoded it: a fault of a codec, and perhaps an attack."""


class DecoderFailed(ColorizerError, RuntimeError):
    """The decoding process could not be started, or gave an unexpected answer: not the fault of a picture."""
