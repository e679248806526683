"""How an operator likes the pages: kept in a cookie of the browser."""

from dataclasses import dataclass
from typing import Literal, cast

from starlette.requests import HTTPConnection

COOKIE = "view"
ROWS = ("dense", "comfortable")
TIMES = ("utc", "local")
KEYS = ("keys", "nokeys")

Rows = Literal["dense", "comfortable"]
Times = Literal["utc", "local"]
Keys = Literal["keys", "nokeys"]


@dataclass(frozen=True, slots=True)
class View:
    """rows: how high the rows of the log are. times: in which zone. keys: whether single keys do something."""

    rows: Rows = "dense"
    times: Times = "utc"
    keys: Keys = "keys"

    def cookie(self) -> str:
        """As it stands in the cookie."""
        return f"{self.rows}.{self.times}.{self.keys}"


def view_of(request: HTTPConnection) -> View:
    """What the browser's cookie says; the usual view where it says nothing that is known."""
    parts = request.cookies.get(COOKIE, "").split(".")
    if len(parts) != 3:
        return View()
    return chosen(*parts)


def chosen(rows: str, times: str, keys: str) -> View:
    """From words; those that are not known are left as usual."""
    return View(
        cast("Rows", rows if rows in ROWS else ROWS[0]),
        cast("Times", times if times in TIMES else TIMES[0]),
        cast("Keys", keys if keys in KEYS else KEYS[0]),
    )
