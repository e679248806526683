"""Reading what people write on Reddit: Markdown in, plain text with what it stands in out.

The parser is markdown-it-py's CommonMark with tables and strike-through. What Reddit adds is handled here: bare
addresses become links, `>!spoiler!<` is no quote, `^` raises without brackets of its own. Reading is linear in the
length of the text; what lies beyond `LONGEST` is not read.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import category

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import blockquote as _blockquote
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

LONGEST = 40_000
"""Characters of a text that are read: the longest post that Reddit takes; a comment or message ends at 10,000."""

_ADDRESS = re.compile(r"://(?:(?!,https?://)[^\s<>\[\]\"`|])+")
_WITHOUT_SCHEME = re.compile(
    r"(?<![\w/.@-])(?:www(?:\.[a-z0-9-]+)+\.[a-z]{2,}|(?:[a-z0-9-]{1,20}\.)?"
    r"(?:reddit\.com|redd\.it|imgur\.com|imgur\.io|twimg\.com|twitter\.com|bsky\.app|unsplash\.com|wikimedia\.org"
    r"|wikipedia\.org|staticflickr\.com|flickr\.com))"
    r"/[^\s<>\[\]\"`|]+",
    re.IGNORECASE,
)
"""What Reddit or a reader takes for an address though it does not begin like one."""

_SCHEME = re.compile(r"(?<![a-z0-9])https?$", re.IGNORECASE)
_QUOTE_LINE = re.compile(r" {0,3}>(?!!)")
_SPOILER = re.compile(r">!|!<")
_RAISED = re.compile(r"\^+(?=\S)")
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0]")
"""Characters that show nothing and that Unicode counts as letters or marks."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that stands in one thing.

    quote: in a quote. code: in a code block or span. link: the address that a click on it opens.
    picture: what an embedded picture, `![text](picture)`, shows: an id of Reddit's or an address.
    """

    text: str
    quote: bool = False
    code: bool = False
    link: str | None = None
    picture: str | None = None


class Text:
    """One text, parsed once. `runs` are its pieces in order; lines and blocks end with a run of a line feed."""

    def __init__(self, source: str) -> None:
        self.runs: tuple[Run, ...] = tuple(_runs(_PARSER.parse(_separated(source[:LONGEST]))))

    @cached_property
    def own(self) -> tuple[Run, ...]:
        """The runs that are no quote. Code is left in, for who asks what may be in it."""
        return tuple(run for run in self.runs if not run.quote)

    @cached_property
    def own_words(self) -> str:
        """The writer's own words: the text of `own` without code and pictures."""
        return "".join(" " if run.code or run.picture is not None else run.text for run in self.own)


def visible(text: str) -> str:
    """The text with a blank in the place of each character that shows nothing, entities of them included."""
    if "&" in text:  # written twice: the editor escapes what somebody escaped before
        text = html.unescape(text)
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub(" ", text)
    return "".join(letter if letter == "\n" or category(letter)[0] not in "CZ" else " " for letter in text)


def _separated(source: str) -> str:
    """With an empty line behind each quote: what stands below a quote without one was not quoted by hand."""
    lines, quoted = [], False
    for line in source.replace("\r", "\n").split("\n"):
        quote = bool(_QUOTE_LINE.match(line))
        if quoted and not quote:
            lines.append("")
        lines.append(line)
        quoted = quote
    return "\n".join(lines)


def _runs(blocks: Sequence[Token]) -> Iterator[Run]:
    quotes = 0
    for block in blocks:
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(block.type, 0)
        if block.type in {"fence", "code_block"}:
            yield Run(visible(block.content) + "\n", quote=quotes > 0, code=True)
        elif block.type == "inline":
            yield from _inline(block.children or (), quote=quotes > 0)
            yield Run("\n", quote=quotes > 0)


def _inline(tokens: Sequence[Token], *, quote: bool) -> Iterator[Run]:
    link: str | None = None
    for token in tokens:
        match token.type:
            case "link_open":
                link = str(token.attrGet("href") or "")
            case "link_close":
                link = None
            case "text" | "text_special":
                if link is None:
                    yield from _plain_text(_RAISED.sub(" ", _SPOILER.sub(" ", token.content)), quote=quote)
                else:
                    yield Run(visible(token.content), quote=quote, link=link)
            case "code_inline":
                yield Run(visible(token.content), quote=quote, code=True, link=link)
            case "image":
                yield Run(visible(token.content), quote=quote, link=link, picture=str(token.attrGet("src") or ""))
            case "softbreak" | "hardbreak":
                yield Run("\n", quote=quote, link=link)


def _plain_text(text: str, *, quote: bool) -> Iterator[Run]:
    at = 0
    for found in _WITHOUT_SCHEME.finditer(text):
        address = _ended(found[0])
        yield Run(visible(text[at : found.start()]), quote=quote)
        yield Run(address, quote=quote, link=f"https://{address}")
        at = found.start() + len(address)
    yield Run(visible(text[at:]), quote=quote)


def _bare_address(state: StateInline, silent: bool) -> bool:
    """An address without markup, which Reddit makes a link of, up to where a reader would end it.

    Called at its colon, where the parser's rule for plain text stops.
    """
    found = _ADDRESS.match(state.src, state.pos, state.posMax)
    scheme = _SCHEME.search(state.src, max(0, state.pos - 6), state.pos)
    if found is None or scheme is None or state.linkLevel > 0:
        return False
    if not silent and not state.pending.endswith(scheme[0]):
        return False
    rest = _ended(found[0])
    if len(rest) <= len("://"):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        address = unescapeAll(scheme[0] + rest)
        state.push("link_open", "a", 1).attrSet("href", address)
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _ended(address: str) -> str:
    """The address up to the bracket that closes what it stands in, without full stops and marks of emphasis."""
    depth = 0
    for at, letter in enumerate(address):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            address = address[:at]
            break
    return address.rstrip(".,;:!?*_~'\\")


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    at = state.bMarks[start] + state.tShift[start]
    if state.src.startswith(">!", at):
        return False
    return _blockquote(state, start, end, silent)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline", "reference"])
    parser.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "reference", "list", "table"]})
    parser.inline.ruler.before("escape", "bare_address", _bare_address)
    # An address is read by `addresses`, which refuses what is odd; here it stays as it was written.
    parser.validateLink = lambda url: bool(url)  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return parser


_PARSER = _parser()
