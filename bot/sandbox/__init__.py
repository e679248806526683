"""A Reddit on loopback that speaks HTTP as Reddit does, for demos and tests.

Names are imported when they are first used, so that the pytest plugin costs a test run without it nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .server import Sandbox
    from .world import World

__all__ = ["Sandbox", "World"]


def __getattr__(name: str) -> Any:
    if name == "Sandbox":
        from .server import Sandbox

        return Sandbox
    if name == "World":
        from .world import World

        return World
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
