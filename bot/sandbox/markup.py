"""Reddit's Markdown: to HTML, and what can be read out of it (mentioned users, links).

CommonMark without raw HTML, plus what people use most on Reddit: tables, strike-through, `^superscript`, and user and
subreddit names that become links by themselves.
"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# The name must not continue a word or a path: `foo/u/bar` and `http://x/u/bar` are no mentions.
_NAME = re.compile(r"(?<![\w/.-])/?(?P<sort>[ur])/(?P<name>[A-Za-z0-9_-]{2,21})")
_SUPERSCRIPT_DEPTH = 8


def _superscript(state: StateInline, silent: bool) -> bool:
    """`^word` up to the next blank, or `^(several words)` up to the matching bracket; may be nested."""
    start = state.pos
    if state.src[start] != "^" or state.level >= _SUPERSCRIPT_DEPTH:
        return False
    body_start, body_end, after = start + 1, start + 1, start + 1
    if state.src.startswith("(", body_start):
        depth = 0
        for position in range(body_start, state.posMax):
            depth += {"(": 1, ")": -1}.get(state.src[position], 0)
            if depth == 0:
                body_start, body_end, after = body_start + 1, position, position + 1
                break
    else:
        while body_end < state.posMax and not state.src[body_end].isspace():
            body_end += 1
        after = body_end
    if body_end <= body_start:
        return False
    if not silent:
        # The rule for plain text looks at `src` alone, so the end of the raised part has to be the end of `src`.
        source, end = state.src, state.posMax
        state.push("sup_open", "sup", 1)
        state.src, state.pos, state.posMax = source[:body_end], body_start, body_end
        state.md.inline.tokenize(state)
        state.src, state.posMax = source, end
        state.push("sup_close", "sup", -1)
    state.pos = after
    return True


def _linked_names(text: Token) -> Iterator[Token]:
    """The text token cut up so that each user or subreddit name stands in a link of its own."""
    position = 0
    for found in _NAME.finditer(text.content):
        before = Token("text", "", 0)
        before.content = text.content[position : found.start()]
        opening = Token("link_open", "a", 1, attrs={"href": f"/{found['sort']}/{found['name']}"})
        words = Token("text", "", 0)
        words.content = found[0]
        yield from (before, opening, words, Token("link_close", "a", -1))
        position = found.end()
    rest = Token("text", "", 0)
    rest.content = text.content[position:]
    yield rest


def _link_names(state: StateCore) -> None:
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        inside_link = 0
        children: list[Token] = []
        for token in block.children:
            inside_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            children.extend(_linked_names(token) if token.type == "text" and not inside_link else [token])
        block.children = children


def _picture(_: RendererHTML, tokens: list[Token], index: int, __: object, env: dict[str, str]) -> str:
    """`![img](asset id)` becomes a picture where the caller knows the asset; anything else becomes a link."""
    token = tokens[index]
    source = str(token.attrGet("src") or "")
    label = token.content or "picture"
    escaped = _escape(label)
    if source in env:
        return f'<img src="{_escape(env[source])}" alt="{escaped}" loading="lazy">'
    return f'<a href="{_escape(source)}" rel="nofollow noopener">{escaped}</a>'


def _escape(text: str) -> str:
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(plain, entity)
    return text


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("emphasis", "superscript", _superscript)
    parser.core.ruler.push("names", _link_names)
    parser.add_render_rule("image", _picture)
    return parser


_PARSER = _parser()


def to_html(text: str, pictures: dict[str, str] | None = None) -> str:
    """Safe HTML; `pictures` maps asset ids to addresses for pictures that stand inside the text."""
    return str(_PARSER.render(text, pictures or {}))


def to_reddit_html(text: str, *, wiki: bool = False) -> str:
    """HTML in the wrapping that `body_html`, `selftext_html` and `content_html` have."""
    return f'<!-- SC_OFF --><div class="md{" wiki" if wiki else ""}">{to_html(text)}</div><!-- SC_ON -->'


def links(text: str) -> list[str]:
    """The targets of all links, in order, each once."""
    found: dict[str, None] = {}
    for block in _PARSER.parse(text):
        for token in block.children or []:
            if token.type == "link_open":
                found[str(token.attrGet("href") or "")] = None
            elif token.type == "image":
                found[str(token.attrGet("src") or "")] = None
    return list(found)


def mentions(text: str) -> list[str]:
    """Lower-case names of the users that the text links to as `/u/NAME`, each once; code does not count."""
    names = (re.fullmatch(r"/u(?:ser)?/([A-Za-z0-9_-]+)/?", link) for link in links(text))
    return list(dict.fromkeys(found[1].lower() for found in names if found))
