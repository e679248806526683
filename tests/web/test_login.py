import json
import re

import httpx
import pytest
from itsdangerous.encoding import base64_decode, base64_encode
from sqlalchemy import Engine

from bot.hosting.folder import FolderHost
from bot.serving import BackgroundServer
from bot.store.files import JobFiles
from bot.store.secrets import get_or_create
from bot.web.app import create_app
from bot.web.login import Tries, ensure_password, is_password, reset_password
from bot.web.login_pages import local
from bot.web.sessions import LIFETIME, Sessions
from tests.patience import PATIENCE


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_password_is_told_once_and_stored_only_as_a_hash(engine: Engine) -> None:
    password = ensure_password(engine)
    assert password
    assert ensure_password(engine) is None
    stored, _ = get_or_create(engine, "operator_password", lambda: "none")
    assert stored.startswith("$argon2id$")
    assert is_password(engine, password)
    assert not is_password(engine, f"{password} ")
    assert not is_password(engine, "")


def test_without_a_password_nobody_gets_in(engine: Engine) -> None:
    with pytest.raises(LookupError):
        is_password(engine, "")
    assert ensure_password(engine)  # and asking has not made one that nobody knows


def test_a_new_password_ends_the_old_one_and_every_session(
    engine: Engine, operator: httpx.Client, password: str
) -> None:
    assert operator.get("/log").status_code == 200
    new = reset_password(engine)
    assert operator.get("/log").status_code == 303
    assert operator.post("/login", data={"password": password}).status_code == 401
    assert operator.post("/login", data={"password": new}).status_code == 303
    assert operator.get("/log").status_code == 200


def test_a_visitor_is_led_through_the_login_to_the_page_that_was_asked_for(
    visitor: httpx.Client, password: str
) -> None:
    answer = visitor.get("/log?before=7")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/log%3Fbefore%3D7"
    target = re.search(r'name="next" value="([^"]*)"', visitor.get(answer.headers["location"]).text)
    assert target
    assert target[1] == "/log?before=7"
    answer = visitor.post("/login", data={"password": password, "next": target[1]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/log?before=7")
    assert visitor.get("/log?before=7").status_code == 200


def test_a_wrong_password_gives_no_session(visitor: httpx.Client) -> None:
    answer = visitor.post("/login", data={"password": "wrong"})
    assert answer.status_code == 401
    assert "That is not the password" in answer.text
    assert "set-cookie" not in answer.headers
    assert visitor.get("/log").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: httpx.Client, password: str) -> None:
    cookie = visitor.post("/login", data={"password": password}).headers["set-cookie"].lower()
    assert cookie.startswith("session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert f"max-age={LIFETIME}" in cookie
    assert "; secure" not in cookie


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(
    engine: Engine, files: JobFiles, hosted: FolderHost, password: str
) -> None:
    app = create_app(engine=engine, files=files, hosted=hosted, bot_name="ColorizeBot", secure_cookies=True)
    with BackgroundServer(lambda _: app) as server:
        answer = httpx.post(f"{server.url}/login", data={"password": password}, trust_env=False, timeout=PATIENCE)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert "; secure" in cookie.lower()


def test_a_session_ends_after_twelve_hours(engine: Engine) -> None:
    clock = Clock()
    sessions = Sessions(engine, secure=False, clock=clock)
    cookie = sessions.start()
    clock.now += 12 * 3600 - 1
    assert sessions.valid(cookie)
    clock.now += 2
    assert not sessions.valid(cookie)


def test_a_forged_cookie_is_no_session(engine: Engine, visitor: httpx.Client) -> None:
    sessions = Sessions(engine, secure=False)
    cookie = sessions.start()
    content, signature = cookie.split(".")
    end, random = json.loads(base64_decode(content))
    longer = f"{base64_encode(json.dumps([end + 1, random])).decode()}.{signature}"
    form_token = sessions.form_token(content)
    for forged in (
        "",
        ".",
        "..",
        "x",
        longer,
        f"{content}.",
        f"{content}.{form_token}",
        cookie[:-1],
        "9.é.é",
    ):
        assert not sessions.valid(forged), forged
        raw = f"session={forged}".encode("latin-1")
        assert visitor.get("/log", headers={b"Cookie": raw}).status_code == 303, forged
    assert visitor.get("/log", headers={"Cookie": f"session={cookie}"}).status_code == 200


def test_logging_out_needs_the_token_of_the_form(operator: httpx.Client) -> None:
    assert operator.post("/logout").status_code == 403
    assert operator.post("/logout", data={"token": "é"}).status_code == 403
    assert operator.get("/logout").status_code == 405
    token = re.search(r'name="token" value="([^"]+)"', operator.get("/log").text)
    assert token
    answer = operator.post("/logout", data={"token": token[1]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert operator.get("/log").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "log",
        "",
        "/log\r\nSet-Cookie: a=b",
        "/log@evil.example",
    ],
)
def test_the_login_leads_to_no_other_site(target: str) -> None:
    assert local(target) == "/log"


def test_a_hostile_target_is_dropped_over_http_too(visitor: httpx.Client, password: str) -> None:
    assert "evil" not in visitor.get("/login", params={"next": "//evil.example"}).text
    answer = visitor.post("/login", data={"password": password, "next": "//evil.example"})
    assert answer.headers["location"] == "/log"


def test_local_targets_are_kept() -> None:
    for target in ("/", "/log", "/log?before=12", "/log/3/before.jpg"):
        assert local(target) == target


def test_the_eleventh_try_within_a_minute_must_wait(visitor: httpx.Client, password: str) -> None:
    for _ in range(10):
        assert visitor.post("/login", data={"password": "wrong"}).status_code == 401
    answer = visitor.post("/login", data={"password": password})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_behind_a_trusted_proxy_each_client_has_its_own_tries(
    engine: Engine, files: JobFiles, hosted: FolderHost, password: str
) -> None:
    def statuses(proxies: tuple[str, ...], clients: list[str]) -> list[int]:
        app = create_app(
            engine=engine,
            files=files,
            hosted=hosted,
            bot_name="ColorizeBot",
            secure_cookies=False,
            trusted_proxies=proxies,
        )
        with (
            BackgroundServer(lambda _: app) as server,
            httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE) as client,
        ):
            headers = [{"X-Forwarded-For": address} for address in clients]
            return [client.post("/login", data={"password": ""}, headers=one).status_code for one in headers]

    attacker, operator = ["203.0.113.9"] * 11, ["198.51.100.7"]
    assert statuses(("127.0.0.0/8",), [*attacker, *operator])[-2:] == [429, 401]
    assert statuses((), [*attacker, *operator])[-2:] == [429, 429]  # nobody's word counts: all are the proxy
    invented = [f"10.0.0.{number}, 203.0.113.9" for number in range(11)]  # what a client claims stands on the left
    assert statuses(("127.0.0.1",), invented)[-1] == 429


def test_tries_are_counted_by_client_and_over_all() -> None:
    clock = Clock()
    tries = Tries(per_client=2, over_all=3, seconds=60, clock=clock)
    assert tries.admit("a") == 0
    clock.now += 10
    assert tries.admit("a") == 0
    assert tries.admit("a") == 50
    assert tries.admit("b") == 0
    assert tries.admit("c") == 50  # three tries of everybody
    clock.now += 50
    assert tries.admit("c") == 0  # the first one is a minute old


def test_a_huge_form_is_refused_unread(visitor: httpx.Client) -> None:
    assert visitor.post("/login", data={"password": "x" * 20_000}).status_code == 413
    assert visitor.post("/login", content=iter([b"password=x"])).status_code == 413
