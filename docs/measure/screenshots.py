"""Takes the pictures of README and docs in headless Chromium: from a running demo, and charts of an invented month.

Usage: python -m docs.measure.screenshots [FOLDER]     (docs/ by default; needs Debian's chromium)
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bot import logs
from bot.demo.posts import demo_world
from bot.demo.session import Demo, open_demo
from bot.serving import BackgroundServer
from bot.store.database import migrate, open_database
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.reply_log import latest_jobs
from bot.web.app import create_app
from bot.web.login import ensure_password
from docs.measure.log_queries import fill

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main(folder: Path) -> None:
    """Thread page; reply log, one job, charts in the dark; the log on a phone."""
    logs.configure(level="WARNING")
    with tempfile.TemporaryDirectory() as data, open_demo(demo_world(), Path(data) / "demo") as demo:
        demo.bot.drain()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _demo(browser, demo, folder)
            _charts(browser, Path(data), folder)
            browser.close()


def _demo(browser: Browser, demo: Demo, folder: Path) -> None:
    portrait = next(job for job in latest_jobs(demo.bot.engine) if job.title == "Portrait, scanned in grey")
    page = browser.new_page(viewport={"width": 900, "height": 1395}, color_scheme="light")
    page.goto(f"{demo.reddit_url}{portrait.reply_permalink}")
    _save(page, folder / "thread.png")
    _log_in(page, demo.web_url, demo.password)
    page.set_viewport_size({"width": 1200, "height": 900})
    _save(page, folder / "reply-log.png")
    answered = next(job for job in latest_jobs(demo.bot.engine) if job.outcome == "colorized")
    page.goto(f"{demo.web_url}/log/{answered.id}")
    _save(page, folder / "reply-log-job.png", whole=True)
    page.goto(f"{demo.web_url}/log?before={answered.id + 1}")
    page.set_viewport_size({"width": 360, "height": 780})
    _save(page, folder / "reply-log-phone.png")


def _charts(browser: Browser, data: Path, folder: Path) -> None:
    engine = open_database(f"sqlite:///{data / 'charts.sqlite'}")
    migrate(engine)
    fill(engine, 6000, end=now(), days=30)
    app = create_app(
        engine=engine, files=JobFiles(data / "jobs"), hosted=None, bot_name="ColorizeBot", secure_cookies=False
    )
    password = ensure_password(engine) or ""
    with BackgroundServer(lambda _: app) as server:
        page = browser.new_page(viewport={"width": 1200, "height": 1140}, color_scheme="dark")
        _log_in(page, server.url, password)
        page.goto(f"{server.url}/charts?span=30d")
        _save(page, folder / "reply-log-charts.png")
        page.close()
    engine.dispose()


def _log_in(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/log")
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/log")


def _save(page: Page, path: Path, *, whole: bool = False) -> None:
    # Not "networkidle": the log's stream never ends.
    page.evaluate("Promise.all([...document.images].map(one => { one.loading = 'eager'; return one.decode() }))")
    page.screenshot(path=path, full_page=whole)
    print(f"wrote {path}")  # noqa: T201 - a program's output


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
