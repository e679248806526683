"""Structured logs on standard error, from the bot and from the libraries alike, without secrets.

Every line passes `Redactor`, tracebacks included, so a secret cannot slip in through an exception's text.
"""

import json
import logging
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

import structlog

HIDDEN = "[hidden]"


class Redactor:
    """Replaces known secrets wherever they stand, also as JSON or a URL writes them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Hide one more secret from now on; shorter than four letters it would hide half of the log."""
        if len(secret) >= 4:
            forms = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret), quote_plus(secret)}
            self._forms = sorted({*self._forms, *forms}, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """The text without the secrets."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def __call__(self, _logger: Any, _method: str, line: Any) -> str:
        """The rendered line without the secrets (a structlog processor)."""
        return self.hide(str(line))


def configure(*, style: str = "text", secrets: Iterable[str] = (), level: str = "INFO") -> Redactor:
    """Send all logs to standard error; style is "text" or "json". Returns what hides secrets."""
    redactor = Redactor(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer, redactor],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("apscheduler", "alembic", "uvicorn.access", "urllib3", "PIL"):
        logging.getLogger(noisy).setLevel("WARNING")
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return redactor
