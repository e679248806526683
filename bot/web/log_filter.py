"""The filter of the reply log, as it stands in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from bot.domain.log_words import OPEN, WrongFilter, outcome_choices, outcomes
from bot.domain.log_words import moment as _moment
from bot.domain.log_words import name_on_reddit as _name
from bot.domain.log_words import one_of as _one_of
from bot.domain.log_words import word as _word
from bot.domain.reddit_types import Source
from bot.store.jobs import now
from bot.store.log_search import Filter
from bot.web.log_sort import SORTS

__all__ = ["OPEN", "Choice", "WrongFilter", "outcome_choices", "outcomes"]

MOST_WORDS = 8
_NUMBER = re.compile(r"#?([1-9]\d{0,8})")
_THING = re.compile(r"t[134]_[a-z0-9]{1,13}")
_ADDRESS = re.compile(r"(?:/comments/|/gallery/|\bredd\.it/)([a-z0-9]{1,13})(?:/[^/?#]*/([a-z0-9]{1,13}))?")
_SPELLINGS = {"gray": "grey", "color": "colour"}
_PERSON = re.compile(r"/?u/([A-Za-z0-9_-]{1,50})/?")
_PLACE = re.compile(r"/?r/([A-Za-z0-9_-]{1,50})/?")


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
    q: str = ""
    sort: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Choice":
        """From the parameters of an address, where times are called from and to."""
        names = {"start": "from", "end": "to"}
        found = {name: query.get(names.get(name, name), "").strip() for name in cls.__dataclass_fields__}
        found |= {name: found[name].lower().replace(" ", "_") for name in ("verdict", "outcome", "source", "sort")}
        return cls(**found | {"verdict": _SPELLINGS.get(found["verdict"], found["verdict"])})

    def as_filter(self) -> Filter:
        """What the store is asked for. Raises WrongFilter."""
        asked, moment = Search.of(self.q), now()
        since = _moment("from", self.start, now=moment)
        until = _moment("to", self.end, whole_day=True, now=moment)
        if since is not None and until is not None and since >= until:
            raise WrongFilter(f"from {self.start!r} is not before to {self.end!r}: nothing lies between them")
        if self.sort:
            _one_of("sort", self.sort, list(SORTS))
        return Filter(
            subreddit=_name("subreddit", self.subreddit) or asked.subreddit,
            user=_name("user", self.user) or asked.user,
            verdict=_word("verdict", self.verdict),
            outcomes=outcomes(self.outcome),
            source=_one_of("source", self.source, [source.value for source in Source]),
            since=since,
            until=until,
            thing=asked.thing,
            words=asked.words,
        )

    def job_number(self) -> int | None:
        """The number of a job that is asked for by it alone, as "#12" or "12"."""
        found = _NUMBER.fullmatch(self.q)
        return int(found[1]) if found and self == Choice(q=self.q) else None

    def narrows(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.without_sort())

    def without_sort(self) -> "Choice":
        """The same jobs in their usual order."""
        return replace(self, sort="")

    def fields(self) -> list[tuple[str, str]]:
        """What says something, as (parameter, words)."""
        names = {"start": "from", "end": "to"}
        found = ((names.get(name, name), str(getattr(self, name))) for name in self.__dataclass_fields__)
        return [(name, value) for name, value in found if value]

    def query(self, **others: str | int | None) -> str:
        """The part of an address behind the path, "?" included; others stand beside the filter or replace parts."""
        text = urlencode({name: value for name, value in (dict(self.fields()) | others).items() if value}, safe=":/")
        return f"?{text}" if text else ""

    @property
    def filtered(self) -> int:
        """How many fields beside the search say something."""
        return sum(bool(getattr(self, name)) for name in self.__dataclass_fields__ if name != "q")

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Search:
    """What the words of a search mean: a thing on Reddit, a person, a subreddit, or words in the texts."""

    thing: str | None = None
    user: str | None = None
    subreddit: str | None = None
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Search":
        """Raises WrongFilter for too many words."""
        user = subreddit = thing = None
        words: list[str] = []
        for word in text.split():
            if found := _ADDRESS.search(word):
                thing = f"t1_{found[2]}" if found[2] else f"t3_{found[1]}"
            elif _THING.fullmatch(word.lower()):
                thing = word.lower()
            elif found := _PERSON.fullmatch(word):
                user = found[1]
            elif found := _PLACE.fullmatch(word):
                subreddit = found[1]
            else:
                words.append(word)
        if len(words) > MOST_WORDS:
            raise WrongFilter(f"search for at most {MOST_WORDS} words; these are {len(words)}")
        return cls(thing, user, subreddit, tuple(words))
