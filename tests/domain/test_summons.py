import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markdown import Text
from bot.domain.reddit_types import Source
from bot.domain.request import Command, Request, Style
from bot.domain.summons import commands, link_in, parse_request, post_of_context
from bot.domain.words import words_of

BOT = "ColorizeBot"


def mentions(body, name):
    return any(word.mention for word in words_of(Text(body), name))


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
        "> quoted\nu/ColorizeBot",
        "user/ColorizeBot",
        "/user/colorizebot",
        "**u/ColorizeBot**",
        "***/u/ColorizeBot***, please",
        "^(u/ColorizeBot)",
        ">!u/ColorizeBot!<",
        "~~u/ColorizeBot~~",
        "# u/ColorizeBot",
        "| u/ColorizeBot |\n|---|",
        "u/ColorizeBot&nbsp;please",
        "&#x200B;\n\nu/ColorizeBot",
        "[u/ColorizeBot](https://www.reddit.com/u/ColorizeBot)",
        "[u/ColorizeBot](https://www.reddit.com/user/ColorizeBot/)",
        "[hey you](https://old.reddit.com/u/colorizebot?utm_source=share)",
        "[**u/ColorizeBot**](https://new.reddit.com/u/ColorizeBot)",
        "<https://www.reddit.com/u/ColorizeBot>",
        "https://www.reddit.com/u/ColorizeBot",
        "www.reddit.com/u/ColorizeBot",
    ],
)
def test_the_bot_is_named(body):
    assert mentions(body, BOT)


@pytest.mark.parametrize(
    "body",
    ["", "ColorizeBot", "u/ColorizeBot2", "u/ColorizeBot-fan", "xu/ColorizeBot", "`u/ColorizeBot`", "    u/ColorizeBot",
     "```\nu/ColorizeBot\n```", "> u/ColorizeBot said so", "r/u/ColorizeBot",
     "~~~\nu/ColorizeBot\n~~~", "``u/ColorizeBot``", "\tu/ColorizeBot", "u/\u200bColorizeBot",
     "[u/ColorizeBot](https://evil.example)", "[a](https://www.reddit.com/u/ColorizeBot/comments/abc/x)", "https://evil.example/u/ColorizeBot",
     "[u/Other](/u/Other)"],
)  # fmt: skip
def test_the_bot_is_not_named(body):
    assert not mentions(body, BOT)


def asked(source, body, title="", command=None):
    return parse_request(source, body, title=title, name=BOT, command=command)


@pytest.mark.parametrize(
    ("body", "request_"),
    [
        ("u/ColorizeBot", Request()),
        ("photo 2 u/ColorizeBot", Request()),
        ("u/ColorizeBot, PHOTO 3!", Request(photos=(3,))),
        ("My list:\n\n    indented\n\nu/ColorizeBot photo 2", Request(photos=(2,))),
        ("> u/ColorizeBot vivid\n\nwell, u/ColorizeBot soft", Request(style=Style.SOFT)),
    ],
)
def test_the_words_after_a_mention_count_wherever_it_stands(body, request_):
    assert asked(Source.MENTION, body) == request_
    assert asked(Source.REPLY, body) == request_


@pytest.mark.parametrize(
    ("source", "body", "request_"),
    [
        (Source.MENTION, "a name in a form that nobody here knows", Request()),
        (Source.MENTION, "> u/ColorizeBot please\n\nwho asks like that?", None),
        (Source.REPLY, "again, vivid please", Request(again=True, style=Style.VIVID)),
        (Source.REPLY, "delete", Request(command=Command.DELETE)),
        (Source.REPLY, "> the bot's words\n\ndelete", Request(command=Command.DELETE)),
        (Source.REPLY, "thank you", None),
        (Source.REPLY, "wow, again what a beautiful job", None),
        (Source.MESSAGE, "hello, are you there?", None),
        (Source.MESSAGE, "help", Request(command=Command.HELP)),
        (Source.MESSAGE, "https://i.redd.it/abc.jpg soft", Request(style=Style.SOFT)),
        (Source.MESSAGE, "my mother as a girl https://i.redd.it/abc.jpg", Request()),
        (Source.COMMAND, "nothing here", None),
        (Source.SCAN, "", Request()),
    ],
)
def test_what_says_that_the_bot_is_meant(source, body, request_):
    assert asked(source, body) == request_


