"""A login for each operator: what they may do, their second factor, and how it ends."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest
import time_machine
from sqlalchemy import Engine
from typer.testing import CliRunner

from bot.cli import app as command
from bot.domain.outcomes import Outcome
from bot.domain.roles import Role
from bot.store import audit, operators
from bot.store.reply_log import job_by_id
from bot.web import brake
from bot.web.login import is_code, make_operator, new_factor, new_password_of, reset_password
from tests.patience import PATIENCE
from tests.web.made_jobs import receive, refuse


@pytest.fixture
def walter(engine: Engine) -> str:
    """His password."""
    made = make_operator(engine, "walter", Role.ACT)
    assert made
    return made


def log_in(client: httpx.Client, who: str, password: str, code: str = "") -> int:
    return client.post("/login", data={"who": who, "password": password, "code": code}).status_code


def token(client: httpx.Client) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/charts").text)
    assert found
    return found[1]


def test_each_operator_has_a_password_of_their_own(
    engine: Engine, visitor: httpx.Client, password: str, walter: str
) -> None:
    assert "of your second factor" in visitor.get("/login").text
    assert log_in(visitor, "walter", password) == 401, "the shared one does not count under an operator's name"
    assert log_in(visitor, "vera", walter) == 401
    assert log_in(visitor, " Walter ", walter) == 303
    assert log_in(visitor, "vera", password) == 303
    assert [deed.who for deed in audit.latest(engine)] == ["vera", "walter"]
    assert make_operator(engine, "walter", Role.READ) is None


def test_who_may_read_sees_every_page_and_changes_nothing(engine: Engine, visitor: httpx.Client, walter: str) -> None:
    operators.set_role(engine, "walter", Role.READ)
    job = refuse(engine, receive(engine, 1), Outcome.FAILED, "no model")
    assert log_in(visitor, "walter", walter) == 303
    for path in ("/log", f"/log/{job.id}", "/status", "/people", "/subreddits", "/hosts", "/settings", "/audit"):
        assert visitor.get(path).status_code == 200, path
    page = visitor.get(f"/log/{job.id}/retry").text
    assert "Your login may look, not act" in page
    assert "<button>Try again" not in page
    valid = token(visitor)
    for path in (f"/log/{job.id}/retry", "/status/pause", "/people/block?name=ida", "/undo/" + "0" * 16):
        got = visitor.post(path, data={"token": valid})
        assert (got.status_code, "Your login may look, not act" in got.text) == (403, True), path
    after = job_by_id(engine, job.id)
    assert after.finished_at is not None
    assert [deed.action for deed in audit.latest(engine)] == ["login"]
    assert visitor.post("/view", data={"token": valid, "rows": "comfortable"}).status_code == 303
    operators.set_role(engine, "walter", Role.ACT)
    assert visitor.post(f"/log/{job.id}/retry", data={"token": valid}).status_code == 303, "at once, without a login"
    assert audit.latest(engine)[0].who == "walter"
    assert visitor.post("/logout", data={"token": valid}).status_code == 303


@pytest.mark.parametrize("end", [operators.remove, operators.end_sessions, new_password_of, new_factor])
def test_an_operators_sessions_end_and_nobody_elses(
    engine: Engine, visitor: httpx.Client, operator: httpx.Client, walter: str, end
) -> None:
    log_in(visitor, "walter", walter)
    end(engine, "walter")
    assert visitor.get("/log").status_code == 303
    assert operator.get("/log").status_code == 200


def test_the_shared_password_can_be_turned_off(
    engine: Engine, visitor: httpx.Client, password: str, walter: str
) -> None:
    reset_password(engine)  # what `colorizebot password --off` does, and shows to nobody
    assert log_in(visitor, "", password) == 401
    assert log_in(visitor, "walter", walter) == 303


def test_with_a_second_factor_the_password_alone_is_not_enough(
    engine: Engine, visitor: httpx.Client, walter: str
) -> None:
    factor = pyotp.TOTP(new_factor(engine, "walter"))
    assert log_in(visitor, "walter", walter) == 401
    assert log_in(visitor, "walter", walter, "12345") == 401
    assert log_in(visitor, "walter", "wrong", factor.now()) == 401
    assert log_in(visitor, "walter", walter, factor.now()) == 303


def test_a_code_counts_once_and_half_a_minute_early_or_late(engine: Engine, walter: str) -> None:
    factor = pyotp.TOTP(new_factor(engine, "walter"))
    found = operators.find(engine, "walter")
    moment = datetime(2026, 11, 26, 8, 0, 10, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        codes = [factor.at(int(moment.timestamp()) + 30 * offset) for offset in (-2, -1, 0, 1, 2)]
        assert not is_code(engine, found, codes[0])
        assert not is_code(engine, found, codes[4])
        assert not is_code(engine, found, "ééé")
        assert is_code(engine, found, f"{codes[2][:3]} {codes[2][3:]}")
        assert not is_code(engine, found, codes[2]), "used"
        assert not is_code(engine, found, codes[1]), "older than one that was used"
        assert is_code(engine, found, codes[3])
    with time_machine.travel(moment + timedelta(days=1), tick=False) as clock:
        assert is_code(engine, found, factor.now())
        clock.shift(30)
        assert is_code(engine, found, factor.now())


def test_codes_cannot_be_tried_through_from_many_addresses(
    engine: Engine, app, walter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.serving import BackgroundServer
    from bot.web import login_pages

    monkeypatch.setattr(brake, "FIRST", 600.0)
    monkeypatch.setattr(brake, "LONGEST", 600.0)
    addresses = iter(range(100))
    monkeypatch.setattr(login_pages, "client_of", lambda _: f"address {next(addresses)}")
    factor = pyotp.TOTP(new_factor(engine, "walter"))
    with (
        BackgroundServer(lambda _: app) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE) as visitor,
    ):
        assert [log_in(visitor, "walter", walter, "000000") for _ in range(brake.FREE)] == [401] * brake.FREE
        assert log_in(visitor, "walter", walter, factor.now()) == 401, "even the right one waits"


@pytest.mark.parametrize("name", ["", "wal ter", "<b>", "-x", "ä", "x" * 51])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        operators.name_of(name)


def test_the_command(tmp_path, restored_logs) -> None:
    config = tmp_path / "colorizebot.toml"
    config.write_text(f'data_dir = "{tmp_path}"\n')

    def run(*words: str) -> str:
        result = CliRunner().invoke(command, ["operator", *words, "--config", str(config)])
        if result.exception and not isinstance(result.exception, SystemExit):
            return str(result.exception)
        return result.output

    assert "walter may read; password (shown once): " in run("add", "Walter", "--role", "read")
    assert "there is an operator walter already" in run("add", "walter")
    assert "there is no operator vera" in run("role", "vera")
    assert "say whose: colorizebot operator factor NAME" in run("factor")
    assert "walter may act from now on" in run("role", "walter", "--role", "act")
    said = run("factor", "walter")
    assert "█" in said
    assert re.search(r"type the secret: [A-Z2-7]{32}\n", said)
    assert re.search(r"otpauth://totp/\S+:walter\?secret=[A-Z2-7]{32}&issuer=", said)
    assert re.search(r"walter   may act   password and code   since 2", run())
    assert "by name and password alone" in run("factor", "walter", "--off")
    assert "new password" not in run("password", "walter")
    assert "logged out everywhere" in run("logout", "walter")
    assert "cannot log in any more" in run("remove", "walter")
    assert run("list").strip() == ""
