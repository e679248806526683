"""What goes wrong at the first start is one line that names the setting and the remedy."""

import os
import re
import sqlite3
import sys
from pathlib import Path

import pytest
from skimage import data as samples
from sqlalchemy import make_url
from typer.testing import CliRunner

from bot.cli import app, main
from bot.demo.posts import BOT, PASSWORD
from bot.domain.refusals import Refused
from bot.photos.urls import AllowedHosts, parse_url
from bot.settings import Settings
from bot.spelling import names_of
from bot.store.database import migrate, open_database
from tests.patience import wait_until
from tests.pictures import jpeg

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def own_folder(restored_logs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def colorizebot(monkeypatch, capsys):
    """Runs the command as its user does; gives exit status and what it said on standard error."""

    def run(*arguments, **settings):
        values = {
            "reddit__client_id": "sandbox_client",
            "reddit__client_secret": "sandbox_secret",
            "reddit__username": BOT,
            "reddit__password": PASSWORD,
            "reddit__operator": "alice",
            "reddit__oauth_url": "http://127.0.0.1:9",
            "reddit__reddit_url": "http://127.0.0.1:9",
        }
        for name, value in {**values, **settings}.items():
            monkeypatch.setenv(f"COLORIZEBOT_{name.upper()}", str(value))
        monkeypatch.setattr(sys, "argv", ["colorizebot", *arguments])
        try:
            main()
        except SystemExit as ended:
            return ended.code, capsys.readouterr().err
        return 0, capsys.readouterr().err

    return run


def one_line(said):
    """The line that the command ends with, which must be all that it says."""
    assert said.count("\n") == 1, said
    assert said.startswith("colorizebot: ")
    return said


CHANGING = [["run"], ["worker"], ["web"], ["once"], ["migrate"], ["password"]]
LOOKING = [["status"], ["log"], ["retry", "1"], ["pause"], ["resume"], ["purge", "--user", "ida", "--yes"]]
EVERY = [*CHANGING, *LOOKING]


@pytest.mark.parametrize("command", [*EVERY, ["backup"]], ids=" ".join)
def test_another_kind_of_database(colorizebot, command):
    for url in ("mysql://bot:s3cret@localhost/bot", "postgres://bot:s3cret@localhost/bot"):
        code, said = colorizebot(*command, database_url=url)
        assert code == 2
        assert "database_url: " in one_line(said)
        assert "postgresql://user:password@host/name" in said
        assert "s3cret" not in said


@pytest.mark.parametrize("command", [["migrate"], ["password"], ["web"], *LOOKING], ids=" ".join)
def test_a_server_that_is_down(colorizebot, command):
    code, said = colorizebot(*command, database_url="postgresql://bot:s3cret@127.0.0.1:9/bot")
    assert code == 2
    assert "database_url: the database does not answer" in one_line(said)
    assert "is its server running" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("url", ["postgresql://bot@127.0.0.1:many/bot", "nonsense", "postgresql+psycopg2://h/bot"])
def test_an_address_that_is_none(colorizebot, url):
    code, said = colorizebot("migrate", database_url=url)
    assert code == 2
    assert "database_url: " in one_line(said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"database_url": "sqlite://var/x"},
            "database_url: sqlite: has three slashes before a file: write sqlite:///var/x",
        ),
        ({"database_url": "sqlite://"}, "database_url: names no file"),
        ({"database_url": "sqlite:///:memory:"}, "database_url: names no file"),
        (
            {"database_url": "sqlite:///~/bot.sqlite"},
            "database_url: ~/bot.sqlite is not understood: write the whole",
        ),
        ({"database_url": "sqlite:///bot.sqlite?mode=ro"}, "database_url: takes no options with SQLite"),
        (
            {"database_url": "sqlite:///."},
            "database_url: . is a folder: name a file in it, sqlite:///colorizebot.sqlite",
        ),
        ({"database_url": "sqlite:var/x"}, "database_url: is not of the form"),
        ({"database_url": "sqlite3:///x"}, "database_url: sqlite3:// is no database that the bot can use"),
        ({"web__host": "localhost:8080"}, "web.host: write 'localhost:8080' as an address alone"),
        ({"web__host": "http://127.0.0.1"}, "web.host: write 'http://127.0.0.1' as an address alone"),
        ({"reddit__oauth_url": "oauth.reddit.com"}, "reddit.oauth_url: write the whole address, https:// included"),
        ({"data_dir": "~nobodyatall/bot"}, "data_dir: write the whole path, not ~nobodyatall/bot"),
        ({"colorizer__device": "gpu"}, "colorizer.device: device 'gpu': write auto, cpu, cuda for a graphics card"),
        ({"colorizer__device": "cuda0"}, "colorizer.device: device 'cuda0': write auto"),
        ({"colorizer__device": "cuda:-1"}, "colorizer.device: device 'cuda:-1': write auto"),
        ({"colorizer__device": ""}, "colorizer.device: device '': write auto"),
    ],
)
def test_a_setting_that_is_nearly_right(colorizebot, settings, said):
    code, answer = colorizebot("migrate", **settings)
    assert code == 2
    assert said in re.sub(r"\s+", " ", answer)
    assert "Traceback" not in answer


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have(colorizebot, postgres):
    code, said = colorizebot("migrate", database_url=f"{postgres.rpartition('/')[0]}/nosuchdatabase")
    assert code == 2
    assert "database_url: " in one_line(said)


