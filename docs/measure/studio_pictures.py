"""Takes the pictures of docs/studio.md: the studio on a desk, in the dark, on a phone, with three corrected points; and
for a film, whose cup gets another colour.

Usage: python -m docs.measure.studio_pictures     (needs Debian's chromium)

The photo is a public one (scikit-image's astronaut, NASA); the colours of the three points are what she wore. The film
is made of it and of two others of scikit-image's, by a camera that moves over them.
"""

import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from skimage import data as samples

import colorizer
from bot.serving import BackgroundServer
from colorizer.studio.local import film_app, studio_app
from docs.measure.films import moved, write
from docs.measure.fresh import note
from docs.measure.screenshots import ARGUMENTS, CHROMIUM

DOCS = Path(__file__).parents[1]
POINTS = ((30, 65, "#d8692a"), (8, 12, "#3a4a8a"), (88, 30, "#7a8a9a"))
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("studio.jpg", {"viewport": {"width": 1280, "height": 860}}),
    ("studio-dark.jpg", {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"}),
    ("studio-phone.jpg", {"viewport": {"width": 390, "height": 844}, "has_touch": True}),
)
FILM_LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("studio-film.jpg", {"viewport": {"width": 1280, "height": 960}}),
    ("studio-film-phone.jpg", {"viewport": {"width": 390, "height": 1180}, "has_touch": True, "color_scheme": "dark"}),
)
CUP = (50, 50, "#b03020")


def main() -> None:
    """Write the pictures."""
    model = colorizer.load(device="cpu")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        photo = Path(folder) / "portrait.png"
        Image.fromarray(samples.astronaut()).convert("L").save(photo)
        app, address = studio_app(model, photo)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with BackgroundServer(lambda _: app) as server:
            for name, options in LOOKS:
                page = browser.new_page(**options)
                page.goto(server.url + address)
                _correct(page)
                if "phone" in name:
                    page.get_by_role("heading", name="Point 3").scroll_into_view_if_needed()
                _save(page, DOCS / name)
                page.close()
        clip = Path(folder) / "attic.mkv"
        shots = [moved(photo, 40, (640, 480), i) for i, photo in enumerate(photographs())]
        write(clip, [view for shot in shots for view in shot])
        app, address = film_app(model, clip)
        with BackgroundServer(lambda _: app) as server:
            for name, options in FILM_LOOKS:
                page = browser.new_page(**options)
                page.goto(server.url + address)
                _correct_film(page)
                _save(page, DOCS / name)
                page.close()
        browser.close()


def photographs() -> tuple[Any, ...]:
    """A shot of the film is made of each."""
    return samples.astronaut(), samples.coffee(), samples.chelsea()


def _correct_film(page: Page) -> None:
    page.wait_for_selector(".neighbours[data-state=shown]")
    for key in ("PageDown", "PageDown", "PageUp"):  # each shot is looked at once, so that its key frame is known
        page.keyboard.press(key)
        page.wait_for_selector("body[data-state=shown]")
    page.locator("#film input").fill("52")
    page.wait_for_selector("body[data-state=shown]")
    _give(page, *CUP)
    page.wait_for_selector("body[data-state=shown]")
    page.wait_for_selector(".neighbours[data-state=shown]")
    page.get_by_text("Any other colour").click()
    page.evaluate("scrollTo(0, 0)")


def _correct(page: Page) -> None:
    page.wait_for_selector("body[data-state=shown]")
    for point in POINTS:
        _give(page, *point)
        page.wait_for_selector("body[data-state=shown]")
    page.get_by_text("Any other colour").click()
    page.evaluate("scrollTo(0, 0)")


def _give(page: Page, x: float, y: float, colour: str) -> None:
    page.evaluate("scrollTo(0, 0)")
    box: Any = page.locator("#points").bounding_box()
    page.mouse.click(box["x"] + x / 100 * box["width"], box["y"] + y / 100 * box["height"])
    page.locator(".suggestions input").first.wait_for()
    if not page.get_by_label("Name").is_visible():
        page.get_by_text("Any other colour").click()
    page.get_by_label("Name").fill(colour)
    page.get_by_role("button", name="Use").click()


def _save(page: Page, path: Path) -> None:
    # JPEG: with 256 colours, as other pictures have, the swatches would be of another colour than their names.
    page.screenshot(path=path, type="jpeg", quality=88)
    note(path)
    print(f"wrote {path}, {path.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a program's output


if __name__ == "__main__":
    main()
