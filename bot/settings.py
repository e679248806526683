"""Settings, from the environment and a TOML file; `colorizebot.example.toml` documents each of them.

Environment: COLORIZEBOT_SECTION__NAME, for example COLORIZEBOT_REDDIT__CLIENT_ID; it wins over the file.
"""

import os
import re
import socket
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import __version__, spelling
from bot.errors import SettingsError as SettingsError
from bot.hosting_settings import HostingSettings as HostingSettings
from bot.reddit.agent import check_agent
from bot.store import address
from colorizer.devices import device_name
from colorizer.errors import InputError
from colorizer.texts import read_text

DEFAULT_FILE = "colorizebot.toml"
FILL_IN = "fill in"
"""What stands in the example where a value of one's own is needed."""
_PREFIX = "COLORIZEBOT_"

Folder = Annotated[Path, AfterValidator(spelling.in_home)]
Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+"), AfterValidator(lambda url: url.rstrip("/"))]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RedditSettings(_Section):
    """The account and the addresses of Reddit."""

    site: str | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    username: str | None = None
    password: SecretStr | None = None
    refresh_token: SecretStr | None = None
    user_agent: str | None = None
    operator: str | None = None
    oauth_url: Url | None = None
    reddit_url: Url = "https://www.reddit.com"
    image_url: Url = "https://i.redd.it"
    scan: tuple[str, ...] = ()
    scan_hours: float = Field(default=24, gt=0)
    poll_seconds: float = Field(default=30, gt=0)
    ignored_users: tuple[str, ...] = ()
    kill_switch: str | None = Field(default=None, pattern=r"^\w{2,50}/[\w/-]+$")

    _bare = field_validator("scan", "ignored_users", "username", "operator", mode="before")(spelling.bare_names)

    def praw_options(self) -> dict[str, Any]:
        """Keyword arguments for praw.Reddit; what is not set is left to praw.ini.

        Raises SettingsError for a missing credential or a placeholder user agent.
        """
        options: dict[str, Any] = {
            "client_id": self.client_id,
            "client_secret": reveal(self.client_secret),
            "username": self.username,
            "password": reveal(self.password),
            "refresh_token": reveal(self.refresh_token),
            "user_agent": self.agent(),
        }
        if self.oauth_url:
            options |= {"oauth_url": self.oauth_url, "reddit_url": self.reddit_url, "short_url": self.reddit_url}
        options = {name: value for name, value in options.items() if value is not None}
        if self.site is None:
            self._check_credentials(options)
        return options

    def agent(self) -> str | None:
        """The user agent in the form that Reddit asks for; None when praw.ini is to give it."""
        agent = self.user_agent
        if agent is None and self.operator:
            agent = f"python:colorizebot:{__version__} (by /u/{self.operator.strip('/').removeprefix('u/')})"
        if agent is not None:
            check_agent(agent)
        return agent

    def _check_credentials(self, options: dict[str, Any]) -> None:
        for name in ("client_id", "client_secret"):
            if name not in options:
                raise SettingsError(f"reddit.{name} is not set: {_HOW}")
        if "refresh_token" not in options and not {"username", "password"} <= options.keys():
            raise SettingsError(f"reddit.username and reddit.password (or reddit.refresh_token) are not set: {_HOW}")
        if "user_agent" not in options:
            raise SettingsError("reddit.operator is not set: name the Reddit account that answers for the bot")


class FetchSettings(_Section):
    """Limits on what is downloaded. Empty allowed_hosts means the built-in list."""

    allowed_hosts: tuple[str, ...] = ()
    extra_origins: tuple[str, ...] = ()
    max_bytes: int = Field(default=20 * 2**20, gt=0)
    max_pixels: int = Field(default=50_000_000, gt=0)
    min_side: int = Field(default=64, gt=0)
    deadline_seconds: float = Field(default=60, gt=0)

    _hosts = field_validator("allowed_hosts")(spelling.check_hosts)
    unsafe_above: float | None = Field(default=None, gt=0, lt=1)


class FilmSettings(_Section):
    """What a film may cost. seconds: how long it lasts at most; 0: films are not coloured. max_pixels: of a frame.

    work_seconds: processor time for one film; it may take twice as long by the clock, which has to end before the claim
    of a step that hangs is given up. notice_seconds: work that takes longer is announced.
    """

    seconds: float = Field(default=60, ge=0)
    max_bytes: int = Field(default=64 * 2**20, gt=0)
    max_pixels: int = Field(default=1920 * 1088, gt=0)
    work_seconds: int = Field(default=400, gt=0, le=420)
    notice_seconds: float = Field(default=60, ge=0)


