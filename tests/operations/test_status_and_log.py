import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.domain.log_words import WrongFilter, moment_or_age
from bot.domain.outcomes import Outcome
from bot.domain.units import size, two_units
from bot.operations.log import follow, wanted
from bot.store import jobs, moderator_answers, notes
from bot.store.operator_tables import ModeratorAnswer
from bot.store.tables import Job
from tests.operations.made_jobs import add


def test_status_in_numbers(stored, command):
    add(stored, "t1_a", hours=2)
    add(stored, "t1_b", hours=3, outcome="already_colour")
    add(stored, "t1_c", hours=30, outcome="failed")
    add(stored, "t1_d", hours=5, outcome=None)
    add(stored, "t1_e", hours=40, removal="score", pictures=True)
    notes.write(stored, notes.LAST_POLL, jobs.now().isoformat())
    notes.write(stored, notes.PAUSED, "by the operator")
    code, said = command("status", "--json")
    found = json.loads(said)
    assert code == 0
    assert found["outcomes"] == {"colorized": 1, "already_colour": 1}
    assert (found["open_jobs"], found["paused"]) == (1, "by the operator")
    assert (found["replies_to_remove"], found["pictures_to_delete"]) == (1, 0)
    waited = jobs.now() - datetime.fromisoformat(found["oldest_open"])
    assert timedelta(hours=5) <= waited < timedelta(hours=5, minutes=1)
    assert found["database_bytes"] > 0
    assert 0 < found["disk_free_bytes"] < found["disk_total_bytes"]
    assert found["last_backup"] is None


def test_status_in_words(stored, command):
    add(stored, "t1_a", hours=2)
    add(stored, "t1_d", hours=5, outcome=None)
    said = command("status")[1]
    assert re.search(r"open jobs +1, the oldest for 5 h 0 min", said)
    assert re.search(r"answered in 24 h +1 \(colorized 1\)", said)
    assert re.search(r"last poll +never", said)
    assert re.search(r"paused +no", said)


def test_status_shows_what_moderators_wrote(stored, command):
    wrote = ModeratorAnswer(id="m1", subreddit="pics", author="mod", body="Less\ncolour, please", sent_at=jobs.now())
    assert moderator_answers.keep(stored, wrote)
    assert not moderator_answers.keep(stored, wrote)
    assert re.search(r"moderators +\d+ s ago, u/mod of r/pics: Less colour, please", command("status")[1])
    assert json.loads(command("status", "--json")[1])["moderators_wrote"][0]["body"] == "Less\ncolour, please"


def test_there_is_no_database_yet(config, command):
    code, said = command("status")
    assert (code, "there is no database" in said) == (2, True)
    assert not list(config.parent.glob("data/*.sqlite")), "looking makes none"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (90000, "1 d 1 h"), (-5, "0 s")],
)
def test_times_in_words(seconds, said):
    assert two_units(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (200 * 2**20, "200 MiB"),
        (3 * 2**30, "3.0 GiB"),
        (2**40, "1.0 TiB"),
    ],
)
def test_sizes_in_words(count, said):
    assert size(count) == said


@pytest.fixture
def filled(stored):
    add(stored, "t1_a", hours=50)
    add(stored, "t1_b", hours=20, author="Bob", outcome="failed", reply=False, error="Trace\nValueError: no")
    add(stored, "t1_c", hours=10, subreddit="Attic", outcome="colorized")
    add(stored, "t1_d", hours=1, outcome=None)
    return stored


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["t1_a", "t1_b", "t1_c", "t1_d"]),
        (["--limit", "2"], ["t1_c", "t1_d"]),
        (["--subreddit", "r/oldphotos"], ["t1_a", "t1_b", "t1_d"]),
        (["--user", "u/bob"], ["t1_b"]),
        (["--outcome", "colorized"], ["t1_a", "t1_c"]),
        (["--outcome", "open"], ["t1_d"]),
        (["--since", "12h"], ["t1_c", "t1_d"]),
        (["--since", "2d", "--user", "ida", "--subreddit", "attic"], ["t1_c"]),
        (["--user", "nobody"], []),
    ],
)
def test_the_log_is_filtered(filled, command, arguments, expected):
    code, said = command("log", "--json", *arguments)
    assert code == 0
    assert [json.loads(line)["summons"] for line in said.splitlines()] == expected


def test_a_line_of_the_log(filled, command):
    line = command("log", "--user", "bob")[1]
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +2 failed +r/OldPhotos +u/Bob +Attic - ValueError: no\n", line)


def test_what_strangers_write_does_not_reach_the_terminal_raw(stored, command):
    add(stored, "t1_a", title="\x1b[2J\x1b]0;owned\x07\nfaked line", author=None)
    said = command("log")[1]
    assert "\x1b" not in said
    assert "\x07" not in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("option", "value"), [("--outcome", "colourised"), ("--since", "yesterday"), ("--since", "9" * 6 + "w")]
)
def test_a_filter_that_makes_no_sense_is_named(filled, command, option, value):
    code, said = command("log", option, value)
    assert (code, value in said) == (2, True)


def when(text: str) -> datetime:
    return moment_or_age("since", text, jobs.now())


def test_times_are_read_as_dates_and_as_ages():
    assert when("2026-11-21") == datetime(2026, 11, 21, tzinfo=UTC)
    assert when("2026-11-21T10:00+02:00") == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert abs(jobs.now() - when("90min") - timedelta(minutes=90)) < timedelta(minutes=5)
    with pytest.raises(WrongFilter, match="30min, 2h, 3d"):
        when("2 fortnights")


def test_following_shows_each_job_once_when_it_ends(stored):
    add(stored, "t1_old", hours=0.02)
    watched = add(stored, "t1_a", hours=2, outcome=None)
    other = add(stored, "t1_b", hours=2, outcome=None, subreddit="Attic")
    late = add(stored, "t1_c", hours=2, outcome=None)
    rounds = iter([[], [watched], [], [other, late], [], []])

    def finish(job_id, moment):
        with stored.begin() as connection:
            ended = {"outcome": Outcome.COLORIZED.value, "finished_at": moment}
            connection.execute(update(Job).where(Job.id == job_id).values(ended))

    def wait():
        ids = next(rounds, None)
        for job_id in ids or ():
            finish(job_id, jobs.now())
        return ids is None

    shown = [job.id for job in follow(stored, wanted("oldphotos", None, "colorized", None), wait)]
    assert shown == [watched, late]
