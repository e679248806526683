"""What people's words are understood as."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colours import colour_named
from bot.domain.markdown import Text
from bot.domain.request import MAX_HINTS, MAX_NOTES, Command, Hint, Request, Style
from bot.domain.wishes import request_alone, request_in
from bot.domain.words import words_of

STOP, DELETE = Request(command=Command.STOP), Request(command=Command.DELETE)
EXPLAIN = Request(command=Command.EXPLAIN_HINTS)
UNCLEAR = Request(unclear=True)


def words(text):
    return words_of(Text(text), "ColorizeBot")


def called(text):
    """As words behind the bot's name."""
    return request_in(words(text))


def alone(text):
    """As a reply to the bot that does not name it."""
    return request_alone(words(text))


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Request()),
        ("please colour my grandmother", Request()),
        ("vivid", Request(style=Style.VIVID)),
        ("SOFT, please!", Request(style=Style.SOFT)),
        ("photo 2 variants 3 natural", Request(photos=(2,), variants=3, style=Style.NATURAL)),
        ("natural variants 3 picture 2", Request(photos=(2,), variants=3, style=Style.NATURAL)),
        ("photo two", Request(photos=(2,))),
        ("photos two and three", Request(photos=(2, 3))),
        ("the 2nd photo please", Request(photos=(2,))),
        ("photo 999999999999", Request(photos=(999999999999,))),
        ("photo 0", Request(photos=(0,))),
        ("photo 1 photo 2", Request(photos=(1, 2))),
        ("photos 3, 1 and 3", Request(photos=(3, 1))),
        ("pictures 2-4", Request(photos=(2, 3, 4))),
        ("photo #2 & 3", Request(photos=(2, 3))),
        ("photo ²", Request(photos=(2,))),
        ("all", Request(all=True)),
        ("could you do all", Request(all=True)),
        ("I love them all", Request()),
        ("force", Request(force=True)),
        ("please force it", Request(force=True)),
        ("he was in the air force", Request()),
        ("again", Request(again=True)),
        ("model siggraph17", Request(model="siggraph17")),
        ("hint 40%,30% #aa3322", Request(hints=(Hint(0.4, 0.3, "#aa3322"),))),
        ("hint 40% 30% #A32", Request(hints=(Hint(0.4, 0.3, "#aa3322"),))),
        ("HINT 12.5%,0% aa3322 hint 100%,100% #fff", Request(hints=(Hint(0.125, 0, "#aa3322"), Hint(1, 1, "#ffffff")))),
        ("hint 40%,30% navy", Request(hints=(Hint(0.4, 0.3, "#000080"),))),
        ("hint 40 % , 30 % navy", Request(hints=(Hint(0.4, 0.3, "#000080"),))),
        ("hint 40,5%,30,5% navy", Request(hints=(Hint(0.405, 0.305, "#000080"),))),
        ("hint 40\uff05\uff0c30\uff05 navy", Request(hints=(Hint(0.4, 0.3, "#000080"),))),
        ("\uff56\uff49\uff56\uff49\uff44", Request(style=Style.VIVID)),
        ("vivid,variants 2", Request(style=Style.VIVID, variants=2)),
        ("hint 1%,2% Dark Slate Grey vivid", Request(hints=(Hint(0.01, 0.02, "#2f4f4f"),), style=Style.VIVID)),
        ("40%,30% light blue, 1%,1% red", Request(hints=(Hint(0.4, 0.3, "#add8e6"), Hint(0.01, 0.01, "#ff0000")))),
        ("like https://i.redd.it/x.jpg", Request(like="https://i.redd.it/x.jpg")),
        ("like i.redd.it/x.jpg", Request(like="https://i.redd.it/x.jpg")),
        ("like [this](https://i.redd.it/x.jpg)", Request(like="https://i.redd.it/x.jpg")),
        ("it looks like my uncle", Request()),
        ("can you help with this photo of my uncle", Request()),
        ("help", Request(command=Command.HELP)),
        ("start", Request(command=Command.START)),
        ("start with photo 2", Request(command=Command.START, photos=(2,))),
        ("**vivid**, ~~soft~~ `natural`", Request(style=Style.SOFT)),
        ("more vivid please", Request(style=Style.VIVID)),
        ("3 versions of it", Request(variants=3)),
    ],
)
def test_words_behind_the_bots_name(text, request_):
    assert called(text) == request_


