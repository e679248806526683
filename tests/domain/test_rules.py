import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.rules import Rules
from bot.domain.rules_letters import complaint
from bot.domain.rules_page import MOST_CHARACTERS, Problem, RulesError, parse_rules, retired
from bot.domain.rules_status import status_page
from bot.domain.rules_warnings import warnings
from bot.domain.rules_words import allowed, default_page, written

DOCUMENT = Path(__file__).parents[2] / "docs" / "moderators.md"


def problems(text, **options):
    with pytest.raises(RulesError) as error:
        parse_rules(text, **options)
    return error.value.problems


def test_the_default_page_says_the_defaults_of_every_key():
    page = default_page("ColorizeBot")
    assert parse_rules(page) == Rules()
    assert set(yaml.safe_load(page)) == set(Rules.model_fields)
    words = " ".join(page.replace("#", "").split())
    assert all(f"Allowed: {allowed(key).replace('#', '')}" in words for key in Rules.model_fields)
    assert len(page) < MOST_CHARACTERS / 4
    assert all(line == "" or line.startswith("    ") for line in page.splitlines()), "Markdown shows it as code"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "    # indented\n", "mode:", "flair_allow: []"])
def test_what_is_not_said_is_the_default(text):
    assert parse_rules(text) == Rules()


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("enabled: no", {"enabled": False}),
        ("Enabled: FALSE", {"enabled": False}),
        ("enabled: 'off'", {"enabled": False}),
        ("mode: off", {"mode": "off"}),
        ('mode: "off"', {"mode": "off"}),
        ("mode: no", {"mode": "off"}),
        ("mode: Auto", {"mode": "auto"}),
        ("command: !colour", {"command": "!colour"}),
        ('command: "!colour"', {"command": "!colour"}),
        ("command: Farbe", {"command": "Farbe"}),
        ("command: none", {"command": None}),
        ("command: off", {"command": None}),
        ("min-size: 300", {"min_size": 300}),
        ("min size: 0300", {"min_size": 300}),
        ("flair_allow: 1930", {"flair_allow": ("1930",)}),
        ("flair_allow: [1930, yes, Old photo, 12:30]", {"flair_allow": ("1930", "yes", "Old photo", "12:30")}),
        ("flair_deny:\n  - Meta\n  - 'No, thanks'", {"flair_deny": ("Meta", "No, thanks")}),
        ("flair_allow: Old photo, Family", {"flair_allow": ("Old photo", "Family")}),
        ("flair_allow: Old photo,Family,  # both", {"flair_allow": ("Old photo", "Family")}),
        ("flair_allow: Old photo,\n  Family", {"flair_allow": ("Old photo", "Family")}),
        ('flair_allow: "Old photo", "No, thanks"', {"flair_allow": ("Old photo", "No, thanks")}),
        ("Flair-Allow: 'Old photo', Family  # both", {"flair_allow": ("Old photo", "Family")}),
        ('flair_allow: Family, "No, thanks"', {"flair_allow": ("Family", "No, thanks")}),
        ('flair_allow: "No, thanks"', {"flair_allow": ("No, thanks",)}),
        ("flair_deny: Meta, Colorized", {"flair_deny": ("Meta", "Colorized")}),
        ("ignored_authors: u/Bob, /u/Al-ice,Carol", {"ignored_authors": ("Bob", "Al-ice", "Carol")}),
        ("palette: navy, 1e3ca0, Dark Slate Grey", {"palette": ("#000080", "#1e3ca0", "#2f4f4f")}),
        ('palette: "#1e3ca0", "#dcc83c"', {"palette": ("#1e3ca0", "#dcc83c")}),
        ("palette: navy  # the blue one", {"palette": ("#000080",)}),
        ("flair_deny:\n- Meta", {"flair_deny": ("Meta",)}),
        ("ignored_authors: [u/Bob, /u/Al-ice, Carol]", {"ignored_authors": ("Bob", "Al-ice", "Carol")}),
        ("ignored_authors: none", {}),
        ("nsfw: yes", {"nsfw": "allow"}),
        ("nsfw: no", {}),
        ("reply: message", {"reply": "message"}),
        ("sticky: on", {"sticky": True}),
        ("result: native", {"result": "native"}),
        ("result: none", {}),
        ("daily_limit: 20", {"daily_limit": 20}),
        ("daily_limit: none", {}),
        ("thread_limit: 2\nperson limit: 3", {"thread_limit": 2, "person_limit": 3}),
        ("remove_below: -5", {"remove_below": -5}),
        ("remove_below: 0", {"remove_below": 0}),
        ("quiet_hours: 22-6", {"quiet_hours": "22-6"}),
        ("quiet hours: 22:00 - 06:00", {"quiet_hours": "22-06"}),
        ("quiet_hours: none\npaused_until: no", {}),
        ("paused_until: 2026-12-01", {"paused_until": "2026-12-01"}),
        ("year: 1942", {}),
        ("year: [a, b]", {}),
        ("look: vivid", {"look": "vivid"}),
        ("style: vivid", {"look": "vivid"}),
        ('palette: ["#1E3CA0", dcc83c, "#ABC", 112233]', {"palette": ("#1e3ca0", "#dcc83c", "#aabbcc", "#112233")}),
        ("palette: 1e3ca0", {"palette": ("#1e3ca0",)}),
        ("palette: [navy, Dark Slate Grey]", {"palette": ("#000080", "#2f4f4f")}),
        ("palette: none", {}),
        ("like: https://i.redd.it/AbC.jpg", {"like": "https://i.redd.it/AbC.jpg"}),
        ("like: none\npalette: [abc]", {"palette": ("#aabbcc",)}),
        ("model: compact", {"model": "compact"}),
        ("footer: none", {"footer": "none"}),
        ("footer: no", {"footer": "none"}),
        ("footer: ~", {}),
        ("mode:\tauto", {"mode": "auto"}),
        ("mode:\u00a0auto\r\n", {"mode": "auto"}),
        ("\ufeffmode: auto", {"mode": "auto"}),
        ("mode: auto\u200b", {"mode": "auto"}),
        ("mode: \u201cauto\u201d", {"mode": "auto"}),
        ("flair_deny: Meme; Joke", {"flair_deny": ("Meme", "Joke")}),
        (
            "flair_allow: [\u201cOld, grey\u201d, Nan\u2019s \u201cbest\u201d photo]",
            {"flair_allow": ("Old, grey", "Nan\u2019s \u201cbest\u201d photo")},
        ),
        ("flair_allow: \U0001f468\u200d\U0001f467 Family", {"flair_allow": ("\U0001f468\u200d\U0001f467 Family",)}),
        ("quiet_hours: 22:00 to 06:00 UTC", {"quiet_hours": "22-06"}),
        ("    mode: auto\nsticky: yes", {"mode": "auto", "sticky": True}),
        ("    sticky: yes\n\nflair_deny:\n  - Meta\n", {"sticky": True, "flair_deny": ("Meta",)}),
    ],
)
def test_what_a_moderator_writes_works(line, changed):
    assert parse_rules(line, models={"compact"}).model_dump(exclude_defaults=True) == changed


