"""What only may be a wish gets a link, and talk among people gets nothing."""

import pytest

from bot.domain.reddit_types import Source
from bot.domain.request import Command, Request
from bot.domain.summons import parse_request


def asked(body, source=Source.REPLY):
    return parse_request(source, body, title="", name="ColorizeBot", command=None)


@pytest.mark.parametrize(
    "body",
    ["the sky is too brown", "Could it be a bit warmer?", "the colours are wrong", "I think her dress should be red",
     "Hm. Can you make it bluer?", "the colors look off to me", "skin tone is weird", "that is not green",
     "too colourful", "not colourful enough", "it looks washed out", "why is the grass purple?", "oversaturated",
     "make it warmer", "needs more blue", "less red", "more green in the grass", "remove the red tint",
     "great work, but the trees look purple", "nice, only her skin is too orange", "Thank you! The sky is too purple.",
     "the hat has no color", "you forgot to color the hat", "you didn't color the sky", "still black and white",
     "the left side is still grey", "I'd like the coat green", "add some red to the cheeks", "looks weird",
     "can you do better?", "more realistic please", "can you brighten it up", "the colouring is patchy",
     "a green stain on the wall", "the wall was painted white", "lol why is the dog green",
     "the curtains came out purple", "everything looks brown", "the colors don't match the flag",
     "get rid of the orange tint"],
)  # fmt: skip
def test_who_seems_unhappy_with_a_colour_may_want_another(body):
    assert asked(body) in {Request(command=Command.MAYBE_WISH), Request(command=Command.EXPLAIN_HINTS)}


@pytest.mark.parametrize(
    "body",
    ["wow, amazing colors", "this should be higher, beautiful colours", "my grandmother had the same car",
     "I could look at this all day", "the colours remind me of home", "not bad", "too long ago", "what a picture",
     "thanks, not too brown", "they should have kept the colour one", "can't believe it's not colour film",
     "no colours back then, what a life", "I could never tell blue from green", "we wore white shoes too",
     "I had a blue bicycle like that", "what a lovely blue", "the olive tree is still there", "needs more upvotes",
     "I love the blue dress", "so many colours", "colours are spot on", "why did they not smile",
     "more people should see this", "he should have worn a hat", "in the war nobody could buy paint, and certainly "
     "not in any colour but the one that the army had left over when it went home"],
)  # fmt: skip
def test_talk_among_people_is_none(body):
    assert asked(body) is None


@pytest.mark.parametrize("source", [Source.MENTION, Source.COMMAND, Source.MESSAGE, Source.SCAN])
def test_only_a_reply_to_the_bot_can_be_one(source):
    found = asked("the sky is too brown", source)
    assert found is None or found.command is None
