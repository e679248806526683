"""A subreddit's rules: what its moderators write on the bot's settings page, a YAML page of the subreddit's wiki."""

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from bot.domain.colours import colour
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.request import Style
from bot.domain.summons import commands

Flair = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Name = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,40}$")]

_EMOJI = re.compile(r":[\w-]+:")
_MANY = 200
_MOST_COLOURS = 16


def _as_hex(text: str) -> str:
    found = colour(tuple(text.lower().split()))
    if found is None:
        raise ValueError("no colour")
    return found


Colour = Annotated[str, AfterValidator(_as_hex)]
"""#rrggbb; pages may write #rgb or a CSS name, and leave out the #, with which a comment begins in YAML."""


def _key(default: object, meaning: str, allowed: str) -> Any:
    return Field(default=default, description=meaning, json_schema_extra={"allowed": allowed})


class Rules(BaseModel):
    """What the bot does in one subreddit; the defaults hold where no page says otherwise.

    Each field is a key of the page. Its description and its `allowed` are what the default page, the letter about a
    broken page and docs/moderators.md say of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = _key(True, "The main switch: no turns the bot off here, for everybody.", "yes or no")
    mode: Literal["summon", "auto", "off"] = _key(
        "summon",
        "summon: answer whoever mentions the bot or writes the command word. auto: also answer new black-and-white "
        "photos, unasked. off: the same as enabled: no.",
        "summon, auto or off",
    )
    command: str | None = _key(
        "!colorize", "The word in a comment that summons the bot.", "a word of 2 to 32 characters, or none"
    )
    min_size: int = Field(
        default=0,
        ge=0,
        le=10_000,
        description="Leave photos alone whose shorter side has fewer pixels.",
        json_schema_extra={"allowed": "a whole number from 0 to 10000"},
    )
    flair_allow: tuple[Flair, ...] = Field(
        default=(),
        max_length=_MANY,
        description="Only posts with one of these flairs; an empty list means all posts.",
        json_schema_extra={"allowed": 'a list of flair texts, such as ["Old photo", "Family"]'},
    )
    flair_deny: tuple[Flair, ...] = Field(
        default=(),
        max_length=_MANY,
        description="Never posts with one of these flairs.",
        json_schema_extra={"allowed": 'a list of flair texts, such as ["Colorized"]'},
    )
    ignored_authors: tuple[Name, ...] = Field(
        default=(),
        max_length=_MANY,
        description="People and bots who are never answered.",
        json_schema_extra={"allowed": "a list of user names, such as [AutoModerator]"},
    )
    nsfw: Literal["skip", "allow"] = _key("skip", "What to do with NSFW posts.", "skip or allow")
    reply: Literal["comment", "message"] = _key(
        "comment",
        "Answer under the post, or by private message to whoever asked. Nobody asked for an answer to a new post in "
        "mode auto: with message there is none.",
        "comment or message",
    )
    sticky: bool = _key(False, "Stick the answer to a new post to the top of its thread.", "yes or no")
    lock: bool = _key(False, "Lock the bot's comment, so that nobody can reply to it.", "yes or no")
    distinguish: bool = _key(False, "Mark the bot's comment as a moderator's.", "yes or no")
    result: Literal["native", "link"] | None = _key(
        None,
        "Where the picture lies. native: at Reddit. link: at another host. none: the bot's own choice.",
        "native, link or none",
    )
    inline: bool = _key(
        False, "Show the picture inside the comment, if the subreddit allows pictures in comments.", "yes or no"
    )
    daily_limit: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="The most answers in this subreddit in 24 hours; none means the bot's own limit.",
        json_schema_extra={"allowed": "a whole number from 1 to 100000, or none"},
    )
    thread_limit: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="The most answers in one thread; none means the bot's own limit, which it cannot exceed.",
        json_schema_extra={"allowed": "a whole number from 1 to 1000, or none"},
    )
    person_limit: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="The most answers to one person in this subreddit in 24 hours; none means the bot's own limit.",
        json_schema_extra={"allowed": "a whole number from 1 to 1000, or none"},
    )
    remove_below: int | None = Field(
        default=None,
        ge=-100,
        le=100,
        description="Take an answer away whose score falls below this; none means the bot's own bound.",
        json_schema_extra={"allowed": "a whole number from -100 to 100, or none"},
    )
    quiet_hours: str | None = Field(
        default=None,
        pattern=r"^([01]?\d|2[0-3])-([01]?\d|2[0-3])$",
        description="Hours of the day, in UTC, in which nobody is answered; what is asked then is not answered later.",
        json_schema_extra={"allowed": "two different hours from 0 to 23, such as 22-6, or none"},
    )
    paused_until: str | None = Field(
        default=None,
        pattern=r"^\d{4}-\d\d-\d\d$",
        description="Nobody is answered before this day begins, in UTC; what is asked before is not answered later.",
        json_schema_extra={"allowed": "a day, such as 2026-12-01, or none"},
    )
    look: Style = _key(Style.NATURAL, "How colourful, when the asker does not say.", "natural, vivid or soft")
    palette: tuple[Colour, ...] = Field(
        default=(),
        max_length=_MOST_COLOURS,
        description="Colours that results should be made of.",
        json_schema_extra={"allowed": f'a list of at most {_MOST_COLOURS} colours, such as ["#1e3ca0", navy]'},
    )
    like: str | None = Field(
        default=None,
        max_length=1000,
        pattern=r"^https?://\S+$",
        description="A picture whose colours results should have, when the asker names none; instead of a palette.",
        json_schema_extra={"allowed": "the address of a picture, https:// included, or none; not beside a palette"},
    )
    model: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9-]{2,32}$",
        description="Which model colours, when the asker does not say; none means the bot's own choice.",
        json_schema_extra={"allowed": "the name of a model, or none"},
    )
    footer: Literal["full", "short", "none"] = _key(
        "full", "How much stands below the answer. It always says that the colours are a guess.", "full, short or none"
    )

    weekly_report: bool = _key(
        False, "Write to the moderators each Monday what was answered here in the week before.", "yes or no"
    )

    @field_validator("command")
    @classmethod
    def _one_word(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\S{2,32}", value):
            raise ValueError("not one word")
        return value

    @field_validator("like")
    @classmethod
    def _one_source_of_colours(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("palette"):
            raise ValueError("a palette is given already")
        return value

    @field_validator("model")
    @classmethod
    def _known_model(cls, value: str | None, info: ValidationInfo) -> str | None:
        models: Collection[str] | None = (info.context or {}).get("models")
        if value is not None and models is not None and value not in models:
            raise ValueError("not a model")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _some_hours(cls, value: str | None) -> str | None:
        if value is not None and len({int(hour) for hour in value.split("-")}) < 2:
            raise ValueError("no hours")
        return value

    @field_validator("paused_until")
    @classmethod
    def _a_day(cls, value: str | None) -> str | None:
        return value if value is None else date.fromisoformat(value).isoformat()

    @field_validator("ignored_authors", mode="before")
    @classmethod
    def _bare_names(cls, value: object) -> object:
        if isinstance(value, list | tuple):
            return [re.sub(r"^/?u/", "", name) if isinstance(name, str) else name for name in value]
        return value

    def answers(self) -> bool:
        """Whether the bot answers anybody here."""
        return self.enabled and self.mode != "off"

    def scans(self) -> bool:
        """Whether new posts are answered unasked; never by message, which nobody asked for."""
        return self.enabled and self.mode == "auto" and self.reply == "comment"

    def rests(self, moment: datetime) -> bool:
        """Whether nobody is answered at that moment, by quiet hours or a pause. moment: in UTC."""
        if self.paused_until is not None and moment.date() < date.fromisoformat(self.paused_until):
            return True
        if self.quiet_hours is None:
            return False
        begin, end = map(int, self.quiet_hours.split("-"))
        return begin <= moment.hour < end if begin < end else not end <= moment.hour < begin

    def commanded(self, body: str) -> bool:
        """Whether a comment holds the command word, where there is one."""
        return self.answers() and self.command is not None and commands(body, self.command)

    def refusal(self, post_flair: str | None, author: str | None, nsfw: bool, source: Source) -> Outcome | None:
        """Why these rules forbid an answer, or None. author: whoever asks; of a scanned post, its author."""
        off = {Source.SCAN: not self.scans(), Source.COMMAND: self.command is None}
        if not self.answers() or off.get(source, False):
            return Outcome.TURNED_OFF
        if author and author.lower() in {name.lower() for name in self.ignored_authors}:
            return Outcome.IGNORED_AUTHOR
        flair = comparable(post_flair or "")
        if self.flair_allow and flair not in map(comparable, self.flair_allow):
            return Outcome.FLAIR
        if flair in map(comparable, self.flair_deny):
            return Outcome.FLAIR
        if nsfw and self.nsfw == "skip":
            return Outcome.NSFW
        return None


def comparable(flair: str) -> str:
    """A flair text without its emoji, in one case."""
    return " ".join(_EMOJI.sub(" ", flair).split()).casefold() or flair.strip()