@pytest.mark.parametrize(
    ("text", "line", "key", "found", "may"),
    [
        ("enabled: yes\n\nmode: sometimes", 3, "mode", "`sometimes`", "summon, auto or off"),
        ("enabled: maybe", 1, "enabled", "`maybe`", "yes or no"),
        ("# x\nmin_sise: 3", 2, "min_sise", "an unknown key", "`min_size`, if you meant that"),
        ("min_size: 64px", 1, "min_size", "`64px`", "a whole number from 0 to 10000"),
        ("min_size: -1", 1, "min_size", "`-1`", "a whole number from 0 to 10000"),
        ("palette: [blu]", 1, "palette", "`blu`", 'a list of at most 16 colours, such as ["#1e3ca0", navy]'),
        ("palette:\n  - abc\n  - #1e3ca0", 3, "palette", "nothing", 'such as ["#1e3ca0", navy]'),
        ("palette: #1e3ca0", 1, "palette", "`#1e3ca0`", "colours without #, or with quotation marks"),
        ("mode: auto\npalette: navy, #dcc83c", 2, "palette", "`#dcc83c`", "colours without #, or with quotation marks"),
        ("palette: navy, blu", 1, "palette", "`navy, blu`", "a list of at most 16 colours"),
        ("ignored_authors: Bob, no name", 1, "ignored_authors", "`Bob, no name`", "a list of user names"),
        ("palette: [#1e3ca0, #dcc83c]", 1, None, "`palette: [#1e3ca0, #dcc83c]`", 'with " around text that holds'),
        ("like: my-photo.jpg", 1, "like", "`my-photo.jpg`", "the address of a picture, https:// included, or none"),
        ("palette: [abc]\nlike: https://x.org/a.jpg", 2, "like", "`https://x.org/a.jpg`", "not beside a palette"),
        ("style: vivid\nlook: soft", 2, "look", "the key again; it stands in line 1 already", "each key once"),
        ("daily_limit: 0", 1, "daily_limit", "`0`", "a whole number from 1 to 100000, or none"),
        ("quiet_hours: 22-24", 1, "quiet_hours", "`22-24`", "two different hours from 0 to 23, such as 22-6, or none"),
        ("quiet_hours: 5-05", 1, "quiet_hours", "`5-05`", "two different hours from 0 to 23, such as 22-6, or none"),
        ("quiet_hours: night", 1, "quiet_hours", "`night`", "two different hours from 0 to 23"),
        ("paused_until: 2026-02-30", 1, "paused_until", "`2026-02-30`", "a day, such as 2026-12-01, or none"),
        ("paused_until: tomorrow", 1, "paused_until", "`tomorrow`", "a day, such as 2026-12-01, or none"),
        ("remove_below: low", 1, "remove_below", "`low`", "a whole number from -100 to 100, or none"),
        ("thread_limit: 0", 1, "thread_limit", "`0`", "a whole number from 1 to 1000, or none"),
        ("command: !colour it", 1, "command", "`!colour it`", "a word of 2 to 32 characters, or none"),
        ("mode: summon\nMode: auto", 2, "mode", "the key again; it stands in line 1 already", "each key once"),
        ("mode: [auto]", 1, "mode", "a list", "summon, auto or off"),
        ("mode:\n  when: auto", 1, "mode", "something with keys of its own", "summon, auto or off"),
        ("ignored_authors:\n  - Bob\n  - not a name", 3, "ignored_authors", "`not a name`", "a list of user names"),
        ("flair_deny: [a, [b]]", 1, "flair_deny", "a list", "a list of flair texts"),
        ("model: nonesuch", 1, "model", "`nonesuch`", "compact, siggraph17, or none"),
        ("<<: {mode: auto}", 1, "<<", "an unknown key", "the keys enabled, mode,"),
        ("? [a]\n: b", 1, "?", "an unknown key", "the keys"),
        ("mode: a`b*c_" + 99 * "d", 1, "mode", "`a'b*c_" + 54 * "d" + "…`", "summon, auto or off"),
        # No YAML at all.
        ("enabled: yes\n\tmode: auto", 2, None, "`mode: auto`", "spaces instead of tabs"),
        ("mode:\tauto\n\tx", 2, None, "`x`", "spaces instead of tabs"),
        ("mode:auto", 1, None, "`mode:auto`", "a space after the colon, as in `mode: auto`"),
        ("enabled: yes\nmode auto\nlock: no", 2, None, "`mode auto`", "a key, a colon, a space and a value"),
        ("enabled: yes\nflair_deny: [a, b\nlock: no", 2, None, "`flair_deny: [a, b`", "a closing bracket"),
        ('lock: no\ncommand: "!x\n', 2, None, '`command: "!x`', "a closing bracket or quotation mark"),
        ("command: @bot", 1, None, "`command: @bot`", "a key, a colon, a space and a value, as in `mode: auto`, with"),
        ("flair_deny: *meta", 1, None, "`flair_deny: *meta`", "text that holds signs"),
        ("- mode", 1, None, "`- mode`", "a key, a colon, a space and a value"),
        ("just words", 1, None, "`just words`", "a key, a colon, a space and a value"),
        ("mode: auto\n---\nmode: off", 2, None, "`---`", "a key, a colon"),
        ("mode: auto\x07", 1, None, "the character U+0007", "text that can be seen"),
    ],
)
def test_a_mistake_is_named_with_its_line(text, line, key, found, may):
    (problem,) = problems(text, models={"compact", "siggraph17"})
    assert (problem.line, problem.key, problem.found) == (line, key, found)
    assert problem.allowed.startswith(may) or may in problem.allowed


