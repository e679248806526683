import re

import pytest
from markdown_it import MarkdownIt

from bot.domain.outcomes import Outcome
from bot.domain.replies import DISCLOSURE, HELP, Footer, Shown, coloured, explanation, plain

FOOTER = Footer("https://bot.example/about", "https://www.reddit.com/message/compose", "ColorizeBot", "t1_abc")
SHOWN = Shown(
    results=("https://bot.example/results/k.jpg",),
    side_by_side="https://bot.example/results/k-side.jpg",
    original="https://en.wikipedia.org/File_(x).jpg",
)


def html(text):
    return MarkdownIt().render(text).replace("&#x27;", "'")


def test_a_reply_says_that_a_machine_guessed_and_links_everything():
    page = html(coloured([SHOWN], (), FOOTER))
    assert DISCLOSURE in page
    for url in (*SHOWN.results, SHOWN.side_by_side, FOOTER.about, "https://en.wikipedia.org/File_%28x%29.jpg"):
        assert f'href="{url}"' in page


def test_the_footer_opens_messages_with_their_words_filled_in():
    page = html(coloured([SHOWN], (), FOOTER))
    compose = "https://www.reddit.com/message/compose?to=ColorizeBot"
    assert f"{compose}&amp;subject=delete&amp;message=delete%20t1_abc" in page
    assert f"{compose}&amp;subject=stop&amp;message=stop" in page


@pytest.mark.parametrize(("length", "links"), [("full", 5), ("short", 2), ("none", 1)])
def test_a_footer_may_be_short_but_always_says_what_a_bot_is(length, links):
    footer = Footer(FOOTER.about, FOOTER.compose, FOOTER.bot_name, FOOTER.target, length)
    page = html(coloured([SHOWN], (), footer))
    assert DISCLOSURE in page
    assert page.partition("<hr />")[2].count("<a ") == links


def test_variants_and_several_photos_are_all_linked():
    two = Shown(("a.jpg", "b.jpg"), "c.jpg", "d.jpg", number=1)
    page = html(coloured([two], (), FOOTER))
    assert [page.count(f'href="{name}.jpg"') for name in "abcd"] == [1, 1, 1, 1]
    page = html(coloured([two, Shown(("e.jpg",), "f.jpg", "g.jpg", number=3)], (), FOOTER))
    assert "Photo 3 in colour" in page
    assert page.count('href="g.jpg"') == 1


def test_a_tint_that_was_dropped_is_mentioned():
    assert "tint" in coloured([Shown(("a",), "b", "c", tinted=True)], (), FOOTER)
    assert "tint" not in coloured([SHOWN], (), FOOTER)


def test_what_was_not_understood_is_said_without_becoming_markup():
    note = "I could not read this: hint [x](https://evil.example) u/somebody **bold**"
    page = html(coloured([SHOWN], [note], FOOTER))
    assert "evil.example" in page
    assert 'href="https://evil.example' not in page
    assert "<strong>" not in page
    assert "u/somebody" not in page


@pytest.mark.parametrize(
    "linked",
    ["HTTP://evil.example", "www.evil.example", "ftp://evil.example", "/r/evil", "U/somebody", "me@evil.io"],
)
def test_nothing_in_it_becomes_a_link_by_itself(linked):
    reply = coloured([SHOWN], [f"I could not read this: like {linked}"], FOOTER)
    assert linked not in reply.replace("\\", "")


def test_silence_and_sentences_for_those_who_get_no_picture():
    assert "force" in explanation(Outcome.ALREADY_COLOUR, in_message=False)
    assert explanation(Outcome.NO_PHOTO, in_message=False) is None, "the name may have been mentioned in passing"
    assert explanation(Outcome.NO_PHOTO, in_message=True) is not None
    for silent in (Outcome.ASKED_BY_BOT, Outcome.OPTED_OUT, Outcome.USER_LIMIT, Outcome.LOCKED, Outcome.NSFW):
        assert explanation(silent, in_message=True) is None


def test_help_names_every_word():
    page = html(plain(HELP, (), FOOTER))
    words = re.findall(r"\w+", "vivid natural soft variants photo all hint like model again force delete stop start")
    for word in words:
        assert f"<code>{word}" in page, word
