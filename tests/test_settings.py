import re
import subprocess
import tomllib
from pathlib import Path

import praw.config
import pytest
from pydantic import BaseModel

from bot.settings import HostingSettings, RedditSettings, Settings, SettingsError, load_settings

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "colorizebot.example.toml"
CREDENTIALS = {"client_id": "id", "client_secret": "s3cret", "username": "Bot", "password": "pa55word"}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(praw.config.Config, "CONFIG", None)  # PRAW reads praw.ini once in a process


def fields(model, prefix=""):
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield from fields(type(field.default), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def test_the_example_documents_every_setting_and_no_other():
    section, documented = "", set()
    for line in EXAMPLE.read_text().splitlines():
        if match := re.fullmatch(r"\[([\w.]+)\]", line):
            section = f"{match[1]}."
        elif match := re.match(r"#? ?(\w+) = ", line):
            documented.add(section + match[1])
    assert documented == {name for name, _ in fields(Settings)}


def test_the_example_shows_the_defaults():
    values = tomllib.loads(EXAMPLE.read_text())
    shown, defaults = Settings.model_validate(values), Settings.model_validate({})
    for name, _ in fields(Settings):
        a, b = shown, defaults
        for part in name.split("."):
            a, b = getattr(a, part), getattr(b, part)
        if not name.startswith("reddit.") or name in {"reddit.scan", "reddit.poll_seconds", "reddit.image_url"}:
            assert a == b, name


WORDS = 'log_format = "json"  # größer\r\n[reddit]\r\nscan = ["pics"]\r\n'


def test_a_mark_that_an_editor_puts_before_the_text_is_left_out(tmp_path):
    (tmp_path / "colorizebot.toml").write_bytes(WORDS.encode("utf-8-sig"))
    settings = load_settings()
    assert (settings.log_format, settings.reddit.scan) == ("json", ("pics",))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1", "utf-32"])
def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path, encoding):
    file = tmp_path / "mine.toml"
    file.write_bytes(WORDS.encode(encoding))
    with pytest.raises(SettingsError, match=rf"^the settings file {file} .*: save it as UTF-8") as caught:
        load_settings(file)
    assert "\n" not in str(caught.value)


def test_a_tilde_is_the_home_folder_and_a_slash_at_the_end_says_nothing(monkeypatch):
    monkeypatch.setenv("HOME", "/home/keeper")
    monkeypatch.setenv("COLORIZEBOT_DATA_DIR", "~/bot")
    monkeypatch.setenv("COLORIZEBOT_BACKUP__FOLDER", "~/copies")
    monkeypatch.setenv("COLORIZEBOT_WEB__PUBLIC_URL", "https://bot.example.org/")
    settings = load_settings()
    assert settings.database() == "sqlite:////home/keeper/bot/colorizebot.sqlite"
    assert (str(settings.backups()), settings.web.address()) == ("/home/keeper/copies", "https://bot.example.org")


def test_names_of_devices_are_read_as_people_write_them(monkeypatch):
    for written, meant in (("CPU", "cpu"), (" Auto ", "auto"), ("CUDA:1", "cuda:1")):
        monkeypatch.setenv("COLORIZEBOT_COLORIZER__DEVICE", written)
        assert load_settings().colorizer.device == meant


def test_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "colorizebot.toml").write_text(
        'data_dir = "here"\n[reddit]\nclient_id = "from file"\nscan = ["pics"]\n'
    )
    monkeypatch.setenv("COLORIZEBOT_REDDIT__CLIENT_ID", "from environment")
    settings = load_settings()
    assert settings.reddit.client_id == "from environment"
    assert settings.reddit.scan == ("pics",)
    assert settings.database() == "sqlite:///here/colorizebot.sqlite"


def test_names_may_have_their_letter_before_them(tmp_path):
    (tmp_path / "a.toml").write_text("[reddit]\nscan = ['r/OldPhotos', '/r/Family']\nusername = 'u/MyBot'\n")
    reddit = load_settings(tmp_path / "a.toml").reddit
    assert (reddit.scan, reddit.username) == (("OldPhotos", "Family"), "MyBot")


