"""Words in a reply to the bot that only may be a wish: they get a link to the studio, never a new picture."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.domain.colours import colour_named
from bot.domain.vocabulary import POLITE
from bot.domain.word_lists import phrase_set, word_set
from bot.domain.words import Word, sentences

_LONGEST = 18  # words of a sentence
_SHORT = 6  # words of a clause that says something of the picture without naming a colour

_OF_COLOUR = word_set("""
    colour colours color colors colouring coloring hue tint tone tones shade saturation saturated warmer cooler colder
    darker lighter brighter paler duller redder colourful colorful colourless colorless vivid vibrant oversaturated
    undersaturated dull pale washed faded garish bluer greener browner yellower reddish bluish greenish brownish
    yellowish realistic uncoloured uncolored coloured colored
""")
_WISHED = word_set("""
    too wrong off incorrect weird odd should could can please wish prefer instead rather fix change not isn't wasn't
    aren't weren't bit less missed make needs need why shouldn't supposed oversaturated undersaturated washed garish
    forgot missing lacks no without colourless colorless uncoloured uncolored colder didn't patchy blotchy bleed bleeds
    bleeding stain stains spots rid smeared
""")
_PRAISE = word_set("""
    great amazing awesome love loves loved beautiful beautifully nice good wow best perfect fantastic incredible
    wonderful gorgeous stunning impressive thanks thank cool upvote upvoted higher
""")
_HOWEVER = frozenset({"but", "though", "although", "except", "however", "only", "yet"})
"""Behind these somebody who has praised says what they do not like."""

_DO = word_set("""
    add remove reduce give put swap replace turn color colour recolor recolour paint dye tint lose drop increase
""")
_DO_COLOUR = frozenset({"brighten", "saturate", "desaturate", "warm", "mute"})
"""What is done to colours alone."""

_TURNED = frozenset({"looks", "look", "out"})
"""Before a colour, which then is what the bot gave a thing: "the curtains came out purple"."""

_ASKING = POLITE | {"can", "could", "would", "you", "just", "maybe", "also", "and", "then", "now", "to", "i'd", "like"}
_NOT_OF_THE_RESULT = word_set("""
    film films photo photos photography picture pictures tv television one ones print prints movie movies version then
    days
""")
"""Behind a colour, or somewhere in a clause without a thing, these speak of something else: "colour film"."""

_WANTED = phrase_set("""
    i want the, i'd like the, would like the, i'd want the, i'd like her, i'd like his, i'd like my, i want her,
    i want his
""")
_COLOURLESS = frozenset({"b&w", "bw", "monochrome", "grayscale", "greyscale", "colourless", "colorless"})
_OF_THE_RESULT = phrase_set("""
    looks off, looks wrong, looks weird, looks fake, looks unnatural, looks odd, looks strange, look off, look wrong,
    look weird, look fake, look unnatural, look odd, look strange, do better, try harder, don't match, doesn't match
""")
"""What is said of the whole picture, or of a thing on it, in few words."""


def may_be_wish(words: Sequence[Word]) -> bool:
    """Whether somebody seems to be unhappy with a colour: "the sky is too brown", "could it be warmer?".

    Praise makes it none, up to the end of its sentence or a "but": what is said of the picture among people gets no
    answer.
    """
    return any(map(_unhappy_in, sentences(words)))


def _unhappy_in(sentence: Sequence[Word]) -> bool:
    said = [word.plain for word in sentence if word.plain and not word.mention]
    if len(said) > _LONGEST:
        return False
    praised = False
    for clause in _clauses(said):
        if not _PRAISE.isdisjoint(clause):
            praised = True
        elif _unhappy(clause, after_praise=praised):
            return True
    return False


def _clauses(said: Sequence[str]) -> Iterator[list[str]]:
    """A sentence in pieces, before and behind a "but"."""
    clause: list[str] = []
    for word in said:
        if word in _HOWEVER:
            yield clause
            clause = []
        else:
            clause.append(word)
    yield clause


def _unhappy(said: Sequence[str], *, after_praise: bool) -> bool:
    if not said or said[0] == "we":
        return False
    pairs = list(zip(said, [*said[1:], ""], strict=True))
    if len(said) <= _SHORT and any(pair in _OF_THE_RESULT for pair in pairs):
        return True
    first = next((word for word in said if word not in _ASKING), "")
    if first in _DO_COLOUR or _still_grey(said) or any(one in _TURNED and colour_named((two,)) for one, two in pairs):
        return True
    if not any(_of_colour(word) and after not in _NOT_OF_THE_RESULT for word, after in pairs):
        return False
    if {"back", "then"} <= set(said) or ("i", "could") in pairs or ("i", "can") in pairs:
        return False
    if first in _DO or tuple(said[:3]) in _WANTED or (said[0] in {"less", "more"} and len(said) <= _SHORT):
        return True
    return after_praise or any(word in _WISHED for word in said)


def _of_colour(word: str) -> bool:
    return word in _OF_COLOUR or (len(word) > 2 and bool(colour_named((word,))))


def _still_grey(said: Sequence[str]) -> bool:
    """Whether something is said to have got no colours, or the wrong ones: "the hat is still black and white"."""
    behind = [word for before, word in pairwise(said) if before == "still"]
    return any(word in _COLOURLESS or colour_named((word,)) for word in behind)
