"""Pages for people out of templates, with headers under which nothing on them can run."""

from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
# Pictures and films may come from wherever a comment links to.
_POLICY = (
    "default-src 'none'; img-src http: https:; media-src http: https:; style-src 'self'; base-uri 'none'; "
    "form-action 'self'"
)


def html_page(template: str, status: int = 200, **values: Any) -> Response:
    """The rendered template."""
    html = _ENVIRONMENT.get_template(template).render(**values)
    headers = {
        "content-security-policy": _POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",  # with none, a form of our own comes without its origin
    }
    return Response(html, status, headers, media_type="text/html; charset=utf-8")
