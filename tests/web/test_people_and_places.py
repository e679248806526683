import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, insert, update

from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.hosting.folder import FolderHost
from bot.settings import Settings
from bot.store import audit, moderator_answers, silences, subreddits
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.operator_tables import ModeratorAnswer
from bot.store.subreddit_tables import Silence
from bot.store.tables import Hosted
from bot.web.app import create_app
from bot.web.installation import Installation
from bot.web.place_pages import in_force
from tests.web.made_jobs import HOSTILE, answer, receive, refuse


@pytest.fixture
def app(engine: Engine, files: JobFiles, hosted: FolderHost, tmp_path: Path) -> FastAPI:
    settings = Settings.model_validate(
        {"reddit": {"client_secret": "hush-hush", "scan": ["OldPhotos"]}, "limits": {"per_day": 7}}
    )
    return create_app(
        engine=engine,
        files=files,
        hosted=hosted,
        bot_name="ColorizeBot",
        secure_cookies=False,
        installation=Installation(tmp_path, tmp_path / "backups", settings),
    )


def token(page: str) -> str:
    return re.findall(r'name="token" value="([^"]+)"', page)[0]


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\u2013", "-")


def test_people_who_are_not_answered_are_listed_and_blocks_lifted(engine: Engine, operator: httpx.Client) -> None:
    silences.silence(engine, silences.USER, "Walter", Reason.OPERATOR)
    silences.silence(engine, silences.USER, "ida", Reason.ASKED)
    answer(engine, receive(engine, 1))
    refuse(engine, receive(engine, 2), Outcome.FAILED, "")
    page = operator.get("/people").text
    assert re.search(r"u/walter blocked by an operator \d+ \w+ ago lifted Lift", text(page).replace("now", "0 s ago"))
    assert "u/ida said “stop”" in text(page)
    assert "u/edith 2 1 0 1 Block" in text(page)
    got = operator.post("/people/unblock?name=walter", data={"token": token(page)})
    page = operator.get(got.headers["location"]).text
    assert "U/walter: not blocked any more." in text(page)
    assert silences.reasons(engine, silences.USER, "walter") == set()
    undo = re.search(r'action="(/undo/[0-9a-f]{16})"', page)
    assert undo
    got = operator.post(undo[1], data={"token": token(page), "back": "/people"})
    assert got.headers["location"].startswith("/people?done=")
    assert silences.reasons(engine, silences.USER, "walter") == {Reason.OPERATOR}


def test_of_many_who_are_not_answered_the_newest_are_shown_and_each_is_found_by_name(
    engine: Engine, operator: httpx.Client
) -> None:
    with engine.begin() as connection:
        for kind in (silences.USER, silences.SUBREDDIT):
            rows = [
                {"kind": kind, "name": f"name{i}", "reason": Reason.ASKED, "since": now() + timedelta(seconds=i)}
                for i in range(230)
            ]
            connection.execute(insert(Silence), rows)
    for path, letter in (("/people", "u"), ("/subreddits", "r")):
        page = operator.get(path).text
        assert page.count(f">{letter}/name") == 200
        assert "230" in text(page)
        assert ("name229" in page, "name29<" in page) == (True, False)
        found = text(operator.get(f"{path}?name={letter}/Name29").text)
        assert f"{letter}/name29 said “stop”" in found.replace(" - - ", " ")
        assert f"{letter}/name30" not in found
    assert "u/nobody is answered." in text(operator.get("/people?name=nobody").text)
    assert "does not moderate r/nowhere" in text(operator.get("/subreddits?name=nowhere").text)


def test_somebody_is_blocked_by_name_after_a_question(engine: Engine, operator: httpx.Client) -> None:
    page = operator.get("/people/block?name=/u/Walter/").text
    assert "Block u/Walter?" in page
    assert operator.post("/people/block?name=/u/Walter/").status_code == 403
    operator.post("/people/block?name=/u/Walter/", data={"token": token(page)})
    assert silences.reasons(engine, silences.USER, "walter") == {Reason.OPERATOR}
    again = operator.post("/people/block?name=walter", data={"token": token(page)})
    assert (again.status_code, "u/walter is blocked already" in again.text) == (409, True)
    wrong = operator.get("/people/block?name=<b>two words")
    assert (wrong.status_code, "is not a name on Reddit" in wrong.text) == (409, True)
    for path in ("/people/mute?name=a", "/people/retry?name=a", "/subreddits/block?name=a", "/people/x"):
        assert operator.get(path).status_code == 404, path


