import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wanted import MAX_HINTS, Command, Hint, Style, Wanted, numbered, parse


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("", Wanted()),
        ("please colour my grandmother", Wanted()),
        ("vivid", Wanted(style=Style.VIVID)),
        ("SOFT, please!", Wanted(style=Style.SOFT)),
        ("photo 2 variants 3 natural", Wanted(photo=2, variants=3, style=Style.NATURAL)),
        ("natural variants 3 picture 2", Wanted(photo=2, variants=3, style=Style.NATURAL)),
        ("photo two", Wanted()),
        ("photo 0", Wanted(photo=0)),
        ("photo 1 photo 2", Wanted(photo=1)),
        ("photo ²", Wanted()),
        ("all", Wanted(all=True)),
        ("could you do all", Wanted(all=True)),
        ("thanks for it all", Wanted(all=True)),
        ("I love them all", Wanted()),
        ("force", Wanted(force=True)),
        ("please force it", Wanted(force=True)),
        ("he was in the air force", Wanted()),
        ("again", Wanted(again=True)),
        ("model siggraph17", Wanted(model="siggraph17")),
        ("hint 40%,30% #aa3322", Wanted(hints=(Hint(0.4, 0.3, "#aa3322"),))),
        ("hint 40% 30% #A32", Wanted(hints=(Hint(0.4, 0.3, "#aa3322"),))),
        ("HINT 12.5%,0% aa3322 hint 100%,100% #fff",
         Wanted(hints=(Hint(0.125, 0, "#aa3322"), Hint(1, 1, "#ffffff")))),
        ("like https://i.redd.it/x.jpg", Wanted(like="https://i.redd.it/x.jpg")),
        ("like [this](https://i.redd.it/x.jpg)", Wanted(like="https://i.redd.it/x.jpg")),
        ("it looks like my uncle", Wanted()),
        ("delete", Wanted(command=Command.DELETE)),
        ("Delete t1_abc", Wanted(command=Command.DELETE, target="t1_abc")),
        ("stop please", Wanted(command=Command.STOP)),
        ("can you help with this photo of my uncle", Wanted()),
        ("stop", Wanted(command=Command.STOP)),
        ("start", Wanted(command=Command.START)),
    ],
)  # fmt: skip
def test_words(words, wish):
    assert parse(words) == wish


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hint 40,30 #aa3322", "write it as hint 40%,30% #aa3322"),
        ("hint 140%,30% #aa3322", "write it as"),
        ("hint 40%,30% red", "write it as"),
        ("hint #aa3322", "write it as"),
        ("like i.redd.it/x.jpg", "a whole link"),
        ("like file:///etc/passwd.jpg", "a whole link"),
        ("variants 9", "I make 1 to 4"),
        ("variants 0", "I make 1 to 4"),
        ("hint 1%,1% #fff " * (MAX_HINTS + 1), "more than 20 hints"),
    ],
)
def test_what_was_meant_as_a_word_and_is_none_is_said(words, said):
    wish = parse(words + " vivid")
    assert len(wish.misread) == 1
    assert said in wish.misread[0]
    assert wish.style is Style.VIVID, "the rest counts all the same"


@pytest.mark.parametrize("words", ["thank you", "again what a lovely picture", "", "very vivid colours, thanks"])
def test_a_reply_with_other_words_is_no_wish(words):
    assert parse(words, alone=True) is None


def test_a_reply_of_nothing_but_the_bots_words_is_one():
    assert parse("Again, vivid please.", alone=True) == Wanted(again=True, style=Style.VIVID)


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_stored(text):
    wish = parse(text)
    assert Wanted.from_json(json.loads(json.dumps(wish.as_json()))) == wish
    assert 1 <= wish.variants <= 4


def test_every_wish_survives_the_database():
    wish = parse("vivid variants 2 photo 3 hint 1%,2% #abc like https://x.org/a.jpg again force model eccv16 hint 1 2")
    assert wish.misread
    assert Wanted.from_json(json.loads(json.dumps(wish.as_json()))) == wish


def test_equal_wishes_have_equal_settings():
    def settings(words, **changes):
        return parse(words).settings(**{"style": Style.NATURAL, "model": "compact", "seed": 0, **changes})

    assert settings("") == settings("natural please") == settings("photo 2") == settings("model compact")
    different = [settings("vivid"), settings("hint 1%,1% #fff"), settings("like https://x.org/a.jpg"),
                 settings("", seed=1), settings("", palette=["#aa3322"]), settings("", style=Style.SOFT)]  # fmt: skip
    assert len({settings(""), *different}) == 7
    asked = "like https://x.org/a.jpg"
    assert settings(asked) == settings(asked, like="https://x.org/b.jpg", palette=["#aa3322"])
    assert settings("", like="https://x.org/a.jpg") == settings(asked)


def test_which_photos_are_meant():
    assert list(numbered(Wanted(), 3, 6)) == [1]
    assert list(numbered(Wanted(photo=2), 3, 6)) == [2]
    assert list(numbered(Wanted(all=True), 3, 6)) == [1, 2, 3]
    assert list(numbered(Wanted(all=True), 30, 6)) == [1, 2, 3, 4, 5, 6]
