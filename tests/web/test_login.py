import json
import re
from datetime import UTC, datetime

import httpx
import pytest
import time_machine
from itsdangerous.encoding import base64_decode, base64_encode, bytes_to_int, int_to_bytes
from sqlalchemy import Engine

from bot.domain.outcomes import Outcome
from bot.hosting.folder import FolderHost
from bot.serving import BackgroundServer
from bot.store import audit, login_sessions
from bot.store.files import JobFiles
from bot.store.secrets import get_or_create
from bot.web import brake
from bot.web.app import create_app
from bot.web.brake import FORGIVEN, FREE, IN_ALL, Brake, client_of
from bot.web.login import ensure_password, is_password, reset_password
from bot.web.login_pages import browser_in_words, local
from bot.web.sessions import LIFETIME, Sessions
from tests.patience import PATIENCE
from tests.web.made_jobs import receive, refuse


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
    sessions = Sessions(engine, secure=False)
    with time_machine.travel(datetime(2026, 11, 26, 8, tzinfo=UTC), tick=False) as clock:
        cookie = sessions.start()
        clock.shift(LIFETIME - 1)
        assert sessions.valid(cookie)
        clock.shift(2)
        assert not sessions.valid(cookie)


def test_a_session_is_a_row_and_a_cookie_without_it_is_worth_nothing(engine: Engine) -> None:
    sessions = Sessions(engine, secure=False)
    cookie = sessions.start(who="walter")
    assert sessions.find(cookie).who == "walter"
    login_sessions.end_all(engine)
    assert not sessions.valid(cookie)


def test_a_forged_cookie_is_no_session(engine: Engine, visitor: httpx.Client) -> None:
    sessions = Sessions(engine, secure=False)
    cookie = sessions.start()
    content, moment, signature = cookie.split(".")
    other = base64_encode(json.dumps("another token")).decode()
    later = base64_encode(int_to_bytes(bytes_to_int(base64_decode(moment)) + 3600)).decode()
    form_token = sessions.form_token(cookie)
    for forged in (
        "",
        ".",
        "..",
        "x",
        f"{other}.{moment}.{signature}",
        f"{content}.{later}.{signature}",
        f"{content}.{moment}.",
        f"{content}.{moment}.{form_token}",
        cookie[:-1],
        "9.é.é",
    ):
        assert not sessions.valid(forged), forged
        raw = f"session={forged}".encode("latin-1")
        assert visitor.get("/log", headers={b"Cookie": raw}).status_code == 303, forged
    assert visitor.get("/log", headers={"Cookie": f"session={cookie}"}).status_code == 200


@pytest.mark.parametrize("valid", [False, True])
def test_a_cookie_from_before_the_login_does_not_become_the_session(
    engine: Engine, visitor: httpx.Client, password: str, valid: bool
) -> None:
    """Who put it into the browser, a session of their own or anything else, would know it."""
    planted = Sessions(engine, secure=False).start(who="mallory") if valid else "planted"
    answer = visitor.post(
        "/login", data={"password": password, "who": "walter"}, headers={"Cookie": f"session={planted}"}
    )
    cookie = answer.cookies["session"]
    assert cookie != planted
    session = Sessions(engine, secure=False).find(cookie)
    assert session is not None
    assert session.who == "walter"


def test_the_cookie_of_a_known_browser_is_no_session(engine: Engine, visitor: httpx.Client, password: str) -> None:
    visitor.post("/login", data={"password": password})
    browser = visitor.cookies["browser"]
    assert not Sessions(engine, secure=False).valid(browser)


