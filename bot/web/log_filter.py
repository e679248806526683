"""The filter of the reply log, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.domain.log_words import OPEN, WrongFilter, outcome_choices, outcomes
from bot.domain.log_words import moment as _moment
from bot.domain.log_words import name_on_reddit as _name
from bot.domain.log_words import one_of as _one_of
from bot.domain.log_words import word as _word
from bot.domain.things import Source
from bot.store.log_search import Filter

__all__ = ["OPEN", "Choice", "WrongFilter", "outcome_choices", "outcomes"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The words of the filter, as they were typed; empty ones do not matter. `start` and `end` are UTC."""

    subreddit: str = ""
    user: str = ""
    verdict: str = ""
    outcome: str = ""
    source: str = ""
    start: str = ""
    end: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Choice":
        """From the parameters of an address, where times are called from and to."""
        names = {"start": "from", "end": "to"}
        return cls(**{name: query.get(names.get(name, name), "").strip() for name in cls.__dataclass_fields__})

    def as_filter(self) -> Filter:
        """What the store is asked for. Raises WrongFilter."""
        return Filter(
            subreddit=_name("subreddit", self.subreddit),
            user=_name("user", self.user),
            verdict=_word("verdict", self.verdict),
            outcomes=outcomes(self.outcome),
            source=_one_of("source", self.source, [source.value for source in Source]),
            since=_moment("from", self.start),
            until=_moment("to", self.end, whole_day=True),
        )

    def query(self, **others: str | int) -> str:
        """The part of an address behind the path, "?" included; others stand beside the filter or replace parts."""
        names = {"start": "from", "end": "to"}
        found = {names.get(name, name): getattr(self, name) for name in self.__dataclass_fields__}
        text = urlencode({name: value for name, value in (found | others).items() if value}, safe=":/")
        return f"?{text}" if text else ""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)