STOPS = [
    "stop", "Stop!", "STOP.", "stop please", "please stop", "please, stop it", "can you stop?", "**stop**", "*stop*",
    "~~stop~~", "^stop", "# stop", "#stop", "- stop", "`stop`", ">!stop!<", "[stop](https://x.org)", "stop\n\n&#x200B;",
    "&nbsp;stop", "\u200bstop\u200b", "“stop”", "🛑 stop", "stop 😡", "| stop |\n|-|", "stop replying to me",
    "stop it, I did not ask for this", "ok now stop", "What is that? Stop!", "unsubscribe", "opt out", "go away",
    "leave me alone", "shut up",
]  # fmt: skip
DELETES = [
    "delete", "Delete this!", "delete it, please", "please delete your comment", "delete my photo, this is private",
    "That is not her. Delete.", "remove this comment", "could you remove your reply", "take it down", "`delete`",
    "__delete__", "delete\n\n\n", "!delete", "/delete", "\\>delete", "```\ndelete\n```", "delete^please",
    "delete that immediately",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_stop_is_obeyed_where_it_stands_alone_or_first(text):
    assert called(text) == alone(text) == STOP


@pytest.mark.parametrize("text", DELETES)
def test_delete_is_obeyed_where_it_stands_alone_or_first(text):
    assert called(text) == alone(text) == DELETE


def test_delete_may_name_what_it_means():
    assert called("Delete t1_abc") == Request(command=Command.DELETE, target="t1_abc")


@pytest.mark.parametrize(
    "text",
    ["I want you to stop", "why won't you just stop", "you should stop doing that", "don't reply to me again",
     "never answer me again", "dont stop", "no", "No more!", "can somebody delete this", "I said delete", "not bad",
     "would everybody please leave me alone", "quit it", "please do not reply to me", "I don't want this",
     "could you not answer me", "ignore me please", "undo this", "nevermind", "bad bot", "thanks again!",
     "thank you all"],
)  # fmt: skip
def test_what_only_may_be_a_command_gets_no_picture(text):
    assert called(text) == UNCLEAR
    assert alone(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "my father at a bus stop in 1950",
        "the stop sign was red",
        "remove the scratches please",
        "a non-stop flight",
        "he could not be stopped",
        "thanks for posting this, what a photo",
    ],
)
def test_what_is_no_command_keeps_nobody_from_a_picture(text):
    assert called(text) == Request()


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("Again, vivid please.", Request(again=True, style=Style.VIVID)),
        ("more vivid please", Request(style=Style.VIVID)),
        ("could you make it a bit more colourful?", Request(style=Style.VIVID)),
        ("more color", Request(style=Style.VIVID)),
        ("stronger colours please", Request(style=Style.VIVID)),
        ("less colourful", Request(style=Style.SOFT)),
        ("a little less saturated, please", Request(style=Style.SOFT)),
        ("more subtle please", Request(style=Style.SOFT)),
        ("softer", Request(style=Style.SOFT)),
        ("more natural please", Request(style=Style.NATURAL)),
        ("try again", Request(again=True)),
        ("Please try it again!", Request(again=True)),
        ("another one", Request(again=True)),
        ("one more please", Request(again=True)),
        ("different colours please", Request(again=True)),
        ("Thanks! Another one please", Request(again=True)),
        ("3 variants", Request(variants=3)),
        ("three versions please", Request(variants=3)),
        ("show me some variants", Request(variants=3)),
        ("can I get 4 options", None),  # "I can" would be one too
        ("photos 2 and 3", Request(photos=(2, 3))),
        ("now photo 2, 3 and 5 please", Request(photos=(2, 3, 5))),
        ("photo:2", Request(photos=(2,))),
        ("variants=2 photos2,3", Request(variants=2, photos=(2, 3))),
        ("2 more please", Request(variants=2, again=True)),
        ("once again please", Request(again=True)),
        ("both please", Request(all=True)),
        ("hint 40%,30% is navy blue", Request(hints=(Hint(0.4, 0.3, "#000080"),))),
        ("hint: 40%, 30% = navy", Request(hints=(Hint(0.4, 0.3, "#000080"),))),
        ("the second one please", Request(photos=(2,))),
        ("what about the third photo?", Request(photos=(3,))),
        ("all of them please", Request(all=True)),
        ("hint 40%,30% navy", Request(hints=(Hint(0.4, 0.3, "#000080"),))),
        ("40%,30% navy", Request(hints=(Hint(0.4, 0.3, "#000080"),))),
        ("start", Request(command=Command.START)),
        ("help!", Request(command=Command.HELP)),
        ("MORE VIVID PLS thx", Request(style=Style.VIVID)),
        ("less vivid, thanks in advance", Request(style=Style.SOFT)),
        ("tone it down please", Request(style=Style.SOFT)),
        ("make it pop", Request(style=Style.VIVID)),
        ("give me another", Request(again=True)),
        ("give me 4 different versions", Request(variants=4)),
        ("only the third", Request(photos=(3,))),
        ("2 and 3 please", Request(photos=(2, 3))),
        ("#2", Request(photos=(2,))),
        ("every picture please", Request(all=True)),
        ("all three please", Request(all=True)),
        ("hint 40%,30% burgundy", Request(hints=(Hint(0.4, 0.3, "#610023"),))),
        ("where is the studio?", Request(command=Command.STUDIO)),
        ("photos 1 2 3", Request(photos=(1, 2, 3))),
        ("photos 1 2 3 variants", Request(photos=(1, 2), variants=3)),
        ("photos 2 to 4 please", Request(photos=(2, 3, 4))),
        ("image no. 2", Request(photos=(2,))),
        ("hint at 50%,50% red", Request(hints=(Hint(0.5, 0.5, "#ff0000"),))),
        ("like this https://i.redd.it/x.jpg", Request(like="https://i.redd.it/x.jpg")),
        ("use model eccv16", Request(model="eccv16")),
        ("more options please", Request(again=True)),
        ("opt me out", Request(command=Command.STOP)),
        ("get rid of it", Request(command=Command.DELETE)),
        ("stop,please", Request(command=Command.STOP)),
        ("delete...now", Request(command=Command.DELETE)),
    ],
)
def test_wishes_in_peoples_own_words(text, request_):
    assert alone(text) == (request_ if request_ is not None else Request(variants=4))


