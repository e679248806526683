"""Words in a reply to the bot that only may be a wish: they get a link to the studio, never a new picture."""

from collections.abc import Sequence

from bot.domain.colours import colour_named
from bot.domain.words import Word, sentences

_LONGEST = 15  # words of a sentence

_OF_COLOUR = frozenset({
    "colour", "colours", "color", "colors", "colouring", "coloring", "hue", "tint", "tone", "tones", "shade",
    "saturation", "saturated", "warmer", "cooler", "darker", "lighter", "brighter", "paler", "duller", "redder",
    "colourful", "colorful", "vivid", "vibrant", "oversaturated", "undersaturated", "dull", "pale", "washed", "faded",
    "garish", "bluer", "greener", "browner", "yellower", "reddish", "bluish", "greenish", "brownish", "yellowish",
})  # fmt: skip
_WISHED = frozenset({
    "too", "wrong", "off", "incorrect", "weird", "odd", "should", "could", "can", "please", "wish", "prefer", "instead",
    "rather", "fix", "change", "not", "isn't", "wasn't", "aren't", "weren't", "bit",
    "make", "needs", "need", "why", "shouldn't", "supposed", "oversaturated", "undersaturated", "washed", "garish",
})  # fmt: skip
_PRAISE = frozenset({
    "great", "amazing", "awesome", "love", "loves", "loved", "beautiful", "beautifully", "nice", "good", "wow", "best",
    "perfect", "fantastic", "incredible", "wonderful", "gorgeous", "stunning", "impressive", "thanks", "thank", "lol",
    "haha", "cool", "upvote", "upvoted", "higher",
})  # fmt: skip


def may_be_wish(words: Sequence[Word]) -> bool:
    """Whether somebody seems to be unhappy with a colour: "the sky is too brown", "could it be warmer?".

    Praise anywhere makes it none: what is said of the picture among people gets no answer.
    """
    if any(word.plain in _PRAISE for word in words):
        return False
    return any(_unhappy([word.plain for word in one if word.plain and not word.mention]) for one in sentences(words))


def _unhappy(said: Sequence[str]) -> bool:
    of_colour = any(word in _OF_COLOUR or (len(word) > 2 and colour_named((word,))) for word in said)
    return len(said) <= _LONGEST and of_colour and any(word in _WISHED for word in said)
