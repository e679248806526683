import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine
from starlette.routing import Mount

from bot.store import login_sessions
from bot.store.files import JobFiles
from tests.web.made_jobs import answer, receive

PUBLIC = {"/healthz", "/metrics", "/login", "/about", "/results/{key}.jpg", "/results/{key}.mp4", "/static"}


def test_every_route_but_the_public_ones_asks_for_a_login(
    engine: Engine, files: JobFiles, app: FastAPI, visitor: httpx.Client
) -> None:
    job = answer(engine, receive(engine, 1), files)
    seen = set()
    for route in app.routes:
        assert isinstance(route, APIRoute | Mount)
        seen.add(route.path)
        path = route.path.format(
            job_id=job.id,
            key="some-known-key",
            number=1,
            action="retry",
            batch="0" * 16,
            session_id="0" * 64,
            name="x",
            stage="fetch",
        )
        path += "/" * isinstance(route, Mount)
        for method in getattr(route, "methods", None) or {"GET"}:
            got = visitor.request(method, path)
            if route.path in PUBLIC:
                assert not got.headers.get("location", "").startswith("/login"), path
            elif method == "GET":
                assert (got.status_code, got.headers["location"]) == (303, f"/login?next={path}")
            else:
                assert got.status_code in {303, 413}, path
                assert got.status_code == 413 or got.headers["location"].startswith("/login?next="), path
    assert seen > PUBLIC
    assert {"/", "/log", "/log/events", "/log/{job_id}", "/log/{job_id}/{action}", "/charts", "/logout"} <= seen


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/redoc", "/nothing", "/LOG", "/log/", "//log", "/healthz/", "/about/../log"]
)
def test_addresses_that_do_not_exist_are_behind_the_login_too(visitor: httpx.Client, path: str) -> None:
    assert visitor.get(path).headers["location"].startswith("/login?next=")


def test_a_post_without_a_session_leads_to_the_login(visitor: httpx.Client) -> None:
    got = visitor.post("/logout", data={"token": "x"})
    assert (got.status_code, got.headers["location"]) == (303, "/login?next=/logout&lost=1")


def test_no_form_is_taken_that_another_site_could_have_sent(
    engine: Engine, app: FastAPI, operator: httpx.Client
) -> None:
    job = receive(engine, 1)
    (mine,) = login_sessions.present(engine)
    actions = {"people": "block", "subreddits": "mute", "status": "pause"}
    tried = []
    for route in app.routes:
        if isinstance(route, APIRoute) and "POST" in route.methods and route.path != "/login":
            action = actions.get(route.path.split("/")[1], "retry")
            values = {"job_id": job.id, "batch": "0" * 16, "session_id": mine.id, "stage": "fetch"}
            path = route.path.format(action=action, **values)
            for token in ("", "x", "é"):
                got = operator.post(path, params={"id": job.id, "name": "ida"}, data={"token": token})
                assert got.status_code == 403, path
            tried.append(route.path)
    assert len(tried) >= 9
    assert operator.get("/log").status_code == 200, "nothing was done, not even a logout"


@pytest.mark.parametrize("path", ["/log/", "/charts/", "/static", "/about/", "//evil.example/"])
def test_the_host_that_a_client_names_is_in_no_answer(operator: httpx.Client, path: str) -> None:
    for url in (path, "/login", "/log/99"):
        got = operator.get(url, headers={"Host": "evil.example"})
        assert "evil.example" not in got.headers.get("location", "").replace("//evil.example/", "")
        assert not got.headers.get("location", "").startswith(("http", "//"))


def test_an_error_says_what_to_do(operator: httpx.Client, engine: Engine) -> None:
    assert "has a typing error" in operator.get("/log/99").text
    assert "Go back, reload the page" in operator.post("/logout", data={"token": "x"}).text
    assert "Open the page that leads here" in operator.get("/logout").text
    assert "Choose fewer jobs" in operator.post("/logout", data={"token": "x" * 20_000}).text
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO mislaid")
    got = operator.get("/log?user=<b>")
    assert got.status_code == 500
    assert "The database does not answer" in got.text
    assert "colorizebot doctor" in got.text


def test_static_files_cannot_be_left(visitor: httpx.Client) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert visitor.get(path).status_code in {303, 404}, path
    assert visitor.get("/static/").status_code == 404
    assert visitor.get("/static/style.css").headers["content-type"].startswith("text/css")


def test_every_answer_carries_the_security_headers(visitor: httpx.Client, operator: httpx.Client) -> None:
    answers = [visitor.get(p) for p in ("/login", "/log", "/about", "/healthz", "/metrics", "/results/x.jpg")]
    answers += [
        visitor.get("/charts"),
        operator.get("/charts"),
        visitor.get("/static/style.css"),
        operator.get("/log"),
        operator.get("/log/99"),
        operator.get("/none"),
    ]
    answers += [visitor.post("/logout"), visitor.put("/log")]
    for got in answers:
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["x-frame-options"] == "DENY"
        assert got.headers["referrer-policy"] == "same-origin"
        assert got.headers["content-security-policy"].startswith("default-src 'self';")
        assert "unsafe" not in got.headers["content-security-policy"]
    assert operator.get("/log").headers["cache-control"] == "no-store"


def test_an_error_has_the_headers_and_tells_nothing(engine: Engine, operator: httpx.Client) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE steps RENAME TO mislaid")
    got = operator.get("/log")
    assert got.status_code == 500
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "Something broke while this page was made" in got.text
    assert "mislaid" not in got.text
    assert "steps" not in got.text


def test_pages_load_nothing_from_elsewhere_and_no_script_but_one(engine: Engine, operator: httpx.Client) -> None:
    job = receive(engine, 1)
    mine = ["live", "keys"]
    for path, names in (
        ("/log", mine),
        (f"/log/{job.id}/retry", mine),
        ("/charts", [*mine, "charts"]),
        ("/about", []),
        ("/login", []),
    ):
        page = operator.get(path).text
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//(?!www\.reddit\.com/)', page)
        scripts = re.findall(r"<script.*?</script>", page, re.DOTALL)
        assert [re.sub(r"v=[\w.]+", "", script) for script in scripts] == [
            f'<script src="/static/{name}.js?" defer></script>' for name in names
        ]
        assert " style=" not in page


def test_the_root_leads_to_the_log(operator: httpx.Client) -> None:
    got = operator.get("/")
    assert (got.status_code, got.headers["location"]) == (303, "/log")


def test_about_says_what_the_bot_is(visitor: httpx.Client) -> None:
    page = visitor.get("/about").text
    assert "machine's guess" in page
    assert "u/ColorizeBot" in page