@pytest.mark.parametrize(
    "text",
    ["the coat was navy", "Her dress was dark red.", "the sky should be light blue", "his hair was actually brown",
     "make the coat navy", "I think the car is green, not grey", "the roofs were kind of tan",
     "paint the door red please",
     "navy coat please", "it was navy", "the coat was not navy, it was brown", "could you use navy for the coat?",
     "hint navy 40,30", "hint 40,30 light blue", "hint 40%,30% bluish", "hint -4%,30% navy", "the tie was #aa3322",
     "hint red", "hint", "her coat was burgundy", "her hair was blonde"],
)  # fmt: skip
def test_a_colour_without_a_place_is_answered_with_how_to_give_one(text):
    assert alone(text).command is Command.EXPLAIN_HINTS


@pytest.mark.parametrize(
    "text",
    ["", "thank you", "thanks again", "Thank you all!", "thanks for the help", "Thank you so much, again", "wow",
     "again what a lovely picture", "very vivid colours, thanks", "vivid colours, thank you", "that is gold",
     "I love the blue sky", "so natural", "these all look natural", "what a vivid picture", "don't try again",
     "not so vivid", "https://i.redd.it/x.jpg", "it looks like my uncle", "I can't stop laughing", "the stop sign",
     "photo", "one", "2", "10/10", "her name was Rose", "the other studio",
     "good bot", "he started again from nothing", "the second one is my uncle", "this is so red"],
)  # fmt: skip
def test_words_that_only_might_be_a_wish_are_none(text):
    assert alone(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hint 40,30 #aa3322", "write it as hint 40%,30% #aa3322"),
        ("hint 140%,30% #aa3322", "write it as"),
        ("hint 40%,30% colourless", "write it as"),
        ("hint #aa3322", "write it as"),
        ("hint -4%,30% navy", "write it as"),
        ("like example.org/x.jpg", "a whole link"),
        ("like file:///etc/passwd.jpg", "a whole link"),
        ("variants 9", "I make 1 to 4"),
        ("variants 9 " * 60, "I make 1 to 4"),
        ("variants 0", "I make 1 to 4"),
        ("hint 1%,1% #fff " * (MAX_HINTS + 9), "more than 20 hints"),
    ],
)
def test_what_was_meant_as_a_word_and_is_none_is_said_once(text, said):
    request = called(text + " vivid")
    assert len(request.misread) == 1
    assert said in request.misread[0]
    assert request.style is Style.VIVID, "the rest counts all the same"


