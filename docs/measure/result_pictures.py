"""Takes the pictures of the result page in headless Chromium: on a desk, in the dark, and on a phone.

Usage: python -m docs.measure.result_pictures [FOLDER]     (docs/ by default; needs Debian's chromium)

The page is that of the one answer on a small sandbox, as a reader of the thread opens it.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bot import logs
from bot.demo.session import open_demo
from docs.measure.film_strip import TO_THE_LEFT, small_world
from docs.measure.fresh import note
from docs.measure.screenshots import ARGUMENTS, CHROMIUM, DESK, PHONE

SCREENS = (("", DESK, "light"), ("-dark", DESK, "dark"), ("-phone", PHONE, "light"))


def main(folder: Path) -> None:
    """Write result-page*.jpg."""
    logs.configure(level="WARNING")
    world, post = small_world()
    with tempfile.TemporaryDirectory() as data, open_demo(world, Path(data) / "demo") as demo:
        demo.bot.drain()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page()
            page.goto(f"{demo.reddit_url}/comments/{post.id}")
            address = page.get_by_role("link", name="look closer").get_attribute("href") or ""
            page.close()
            for suffix, size, scheme in SCREENS:
                _result_page(browser, address, size, scheme, folder / f"result-page{suffix}.jpg")
            browser.close()


def _result_page(browser: Browser, address: str, size: dict[str, int], scheme: str, path: Path) -> None:
    page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type] # literals of typed values
    page.goto(address)
    page.evaluate("Promise.all([...document.images].map(one => { one.loading = 'eager'; return one.decode() }))")
    page.evaluate(TO_THE_LEFT)
    _save(page, path)
    page.close()


def _save(page: Page, path: Path) -> None:
    page.screenshot(path=path.with_suffix(".png"))
    with Image.open(path.with_suffix(".png")) as picture:
        picture.convert("RGB").save(path, quality=82, optimize=True, progressive=True)
    path.with_suffix(".png").unlink()
    note(path)
    print(f"wrote {path}, {path.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a program's output


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
