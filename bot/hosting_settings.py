"""The settings of the places that keep result pictures; a part of `bot/settings`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Section(BaseModel):
    """A part of the settings, which takes no name that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class S3Settings(Section):
    """A bucket at a storage that speaks the S3 API. public_url: the address at which redditors reach it."""

    bucket: str | None = None
    public_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+")
    endpoint_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+")
    region: str = "us-east-1"
    access_key: SecretStr | None = None
    secret_key: SecretStr | None = None
    prefix: str = Field(default="", pattern=r"^[\w./-]*$")


class ImgurSettings(Section):
    """Imgur, without an account."""

    client_id: SecretStr | None = None
    api_url: str = Field(default="https://api.imgur.com", pattern=r"^https?://[^/\s]+")


class NativeSettings(Section):
    """The bot's own subreddits for its pictures; "u_NAME" is the profile of an account."""

    subreddit: str | None = Field(default=None, pattern=r"^\w{2,50}$")
    nsfw_subreddit: str | None = Field(default=None, pattern=r"^\w{2,50}$")


class HostingSettings(Section):
    """The places that keep result pictures: the first of `order` that takes one keeps it."""

    order: tuple[Literal["folder", "s3", "imgur", "native"], ...] = Field(default=("folder",), min_length=1)
    s3: S3Settings = S3Settings()
    imgur: ImgurSettings = ImgurSettings()
    native: NativeSettings = NativeSettings()

    @model_validator(mode="after")
    def _complete(self) -> "HostingSettings":
        needed = {"s3": ("bucket", "public_url"), "imgur": ("client_id",), "native": ("subreddit",)}
        for name in self.order:
            for value in needed.get(name, ()):
                if getattr(getattr(self, name), value) is None:
                    raise ValueError(f"order names {name!r}, but hosting.{name}.{value} is not set")
        if len(set(self.order)) < len(self.order):
            raise ValueError("order names a host twice")
        if (self.s3.access_key is None) != (self.s3.secret_key is None):
            raise ValueError("hosting.s3.access_key and hosting.s3.secret_key are only of use together")
        return self