def test_logging_out_needs_the_token_of_the_form_and_ends_every_copy_of_the_cookie(
    operator: httpx.Client, address: str
) -> None:
    assert operator.post("/logout").status_code == 403
    assert operator.post("/logout", data={"token": "é"}).status_code == 403
    assert operator.get("/logout").status_code == 405
    copy = operator.cookies["session"]
    token = re.search(r'name="token" value="([^"]+)"', operator.get("/log").text)
    assert token
    answer = operator.post("/logout", data={"token": token[1]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert operator.get("/log").status_code == 303
    stolen = httpx.get(f"{address}/log", headers={"Cookie": f"session={copy}"}, trust_env=False)
    assert stolen.status_code == 303


def test_an_action_whose_session_has_ended_is_asked_again_after_the_login(
    engine: Engine, operator: httpx.Client, password: str
) -> None:
    job = refuse(engine, receive(engine, 1), Outcome.FAILED, "no model")
    login_sessions.end_all(engine)
    answer = operator.post(f"/log/{job.id}/retry", data={"token": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next=/log/{job.id}/retry&lost=1")
    page = operator.get(answer.headers["location"]).text
    assert "Nothing was done yet" in page
    target = re.search(r'name="next" value="([^"]*)"', page)
    assert target
    answer = operator.post("/login", data={"password": password, "next": target[1]})
    assert answer.headers["location"] == f"/log/{job.id}/retry"
    assert "Try job #1 again?" in operator.get(f"/log/{job.id}/retry").text


def test_who_logs_in_is_in_the_audit(engine: Engine, visitor: httpx.Client, password: str) -> None:
    visitor.post("/login", data={"password": password, "who": "  walter \n b. "})
    visitor.post("/login", data={"password": password})
    assert [(deed.who, deed.action, deed.address) for deed in audit.latest(engine)] == [
        ("operator", "login", "127.0.0.1"),
        ("walter b.", "login", "127.0.0.1"),
    ]


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


def fail(client: httpx.Client, **headers: str) -> int:
    return client.post("/login", data={"password": "wrong"}, headers=headers).status_code


@pytest.fixture
def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, a wait is not over before the next try."""
    monkeypatch.setattr(brake, "FIRST", 600.0)
    monkeypatch.setattr(brake, "LONGEST", 600.0)


def test_whoever_fails_often_waits_and_logged_in_sessions_do_not_notice(
    visitor: httpx.Client, operator: httpx.Client, password: str, long_waits: None
) -> None:
    assert [fail(visitor) for _ in range(FREE)] == [401] * FREE
    answer = visitor.post("/login", data={"password": password})
    assert answer.status_code == 429
    assert 1 < int(answer.headers["retry-after"]) <= 600
    assert f"Try again in {answer.headers['retry-after']} seconds." in answer.text
    assert operator.get("/log").status_code == 200
    assert operator.post("/login", data={"password": password}).status_code == 303  # a browser that is known


def test_behind_a_trusted_proxy_each_client_has_its_own_tries(
    engine: Engine, files: JobFiles, hosted: FolderHost, password: str, long_waits: None
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
            return [fail(client, **{"X-Forwarded-For": address}) for address in clients]

    attacker, operator = ["203.0.113.9"] * (FREE + 1), ["198.51.100.7"]
    assert statuses(("127.0.0.0/8",), [*attacker, *operator])[-2:] == [429, 401]
    assert statuses((), [*attacker, *operator])[-2:] == [429, 429]  # nobody's word counts: all are the proxy
    invented = [f"10.0.0.{number}, 203.0.113.9" for number in range(FREE + 1)]  # a client's own claim is on the left
    assert statuses(("127.0.0.1",), invented)[-1] == 429
    household = [f"2001:db8:1:2::{number}" for number in range(FREE + 1)]
    assert statuses(("127.0.0.1",), [*household, "2001:db8:1:3::1"])[-2:] == [429, 401]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_waits_double_up_to_a_minute_and_are_forgiven() -> None:
    clock = Clock()
    tries = Brake(clock)
    assert [tries.admit("a") for _ in range(FREE)] == [0] * FREE
    waits = []
    for _ in range(8):
        waits.append(tries.admit("a"))
        clock.now += waits[-1]
        assert tries.admit("a") == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert tries.admit("b") == 0
    clock.now += FORGIVEN + 1
    assert tries.admit("a") == tries.admit("a") == 0
    tries.passed("a")
    assert [tries.admit("a") for _ in range(FREE)] == [0] * FREE


def test_many_strangers_keep_no_known_browser_out() -> None:
    clock = Clock()
    tries = Brake(clock)
    assert [tries.admit(f"stranger {number}") for number in range(IN_ALL)] == [0] * IN_ALL
    assert tries.admit("another stranger") == 60
    assert tries.admit("browser x", known=True) == 0
    clock.now += 60
    assert tries.admit("another stranger") == 0


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_client_is_an_address_or_a_network(address: str, client: str) -> None:
    assert client_of(address) == client


def test_a_browser_is_named_so_that_its_owner_knows_it() -> None:
    assert (
        browser_in_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox, Linux"
    )
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
    assert browser_in_words(edge) == "Edge, Windows"
    assert browser_in_words("<script>") == "unknown browser"


def test_a_huge_form_is_refused_unread(visitor: httpx.Client) -> None:
    assert visitor.post("/login", data={"password": "x" * 20_000}).status_code == 413
    assert visitor.post("/login", content=iter([b"password=x"])).status_code == 413