class WebSettings(_Section):
    """The bot's own web process."""

    host: Annotated[str, AfterValidator(spelling.address_alone)] = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: Url | None = None
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    link_days: float = Field(default=30, gt=0)

    def address(self) -> str:
        """The address at which redditors reach the hosted pictures."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"


class ColorizerSettings(_Section):
    """The model: packaged weights by name or a file, and where it runs; `others` may be asked for by name."""

    weights: str = "compact"
    others: tuple[str, ...] = ()
    device: Annotated[str, AfterValidator(device_name)] = "auto"


class WorkSettings(_Section):
    """How jobs are worked on. name: unique for each worker process that shares a database.

    broker: the address of Redis or RabbitMQ, through which Celery's workers are told of jobs; it may hold a password.
    workers: threads of this process that work on jobs; 0 means one for each core. queue: posts that nobody asked about
    are left on Reddit while so many jobs wait.
    """

    name: str = Field(default_factory=socket.gethostname, max_length=90, pattern=r"^[\w.@-]+$")
    broker: SecretStr | None = None
    workers: int = Field(default=0, ge=0, le=64)
    queue: int = Field(default=1000, gt=0)
    patience_hours: float = Field(default=24, gt=0)
    attempts: int = Field(default=8, gt=0)
    retry_seconds: float = Field(default=30, gt=0)
    lag_seconds: float = Field(default=300, gt=0)
    dry_run: bool = False

    @model_validator(mode="after")
    def _known_broker(self) -> "WorkSettings":
        if self.broker is not None and not re.match(r"(rediss?|amqps?)://\S", self.broker.get_secret_value()):
            raise ValueError('broker is "redis://HOST/0" or "amqp://USER:PASSWORD@HOST//", or the same with TLS')
        return self

    def threads(self) -> int:
        """How many jobs are worked on at once, two at least: one may wait for Reddit while the other colours."""
        return self.workers or max(2, len(os.sched_getaffinity(0)))


class BackupSettings(_Section):
    """Copies of the SQLite database that the running bot makes by itself; every_hours 0 makes none."""

    folder: Folder | None = None
    every_hours: float = Field(default=12, ge=0)
    keep: int = Field(default=4, gt=0)


class NotifySettings(_Section):
    """Who is told when the bot is silent. urls: addresses as apprise writes them, which may hold secrets."""

    urls: tuple[SecretStr, ...] = ()
    silent_minutes: float = Field(default=20, ge=1)


class AftercareSettings(_Section):
    """What becomes of replies and of what is stored about them; `docs/data.md` has the whole of it."""

    keep_hours: float = Field(default=48, ge=24)
    pictures_days: float = Field(default=0, ge=0)
    watch_days: float = Field(default=7, gt=0)
    remove_at_score: int = -2
    score_grace_minutes: float = Field(default=30, ge=0)


class ReplySettings(_Section):
    """How askers are answered. elsewhere: where an answer goes that its subreddit will not take."""

    elsewhere: Literal["message", "thread", "none"] = "message"
    thread: str | None = Field(default=None, pattern=r"^t3_[a-z0-9]+$")
    explain: bool = True
    inline: bool = False

    @model_validator(mode="after")
    def _complete(self) -> "ReplySettings":
        if self.elsewhere == "thread" and self.thread is None:
            raise ValueError('elsewhere is "thread": set reply.thread to a post of the bot, such as t3_abc')
        return self


class LimitsSettings(_Section):
    """The most answers: to one person, in one thread, in one subreddit, in all."""

    per_user_day: int = Field(default=20, gt=0)
    per_thread: int = Field(default=5, gt=0)
    per_subreddit_day: int = Field(default=200, gt=0)
    per_day: int = Field(default=5000, gt=0)


class Settings(_Section):
    """All settings of the bot."""

    data_dir: Folder = Path("var")
    database_url: SecretStr | None = None
    log_format: str = Field(default="text", pattern="^(text|json)$")
    reddit: RedditSettings = RedditSettings()
    fetch: FetchSettings = FetchSettings()
    film: FilmSettings = FilmSettings()
    web: WebSettings = WebSettings()
    colorizer: ColorizerSettings = ColorizerSettings()
    work: WorkSettings = WorkSettings()
    hosting: HostingSettings = HostingSettings()
    backup: BackupSettings = BackupSettings()
    notify: NotifySettings = NotifySettings()
    aftercare: AftercareSettings = AftercareSettings()
    limits: LimitsSettings = LimitsSettings()
    reply: ReplySettings = ReplySettings()

    @model_validator(mode="before")
    @classmethod
    def _another_reddit(cls, values: Any) -> Any:
        """Another Reddit, such as a sandbox, has all in one place: its address alone is enough."""
        reddit, fetch = (values.get(name, {}) for name in ("reddit", "fetch")) if isinstance(values, dict) else ({}, {})
        url = reddit.get("oauth_url") if isinstance(reddit, dict) and isinstance(fetch, dict) else None
        if not isinstance(url, str) or not url or (urlsplit(url).hostname or "").endswith("reddit.com"):
            return values
        url = url.rstrip("/")
        places = {"reddit_url": url, "image_url": f"{url}/i.redd.it"}
        origins = {"extra_origins": (urlsplit(url).netloc,)}
        return {**values, "reddit": {**places, **reddit}, "fetch": {**origins, **fetch}}

    @model_validator(mode="after")
    def _broker_has_a_server(self) -> "Settings":
        if self.work.broker is not None and not self.work.dry_run and address.sqlite_file(self.database()) is not None:
            raise ValueError("work.broker is for several machines, so database_url has to be a PostgreSQL server's")
        return self

    def secrets(self) -> list[str]:
        """Every secret value, so that logs can hide them."""
        reddit = self.reddit
        hosts = self.hosting
        found = [reddit.client_secret, reddit.password, reddit.refresh_token]
        found += [hosts.s3.access_key, hosts.s3.secret_key, hosts.imgur.client_id, *self.notify.urls]
        database, broker = address.password_in(self.database()), urlsplit(reveal(self.work.broker) or "").password
        values = [value for secret in found if (value := reveal(secret)) and value != FILL_IN]
        return values + [password for password in (database, broker) if password]

    def unfilled(self) -> list[str]:
        """Settings that still say what colorizebot.example.toml says in place of a value."""
        given = {name: getattr(self.reddit, name) for name in RedditSettings.model_fields}
        plain = {name: reveal(value) if isinstance(value, SecretStr) else value for name, value in given.items()}
        return [f"reddit.{name}" for name, value in plain.items() if value == FILL_IN]

    def check_filled(self) -> str:
        """Raises SettingsError that names the settings that are still to be filled in."""
        if names := self.unfilled():
            raise SettingsError(f"still to be filled in: {', '.join(names)}")
        return "filled in"

    def check_public_url(self) -> None:
        """Raises SettingsError when replies on the real Reddit would link to this machine's own loopback."""
        if self.reddit.oauth_url is None and self.web.public_url is None:
            raise SettingsError("web.public_url is not set: redditors must be able to reach the hosted pictures")

    def under_name(self, name: str) -> "Settings":
        """The same with another work.name. Raises SettingsError for one that cannot be."""
        try:
            work = WorkSettings.model_validate(self.work.model_dump() | {"name": name})
        except ValidationError as error:
            raise SettingsError(f"the worker's name {name!r}: {error.errors()[0]['msg']}") from error
        return self.model_copy(update={"work": work})

    def rehearsal(self) -> "Settings":
        """The same for a dry run: in a database of its own, so that what it only pretended is not taken as done."""
        work = self.work.model_copy(update={"dry_run": True, "broker": None})
        return self.model_copy(update={"work": work, "data_dir": self.data_dir / "dry-run", "database_url": None})

    def backups(self) -> Path:
        """The folder of the copies of the database."""
        return self.backup.folder or self.data_dir / "backups"

    def database(self) -> str:
        """The SQLAlchemy URL; a SQLite file in the data folder unless set."""
        return reveal(self.database_url) or f"sqlite:///{self.data_dir / 'colorizebot.sqlite'}"


