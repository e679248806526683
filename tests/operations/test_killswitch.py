import pytest

from bot.domain.refusals import Refused, RetryLater
from bot.periodic import killswitch
from bot.periodic.killswitch import Order, order
from bot.store import notes
from tests.clients import client_of

PAGE = "BotHome/switch"


@pytest.fixture
def write(world):
    """Saves a version of the page, which only moderators may edit unless it says otherwise."""

    def save(text, author="operator", permlevel=2):
        world.write_wiki("BotHome", "switch", text, author)
        world.subreddit("BotHome").wiki["switch"].permlevel = permlevel

    return save


@pytest.fixture
def client(reddit):
    return client_of(reddit, "ColorizeBot")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stop", Order.PAUSE),
        ("STOP!!!", Order.PAUSE),
        ("stopped for now", Order.PAUSE),
        ("# Stop\n\nrun again on Monday", Order.PAUSE),
        ("pause: wrong colours", Order.PAUSE),
        ("**run**", Order.RUN),
        ("  Run\nstop", Order.RUN),
        ("runaway", None),
        ("please stop", None),
        ("", None),
    ],
)
def test_the_first_word_is_the_order(text, expected):
    assert order(text) is expected


def test_the_page_pauses_and_resumes(write, client, stored):
    write("stop\nthe colours are wrong")
    killswitch.run(stored, client, PAGE)
    assert notes.pauses(stored).everything == "r/BotHome/wiki/switch says: stop"
    write("run")
    killswitch.run(stored, client, PAGE)
    assert notes.pauses(stored).everything is None


def test_page_and_command_pause_apart(write, client, stored):
    notes.write(stored, notes.PAUSED, "by the operator")
    write("stop")
    killswitch.run(stored, client, PAGE)
    assert notes.pauses(stored).everything == "by the operator; r/BotHome/wiki/switch says: stop"
    write("run")
    killswitch.run(stored, client, PAGE)
    assert notes.pauses(stored).everything == "by the operator"


@pytest.mark.parametrize("permlevel", [0, 1])
def test_a_page_that_others_may_edit_is_not_believed(write, client, stored, permlevel):
    write("stop", author="stranger", permlevel=permlevel)
    killswitch.run(stored, client, PAGE)
    assert notes.pauses(stored).everything is None
    write("stop", permlevel=2)
    killswitch.run(stored, client, PAGE)
    write("run", author="stranger", permlevel=permlevel)
    killswitch.run(stored, client, PAGE)
    assert notes.pauses(stored).everything is not None


@pytest.mark.parametrize(("author", "paused"), [("operator", True), ("stranger", False)])
def test_a_bot_that_is_no_moderator_believes_moderators(world, write, client, stored, author, paused):
    del world.subreddit("BotHome").moderators["colorizebot"]
    write("stop", author=author, permlevel=0)
    killswitch.run(stored, client, PAGE)
    assert (notes.pauses(stored).everything is not None) is paused


@pytest.mark.parametrize("before", ["stop", "run"])
def test_a_page_that_cannot_be_read_changes_nothing(world, write, client, stored, before):
    write(before)
    killswitch.run(stored, client, PAGE)
    state = notes.pauses(stored).everything
    world.faults.add("/r/BotHome/wiki/switch", "status", status=403)
    with pytest.raises(Refused):
        killswitch.run(stored, client, PAGE)
    world.faults.add("/r/BotHome/wiki/switch", "status", status=429)
    with pytest.raises(RetryLater):
        killswitch.run(stored, client, PAGE)
    world.subreddit("BotHome").wiki.clear()
    with pytest.raises(Refused):
        killswitch.run(stored, client, PAGE)
    assert notes.pauses(stored).everything == state


def test_a_page_that_says_nothing_new_costs_one_request(world, write, client, stored):
    write("run")
    killswitch.run(stored, client, PAGE)
    before = len(world.calls)
    killswitch.run(stored, client, PAGE)
    assert len(world.calls) - before == 1


def test_a_page_that_is_not_believed_is_told_once(write, client, stored, caplog):
    import structlog

    structlog.configure(logger_factory=structlog.stdlib.LoggerFactory())
    write("stop", author="stranger", permlevel=0)
    for _ in range(3):
        killswitch.run(stored, client, PAGE)
    assert sum("kill_switch_ignored" in record.getMessage() for record in caplog.records) == 1
