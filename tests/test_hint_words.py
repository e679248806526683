"""Hints are written in the same way on Reddit and on one's own machine: two parsers, one table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor

import colorizer
from bot.domain.colours import colour
from bot.domain.markdown import Text
from bot.domain.wishes import request_in
from bot.domain.words import words_of
from colorizer.colour_names import MORE_NAMES, SHADES
from colorizer.film import TimedHint, read_timed_hint
from colorizer.hints import KEEP, read_colour, read_hint
from colorizer.studio.correction import PlacedHint

SAME = [
    ("40%,30% #aa3322", (0.4, 0.3, "#aa3322")),
    ("40% 30% #A32", (0.4, 0.3, "#aa3322")),
    ("12.5%,0% aa3322", (0.125, 0, "#aa3322")),
    ("100%,100% fff", (1, 1, "#ffffff")),
    ("40%,30% navy", (0.4, 0.3, "#000080")),
    ("40%, 30% NAVY.", (0.4, 0.3, "#000080")),
    ("(40%,30%): rebeccapurple", (0.4, 0.3, "#663399")),
    ("1%x2% Dark Slate Grey", (0.01, 0.02, "#2f4f4f")),
    ("1%/2% light-blue", (0.01, 0.02, "#add8e6")),
    ("1%;2% pale red", (0.01, 0.02, "#ff0000")),
    ("1%2% navy blue", (0.01, 0.02, "#000080")),
    ("40%,30% keep", (0.4, 0.3, "keep")),
    ("40%,30% light gray", (0.4, 0.3, "#d3d3d3")),
    ("40%,30% mustard", (0.4, 0.3, "#ceb301")),
    ("40%,30% dark burgundy", (0.4, 0.3, "#610023")),
    ("40.5%,30% Blonde", (0.405, 0.3, "#faf0be")),
    ("40%,30%=navy", (0.4, 0.3, "#000080")),
    ("40%, 30% = #aa3322", (0.4, 0.3, "#aa3322")),
    ("40%,30%= dark red", (0.4, 0.3, "#8b0000")),
    ("40% , 30% =keep", (0.4, 0.3, "keep")),
    ("40 %, 30 % navy", (0.4, 0.3, "#000080")),
    ("40 %,30 %=light-blue", (0.4, 0.3, "#add8e6")),
    ("40,5%,30,5% KEEP", (0.405, 0.305, "keep")),
    ("40\uff05\uff0c30\uff05 navy", (0.4, 0.3, "#000080")),
]
WRONG = [
    "",
    "40%,30%",
    "navy",
    "140%,30% navy",
    "40%,130% navy",
    "40%,30 navy",
    "40%,30% bluish",
    "40%,30% #gg0000",
    "40%,30% #aa33",
    "% , % navy",
    "here navy",
    "-4%,30% nav",
]
PIXELS = [
    ("310,220 #aa3b30", (310, 220)),
    ("310 220 navy", (310, 220)),
    ("22.5x7 keep", (22.5, 7)),
    ("310,220=navy", (310, 220)),
    (" (310 , 220) = navy ", (310, 220)),
]


def on_reddit(text):
    """The hint that an asker's words give, as the other parser says it; None where there is none."""
    hints = request_in(words_of(Text(f"hint {text}"), "ColorizeBot")).hints
    return (pytest.approx(hints[0].x), pytest.approx(hints[0].y), hints[0].colour) if len(hints) == 1 else None


def at_home(text):
    """The hint of the command line; None where it is refused."""
    try:
        hint = read_hint(text)
    except colorizer.InputError:
        return None
    colour = hint.colour if isinstance(hint.colour, str) else "#{:02x}{:02x}{:02x}".format(*hint.colour)
    return (hint.x / 100, hint.y / 100, colour) if hint.per_cent else None


@pytest.mark.parametrize(("text", "hint"), SAME)
def test_both_read_the_same(text, hint):
    assert on_reddit(text) == hint
    assert at_home(text) == on_reddit(text)


@pytest.mark.parametrize("text", [text for text, _ in SAME + PIXELS])
def test_a_film_reads_the_same_behind_a_time(text):
    hint = read_hint(text)
    if hint.colour == KEEP:
        with pytest.raises(colorizer.InputError, match="names a colour, not keep"):
            read_timed_hint(f"1:02.5:{text}")
    else:
        assert [read_timed_hint(f"{time}{text}") for time in ("1:02.5:", "62.5 s : ", "0:1:02.5s:")] == [
            TimedHint(62.5, hint)
        ] * 3


@pytest.mark.parametrize(
    "text", ["#aa3322", "#A32", "aa3322", " NAVY ", "Dark Slate Grey", "light-blue", "pale red", "mustard", "Keep "]
)
def test_a_colour_alone_is_the_same_in_python_and_in_the_studio(text):
    hint = read_hint(f"40%,30% {text}")
    assert colorizer.Hint(1, 2, text).colour == PlacedHint(x=1, y=2, colour=text).on(9, 9).colour == hint.colour


@pytest.mark.parametrize("text", WRONG)
def test_both_refuse_the_same(text):
    assert on_reddit(text) is None
    assert at_home(text) is None


@pytest.mark.parametrize(("text", "place"), PIXELS)
def test_pixels_are_for_ones_own_machine(text, place):
    """On Reddit, which shows photos at many sizes, such numbers are taken for forgotten per cent and asked about."""
    hint = read_hint(text)
    assert (hint.x, hint.y, hint.per_cent) == (*place, False)
    assert on_reddit(text) is None


NUMBERS = st.integers(0, 130).map(str) | st.floats(0, 130).map(lambda x: f"{x:.2f}")
COLOURS = (
    st.sampled_from([*ImageColor.colormap, *SHADES, *MORE_NAMES, KEEP, "bluish", "dark", "grey"])
    | st.lists(
        st.sampled_from([*SHADES, "red", "blue", "slate", "gray", "green", "orchid"]), min_size=1, max_size=4
    ).map(" ".join)
    | st.from_regex(r"#?[0-9a-fA-F]{2,7}", fullmatch=True)
)


BETWEEN = st.sampled_from([",", ", ", " ", ";", "x", "/", "", " ,", "/ ", " x ", " , "])


@given(NUMBERS, NUMBERS, BETWEEN, st.sampled_from(["%", " %"]), st.sampled_from([" ", "=", " = ", "= "]), COLOURS)
def test_what_one_reads_the_other_reads(x, y, between, per_cent, before, colour_):
    """An asker's words go on behind a hint; so the longest beginning that is one at home counts."""
    words = f"{x}{per_cent}{between}{y}{per_cent}{before}{colour_}".split()
    beginnings = (at_home(" ".join(words[:length])) for length in range(len(words), 0, -1))
    assert next((hint for hint in beginnings if hint is not None), None) == on_reddit(" ".join(words))


@pytest.mark.parametrize("name", sorted(ImageColor.colormap))
def test_every_name_is_the_same_colour(name):
    assert colour((name,)) == "#{:02x}{:02x}{:02x}".format(*read_colour(name))
