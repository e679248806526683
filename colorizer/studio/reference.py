"""The API's reference as a page: what `openapi.json` says, without a script from anywhere."""

import json
from html import escape
from typing import Any

from fastapi.responses import HTMLResponse

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def reference_page(api: dict[str, Any]) -> HTMLResponse:
    """A page of all operations, with parameters, bodies and answers, from an OpenAPI document."""
    parts = [_operation(path, method, one) for path, methods in api["paths"].items() for method, one in methods.items()]
    schemas = api.get("components", {}).get("schemas", {})
    models = [_model(name, one) for name, one in schemas.items() if not name.endswith("ValidationError")]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(api['info']['title'])}</title><link rel='stylesheet' href='/reference.css'>"
        f"<main><h1>{escape(api['info']['title'])}</h1><p>{escape(api['info']['description'])}</p>"
        "<p>The same for programs: <a href='/openapi.json'>openapi.json</a></p>"
        f"{''.join(parts)}<h2>Bodies and answers</h2>{''.join(models)}</main></html>"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


def _operation(path: str, method: str, one: dict[str, Any]) -> str:
    rows = [
        (f"{value['name']} ({value['in']})", _type(value["schema"]), value.get("description", ""))
        for value in one.get("parameters", [])
    ]
    for kind, content in one.get("requestBody", {}).get("content", {}).items():
        rows.append(("body", f"{kind} {_type(content.get('schema', {}))}", ""))
    for status, answer in one["responses"].items():
        if status != "422":
            kinds = ", ".join(f"{kind} {_type(c.get('schema', {}))}" for kind, c in answer.get("content", {}).items())
            rows.append((f"answer {status}", kinds, ""))
    said = escape(one.get("description", ""))
    return f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{said}</p>{_table(rows)}"


def _model(name: str, one: dict[str, Any]) -> str:
    rows = [(field, _type(value), value.get("description", "")) for field, value in one.get("properties", {}).items()]
    return f"<h3 id='{escape(name)}'>{escape(name)}</h3><p>{escape(one.get('description', ''))}</p>{_table(rows)}"


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = [f"<tr><th scope='row'>{escape(a)}</th><td>{b}</td><td>{escape(c)}</td></tr>" for a, b, c in rows]
    return f"<table>{''.join(lines)}</table>" if lines else ""


def _type(schema: dict[str, Any]) -> str:
    """A JSON schema in words, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return escape(" | ".join(map(json.dumps, schema["enum"])))
    words = str(schema.get("type", ""))
    if "items" in schema:
        words = "list of " + _type(schema["items"])
    if "prefixItems" in schema:
        words = "[" + ", ".join(_type(one) for one in schema["prefixItems"]) + "]"
    limits = [f"{sign} {schema[key]:g}" for key, sign in _LIMITS if key in schema]
    return " ".join([words, *map(escape, limits)])


_LIMITS = (("minimum", ">="), ("maximum", "<="), ("maxLength", "at most"), ("maxItems", "at most"))
