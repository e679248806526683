"""Reading a request word by word: values, places, colours, numbers of photos, and what people say for them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import vocabulary as known
from bot.domain.colours import KEEP, colour
from bot.domain.request import MAX_HINTS, MAX_NOTES, MAX_VARIANTS, Command, Hint, Request
from bot.domain.words import Word, meaningful, phrase

_PLACE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)%[,;x/]?(\d{1,3}(?:[.,]\d+)?)%")
_HALF_PLACE = re.compile(r"\d{1,3}(?:[.,]\d+)?%[,;x/]?")
_MINUS = re.compile(r"[-\u2212]\d")
_NUMBER = re.compile(r"(?:#|no\.?)?(\d{1,18})")
_RANGE = re.compile(r"(\d{1,3})[-–](\d{1,3})")  # noqa: RUF001 - what phones write
_MOST_NUMBERS = 20
_BETWEEN = frozenset({"is", "was", "be", "should", "as", "to", "in"})
"""What people write between a place and its colour."""

_HEADS = frozenset({"hint", "hints", "like", "model", *known.TALK})
"""Words that begin something of their own."""

_OTHER = frozenset({"different", "other", "new", "more"})
"""What people write between a number and the variants that they want."""


class Reader:
    """Reads words one after the other.

    sure: count only what needs no other words around it. talk: `start` or `help`, which count where nothing else is
    said; unknown: how many words are neither known nor filler.
    """

    def __init__(self, words: Sequence[Word], *, sure: bool) -> None:
        self._words = list(meaningful(words))
        self._said = [word.plain for word in self._words]
        self._sure = sure
        self.unknown = 0
        self.talk: Command | None = None

    def read(self) -> Request:
        """What all the words ask for."""
        request, after_known, at = Request(), True, 0
        while at < len(self._said):
            step, changed = self._value(at, request)
            if not step:
                step, changed = self._wish(at, request, after_known=after_known)
            if changed is not None:
                request, after_known = changed, True
            elif self._said[at] in known.TALK:
                self.talk, after_known = self.talk or known.TALK[self._said[at]], True
            elif length := phrase(self._said, at, known.QUESTIONS):
                step = length
            else:
                word = self._said[at]
                after_known = word in known.BEFORE_ALL
                self.unknown += not after_known and word not in known.FILLER
            at += step or 1
        return request

    def _value(self, at: int, request: Request) -> tuple[int, Request | None]:
        """How many words a word with a value takes, and the request with it; 0 when it is none."""
        word, following = self._said[at], self._at(at + 1)
        if word in known.VARIANTS and (number := _number(following)) is not None:
            return 2, _variants(request, number)
        if (number := _number(word)) is not None and following in known.VARIANTS:
            return 2, _variants(request, number)
        if number is not None and following in _OTHER and self._at(at + 2) in known.VARIANTS:
            return 3, _variants(request, number)
        if self._sure and number is not None and following == "more":
            return 2, _variants(replace(request, again=True), number)
        if word in known.PICTURES:
            begin = at + 1 + (following in {"no", "nr", "number"})
            if found := self._numbers(begin):
                numbers, length = found
                return begin - at + length, _photos(request, numbers)
        if word in known.ORDINALS and (following in known.PICTURES | {"one"} or self._only(at)):
            return 2, _photos(request, [known.ORDINALS[word]])
        if self._sure and (word.startswith("#") or "please" in self._said) and self._numbers_only():
            found = self._numbers(at)
            return (found[1], _photos(request, found[0])) if found else (0, None)
        if word == "model" and re.fullmatch(r"[a-z0-9-]{2,32}", following):
            return 2, replace(request, model=following)
        if word == "like" and at + 1 < len(self._words):
            if following in {"this", "that"} and at + 2 < len(self._words) and self._words[at + 2].link is not None:
                return 3, replace(request, like=self._words[at + 2].link)
            return self._like(self._words[at + 1], request)
        if word in {"hint", "hints"}:
            begin = at + 1 + (following == "at")
            step, changed = self._hint(begin, request, named=True)
            return (step + begin - at - 1 if step else 0), changed
        if _PLACE.fullmatch(word) or (_HALF_PLACE.fullmatch(word) and _HALF_PLACE.fullmatch(following)):
            return self._hint(at, request, named=False)
        return 0, None

    def _wish(self, at: int, request: Request, *, after_known: bool) -> tuple[int, Request | None]:
        word = self._said[at]
        if length := phrase(self._said, at, known.STYLES):
            return length, replace(request, style=known.STYLES[tuple(self._said[at : at + length])])
        if length := phrase(self._said, at, known.AGAIN):
            return length, replace(request, again=True)
        if (after_known or self._sure) and (length := phrase(self._said, at, known.ALL)):
            return length, replace(request, all=True)
        if after_known and word == "force":
            return 1, replace(request, force=True)
        if not self._sure:
            return 0, None
        if word in known.VARIANTS - {"version", "results", "option", "variant"}:
            return 1, _variants(request, known.SOME_VARIANTS)
        return 0, None

    def _numbers_only(self) -> bool:
        """Whether nothing but numbers and filler is said: "2 and 3 please", "#2"."""
        return all(word in known.FILLER or _NUMBER.fullmatch(word) for word in self._said)

    def _only(self, at: int) -> bool:
        """Whether nothing but filler stands beside the word: "only the third, please"."""
        return self._sure and all(word in known.FILLER for i, word in enumerate(self._said) if i != at)

    def _at(self, at: int) -> str:
        return self._said[at] if at < len(self._said) else ""

    def _numbers(self, at: int) -> tuple[list[int], int] | None:
        """The numbers that stand there, "2 and 3", "2, 3", "2-4", and how many words they take."""
        numbers: list[int] = []
        start = at
        while at < len(self._said) and len(numbers) < _MOST_NUMBERS:
            word, several = self._said[at], re.split(r"[,&+]", self._said[at])
            if (span := _RANGE.fullmatch(word)) and int(span[1]) < int(span[2]) < int(span[1]) + _MOST_NUMBERS:
                numbers += range(int(span[1]), int(span[2]) + 1)
            else:
                counted = [_counted(part) for part in several]
                if None in counted:
                    break
                numbers += [number for number in counted if number is not None]
            goes_on = self._words[at].raw.endswith((",", "&", "+"))
            at += 1
            if self._at(at) == "and" and _counted(self._at(at + 1)) is not None:
                at += 1
            elif self._at(at) in {"to", "through", "until"} and (last := _counted(self._at(at + 1))) is not None:
                numbers += range(numbers[-1] + 1, min(last, numbers[-1] + _MOST_NUMBERS) + 1)
                at += 2
            elif _NUMBER.fullmatch(self._at(at)) and self._at(at + 1) not in known.VARIANTS | _OTHER:
                continue
            elif not goes_on:
                break
        return (numbers, at - start) if numbers else None

    def _like(self, word: Word, request: Request) -> tuple[int, Request | None]:
        if word.link is not None:
            return 2, replace(request, like=word.link)
        raw = word.raw.strip(".,;:!?")
        if "." in raw and "/" in raw:
            return 2, _misread(request, f"like {raw}: I need a whole link, https:// included")
        return 0, None  # "it looks like my uncle"

    def _hint(self, at: int, request: Request, *, named: bool) -> tuple[int, Request | None]:
        """A place and a colour; named: behind the word `hint`, so that something is said when it cannot be read."""
        said, used = self._said[at : at + 8], int(named)
        for length in (1, 2):
            if (place := self._place(at, length)) is None:
                continue
            length += next((i for i, word in enumerate(said[length:]) if word not in _BETWEEN), 0)
            for words in (3, 2, 1):
                found = _colour(tuple(said[length : length + words])) if len(said) >= length + words else None
                if found is None:
                    continue
                if len(request.hints) == MAX_HINTS:
                    what = f"more than {MAX_HINTS} hints: I took the first ones"
                    return used + length + words, _misread(request, what)
                hint = Hint(*place, found)
                return used + length + words, replace(request, hints=(*request.hints, hint))
        if named and (odd := [i for i, word in enumerate(said[:3], 1) if re.search(r"[%#\d]", word)]):
            length = max(odd)
            length += next((words for words in (3, 2, 1) if _colour(tuple(said[length : length + words]))), 0) or int(
                self._means_nothing(at + length)  # it was to be a colour
            )
            again = " ".join(word.raw for word in self._words[at : at + length])
            what = f"hint {again}: write it as hint 40%,30% #aa3322, or with the name of a colour"
            return 1 + length, _misread(request, what)
        if named and self._sure and (not said or _colour(tuple(said[:1]))):
            what = f"{' '.join(['hint', *said[:1]])}: write it as hint 40%,30% #aa3322, or with the name of a colour"
            return 1 + len(said[:1]), _misread(request, what)
        return 0, None

    def _place(self, at: int, length: int) -> tuple[float, float] | None:
        """The place in so many words, in 0..1 of width and height; None for what is none, or lies outside."""
        words = self._words[at : at + length]
        found = _PLACE.fullmatch(",".join(word.plain.strip(",;") for word in words))
        if found is None or _MINUS.search(" ".join(word.raw for word in words)):
            return None
        x, y = (float(share.replace(",", ".")) / 100 for share in found.groups())
        return (x, y) if max(x, y) <= 1 else None

    def _means_nothing(self, at: int) -> bool:
        """Whether a word of the same sentence stands there that is neither one of the bot's nor filler."""
        word = self._at(at)
        if not word or self._words[at - 1].ends or word in known.FILLER | known.VARIANTS | known.PICTURES | _HEADS:
            return False
        return not self._wish(at, Request(), after_known=True)[0]


