"""Each test here says with `@pytest.mark.praw("Class.method", ...)` which of PRAW's calls it checks."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import praw
import pytest

_PRAW = str(Path(praw.__file__).parent)


@pytest.fixture(autouse=True)
def really_called(request: pytest.FixtureRequest) -> Iterator[None]:
    """The calls that a test says it checks have been made in it, by PRAW's own code."""
    mark = request.node.get_closest_marker("praw")
    named = set(mark.args) if mark else set()
    made: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(_PRAW):
            made.add(frame.f_code.co_qualname)

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)
    assert named <= made, f"not called: {sorted(named - made)}"
