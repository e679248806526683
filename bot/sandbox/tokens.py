"""Bearer and refresh tokens."""

from collections.abc import Callable
from dataclasses import dataclass

LIFETIME = 86_400


@dataclass
class Token:
    """Whom the token stands for (None: the application alone), until when, and which application it was given to."""

    user: str | None
    expires: float
    scope: str
    client: str


class Tokens:
    """The tokens given out so far. Their texts count up, so that a run can be repeated exactly."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._bearers: dict[str, Token] = {}
        self._refresh: dict[str, str] = {}
        self._codes: dict[str, tuple[str, bool]] = {}
        self._count = 0

    def issue(self, user: str | None, scope: str = "*", *, client: str = "sandbox_client") -> str:
        """A new bearer, good for a day."""
        self._count += 1
        bearer = f"sandbox-bearer-{self._count:06d}"
        self._bearers[bearer] = Token(user, self._clock() + LIFETIME, scope, client)
        return bearer

    def find(self, bearer: str) -> Token | None:
        """The token if it is known and has not run out."""
        token = self._bearers.get(bearer)
        return token if token and token.expires > self._clock() else None

    def revoke_all(self) -> None:
        """Make every bearer unknown, as after a day; refresh tokens stay good."""
        self._bearers.clear()

    def issue_refresh(self, user: str) -> str:
        """A new refresh token for the user."""
        self._count += 1
        refresh = f"sandbox-refresh-{self._count:06d}"
        self._refresh[refresh] = user
        return refresh

    def issue_code(self, user: str, *, permanent: bool) -> str:
        """A code, good for one use, for a bearer or with `permanent` a refresh token too."""
        self._count += 1
        code = f"sandbox-code-{self._count:06d}"
        self._codes[code] = (user, permanent)
        return code

    def redeem(self, code: str) -> tuple[str, bool] | None:
        """The user of a code, and whether a refresh token comes with it."""
        return self._codes.pop(code, None)

    def refreshes(self, refresh: str) -> str | None:
        """The user that a refresh token stands for."""
        return self._refresh.get(refresh)

    def forget(self, text: str) -> None:
        """Revoke one token of either sort."""
        self._bearers.pop(text, None)
        self._refresh.pop(text, None)