def test_every_mistake_is_named_in_the_order_of_the_lines():
    found = problems("look: odd\ncolour: red\nmode: auto\nlock: perhaps\nmode: off")
    assert [(problem.line, problem.key) for problem in found] == [(1, "look"), (2, "colour"), (4, "lock"), (5, "mode")]


@pytest.mark.parametrize(
    "text",
    [
        "x" * (MOST_CHARACTERS + 1),
        "[" * MOST_CHARACTERS,
        "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*{'a' if i == 0 else f'b{i - 1}'}, *a]\n" for i in range(400)),
        "flair_deny: [" + "a," * 500 + "]",
        "flair_deny: ['" + "a" * 500 + "']",
        'flair_deny: "a"' + ", b  " * 3000 + '"',
        "flair_deny: 'a'" + " " * 15_000 + "'",
        "!!python/object/apply:os.system ['true']",
    ],
)
def test_a_hostile_page_is_refused_at_once(text):
    assert problems(text)


def test_a_complaint_names_line_key_and_what_is_allowed():
    found = problems("mode: sometimes\nmin_sise: 3")
    letter = complaint(found, "https://reddit.com/r/pics/wiki/bot", "5a4d11f0")
    assert "[settings page](https://reddit.com/r/pics/wiki/bot) (revision 5a4d11f0)" in letter
    assert "* line 1, `mode`: found `sometimes`. Allowed: summon, auto or off." in letter
    assert "* line 2, `min_sise`: found an unknown key. Allowed: `min_size`, if you meant that." in letter
    assert "The settings from before stay in force." in letter
    many = complaint([Problem(i, "mode", "x" * 60, "y" * 90) for i in range(500)], "https://x", "r")
    assert "and 480 more" in many
    assert len(many) < 10_000


