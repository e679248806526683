"""A text cut into words, with what each stands in and where the bot is named."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from unicodedata import normalize
from urllib.parse import urlsplit

from bot.domain.markdown import Text

_BLANKS = re.compile(r"(\s+)")
_EDGES = re.compile(r"^[^\w#%]+|[^\w%]+$|^_+|_+$")
_COLOUR_OR_NUMBER = re.compile(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?$|#[0-9]+$")
_ENDS = re.compile(r"[.!?;…][\"')\]*_]*$")
_LETTER = r"[^\W\d_]"
_UNSPACED = re.compile(
    rf"(?<={_LETTER}[,;!?…])(?={_LETTER})|(?<=\.\.)(?={_LETTER})|(?<={_LETTER})[—|](?={_LETTER})|(?<=%)=(?=[\w#])"
)
"""Between words that somebody wrote without a blank."""

_WITH_NUMBER = re.compile(r"(variants?|photos?|pictures?|images?)[:=#]?(\d[\d,&-]{0,40})")
_NUMBERS = re.compile(r"[\d.,;x/%]*\d")
_LONGEST_PHRASE = 4
_PROFILE_HOST = re.compile(r"(?:[a-z-]{1,10}\.)?reddit\.com", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """One word. raw: as written; plain: in lower case without punctuation around it; `ends` a sentence or a line.

    code: it stands in a code span. link: the address that it links to. mention: it names the bot, in whatever form.
    """

    raw: str
    plain: str = ""
    ends: bool = False
    code: bool = False
    link: str | None = None
    mention: bool = False


def words_of(text: Text, name: str) -> list[Word]:
    """The writer's own words; each mention of u/NAME is one word of its own."""
    found: list[Word] = []
    for word in _joined(text, name):
        if word.mention or word.code or word.link is not None:
            found.append(word)
            continue
        at = 0
        for mention in _mention(name).finditer(word.raw):
            found += _plainly(replace(word, raw=word.raw[at : mention.start()], ends=False))
            found.append(Word(mention[0], mention=True))
            at = mention.end()
        found += _plainly(replace(word, raw=word.raw[at:]))
        if at and word.ends:
            found[-1] = replace(found[-1], ends=True)
    return [replace(word, plain=_plain(word.raw)) for word in found]


def sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words by sentence or line, whichever ends first."""
    sentence: list[Word] = []
    for word in words:
        sentence.append(word)
        if word.ends:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def spoken(words: Sequence[Word]) -> list[str]:
    """What is said, in lower case, without the bot's name and what is no word."""
    return [word.plain for word in words if word.plain and not word.mention]


def phrase(said: Sequence[str], at: int, phrases: Collection[tuple[str, ...]]) -> int:
    """How many words of the longest of some phrases stand there; 0 for none."""
    lengths = range(min(_LONGEST_PHRASE, len(said) - at), 0, -1)
    return next((length for length in lengths if tuple(said[at : at + length]) in phrases), 0)


def meaningful(words: Sequence[Word]) -> Iterator[Word]:
    """The words that can mean something: "photo:2" are two, "40 %,30 %" is one, "&" is "and", a dash alone is none."""
    before: Word | None = None
    for one, following in zip_longest(words, words[1:]):
        word = one if before is None else replace(one, raw=before.raw + one.raw, plain=_plain(before.raw + one.raw))
        before = None
        if word.code or word.mention:
            continue
        if following is not None and following.raw.startswith("%") and _NUMBERS.fullmatch(word.plain):
            before = word
        elif found := _WITH_NUMBER.fullmatch(word.plain):
            yield replace(word, raw=found[1], plain=found[1])
            yield replace(word, plain=found[2].rstrip(",&-"))
        elif word.raw in {"&", "+"}:
            yield replace(word, plain="and")
        elif word.plain.strip("%"):
            yield word


def is_profile(link: str, name: str) -> bool:
    """Whether a link leads to the profile of u/NAME, at whichever of Reddit's addresses."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return False
    if (host and not _PROFILE_HOST.fullmatch(host)) or parts.scheme not in {"", "http", "https"}:
        return False
    path = [part for part in parts.path.split("/") if part]
    return len(path) == 2 and path[0].lower() in {"u", "user"} and path[1].lower() == name.lower()


def _joined(text: Text, name: str) -> Iterator[Word]:
    """Words over the borders of runs: the two halves of a word of which one is bold belong together."""
    word: Word | None = None
    for run in text.own:
        if run.picture is not None or (run.link is not None and is_profile(run.link, name)):
            if word is not None:
                yield word
            word = None
            if run.picture is None and run.text.strip():
                yield Word(run.text, mention=True)
            continue
        for part in _BLANKS.split(run.text):
            if not part:
                continue
            if part.isspace():
                if word is not None:
                    yield replace(word, ends=word.ends or "\n" in part)
                elif "\n" in part:
                    yield Word("", ends=True)
                word = None
            elif word is not None and (word.code, word.link) == (run.code, run.link):
                word = replace(word, raw=word.raw + part)
            else:
                if word is not None:
                    yield word
                word = Word(part, code=run.code, link=run.link)
    if word is not None:
        yield word


def _plainly(word: Word) -> list[Word]:
    """The word, or the words that somebody wrote without a blank: "stop,please", "vivid;variants"."""
    if not word.raw and not word.ends:
        return []
    *first, last = _UNSPACED.split(word.raw)
    found = [replace(word, raw=part, ends=bool(_ENDS.search(part))) for part in first]
    return [*found, replace(word, raw=last, ends=word.ends or bool(_ENDS.search(last)))]


def _plain(raw: str) -> str:
    letters = normalize("NFKC", raw)  # wide and mathematical letters, as phones and generators write them
    plain = _EDGES.sub("", _EDGES.sub("", letters)).lower().replace("’", "'")  # noqa: RUF001 - people's apostrophe
    return plain if _COLOUR_OR_NUMBER.match(plain) else plain.lstrip("#")


@lru_cache(8)
def _mention(name: str) -> re.Pattern[str]:
    site = r"(?:(?:www|old|new|np|m)\.)?reddit\.com/"
    return re.compile(rf"(?<![\w/-])(?:{site}|/)?u(?:ser)?/{re.escape(name)}(?![\w-])", re.IGNORECASE)