@pytest.fixture
def guarded_role(postgres):
    """A role of whom the server wants a password, as all but a test's server do of everybody."""
    import psycopg

    role = f"keeper{os.urandom(4).hex()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'r1ght'")
        found = connection.execute("SHOW hba_file").fetchone()
        assert found is not None
        rules, asked = Path(found[0]), f"local all {role} scram-sha-256\n"
        rules.write_text(asked + rules.read_text())
        connection.execute("SELECT pg_reload_conf()")

        def refused():
            try:
                psycopg.connect(make_url(postgres).set(username=role).render_as_string(), connect_timeout=9).close()
            except psycopg.OperationalError as error:
                return "password" in str(error)
            return False

        wait_until(refused)  # the server reads the rules when it gets round to it
        yield role
        rules.write_text(rules.read_text().replace(asked, ""))
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"DROP ROLE {role}")


@pytest.mark.postgres
@pytest.mark.parametrize("command", [["migrate"], ["status"], ["web"], ["run"]], ids=" ".join)
def test_a_wrong_password(colorizebot, postgres, guarded_role, command):
    url = make_url(postgres).set(username=guarded_role, password="s3cret")
    code, said = colorizebot(*command, database_url=url.render_as_string(hide_password=False))
    assert code == 2
    line = one_line(said)
    assert "database_url: the server refuses user and password: " in line
    assert f'password authentication failed for user "{guarded_role}"' in line
    assert "s3cret" not in said


def test_a_missing_driver(colorizebot, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    code, said = colorizebot("migrate", database_url="postgresql://bot@127.0.0.1:9/bot")
    assert code == 2
    assert "database_url: the driver for PostgreSQL is missing" in one_line(said)
    assert "pip install 'colorizebot[postgres]'" in said


@pytest.mark.parametrize("command", CHANGING, ids=" ".join)
def test_data_dir_below_a_file(colorizebot, tmp_path, command):
    (tmp_path / "file").touch()
    code, said = colorizebot(*command, data_dir=tmp_path / "file" / "data")
    assert code == 2
    assert "data_dir: " in one_line(said)
    assert "set data_dir to a folder that the bot may write" in said


def test_data_dir_where_nobody_may_write(colorizebot):
    code, said = colorizebot("migrate", data_dir="/proc/colorizebot")
    assert code == 2
    assert "data_dir: the folder /proc/colorizebot cannot be made" in one_line(said)


@pytest.mark.parametrize("command", [["migrate"], ["password"], ["web"], *LOOKING], ids=" ".join)
def test_a_broken_sqlite_file(colorizebot, tmp_path, command):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "colorizebot.sqlite").write_bytes(b"not a database at all " * 500)
    code, said = colorizebot(*command, data_dir=tmp_path / "data")
    assert code == 2
    assert "data_dir is damaged" in one_line(said)
    assert "`colorizebot restore FILE`" in said


