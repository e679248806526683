import pytest

from bot.domain.summons import Words, mentions, parse, post_of_context

BOT = "ColorizeBot"


@pytest.mark.parametrize(
    "body",
    [
        "u/ColorizeBot",
        "/u/colorizebot",
        "Could you, U/COLORIZEBOT?",
        "(u/ColorizeBot)",
        "line one\n\nu/ColorizeBot photo 2",
        "[u/ColorizeBot](/u/ColorizeBot) please",
        "> quoted\n\nu/ColorizeBot",
    ],
)
def test_the_bot_is_named(body):
    assert mentions(body, BOT)


@pytest.mark.parametrize(
    "body",
    ["", "ColorizeBot", "u/ColorizeBot2", "u/ColorizeBot-fan", "xu/ColorizeBot", "`u/ColorizeBot`", "    u/ColorizeBot",
     "```\nu/ColorizeBot\n```", "> u/ColorizeBot said so", "r/u/ColorizeBot", "https://reddit.com/u/ColorizeBot"],
)  # fmt: skip
def test_the_bot_is_not_named(body):
    assert not mentions(body, BOT)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("u/ColorizeBot", Words()),
        ("u/ColorizeBot photo 2", Words(photo=2)),
        ("u/ColorizeBot, PHOTO 3!", Words(photo=3)),
        ("u/ColorizeBot force picture 2 please", Words(photo=2, force=True)),
        ("u/ColorizeBot photo two", Words()),
        ("u/ColorizeBot photo 0", Words(photo=0)),
        ("u/ColorizeBot photo 99999999999", Words()),
        ("photo 2 u/ColorizeBot", Words()),
        ("u/ColorizeBot photo 1 photo 2", Words(photo=1)),
        ("u/ColorizeBot photo ²", Words()),
        ("My list:\n\n    indented\n\nu/ColorizeBot photo 2", Words(photo=2)),
    ],
)
def test_words_after_the_mention(body, words):
    assert parse(body, BOT) == words


def test_a_name_with_an_underscore_is_known_with_the_editors_backslash():
    assert mentions(r"u/Colorize\_Bot please", "Colorize_Bot")


@pytest.mark.parametrize(
    ("context", "post"),
    [
        ("/r/S/comments/bb24k7/slug/ekftbox/?context=3", "t3_bb24k7"),
        ("https://www.reddit.com/r/S/comments/AbC/", "t3_abc"),
        ("", None),
        ("/r/S/wiki/comments", None),
    ],
)
def test_the_post_of_an_inbox_item(context, post):
    assert post_of_context(context) == post
