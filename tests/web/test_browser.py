"""The reply log in a real browser. Pictures of the pages are written to $SHOTS when it names a folder."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from made_jobs import answer, jpeg, postpone, receive, refuse
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine

from bot.domain.outcomes import Outcome
from bot.domain.things import Source
from bot.store.files import JobFiles

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def filled(engine: Engine, files: JobFiles) -> None:
    """One job of each kind, with words that are hard to lay out."""
    postpone(
        engine, receive(engine, 1, title="Launch"), f"https://i.redd.it/{'x' * 200}: timed out", timedelta(hours=1)
    )
    answer(engine, receive(engine, 2), files)
    skipped = refuse(engine, receive(engine, 3, author=None), Outcome.ALREADY_COLOUR, "verdict colour")
    files.write(skipped.id, JobFiles.BEFORE, jpeg("teal"))
    refuse(engine, receive(engine, 4, title="W" * 300, subreddit="x" * 50), Outcome.FAILED, "ValueError: no model")
    answer(engine, receive(engine, 5, body="u/ColorizeBot photo 2 please", source=Source.MENTION), files)


@pytest.fixture
def page(browser: Browser, address: str, password: str, filled: None) -> Iterator[Page]:
    """A page of the operator, logged in by the form."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/log")
    assert page.title() == "Log in · ColorizeBot"
    page.get_by_label("Operator's password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/log")
    yield page
    context.close()
    assert complaints == []  # nothing that the Content-Security-Policy refused, no missing file


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_operator_reads_the_log_and_opens_a_job(page: Page) -> None:
    assert page.locator("tbody tr").count() == 5
    load = "Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode() }))"
    page.evaluate(load)  # fails for a picture that is missing or broken
    box = page.locator("tbody img").first.bounding_box()
    assert box
    assert 150 <= box["width"] <= 170
    shoot(page, "log")
    page.get_by_role("link", name="#5", exact=True).click()
    page.wait_for_url("**/log/5")
    assert "The photographer on the lawn, 1905" in page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_role("rowheader").all_inner_texts()[:3] == ["locate", "fetch", "judge"]
    shoot(page, "job")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    page.goto("/log/5")
    assert "/login?next=" in page.url


def test_the_first_key_reaches_the_skip_link(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1130])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/log", "/log/1", "/log/4", "/log/5", "/about"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        shoot(page, f"{path.strip('/').replace('/', '-')}-{width}")


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
    page.goto("/log/5")
    shoot(page, "job-dark")