def test_a_few_notes_are_enough():
    assert len(called(" ".join(f"variants {n}" for n in range(9, 900))).misread) == MAX_NOTES


def test_a_reply_that_can_only_be_misread_gets_no_picture():
    assert alone("hint 40,30 #aa3322").command is Command.EXPLAIN_HINTS


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("navy", "#000080"),
        ("navy blue", "#000080"),
        ("light grey", "#d3d3d3"),
        ("dark-red", "#8b0000"),
        ("gray", "#808080"),
        ("dark brown", "#a52a2a"),
        ("rebecca", None),
        ("dark", None),
    ],
)
def test_names_of_colours(name, colour):
    assert colour_named(tuple(name.split())) == colour


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_stored(text):
    for request in (called(text), alone(text) or Request()):
        assert Request.from_json(json.loads(json.dumps(request.to_json()))) == request
        assert 1 <= request.variants <= 4
        assert len(request.misread) <= MAX_NOTES


_VOCABULARY = st.sampled_from(
    ["variants", "variant", "9", "3", "hint", "hints", "40%,30%", "1%", "#fff", "navy", "dark", "photo",
     "photos", "and", "2-3", "all", "force", "again", "like", "https://x.y/a.jpg", "i.redd.it/x", "model",
     "stop", "delete", "thanks", "another", "one", "more", "vivid", "the", "was", "coat"]
)  # fmt: skip


@given(st.lists(_VOCABULARY, max_size=300))
def test_what_is_understood_does_not_grow_with_the_words(parts):
    request = called(" ".join(parts))
    assert len(request.hints) <= MAX_HINTS
    assert len(json.dumps(request.to_json())) < 8000


def test_every_request_survives_the_database():
    request = called(
        "vivid variants 2 photo 3 hint 1%,2% #abc like https://x.org/a.jpg again force model eccv16 hint 1 2"
    )
    assert request.misread
    assert Request.from_json(json.loads(json.dumps(request.to_json()))) == request


def test_rows_from_before_several_numbers_are_read():
    assert Request.from_json({"photo": 2, "style": "vivid"}) == Request(photos=(2,), style=Style.VIVID)


def test_equal_requests_have_equal_settings():
    def settings(text, **changes):
        return called(text).settings(**{"style": Style.NATURAL, "model": "compact", "seed": 0, **changes})

    assert settings("") == settings("natural please") == settings("photo 2") == settings("model compact")
    different = [
        settings("vivid"),
        settings("hint 1%,1% #fff"),
        settings("like https://x.org/a.jpg"),
        settings("", seed=1),
        settings("", palette=["#aa3322"]),
        settings("", style=Style.SOFT),
    ]
    assert len({settings(""), *different}) == 7
    asked = "like https://x.org/a.jpg"
    assert settings(asked) == settings(asked, like="https://x.org/b.jpg", palette=["#aa3322"])
    assert settings("", like="https://x.org/a.jpg") == settings(asked)


def test_which_photos_are_meant():
    assert list(Request().numbers(3, 6)) == [1]
    assert list(Request(photos=(2, 3)).numbers(3, 6)) == [2, 3]
    assert list(Request(all=True).numbers(3, 6)) == [1, 2, 3]
    assert list(Request(all=True).numbers(30, 6)) == [1, 2, 3, 4, 5, 6]
    assert list(Request(photos=tuple(range(1, 20))).numbers(30, 6)) == [1, 2, 3, 4, 5, 6]
