from markdown_it import MarkdownIt

from bot.domain.replies import DISCLOSURE, Result, coloured

RESULT = Result(
    coloured="https://bot.example/results/k.jpg",
    side_by_side="https://bot.example/results/k-side-by-side.jpg",
    original="https://en.wikipedia.org/File_(x).jpg",
    about="https://bot.example/about",
)


def test_a_reply_says_that_a_machine_guessed_and_links_everything():
    html = MarkdownIt().render(coloured(RESULT))
    assert DISCLOSURE in html.replace("&#x27;", "'")
    for url in (RESULT.coloured, RESULT.side_by_side, RESULT.about, "https://en.wikipedia.org/File_%28x%29.jpg"):
        assert f'href="{url}"' in html


def test_a_tint_that_was_dropped_is_mentioned():
    tinted = Result(RESULT.coloured, RESULT.side_by_side, RESULT.original, RESULT.about, tinted=True)
    assert "tint" in coloured(tinted)
    assert "tint" not in coloured(RESULT)