def test_a_folder_in_the_place_of_the_sqlite_file(colorizebot, tmp_path):
    (tmp_path / "data" / "colorizebot.sqlite").mkdir(parents=True)
    code, said = colorizebot("migrate", data_dir=tmp_path / "data")
    assert code == 2
    assert "the SQLite file below data_dir cannot be used" in one_line(said)


@pytest.mark.parametrize("command", [["migrate"], ["password"], ["web"], ["status"]], ids=" ".join)
def test_tables_of_a_newer_version(colorizebot, tmp_path, command):
    engine = open_database(f"sqlite:///{tmp_path}/data/colorizebot.sqlite")
    migrate(engine)
    engine.dispose()
    with sqlite3.connect(tmp_path / "data" / "colorizebot.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '20991231_unheard_of'")
    database.close()
    code, said = colorizebot(*command, data_dir=tmp_path / "data")
    assert code == 2
    assert "the tables are of another version" in one_line(said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reddit__client_secret": "wr0ngsecret"}, "reddit.client_id or reddit.client_secret is wrong (status 401)"),
        ({"reddit__password": "wr0ngpassword"}, "refuses reddit.username with reddit.password (invalid_grant)"),
        ({"reddit__username": "Nobody"}, "refuses reddit.username with reddit.password (invalid_grant)"),
        ({"reddit__refresh_token": "t0ken", "reddit__password": ""}, "does not take reddit.refresh_token any more"),
        (
            {"reddit__oauth_url": "http://127.0.0.1:9"},
            "be reached at http://127.0.0.1:9: Connection refused",
        ),
    ],
)
def test_why_a_login_fails(colorizebot, world, sandbox, changes, said):
    world.add_user(BOT, PASSWORD)
    url = {"reddit__oauth_url": sandbox.url, "reddit__reddit_url": changes.get("reddit__oauth_url", sandbox.url)}
    code, line = colorizebot("once", **{**url, **changes})
    assert code == 2
    assert said in line.splitlines()[-1]  # before it, the client warns of each try
    assert "Pool" not in line
    assert "Traceback" not in line


def test_a_token_of_another_account(colorizebot, world, sandbox):
    world.add_user(BOT, PASSWORD)
    world.add_user("Other", PASSWORD)
    token = world.tokens.issue_refresh("Other")
    url = {"reddit__oauth_url": sandbox.url, "reddit__reddit_url": sandbox.url}
    code, line = colorizebot("once", reddit__refresh_token=token, reddit__password="", **url)
    assert code == 2
    assert f"the login is u/Other's, but reddit.username says {BOT}" in one_line(line)


def test_reddit_has_trouble_of_its_own(colorizebot, world, sandbox):
    world.add_user(BOT, PASSWORD)
    world.faults.add(path="/api/v1", times=100, action="status", status=503)
    url = {"reddit__oauth_url": sandbox.url, "reddit__reddit_url": sandbox.url}
    code, line = colorizebot("once", **url)
    assert code == 2
    assert "Reddit is there, but has trouble of its own (status 503)" in line.splitlines()[-1]


def test_the_sandbox_needs_one_address():
    settings = Settings.model_validate({"reddit": {"oauth_url": "http://127.0.0.1:8090/"}})
    assert settings.reddit.reddit_url == "http://127.0.0.1:8090"
    assert settings.reddit.image_url == "http://127.0.0.1:8090/i.redd.it"
    assert settings.fetch.extra_origins == ("127.0.0.1:8090",)
    given = {"reddit": {"oauth_url": "http://h:1", "image_url": "http://i:2"}, "fetch": {"extra_origins": ["i:2"]}}
    settings = Settings.model_validate(given)
    assert (settings.reddit.image_url, settings.fetch.extra_origins) == ("http://i:2", ("i:2",))
    settings = Settings.model_validate({"reddit": {"oauth_url": "https://oauth.reddit.com"}})
    assert settings.fetch.extra_origins == ()
    assert settings.reddit.image_url == "https://i.redd.it"