def test_subreddits_show_their_mode_why_they_are_silent_and_what_was_asked(
    engine: Engine, operator: httpx.Client
) -> None:
    subreddits.join(engine, "OldPhotos")
    silences.silence(engine, silences.SUBREDDIT, "pics", Reason.BANNED)
    answer(engine, receive(engine, 1))
    page = operator.get("/subreddits").text
    assert "r/oldphotos summon - - 1 1 0 Mute" in text(page)
    assert re.search(r"r/pics - - banned the bot until \S+ \S+ UTC", text(page))
    operator.post("/subreddits/mute?name=oldphotos", data={"token": token(page)})
    page = operator.get("/subreddits").text
    assert "r/oldphotos summon - is muted here 1 1 0 Lift" in text(page)
    operator.post("/subreddits/unmute?name=oldphotos", data={"token": token(page)})
    assert silences.reasons(engine, silences.SUBREDDIT, "oldphotos") == set()


def test_hosts_show_what_they_keep_and_what_they_will_not_delete(engine: Engine, operator: httpx.Client) -> None:
    answer(engine, receive(engine, 1))
    with engine.begin() as connection:
        connection.execute(update(Hosted).values(bytes=2048))
        gone = update(Hosted).where(Hosted.key.like("side%")).values(unwanted_at=now(), attempts=3, error="503")
        connection.execute(gone)
    assert re.search(r"folder 1 2.0 KiB 1 (now|\d+ \w+ ago) 3 503", text(operator.get("/hosts").text))


def test_settings_in_force_hide_secrets_and_mark_what_was_changed(operator: httpx.Client) -> None:
    page = operator.get("/settings").text
    assert "hush-hush" not in page
    assert "<code>reddit.client_secret</code></th><td><b>set, hidden</b>" in page
    assert "<code>limits.per_day</code></th><td><b>7</b>" in page
    assert '<code>limits.per_thread</code></th><td><span class="soft">5</span>' in page
    names = [one.name for one in in_force(Settings())]
    assert {"data_dir", "reddit.scan", "hosting.s3.secret_key", "web.port"} <= set(names)
    assert len(names) == len(set(names))


def test_copies_of_the_database_are_listed(operator: httpx.Client, tmp_path: Path) -> None:
    assert "There is no copy yet" in operator.get("/backups").text
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "colorizebot-20261126-100000.sqlite").write_bytes(bytes(4096))
    assert re.search(r"colorizebot-20261126-100000.sqlite \S+ \S+ UTC .* 4.0 KiB", text(operator.get("/backups").text))


def test_the_audit_shows_deeds_and_sessions_and_ends_others(
    engine: Engine, operator: httpx.Client, address: str, password: str
) -> None:
    other = httpx.Client(base_url=address, trust_env=False, headers={"User-Agent": "Firefox on Linux"})
    other.post("/login", data={"password": password, "who": "walter"})
    page = operator.get("/audit").text
    assert re.search(r"UTC walter login reply log - 127.0.0.1", text(page))
    assert re.search(r"walter Firefox, Linux 127.0.0.1 .* Log out operator", text(page))
    end = re.search(r'href="(/audit/[0-9a-f]{64}/end)"', page)
    assert end
    assert "Log walter out of Firefox, Linux?" in operator.get(end[1]).text
    assert operator.post(end[1]).status_code == 403
    assert operator.post(end[1], data={"token": token(page)}).status_code == 303
    assert other.get("/log").status_code == 303
    assert operator.get(end[1]).status_code == 404
    other.close()


def test_a_long_audit_has_pages(engine: Engine, operator: httpx.Client) -> None:
    for number in range(120):
        audit.record(engine, audit.COMMAND_LINE, "retry", f"job {number}")
    page = operator.get("/audit").text
    assert page.count("command line") == 100
    older = re.search(r'href="(/audit\?before=\d+)"', page)
    assert older
    assert operator.get(older[1]).text.count("command line") == 20


def test_what_moderators_wrote_is_shown(engine: Engine, operator: httpx.Client) -> None:
    assert "Nothing lately" in operator.get("/subreddits").text
    wrote = ModeratorAnswer(id="m1", subreddit="pics", author="mod", body=f"Less colour? {HOSTILE}", sent_at=now())
    moderator_answers.keep(engine, wrote)
    page = operator.get("/subreddits").text
    assert HOSTILE not in page
    assert re.search(r"r/pics u/mod Less colour\? &lt;script", text(page))
