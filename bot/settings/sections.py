"""The sections of the settings; that of the hosts is `bot/hosting_settings.py`."""

import os
import re
import socket
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    IPvAnyNetwork,
    SecretStr,
    field_validator,
    model_validator,
)

from bot import __version__, spelling
from bot.errors import SettingsError
from bot.hosting_settings import Section
from bot.reddit.agent import check_agent
from colorizer.devices import device_name

_HOW = "set it in colorizebot.toml, as COLORIZEBOT_REDDIT__…, or name a section of praw.ini in reddit.site"

Folder = Annotated[Path, AfterValidator(spelling.in_home)]
Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+"), AfterValidator(lambda url: url.rstrip("/"))]


class RedditSettings(Section):
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


class FetchSettings(Section):
    """Limits on what is downloaded. Empty allowed_hosts means the built-in list."""

    allowed_hosts: tuple[str, ...] = ()
    extra_origins: tuple[str, ...] = ()
    max_bytes: int = Field(default=20 * 2**20, gt=0)
    max_pixels: int = Field(default=50_000_000, gt=0)
    min_side: int = Field(default=64, gt=0)
    deadline_seconds: float = Field(default=60, gt=0)

    _hosts = field_validator("allowed_hosts")(spelling.check_hosts)
    unsafe_above: float | None = Field(default=None, gt=0, lt=1)


class FilmSettings(Section):
    """What a film may cost. seconds: how long it lasts at most; 0: films are not coloured. max_pixels: of a frame.

    work_seconds: processor time for one film; it may take twice as long by the clock, which has to end before the claim
    of a step that hangs is given up. notice_seconds: work that takes longer is announced.
    """

    seconds: float = Field(default=60, ge=0)
    max_bytes: int = Field(default=64 * 2**20, gt=0)
    max_pixels: int = Field(default=1920 * 1088, gt=0)
    work_seconds: int = Field(default=400, gt=0, le=420)
    notice_seconds: float = Field(default=60, ge=0)


class WebSettings(Section):
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


class ColorizerSettings(Section):
    """The model: packaged weights by name or a file, and where it runs; `others` may be asked for by name."""

    weights: str = "compact"
    others: tuple[str, ...] = ()
    device: Annotated[str, AfterValidator(device_name)] = "auto"


class WorkSettings(Section):
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


class BackupSettings(Section):
    """Copies of the SQLite database that the running bot makes by itself; every_hours 0 makes none."""

    folder: Folder | None = None
    every_hours: float = Field(default=12, ge=0)
    keep: int = Field(default=4, gt=0)


class NotifySettings(Section):
    """Who is told when the bot is silent. urls: addresses as apprise writes them, which may hold secrets."""

    urls: tuple[SecretStr, ...] = ()
    silent_minutes: float = Field(default=20, ge=1)


class AftercareSettings(Section):
    """What becomes of replies and of what is stored about them; `docs/data.md` has the whole of it."""

    keep_hours: float = Field(default=48, ge=24)
    pictures_days: float = Field(default=0, ge=0)
    watch_days: float = Field(default=7, gt=0)
    remove_at_score: int = -2
    score_grace_minutes: float = Field(default=30, ge=0)


class ReplySettings(Section):
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


class LimitsSettings(Section):
    """The most answers: to one person, in one thread, in one subreddit, in all."""

    per_user_day: int = Field(default=20, gt=0)
    per_thread: int = Field(default=5, gt=0)
    per_subreddit_day: int = Field(default=200, gt=0)
    per_day: int = Field(default=5000, gt=0)


def reveal(secret: SecretStr | None) -> str | None:
    """The text of a secret."""
    return secret.get_secret_value() if secret else None