def test_the_documented_block_answers_on_the_sandbox(tmp_path, monkeypatch, world, sandbox):
    text = (ROOT / "docs" / "sandbox.md").read_text()
    block = re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "colorizebot.toml").write_text(block.replace("http://127.0.0.1:8090", sandbox.url))
    world.add_user(BOT, PASSWORD)
    world.add_subreddit("AskForColour")
    post = world.post_image("AskForColour", "henry", "Attic", jpeg(samples.camera()), "image/jpeg")
    asked = world.comment(post.fullname, "ida", f"u/{BOT}")
    monkeypatch.setattr(sys, "argv", ["colorizebot", "once"])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]


def test_a_private_address_says_what_would_allow_it():
    with pytest.raises(Refused, match=r'fetch\.extra_origins = \["127\.0\.0\.1:8090"\] would allow it'):
        AllowedHosts().check(parse_url("http://127.0.0.1:8090/a.jpg"))


def test_the_unfilled_example_is_named(colorizebot, tmp_path, monkeypatch, capsys):
    (tmp_path / "colorizebot.toml").write_bytes((ROOT / "colorizebot.example.toml").read_bytes())
    (tmp_path / "colorizebot.toml").chmod(0o600)
    names = [f"reddit.{name}" for name in ("client_id", "client_secret", "username", "password", "operator")]
    for command in ("run", "doctor"):
        monkeypatch.setattr(sys, "argv", ["colorizebot", command, *(["--json"] if command == "doctor" else [])])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == (2 if command == "run" else 1)
        said = "".join(capsys.readouterr())
        assert f"still to be filled in: {', '.join(names)}" in said
        assert "[hidden]" not in said


ANSWERS = 'my id\nmy "secret" \\\\ é\nMyBot\npassw0rd\nu/me\nhttps://bot.example.org\n'


def test_init_writes_a_file_for_its_owner_alone(tmp_path):
    from bot.settings import load_settings

    result = CliRunner().invoke(app, ["init"], input=ANSWERS)
    assert result.exit_code == 0, result.output
    assert "passw0rd" not in result.output
    file = tmp_path / "colorizebot.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    settings = load_settings()
    assert settings.reddit.praw_options()["client_secret"] == 'my "secret" \\\\ é'
    assert (settings.reddit.username, settings.reddit.operator) == ("MyBot", "me")
    assert settings.web.public_url == "https://bot.example.org"
    before = file.read_bytes()
    again = CliRunner().invoke(app, ["init"], input=ANSWERS)
    assert "there is a file colorizebot.toml already" in str(again.exception)
    assert file.read_bytes() == before


def test_init_writes_nothing_that_would_be_refused(tmp_path):
    result = CliRunner().invoke(app, ["init"], input=ANSWERS.replace("https://", "bot at "))
    assert "web.public_url" in str(result.exception)
    assert not (tmp_path / "colorizebot.toml").exists()


def test_the_page_of_settings_is_made_from_the_code():
    from docs.measure import settings

    assert settings.PAGE.read_text() == settings.text(), "run `python -m docs.measure.settings`"
    assert all(f"`{name.rpartition('.')[2]}`" in settings.text() for name in names_of(Settings))


def test_the_troubleshooting_page_quotes_what_the_program_says():
    folders = (ROOT / "bot", ROOT / "colorizer")
    sources = [path.read_text() for folder in folders for path in sorted(folder.rglob("*.py"))]
    text = (ROOT / "docs" / "troubleshooting.md").read_text()
    quoted = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert len(quoted) > 25
    for message in quoted:
        for part in message.split("…"):
            assert any(part.strip() in source for source in sources), message


def test_every_setting_is_explained():
    from docs.measure import settings

    said = settings.comments()
    assert [name for name in names_of(Settings) if not said.get(name)] == []
