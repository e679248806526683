"""Reading Reddit's Markdown: what is whose word, where links lead, and that nothing takes longer than its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markdown import LONGEST, Text


def own(source):
    return " ".join(Text(source).own_words.split())


@pytest.mark.parametrize(
    "source",
    [
        "word", "**word**", "*word*", "***word***", "_word_", "__word__", "~~word~~", "^word", "^^word", "^(word)",
        ">!word!<", "# word", "###### word", "- word", "* word", "1. word", "word  \n", "[word](https://x.org)",
        "word\n====", "| word |\n|---|", "&#x200B;word&#x200b;", "\u200bword\ufeff", "&nbsp;word&nbsp;",
        "\u2060word\u00ad",
        "\u3164word\u2800", "word\ufe0f", "&amp;nbsp;word", "\r\nword\r\n", "&#8203; word",
        "w**or**d", "> a quote\n\nword", "> a quote\nword", ">a quote\nword", "> > two\n\nword", "`code`\n\nword",
        "```\ncode\n```\nword", "~~~\ncode\n~~~\nword", "    code\n\nword", "\tcode\n\nword", "``a ` b`` word",
        "````\n```\ncode\n````\nword", "- > a quote\n\nword",
    ],
)  # fmt: skip
def test_a_word_in_any_decoration_is_that_word(source):
    assert own(source).strip("^()") == "word"


@pytest.mark.parametrize(
    "source",
    ["`word`", "``word``", "```word```", "```\nword\n```", "~~~\nword\n~~~", "```js\nword", "    word", "\tword",
     "> word", ">word", "> a\n> word", "> > word", "> - word", "   > word", "> ```\n> word\n> ```", "&#x200B;",
     "\ufeff"],
)  # fmt: skip
def test_code_and_quotes_of_any_kind_are_nobodys_words(source):
    assert own(source) == ""


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("https://x.org/a_b_c.jpg", ["https://x.org/a_b_c.jpg"]),
        ("https://x.org/_a_.jpg", ["https://x.org/_a_.jpg"]),
        (r"https://x.org/a\_b.jpg", ["https://x.org/a_b.jpg"]),
        ("**https://x.org/a.jpg**", ["https://x.org/a.jpg"]),
        ("*https://x.org/a.jpg*, and", ["https://x.org/a.jpg"]),
        ("(https://x.org/a.jpg)", ["https://x.org/a.jpg"]),
        ("https://x.org/a_(b).jpg", ["https://x.org/a_(b).jpg"]),
        ("<https://x.org/a.jpg>", ["https://x.org/a.jpg"]),
        ('[a](https://x.org/a.jpg "title")', ["https://x.org/a.jpg"]),
        ("[a](<https://x.org/a b.jpg>)", ["https://x.org/a b.jpg"]),
        ("[https://x.org/a.jpg](https://x.org/b.jpg)", ["https://x.org/b.jpg"]),
        ("[a](/u/Bot)", ["/u/Bot"]),
        ("https://x.org/a.jpg?b=1&amp;c=2", ["https://x.org/a.jpg?b=1&c=2"]),
        ("HTTPS://X.org/a.jpg!", ["HTTPS://X.org/a.jpg"]),
        ("a|https://x.org/a.jpg|b\n-|-|-", ["https://x.org/a.jpg"]),
        (
            "see www.example.org/a.jpg, or i.redd.it/a.jpg.",
            ["https://www.example.org/a.jpg", "https://i.redd.it/a.jpg"],
        ),
        ("pbs.twimg.com/media/X?format=jpg", ["https://pbs.twimg.com/media/X?format=jpg"]),
        ("upload.wikimedia.org/a/ab/A.jpg", ["https://upload.wikimedia.org/a/ab/A.jpg"]),
        ("https://x.org/a.jpg,https://x.org/b,c.jpg", ["https://x.org/a.jpg", "https://x.org/b,c.jpg"]),
        ("me@imgur.com/a or x.reddit.com.evil.example/b or and/or", []),
        ("xhttps://x.org/a.jpg", []),
        ("`https://x.org/a.jpg`", []),
        ("https://", []),
    ],
)
def test_links_are_found_as_a_reader_would_click_them(source, links):
    assert list(dict.fromkeys(run.link for run in Text(source).runs if run.link is not None)) == links


@pytest.mark.parametrize(
    ("source", "picture"),
    [
        ("![img](ab12)", "ab12"),
        ("![gif](giphy|ab|downsized)", "giphy|ab|downsized"),
        ('![a](ab12 "words")', "ab12"),
        ("![](https://x.org/a.jpg)", "https://x.org/a.jpg"),
    ],
)
def test_embedded_pictures_are_known_by_what_they_show(source, picture):
    assert [run.picture for run in Text(source).runs if run.picture is not None] == [picture]


@given(st.text(alphabet=st.sampled_from("a *_~`>#-|[]()!^&;\\\n\t\u200bhtps:/.1"), max_size=400))
def test_no_text_raises_and_none_grows(source):
    runs = Text(source).runs
    assert sum(len(run.text) for run in runs) <= 2 * len(source) + 2
    assert len(runs) <= 2 * len(source) + 2


@given(st.text(max_size=300))
def test_any_text_can_be_read(source):
    Text(source).own_words  # noqa: B018 - raises nothing


def test_what_lies_beyond_the_longest_text_is_not_read():
    assert len(Text("word " * LONGEST).own_words) <= LONGEST + 1