class _Loaded(Settings, BaseSettings):
    """Settings from the environment and a file."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - its fields are not asked for
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not a source here
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not a source here
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what is given, which is the file."""
        return env_settings, init_settings


def load_settings(file: Path | None = None) -> Settings:
    """Settings from environment and file.

    The file is `file`, else $COLORIZEBOT_CONFIG, else colorizebot.toml in the current folder if it is there. Raises
    SettingsError that lists each wrong setting.
    """
    named = _named(file)
    if named and not named.is_file():
        what = "that is a folder: name the file in it" if named.is_dir() else "look at the spelling"
        raise SettingsError(f"there is no settings file {named}; {what}")
    if named and not named.stat().st_size:
        raise SettingsError(f"the settings file {named} is empty; colorizebot.example.toml shows what to write")
    known = list(spelling.names_of(Settings))
    if strange := [f"{name}: {why}" for name, why in spelling.strange_variables(os.environ, _PREFIX, known)]:
        raise SettingsError("wrong settings in the environment:\n  " + "\n  ".join(strange))
    try:
        settings = _Loaded(**_values(file))
        address.check(settings.database())
        if settings.database_url is not None:
            address.check_file(settings.database())
    except ValidationError as error:
        lines = [spelling.wrong_setting(dict(one), known) for one in error.errors(include_input=False)]
        raise SettingsError("wrong settings:\n  " + "\n  ".join(lines)) from None
    except address.WrongAddress as error:
        raise SettingsError(f"database_url: {error}") from None
    except InputError as error:
        raise SettingsError(f"the settings file {error}") from None
    except (OSError, ValueError) as error:
        shown = "write it as colorizebot.example.toml shows"
        raise SettingsError(f"{named or DEFAULT_FILE} cannot be read; {shown}: {error}") from error
    return settings


def _values(file: Path | None) -> dict[str, Any]:
    """What the settings file says; nothing where there is none."""
    found = file_in_use(file)
    return {} if found is None else tomllib.loads(read_text(found))


def file_in_use(file: Path | None = None) -> Path | None:
    """The file that `load_settings` reads; None when there is none."""
    found = _named(file) or Path(DEFAULT_FILE)
    return found if found.is_file() else None


_HOW = "set it in colorizebot.toml, as COLORIZEBOT_REDDIT__…, or name a section of praw.ini in reddit.site"


def _named(file: Path | None) -> Path | None:
    return file or (Path(os.environ["COLORIZEBOT_CONFIG"]) if "COLORIZEBOT_CONFIG" in os.environ else None)


def reveal(secret: SecretStr | None) -> str | None:
    """The text of a secret."""
    return secret.get_secret_value() if secret else None
