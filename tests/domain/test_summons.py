import pytest

from bot.domain.summons import commands, link_in, mentions, post_of_context, understood
from bot.domain.things import Source
from bot.domain.wanted import Command, Style, Wanted

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


def wanted(source, body, title="", command=None):
    return understood(source, body, title=title, name=BOT, command=command)


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        ("u/ColorizeBot", Wanted()),
        ("photo 2 u/ColorizeBot", Wanted()),
        ("u/ColorizeBot, PHOTO 3!", Wanted(photo=3)),
        ("My list:\n\n    indented\n\nu/ColorizeBot photo 2", Wanted(photo=2)),
        ("> u/ColorizeBot vivid\n\nwell, u/ColorizeBot soft", Wanted(style=Style.SOFT)),
    ],
)
def test_the_words_after_a_mention_count_wherever_it_stands(body, wish):
    assert wanted(Source.MENTION, body) == wish
    assert wanted(Source.REPLY, body) == wish


@pytest.mark.parametrize(
    ("source", "body", "wish"),
    [
        (Source.MENTION, "a name in a form that nobody here knows", Wanted()),
        (Source.MENTION, "> u/ColorizeBot please\n\nwho asks like that?", None),
        (Source.REPLY, "again, vivid please", Wanted(again=True, style=Style.VIVID)),
        (Source.REPLY, "delete", Wanted(command=Command.DELETE)),
        (Source.REPLY, "> the bot's words\n\ndelete", Wanted(command=Command.DELETE)),
        (Source.REPLY, "thank you", None),
        (Source.REPLY, "wow, again what a beautiful job", None),
        (Source.MESSAGE, "hello, are you there?", None),
        (Source.MESSAGE, "help", Wanted(command=Command.HELP)),
        (Source.MESSAGE, "https://i.redd.it/abc.jpg soft", Wanted(style=Style.SOFT)),
        (Source.MESSAGE, "my mother as a girl https://i.redd.it/abc.jpg", Wanted()),
        (Source.COMMAND, "nothing here", None),
        (Source.SCAN, "", Wanted()),
    ],
)
def test_what_says_that_the_bot_is_meant(source, body, wish):
    assert wanted(source, body) == wish


def test_a_prefilled_message_may_carry_its_word_as_the_subject():
    assert wanted(Source.MESSAGE, "", title="stop") == Wanted(command=Command.STOP)
    assert wanted(Source.MESSAGE, "delete t1_abc", title="delete") == Wanted(command=Command.DELETE, target="t1_abc")


@pytest.mark.parametrize("body", ["!colorize", "Please !Colorize vivid", "!colorize, thanks"])
def test_a_subreddits_command_word_is_known(body):
    assert commands(body, "!colorize")
    assert wanted(Source.COMMAND, body, command="!colorize") is not None


@pytest.mark.parametrize("body", ["!colorizer", "a!colorize", "`!colorize`", "> !colorize", "!colorize-it"])
def test_what_only_looks_like_the_command_word_is_not(body):
    assert not commands(body, "!colorize")


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ("see https://i.redd.it/a.jpg.", "https://i.redd.it/a.jpg"),
        ("[this](https://redd.it/abc)", "https://redd.it/abc"),
        ("like https://x.org/p.jpg https://redd.it/abc", "https://redd.it/abc"),
        ("like https://x.org/p.jpg", None),
        ("no link", None),
    ],
)
def test_the_link_of_a_message(body, link):
    assert link_in(body) == link


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
