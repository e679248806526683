"""Takes the README's pictures from a running demo in headless Chromium.

Usage: python -m tests.measure.screenshots [FOLDER]     (docs/ by default; needs Debian's chromium)
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bot import logs
from bot.demo.posts import demo_world
from bot.demo.session import open_demo
from bot.store.reply_log import latest_jobs

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main(folder: Path) -> None:
    """Thread page and reply log, light, at 1100 pixels."""
    logs.configure(level="WARNING")
    with tempfile.TemporaryDirectory() as data, open_demo(demo_world(), Path(data) / "demo") as demo:
        demo.bot.drain()
        portrait = next(job for job in latest_jobs(demo.bot.engine) if job.title == "Portrait, scanned in grey")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 900, "height": 1395}, color_scheme="light")
            page.goto(f"{demo.reddit_url}{portrait.reply_permalink}")
            _save(page, folder / "thread.png")
            page.goto(f"{demo.web_url}/log")
            page.fill("input[type=password]", demo.password)
            page.keyboard.press("Enter")
            page.wait_for_url("**/log")
            page.set_viewport_size({"width": 1200, "height": 900})
            _save(page, folder / "reply-log.png")
            browser.close()


def _save(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    print(f"wrote {path}")  # noqa: T201 - a program's output


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