def _photos(request: Request, numbers: Sequence[int]) -> Request:
    return replace(request, photos=tuple(dict.fromkeys((*request.photos, *numbers)))[:_MOST_NUMBERS])


def _counted(word: str) -> int | None:
    """The number of a photo: "2", "#2", "no.2", "two"."""
    found = _NUMBER.fullmatch(word)
    return int(found[1]) if found else known.NUMBERS.get(word)


def _number(word: str) -> int | None:
    if word in known.NUMBERS:
        return known.NUMBERS[word]
    return int(word) if word.isdecimal() and word.isascii() and len(word) <= 6 else None


def _colour(words: tuple[str, ...]) -> str | None:
    return KEEP if words == (KEEP,) else colour(words)


def _variants(request: Request, number: int) -> Request:
    if 1 <= number <= MAX_VARIANTS:
        return replace(request, variants=number)
    bounded = replace(request, variants=min(max(number, 1), MAX_VARIANTS))
    return _misread(bounded, f"variants {number}: I make 1 to {MAX_VARIANTS}")


def _misread(request: Request, what: str) -> Request:
    """Each thing once, and a few of them: the answer has to stay readable."""
    what = what[:200]
    if what in request.misread or len(request.misread) == MAX_NOTES:
        return request
    return replace(request, misread=(*request.misread, what))