@pytest.mark.parametrize(
    ("page", "flair", "author", "nsfw", "source", "outcome"),
    [
        ("", None, "bob", False, Source.MENTION, None),
        ("", None, "bob", False, Source.COMMAND, None),
        ("", None, "bob", False, Source.SCAN, Outcome.TURNED_OFF),
        ("mode: auto", None, "bob", False, Source.SCAN, None),
        ("mode: auto\nreply: message", None, "bob", False, Source.SCAN, Outcome.TURNED_OFF),
        ("mode: auto\nenabled: no", None, "bob", False, Source.SCAN, Outcome.TURNED_OFF),
        ("mode: off", None, "bob", False, Source.MENTION, Outcome.TURNED_OFF),
        ("enabled: no", None, "bob", False, Source.REPLY, Outcome.TURNED_OFF),
        ("command: none", None, "bob", False, Source.COMMAND, Outcome.TURNED_OFF),
        ("command: none", None, "bob", False, Source.MENTION, None),
        ("flair_allow: [Old Photo]", " old  photo :camera:", "bob", False, Source.MENTION, None),
        ("flair_allow: [Old Photo]", None, "bob", False, Source.MENTION, Outcome.FLAIR),
        ("flair_allow: [Old Photo]", "Meta", "bob", False, Source.SCAN, Outcome.TURNED_OFF),
        ("flair_deny: [Meta, ':no:']", "META", "bob", False, Source.MENTION, Outcome.FLAIR),
        ("flair_deny: [Meta, ':no:']", ":no:", "bob", False, Source.MENTION, Outcome.FLAIR),
        ("flair_deny: [Meta, ':no:']", None, "bob", False, Source.MENTION, None),
        ("ignored_authors: [BOB]", None, "bob", False, Source.MENTION, Outcome.IGNORED_AUTHOR),
        ("ignored_authors: [BOB]", None, None, False, Source.MENTION, None),
        ("", None, "bob", True, Source.MENTION, Outcome.NSFW),
        ("nsfw: allow", None, "bob", True, Source.MENTION, None),
    ],
)
def test_a_page_refuses_flairs_authors_and_nsfw_posts(page, flair, author, nsfw, source, outcome):
    assert parse_rules(page).refusal(flair, author, nsfw, source) is outcome


@pytest.mark.parametrize(
    ("page", "body", "expected"),
    [
        ("", "!colorize", True),
        ("", "Please\n!COLORIZE photo 2", True),
        ("", "x!colorize", False),
        ("", "!colorized", False),
        ("", "> !colorize", False),
        ("", "`!colorize`", False),
        ("command: !colour", "!colorize", False),
        ("command: none", "!colorize", False),
        ("mode: off", "!colorize", False),
    ],
)
def test_the_command_word(page, body, expected):
    assert parse_rules(page).commanded(body) is expected


@pytest.mark.parametrize(
    ("page", "moment", "rests"),
    [
        ("quiet_hours: 22-6", "2026-12-01T22:00", True),
        ("quiet_hours: 22-6", "2026-12-01T05:59", True),
        ("quiet_hours: 22-6", "2026-12-01T06:00", False),
        ("quiet_hours: 22-6", "2026-12-01T21:59", False),
        ("quiet_hours: 9-17", "2026-12-01T09:00", True),
        ("quiet_hours: 9-17", "2026-12-01T17:00", False),
        ("paused_until: 2026-12-01", "2026-11-30T23:59", True),
        ("paused_until: 2026-12-01", "2026-12-01T00:00", False),
        ("", "2026-12-01T00:00", False),
    ],
)
def test_quiet_hours_and_pauses_are_in_utc(page, moment, rests):
    assert parse_rules(page).rests(datetime.fromisoformat(moment + "+00:00")) is rests


