"""Moving pictures: films, clips and GIFs in colours that stay from frame to frame.

A film is read three times, frame by frame, so that memory does not grow with its length: once for its times and cuts
(`plan`), once small for its colours (`steady`), once at full size for the join of luma and new chroma (`planes`). What
is done is kept piece by piece in a folder beside the result (`run`), from which a run that was stopped goes on.

Names are imported when they are first used: who starts a process of its own for films does not load PyTorch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colorizer.film.errors import FilmError
    from colorizer.film.hints import TimedHint, read_timed_hint
    from colorizer.film.run import Progress, Wishes, colour_film, preview_film

__all__ = ["FilmError", "Progress", "TimedHint", "Wishes", "colour_film", "preview_film", "read_timed_hint"]

_HOMES = {
    "errors": ("FilmError",),
    "hints": ("TimedHint", "read_timed_hint"),
    "run": ("Progress", "Wishes", "colour_film", "preview_film"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