def test_a_named_file_and_one_named_in_the_environment(tmp_path, monkeypatch):
    (tmp_path / "a.toml").write_text('data_dir = "a"')
    assert load_settings(tmp_path / "a.toml").data_dir == Path("a")
    monkeypatch.setenv("COLORIZEBOT_CONFIG", str(tmp_path / "a.toml"))
    assert load_settings().data_dir == Path("a")
    with pytest.raises(SettingsError, match=r"no settings file .*b\.toml"):
        load_settings(tmp_path / "b.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[reddit]\nclientid = 'x'", r"reddit\.clientid"),
        ("[reddit]\nclientid = 'x'", r"reddit\.clientid: there is no such setting; did you mean reddit\.client_id\?"),
        ("[redit]\nclient_id = 'x'", r"redit: .*did you mean \[reddit\]"),
        ("[web]\nclient_secret = 'x'", r"web\.client_secret: .*did you mean reddit\.client_secret"),
        ("[hosting.s3]\nbuckett = 'x'", r"hosting\.s3\.buckett: .*did you mean hosting\.s3\.bucket"),
        ("port = 8000", r"port: .*did you mean web\.port"),
        ("datadir = 'x'", r"datadir: .*did you mean data_dir"),
        ("[web]\nport = 99999", r"web\.port"),
        ("colour = true", "colour"),
        ("data_dir = ", "colorizebot.toml"),
        ("database_url = 'nonsense'", "database_url"),
        ("[web]\npublic_url = 'bot.example.org'", r"web\.public_url"),
        ("[work]\nname = 'a/b'", r"work\.name"),
        ("[work]\nbroker = 'kafka://host'", r"work: .*broker is \"redis://HOST/0\" or \"amqp://"),
        ("[work]\nbroker = 'redis://host/0'", r"work\.broker is for several machines, so database_url"),
        ("data_dir = 5", r"data_dir: write a path in quotation marks"),
        ("log_format = 'yaml'", "log_format: choose text or json"),
        ("[web]\npublic_url = 'example.org'", r"web\.public_url: write the whole address, https:// included"),
        ("[web]\nport = 80800", r"web\.port: must be less than or equal to 65535"),
        ("[web]\ntrusted_proxies = '10.0.0.1'", r'trusted_proxies: write a list: \["one", "another"\]'),
        ("[work]\nworkers = 'four'", r"work\.workers: write a whole number"),
        ("[backup]\nevery_hours = '12h'", r"backup\.every_hours: write a number, without a unit"),
        ("[reddit]\nclient_id = 5", r"reddit\.client_id: write it in quotation marks"),
        ("[reply]\nthread = 'https://redd.it/abc'", r"reply\.thread: write the fullname of a post, such as t3_abc"),
        ("[fetch]\nallowed_hosts = ['https://example.org']", r"allowed_hosts: write 'https://example.org' as the name"),
        ("[hosting]\norder = ['attic']", r"hosting\.order.*'folder', 's3', 'imgur' or 'native'"),
        ("[hosting]\norder = []", r"hosting\.order"),
        ("[hosting]\norder = ['folder', 'folder']", "names a host twice"),
        ("[hosting]\norder = ['s3']", r"names 's3', but hosting\.s3\.bucket is not set"),
        ("[hosting]\norder = ['s3']\n[hosting.s3]\nbucket = 'b'", r"hosting\.s3\.public_url is not set"),
        ("[hosting.s3]\naccess_key = 'a'", r"hosting\.s3\.secret_key are only of use together"),
        ("[hosting]\norder = ['imgur']", r"hosting\.imgur\.client_id is not set"),
        ("[hosting]\norder = ['native']", r"hosting\.native\.subreddit is not set"),
        ("[hosting.native]\nsubreddit = 'r/pics'", r"hosting\.native\.subreddit"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, message):
    (tmp_path / "colorizebot.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        load_settings()


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "username", "password", "operator"])
def test_a_missing_credential_refuses_and_says_what_to_set(missing):
    values = {**CREDENTIALS, "operator": "alice"}
    del values[missing]
    with pytest.raises(SettingsError, match=rf"reddit\.{missing}"):
        RedditSettings.model_validate(values).praw_options()


@pytest.mark.parametrize(
    "agent", ["<platform>:<app>:1 (by /u/alice)", "python:bot:1 (by /u/your_username)", "my bot", "fill in", "  "]
)
def test_a_placeholder_user_agent_refuses(agent):
    with pytest.raises(SettingsError, match="placeholder"):
        RedditSettings.model_validate({**CREDENTIALS, "user_agent": agent}).praw_options()


def test_the_unchanged_example_refuses():
    values = tomllib.loads(EXAMPLE.read_text())
    with pytest.raises(SettingsError, match="placeholder"):
        Settings.model_validate(values).reddit.praw_options()


def test_the_user_agent_follows_reddits_form():
    options = RedditSettings.model_validate({**CREDENTIALS, "operator": "u/alice"}).praw_options()
    assert re.fullmatch(r"python:colorizebot:[\d.]+ \(by /u/alice\)", options["user_agent"])