def test_a_pause_that_is_over_is_named():
    page = "paused_until: 2026-12-01"
    (said,) = warnings(page, parse_rules(page), today=date(2026, 12, 1))
    assert "`paused_until` has no effect any more" in said
    assert warnings(page, parse_rules(page), today=date(2026, 11, 30)) == []


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("mode: auto\nyear: 1943", [2]),
        ("    mode: auto\n\n    Year: 1943\n", [3]),
        ("year: none\nmode: auto", []),
        ("year:", []),
        ("mode: auto", []),
        ("", []),
    ],
)
def test_a_line_without_effect_is_named_and_the_page_is_read(page, lines):
    parse_rules(page)
    said = retired(page)
    assert len(said) == len(lines)
    assert all(f"line {line}, `" in one and "no effect" in one for line, one in zip(lines, said, strict=True))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("mode: auto\nreply: message", ["`mode: auto` has no effect with `reply: message`"]),
        ("reply: message\nlock: yes\ndistinguish: yes", ["`lock: yes` has no effect", "`distinguish: yes` has no"]),
        ("reply: message\nsticky: yes", ["`sticky: yes` has no effect with `reply: message`"]),
        ("sticky: yes", ["`sticky: yes` has no effect with `mode: summon`"]),
        ("mode: auto\nsticky: yes\nlock: yes", []),
        ("flair_allow: Old, Family\nflair_deny: family", ['"Family" is in `flair_allow` and in `flair_deny`']),
        ("flair_allow: Family\nflair_deny: ':x: FAMILY'", ["every flair of `flair_allow` is in `flair_deny`"]),
        ("flair_allow: Family\nflair_deny: Meta", ["`flair_deny` has no effect"]),
        ("flair_allow: Family", []),
        ("inline: yes", ["`inline: yes` has no effect: the subreddit does not allow pictures"]),
        ("year: 1943\nsticky: yes", ["line 1, `year`", "`sticky: yes`"]),
        ("mode: off\nreply: message\nsticky: yes", []),
        ("", []),
    ],
)
def test_what_cancels_itself_is_named_and_the_page_is_read(page, said):
    found = warnings(page, parse_rules(page), inline_pictures=False)
    assert len(found) == len(said)
    assert all(expected in one for expected, one in zip(said, found, strict=True))


def test_a_page_that_fits_the_subreddit_is_not_warned_of():
    assert warnings("inline: yes", parse_rules("inline: yes"), inline_pictures=True) == []
    (said,) = warnings("", Rules(), over_18=True)
    assert "the whole subreddit is NSFW" in said
    assert warnings("nsfw: allow", parse_rules("nsfw: allow"), over_18=True) == []


def test_the_document_explains_every_key():
    rows = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    expected = [
        f"| `{key}` | `{written(field.default)}` | {allowed(key)} | {field.description} |"
        for key, field in Rules.model_fields.items()
    ]
    assert rows == expected


def test_the_example_in_the_document_can_be_read():
    scanning, colours = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert parse_rules(scanning).scans()
    assert parse_rules(colours).look == "vivid"
    assert parse_rules(colours).like


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("", ["| without flair | not answered (turned_off) | answered | answered |",
              "| that is NSFW | not answered (turned_off) | not answered (nsfw) | not answered (nsfw) |"]),
        ("mode: auto\nflair_allow: Old\nflair_deny: Meta\ncommand: none",
         ["| without flair | not answered (flair) | not answered (flair) | not answered (turned_off) |",
          "| with the flair `Old` | answered | answered | not answered (turned_off) |",
          "| with the flair `Meta` | not answered (flair) | not answered (flair) | not answered (turned_off) |"]),
        ("ignored_authors: Bob", ["| by u/Bob, or asked for by them | not answered (turned_off) | "
                                  "not answered (ignored_author) | not answered (ignored_author) |"]),
        ('flair_deny: "a|b"', ["| with the flair `a\\|b` | not answered (turned_off) | not answered (flair) | "
                              "not answered (flair) |"]),
        ("quiet_hours: 22-6", ["Not in the quiet hours and pauses below.", "| `quiet_hours` | `22-6` |"]),
    ],
)  # fmt: skip
def test_the_status_page_says_what_the_decision_says(page, rows):
    moment = datetime(2026, 12, 1, 10, 5, tzinfo=UTC)
    text = status_page(parse_rules(page), [], bot_name="ColorizeBot", revision="r1", moment=moment)
    assert "As of 2026-12-01 10:05 UTC, revision r1" in text
    assert set(rows) <= set(text.splitlines())
