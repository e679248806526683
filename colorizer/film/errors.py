"""Why a file is not a film that can be coloured; each message says it in words for a log."""

from colorizer.errors import ColorizerError


class FilmError(ColorizerError, ValueError):
    """The file is not a film that can be coloured; the message names what is wrong and what to do."""


class NotAFilm(FilmError):
    """The file holds no moving pictures: it is something else, sound alone, or a single picture."""


class BrokenFilm(FilmError):
    """The file is a film, but no frame of it can be read."""


class FilmTooLong(FilmError):
    """The film has more frames, or lasts longer, than the limit."""


class FilmTooLarge(FilmError):
    """The frames have more pixels than the limit."""


class FilmTooCostly(FilmError):
    """Colouring took more time, memory or space than the limit."""


class FilmCrashed(FilmError):
    """The film brought the process down that decoded it: a fault of a codec, and perhaps an attack."""