def test_a_prefilled_message_may_carry_its_word_as_the_subject():
    assert asked(Source.MESSAGE, "", title="stop") == Request(command=Command.STOP)
    assert asked(Source.MESSAGE, "delete t1_abc", title="delete") == Request(command=Command.DELETE, target="t1_abc")


STOP, DELETE = Request(command=Command.STOP), Request(command=Command.DELETE)


@pytest.mark.parametrize(
    ("source", "body", "request_"),
    [
        (Source.REPLY, "[u/ColorizeBot](https://www.reddit.com/u/ColorizeBot) stop", STOP),
        (Source.REPLY, "[u/ColorizeBot](https://www.reddit.com/u/ColorizeBot) **delete**", DELETE),
        (Source.REPLY, "stop\n\n&#x200B;", STOP),
        (Source.REPLY, "> my words\nstop", STOP),
        (Source.MENTION, "u/ColorizeBot stop replying to me", STOP),
        (Source.MENTION, "u/ColorizeBot: stop!", STOP),
        (Source.MENTION, "u/ColorizeBot\n\nplease stop answering", STOP),
        (Source.MENTION, "Please stop, u/ColorizeBot", STOP),
        (Source.MENTION, "Stop it, everybody. u/ColorizeBot", Request()),
        (Source.MENTION, "u/ColorizeBot I want you to stop", Request(unclear=True)),
        (Source.MENTION, "thanks u/ColorizeBot", Request(unclear=True)),
        (Source.REPLY, "thanks again, u/ColorizeBot!", Request(unclear=True)),
        (Source.MENTION, "Thanks for posting. u/ColorizeBot", Request()),
        (Source.MENTION, "u/ColorizeBot `stop`", STOP),
        (Source.MENTION, "u/ColorizeBot the coat was navy", Request()),
        (Source.REPLY, "u/ColorizeBot the coat was navy", Request(command=Command.EXPLAIN_HINTS)),
        (Source.REPLY, "u/ColorizeBot", Request()),
        (Source.COMMAND, "!colorize stop", STOP),
        (Source.MESSAGE, "please stop writing to me https://redd.it/abc", STOP),
        (Source.MESSAGE, "stop this", STOP),
    ],
)
def test_commands_in_every_place_and_form(source, body, request_):
    assert asked(source, body, command="!colorize") == request_


def test_an_answer_to_a_prefilled_message_keeps_its_subject():
    assert asked(Source.MESSAGE, "", title="re: Re: stop") == STOP
    assert asked(Source.MESSAGE, "you write too much", title="stop") == STOP


@pytest.mark.parametrize(
    "body",
    ["!colorize", "Please !Colorize vivid", "!colorize, thanks", "**!colorize**", "(!colorize)", "_!colorize_ please",
     "&#x200B;!colorize", ">!!colorize!<", "# !colorize", "> quoted\n!colorize", "~~!colorize~~", '"!colorize"'],
)  # fmt: skip
def test_a_subreddits_command_word_is_known(body):
    assert commands(body, "!colorize")
    assert asked(Source.COMMAND, body, command="!colorize") is not None


@pytest.mark.parametrize(
    "body",
    ["!colorizer", "a!colorize", "`!colorize`", "> !colorize", "!colorize-it", "``!colorize``", "~~~\n!colorize\n~~~",
     "```\n!colorize\n```", "    !colorize", "> > !colorize", "![!colorize](ab12)", "!!colorize", "x/!colorize"],
)  # fmt: skip
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
        ("[u/ColorizeBot](/u/ColorizeBot)", None),
        ("like [this](https://x.org/p.jpg), [that](https://redd.it/abc)", "https://redd.it/abc"),
        ("> https://redd.it/abc", None),
    ],
)
def test_the_link_of_a_message(body, link):
    assert link_in(body) == link


@given(st.sampled_from(Source), st.text(max_size=300), st.text(max_size=60))
def test_any_text_is_a_request_or_none(source, body, title):
    asked(source, f"{body} u/ColorizeBot {title}", title=title, command="!colorize")
    asked(source, body, title=title, command="!colorize")


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
