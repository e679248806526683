"""Everything of Reddit's API that the sandbox does not have."""

from ..calls import Call, Routes
from ..errors import not_implemented

routes = Routes()


@routes.on("GET POST PUT PATCH DELETE", "/{path:path}")
def missing(_: Call) -> None:
    """501, so that nobody takes it for a thing that is not there."""
    raise not_implemented()
