"""What the sandbox remembers of an account beside its posts and its mail, as plain records."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Friend:
    """Somebody whom the account follows."""

    since: float
    note: str = ""


@dataclass
class Draft:
    """A post that is not posted yet; `fields` are those of the request that saved it."""

    id: str
    created_utc: float
    modified_utc: float
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class Multireddit:
    """A named list of subreddits. `owner` and the members of `subreddits` keep their spelling."""

    name: str
    owner: str
    display_name: str
    created_utc: float
    description: str = ""
    subreddits: list[str] = field(default_factory=list)
    visibility: str = "private"
    copied_from: str | None = None


@dataclass
class Announcement:
    """A message from Reddit to everybody; sets hold lower-case names of who has read or hidden it."""

    id: str
    author: str
    subject: str
    body: str
    sent_utc: float
    read_by: dict[str, float] = field(default_factory=dict)
    hidden_by: set[str] = field(default_factory=set)
