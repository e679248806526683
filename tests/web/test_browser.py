"""The reply log in a real browser. Pictures of the pages are written to $SHOTS when it names a folder."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from bot.domain.health import POLLER, WORKER
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.store import jobs, notes
from bot.store.actions import Action, act
from bot.store.files import JobFiles
from bot.store.heartbeats import Heart
from bot.store.reply_log import job_by_id
from tests.browsing import arrive, drawn, follow, visit
from tests.web.made_jobs import answer, jpeg, photo, postpone, receive, refuse

PAGES = [
    "/log", "/log?outcome=open&q=lawn", "/log/1", "/log/5", "/log/5/delete", "/status", "/status/pause",
    "/bulk/retry?id=4&id=5", "/charts", "/charts?span=24h", "/people", "/people/block?name=ida", "/subreddits",
    "/hosts", "/settings", "/backups", "/audit", "/about",
]  # fmt: skip


@pytest.fixture
def filled(engine: Engine, files: JobFiles) -> None:
    """One job of each kind, with words that are hard to lay out."""
    postpone(
        engine, receive(engine, 1, title="Launch"), f"https://i.redd.it/{'x' * 200}: timed out", timedelta(hours=1)
    )
    answer(engine, receive(engine, 2), files)
    skipped = refuse(engine, receive(engine, 3, author=None), Outcome.ALREADY_COLOUR, "verdict colour")
    photo(engine, skipped, verdict="colour")
    files.write(skipped.id, JobFiles.before(1), jpeg("teal"))
    refuse(engine, receive(engine, 4, title="W" * 300, subreddit="x" * 50), Outcome.FAILED, "ValueError: no model")
    answer(engine, receive(engine, 5, body="u/ColorizeBot photo 2 please", source=Source.MENTION), files)


@pytest.fixture
def page(filled: None, address: str, password: str, open_page: Callable[..., Page]) -> Page:
    """A page of the operator, logged in by the form."""
    page = open_page(base_url=address, viewport={"width": 1280, "height": 900})
    page.goto("/log")
    assert page.title() == "Log in · ColorizeBot"
    page.get_by_label("Operator's password").fill(password)
    follow(page.get_by_role("button", name="Log in"), f"{address}/log")
    return page


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_operator_reads_the_log_and_opens_a_job(page: Page) -> None:
    assert page.locator("tbody tr").count() == 5
    load = "Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode() }))"
    page.evaluate(load)  # fails for a picture that is missing or broken
    box = page.locator("tbody img").first.bounding_box()
    assert box
    assert 40 <= box["width"] <= 44
    shoot(page, "log")
    follow(page.get_by_role("link", name="#5", exact=True), "**/log/5")
    assert "The photographer on the lawn, 1905" in page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_role("rowheader").all_inner_texts()[:3] == ["locate", "fetch", "judge"]
    before, after = (page.get_by_alt_text(f"{name}, photo 1").bounding_box() for name in ("before", "after"))
    assert before
    assert after
    assert (before["y"], before["x"] < after["x"]) == (after["y"], True)  # side by side
    shoot(page, "job")
    follow(page.get_by_role("button", name="Log out"), "**/login")
    visit(page, "/log/5")
    assert "/login?next=" in page.url


def test_the_first_key_reaches_the_skip_link(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", [320, 360, 768, 1130])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    paths = [*PAGES, "/log?subreddit=OldPhotos", "/log/1", "/log/4", "/log/5", "/log/5/delete", "/charts", "/about"]
    for path in paths:
        visit(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path}, all opened"
        shoot(page, f"{re.sub('[^a-z0-9]+', '-', path.strip('/'))}-{width}")


def test_the_table_stays_a_table_for_a_screen_reader_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    tree = page.locator("main").aria_snapshot()
    assert '- columnheader "Outcome"' in tree


def test_dark_mode_is_dark_and_readable(page: Page) -> None:
    def luminance(of: str) -> float:
        script = f"getComputedStyle(document.body).{of}.match(/\\d+/g).slice(0, 3).map(Number)"
        red, green, blue = page.evaluate(script)
        return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)

    page.emulate_media(color_scheme="light")
    assert luminance("backgroundColor") > 200 > 60 > luminance("color")
    page.emulate_media(color_scheme="dark")
    assert luminance("backgroundColor") < 60 < 200 < luminance("color")
    shoot(page, "log-dark")
    visit(page, "/log/5")
    shoot(page, "job-dark")


def test_the_log_is_live_and_keeps_what_the_operator_holds(page: Page, engine: Engine) -> None:
    expect(page.get_by_role("status")).to_have_text("Live")
    held = page.get_by_role("link", name="#2", exact=True)
    held.focus()
    page.evaluate("document.getElementById('job-2').mine = true")
    receive(engine, 6, title="The new one")
    new = page.locator("#job-6")
    expect(new).to_contain_text("working on locate")
    assert page.locator("tbody tr").first.get_attribute("id") == "job-6"
    assert page.evaluate("document.activeElement.textContent") == "#2"
    assert page.evaluate("document.getElementById('job-2').mine")  # what did not change was left alone
    again = job_by_id(engine, 6)
    assert again
    new.get_by_role("link", name="#6", exact=True).focus()
    refuse(engine, again, Outcome.NSFW, "")
    expect(new).to_contain_text("nsfw")
    assert page.evaluate("document.activeElement.textContent") == "#6"  # its row was replaced
    expect(page.locator(".counts")).to_contain_text("1 nsfw")
    heart = Heart(engine, "one")
    heart.start(POLLER, 30)
    heart.start(WORKER, 10)
    expect(page.locator(".health")).to_have_text("Well")
    notes.write(engine, notes.PAUSED, "The disk is full.")
    expect(page.locator(".health")).to_have_text("Paused")
    expect(page.get_by_role("alert")).to_contain_text("paused: The disk is full.")


def test_updates_can_be_paused(page: Page, engine: Engine) -> None:
    expect(page.get_by_role("status")).to_have_text("Live")
    button = page.get_by_role("button", name="Pause updates")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status")).to_have_text("Updates are paused")
    receive(engine, 6)
    button.press("Enter")
    expect(page.locator("#job-6")).to_be_visible()  # what happened meanwhile comes at once


def test_a_filtered_log_is_live_within_its_filter(page: Page, engine: Engine) -> None:
    visit(page, "/log?user=walter")
    expect(page.locator("main")).to_contain_text("No job matches")
    expect(page.get_by_role("status")).to_have_text("Live")
    receive(engine, 6)
    receive(engine, 7, author="walter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.locator("tbody tr").get_attribute("id") == "job-7"


@pytest.mark.usefixtures("filled")
def test_without_scripts_the_log_is_whole(address: str, password: str, open_page: Callable[..., Page]) -> None:
    page = open_page(base_url=address, java_script_enabled=False)
    page.goto("/log")
    page.get_by_label("Operator's password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{address}/log")
    expect(page.locator("tbody tr")).to_have_count(5)
    assert not page.get_by_role("button", name="Pause updates").is_visible()  # a button that would do nothing
    page.get_by_text("Filter", exact=True).first.click()
    page.get_by_label("Outcome", exact=True).select_option("all-failed")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url(f"{address}/log?outcome=all-failed")
    expect(page.get_by_role("link", name=re.compile(r"^#\d+$"))).to_have_text(["#4"])


def test_the_filter_is_used_by_keyboard_and_every_field_has_its_name(page: Page) -> None:
    page.get_by_text("Filter", exact=True).first.press("Enter")
    names = ["Search", "Subreddit", "User", "Verdict", "Outcome", "Source", "From, UTC", "To, UTC", "Order"]
    fields = page.locator("form[role=search]").locator("input, select")
    assert fields.count() == len(names)
    for name in names:
        assert page.get_by_label(name, exact=True).count() == 1, name
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "subreddit"
    page.keyboard.type("oldphotos")
    page.keyboard.press("Enter")
    arrive(page, "**/log?subreddit=oldphotos")
    assert page.locator("tbody tr").count() == 4
    follow(page.get_by_role("link", name="Clear"), "**/log")


def test_an_action_asks_first_and_its_step_is_in_the_history(page: Page, engine: Engine) -> None:
    visit(page, "/log/4")
    follow(page.get_by_role("link", name="Try again"), "**/log/4/retry")
    assert page.get_by_role("heading", level=1).inner_text() == "Try job #4 again?"
    follow(page.get_by_role("link", name="Back", exact=True), "**/log/4")
    assert job_by_id(engine, 4).finished_at is not None
    follow(page.get_by_role("link", name="Try again"), "**/log/4/retry")
    follow(page.get_by_role("button", name="Try again"), "**/log/4?done=*")
    assert "Job 4: opened again" in page.locator("form.notice").inner_text()
    assert page.get_by_role("rowheader", name="operator").count() == 1
    again = jobs.claim(engine, "worker")
    assert again
    assert again.id == 4


def test_whatever_has_the_focus_shows_it(page: Page) -> None:
    visit(page, "/log/5")
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", seen[-1]
    assert seen[:3] == ["Skip to the content", "\u2190 Reply log", "\u2193 older, #4"]
    assert seen.index("Delete the reply") < seen.index("Block the asker") < seen.index("Mute the subreddit")
    assert seen.index("Mute the subreddit") < seen.index("Reply log") < seen.index("Charts")


def focused(page: Page) -> str:
    script = "[document.activeElement.closest('tr')?.id, document.activeElement.type].join(' ')"
    return str(page.evaluate(script)).strip()


def test_the_first_job_is_five_keys_away_and_keys_go_through_the_jobs(page: Page) -> None:
    pressed = 0
    while not focused(page).startswith("job-"):
        page.keyboard.press("Tab")
        pressed += 1
        assert pressed <= 5
    assert focused(page) == "job-5 checkbox"
    page.keyboard.press("j")
    assert focused(page) == "job-4"
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator("tr:has(:checked) .when a").all_inner_texts() == ["#4", "#3"]
    assert page.locator("[data-chosen]").inner_text() == "2 jobs chosen:"
    page.keyboard.press("x")
    assert page.locator("[data-chosen]").inner_text() == "1 job chosen:"
    page.keyboard.press("/")
    page.keyboard.type("jjxx")
    assert page.locator("input[type=search]").input_value() == "jjxx"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert focused(page) == "job-5"
    page.keyboard.press("Enter")
    arrive(page, "**/log/5")


def test_what_is_chosen_stays_chosen_when_its_row_changes(page: Page, engine: Engine) -> None:
    expect(page.get_by_role("status")).to_have_text("Live")
    page.get_by_label("Job 4", exact=True).check()
    page.get_by_label("All jobs of this page").check()
    page.get_by_label("Job 2", exact=True).uncheck()
    act(engine, 4, Action.BLOCK)
    receive(engine, 6, title="The new one")
    expect(page.locator("#job-6")).to_be_visible()
    assert page.locator("tr:has(:checked) .when a").all_inner_texts() == ["#5", "#4", "#3", "#1"]
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Try 4 jobs again?")


def test_a_job_page_follows_its_job(page: Page, engine: Engine) -> None:
    job = receive(engine, 6)
    visit(page, "/log/6")
    expect(page.get_by_role("status")).to_have_text("Live")
    refuse(engine, job, Outcome.NSFW, "")
    expect(page.locator(".ending .badge")).to_have_text("nsfw")
    assert page.get_by_role("link", name="Try again").is_visible()


def test_the_view_is_kept(page: Page) -> None:
    page.get_by_text("View", exact=True).click()
    page.get_by_label("comfortable").check()
    page.get_by_label("of this browser").check()
    page.get_by_label(re.compile("single keys")).uncheck()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("table.comfortable")).to_be_visible()
    drawn(page)
    page.keyboard.press("j")
    assert focused(page) == ""
    shoot(page, "log-comfortable")
    visit(page, "/log/5")
    assert "UTC" not in page.locator("h1 + .sub time").first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_axe_finds_nothing(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = []
    for path in PAGES:
        visit(page, path)
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        results = Axe().run(page)
        found += [
            f"{path}: {one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
            for one in results.response["violations"]
        ]
    assert found == []


def test_charts_can_be_read_as_tables(page: Page) -> None:
    visit(page, "/charts?span=24h")
    shoot(page, "charts")
    assert page.get_by_role("img").count() == 3  # no score is known yet
    tree = page.locator("main").aria_snapshot()
    assert re.search(r"row .*colorized.* 2", tree)
    page.get_by_text("Table").first.press("Enter")
    assert page.get_by_role("columnheader", name="Answered").is_visible()
    page.emulate_media(color_scheme="dark")
    shoot(page, "charts-dark")
    follow(page.get_by_role("link", name="30 days"), "**/charts?span=30d")
    assert page.get_by_role("link", name="30 days").get_attribute("aria-current") == "page"


def test_a_bar_leads_to_its_jobs_and_a_drag_zooms_in(page: Page) -> None:
    visit(page, "/charts?span=1h")
    follow(page.locator(".marks .failed").first, "**/log?from=*outcome=all-failed")
    assert page.get_by_role("link", name=re.compile(r"^#\d+$")).all_inner_texts() == ["#4"]
    visit(page, "/charts?span=24h")
    box = page.locator(".marks").first.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, y)
    page.mouse.up()
    arrive(page, "**/charts?from=*")
    assert "by 15 minutes" in page.locator(".moves").inner_text()


def test_a_session_that_ended_is_said_and_a_new_one_goes_on(page: Page, engine: Engine) -> None:
    expect(page.get_by_role("status")).to_have_text("Live")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    receive(engine, 6)
    expect(page.get_by_role("status")).to_have_text("Your session has ended: reload the page to log in")
    assert page.locator("tbody tr").count() == 5
    page.context.add_cookies(cast("Any", cookies))  # logged in again in another tab
    button = page.get_by_role("button", name="Pause updates")
    button.click()
    button.click()
    expect(page.locator("#job-6")).to_be_visible()
