"""The words that the bot knows: commands, wishes in people's own words, numbers, and the names of colours."""

from bot.domain.request import Command, Style
from bot.domain.word_lists import phrase_set, word_set

_COLOURS = ("colour", "color", "colours", "colors")
_COLOURFUL = (*_COLOURS, "vivid", "colourful", "colorful", "saturated", "saturation", "vibrant", "intense")

STYLES: dict[tuple[str, ...], Style] = {(style.value,): style for style in Style}
STYLES |= {("more", word): Style.VIVID for word in _COLOURFUL}
STYLES |= {("less", word): Style.SOFT for word in _COLOURFUL}
STYLES |= {(more, colours): Style.VIVID for more in ("brighter", "stronger", "bolder") for colours in _COLOURS}
STYLES |= {(less, colours): Style.SOFT for less in ("softer", "paler", "weaker") for colours in _COLOURS}
STYLES[("softer",)] = STYLES[("paler",)] = Style.SOFT
STYLES |= {("more", word): Style.SOFT for word in ("soft", "subtle", "muted")}
STYLES[("tone", "it", "down")] = STYLES[("tone", "down")] = Style.SOFT
STYLES[("make", "it", "pop")] = Style.VIVID
STYLES[("more", "natural")] = Style.NATURAL
"""How colourful, by the words that say so."""

AGAIN = phrase_set("""
    again, try again, another one, another try, another go, another version, another variant, another result,
    another guess, one more, once more, once again, another please, me another, do another, make another, more options,
    more variants, more versions, other options, other versions, another option, one more variant, one more version,
    show me more, one more time, redo, retry, something else, something different, different colours, different colors,
    other colours, other colors
""")
"""What asks for the same photo with other colours."""

ALL = phrase_set("""
    all, both, everything, all photos, all pictures, all images, every photo, all of, both photos, both of,
    every picture, every image, all three, all four, all five, all six
""")

STOP = phrase_set("""
    stop, unsubscribe, opt out, optout, opt-out, leave me alone, go away, shut up, opt me out, block me
""")
DELETE = phrase_set("""
    delete, remove, take it down, take this down, take that down, take down, get rid of it, get rid of this,
    get rid of that
""")
TALK = {"start": Command.START, "start!": Command.START, "help": Command.HELP}
"""Commands that are obeyed only where nothing else is said."""

VARIANTS = word_set("""
    variants variant versions version options option variations variation alternatives results
""")
SOME_VARIANTS = 3
"""How many are made when nobody says how many."""

STUDIO = phrase_set("""
    studio, correct the colours, correct the colors, fix the colours, fix the colors, change the colours,
    change the colors, edit the colours, edit the colors, correct colours, correct colors, fix colours, fix colors,
    the studio, open studio, open the studio, studio link, link to the studio, where is the studio, where's the studio
""")
"""What asks for the page on which colours are corrected."""

PICTURES = word_set("""
    photo photos picture pictures image images pic pics number numbers
""")
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
ORDINALS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6}

POLITE = word_set("""
    please pls plz kindly bot can could would will you just now ok okay hey hi hello and then thanks thank but well also
    yes no sorry u
""")
"""What may stand before a command and leaves it a command."""

FILLER = POLITE - {"no", "sorry", "well"} | word_set("""
    a an bit little much slightly even be color colors colorize colorise colour colours colourize colourise do for get
    give i image images in it let let's make me mine my need of one ones photo photos pic picture pictures result show
    some that the them these this those to try us want with version thx ty tysm cheers advance only use
""")
"""Words that say nothing by themselves."""

BEFORE_ALL = FILLER - {"them", "i", "of", "these", "those", "to", "want"}
"""Behind these, `all` and `force` are words of the bot's, and not part of "I love them all"."""

QUESTIONS = frozenset({("what", "about"), ("how", "about")})

OBJECTS = FILLER | word_set("""
    comment reply answer post message your yourself here from there immediately asap all again already at once right
    away
""")
"""What may stand behind a command that stands alone: "delete your reply, please"."""

THANKS = frozenset({"thank", "thanks", "thx", "ty", "cheers", "tysm"})
"""Beside these, a word that only might be a wish is none: "thanks again", "thank you all"."""

GRATITUDE = (
    THANKS
    | FILLER - {"please"}
    | word_set("""
    so very lot lots again all everyone everybody help work job great good nice doing making being your kind friend mate
    man buddy really
""")
)
NEGATIONS = frozenset({"don't", "dont", "never", "quit", "cease", "halt", "enough", "not", "shouldn't", "cannot"})
NEGATED = frozenset({"don't", "dont", "not", "never", "no", "doesn't", "won't"})
UNWANTED = word_set("""
    want like need reply answer respond comment post message write bother mention ping tag notify contact do colour
    color colorize colourize
""")
"""Behind a negation, what may tell the bot to be quiet: "I don't want this", "please do not reply"."""
UNWELCOME = phrase_set("""
    leave me, go away, shut up, ignore me, block me, forget me, undo, cancel, abort, nevermind, bad bot, good bot
""")
NO_MORE = frozenset({"no", "nope"})
INVITES_A_VERB = word_set("""
    you u to please pls must should would could can will and now just or never bot it don't dont then ever also not
    cannot can't i we let's
""")
"""Behind these, `stop` may be the verb; behind others, as in "a bus stop", it is not."""
NOT_A_COMMAND = frozenset({"sign", "signs", "motion", "light", "lights", "watch", "sign's"})
"""What makes a thing of the `stop` before it."""

LINKING_VERBS = word_set("""
    was were is are had has wore be looked wears being isn't wasn't weren't
""")
PAINTING = frozenset({"make", "paint", "color", "colour", "turn", "tint", "dye", "use"})
BEFORE_A_COLOUR = word_set("""
    a an the actually really more very dark light bright deep pale in of rather definitely always painted dyed been not
    probably mostly all be to navy sort kind
""")
POINTING = frozenset({"this", "that", "it", "that's", "it's"})
"""Said of a colour by these, it is praise: "that is gold"."""
