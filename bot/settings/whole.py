"""All settings of the bot, and what follows from several of them together."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator

from bot.errors import SettingsError
from bot.hosting_settings import HostingSettings, Section
from bot.settings.sections import (
    AftercareSettings,
    BackupSettings,
    ColorizerSettings,
    FetchSettings,
    FilmSettings,
    Folder,
    LimitsSettings,
    NotifySettings,
    RedditSettings,
    ReplySettings,
    WebSettings,
    WorkSettings,
    reveal,
)
from bot.store import address

FILL_IN = "fill in"
"""What stands in the example where a value of one's own is needed."""


class Settings(Section):
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