def test_a_site_of_praw_ini_needs_nothing_else(tmp_path):
    from bot.reddit.client import connect

    (tmp_path / "praw.ini").write_text(
        "[mine]\nclient_id=ini_id\nclient_secret=ini_secret\nusername=IniBot\npassword=x\n"
        "user_agent=python:colorizebot:1 (by /u/alice)\n"
    )
    options = RedditSettings(site="mine").praw_options()
    reddit = connect("mine", options)
    assert (reddit.config.client_id, reddit.config.username) == ("ini_id", "IniBot")


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("[mine]\nclient_id=a\nclient_secret=b\nuser_agent=python:bot:1 (by /u/alice)\n", "username and password"),
        ("[mine]\nclient_id=a\nclient_secret=b\nusername=c\npassword=d\nuser_agent=<your agent>\n", "placeholder"),
        ("[other]\nclient_id=a\n", r"no section \[mine\]"),
        ("[mine]\nclient_id=a\nuser_agent=python:x:1 (by /u/alice)\n", "not complete"),
    ],
)
def test_an_incomplete_praw_ini_refuses(tmp_path, section, message):
    from bot.app.bot import Bot

    (tmp_path / "praw.ini").write_text(section)
    bot = Bot(Settings.model_validate({"data_dir": tmp_path, "reddit": {"site": "mine"}}))
    with pytest.raises(SettingsError, match=message):
        bot.services.connect()
    bot.engine.dispose()


def test_on_the_real_reddit_the_pictures_need_a_public_address():
    settings = Settings.model_validate({"reddit": CREDENTIALS})
    with pytest.raises(SettingsError, match=r"web\.public_url"):
        settings.check_public_url()
    Settings.model_validate({"reddit": CREDENTIALS, "web": {"public_url": "https://b.example"}}).check_public_url()


def test_every_secret_is_known_to_the_logs():
    settings = Settings.model_validate(
        {
            "database_url": "postgresql://u:dbpa55@h/d",
            "reddit": {**CREDENTIALS, "refresh_token": "t0ken"},
            "work": {"broker": "amqp://u:br0ker@h//"},
        }
    )
    hosts = {"s3": {"access_key": "acc3ss", "secret_key": "buck3t"}, "imgur": {"client_id": "cl1ent"}}
    settings = settings.model_copy(update={"hosting": HostingSettings.model_validate(hosts)})
    assert set(settings.secrets()) == {"s3cret", "pa55word", "t0ken", "dbpa55", "br0ker", "acc3ss", "buck3t", "cl1ent"}
    assert not any(secret in repr(settings) for secret in settings.secrets())


def test_trusted_proxies_are_addresses_and_networks(tmp_path):
    web = Settings.model_validate({"web": {"trusted_proxies": ["127.0.0.1", "10.0.0.0/8", "::1"]}}).web
    assert [str(proxy) for proxy in web.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]
    for wrong in ("*", "10.0.0.1/8", "nginx"):
        (tmp_path / "colorizebot.toml").write_text(f'[web]\ntrusted_proxies = ["{wrong}"]\n')
        with pytest.raises(SettingsError, match=r"web\.trusted_proxies\.0: value is not a valid IPv4 or IPv6 network"):
            load_settings()


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("COLORIZEBOT_REDDIT__CLIENTID", "reddit.client_id"),
        ("COLORIZEBOT_REDIT__CLIENT_ID", "reddit.client_id"),
        ("COLORIZEBOT_WEB_PORT__X", "no such setting"),
        ("COLORIZEBOT_DATADIR", "data_dir"),
        ("COLORIZEBOT_DATABASEURL", "database_url"),
    ],
)
def test_a_mistyped_variable_is_named(monkeypatch, variable, said):
    monkeypatch.setenv(variable, "x")
    with pytest.raises(SettingsError, match=rf"{variable}: .*{re.escape(said)}"):
        load_settings()


def test_variables_that_a_cluster_sets_are_no_settings(monkeypatch):
    monkeypatch.setenv("COLORIZEBOT_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("COLORIZEBOT_PORT_8080_TCP", "tcp://10.0.0.1:8080")
    monkeypatch.setenv("COLORIZEBOT_WEB__PORT", "8000")
    assert load_settings().web.port == 8000


def test_a_filled_in_example_is_not_for_git():
    said = subprocess.run(
        ["git", "check-ignore", "colorizebot.toml", "praw.ini", "deploy/colorizebot.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if said.returncode == 128:
        pytest.skip("not in a checkout")
    assert len(said.stdout.split()) == 3
