"""Moving pictures: films, clips and GIFs in colours that stay from frame to frame.

A film is read three times, frame by frame, so that memory does not grow with its length: once for its times and cuts
(`plan`), once small for its colours (`steady`), once at full size for the join of luma and new chroma (`planes`). What
is done is kept piece by piece in a folder beside the result (`run`), from which a run that was stopped goes on.
"""

from colorizer.film.errors import FilmError
from colorizer.film.hints import TimedHint, read_timed_hint
from colorizer.film.run import Progress, Wishes, colour_film, preview_film

__all__ = ["FilmError", "Progress", "TimedHint", "Wishes", "colour_film", "preview_film", "read_timed_hint"]
