"""Takes the film strip of docs/studio.md in headless Chromium: one correction, from a reply to the edited reply.

Usage: python -m docs.measure.film_strip [FOLDER]     (docs/ by default; needs Debian's chromium)

Walked on a sandbox, as the person walks it who asked for the picture; tests/test_whole_way.py walks the same way.
"""

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect, sync_playwright
from skimage import data as samples

from bot import logs
from bot.demo.posts import BOT, OWN, PASSWORD, SCANNED, SUMMONED
from bot.demo.session import Demo, open_demo
from bot.sandbox.records import Post
from bot.sandbox.world import World
from docs.measure.fresh import note
from docs.measure.screenshots import ARGUMENTS, CHROMIUM

PERSON, PLACE = "ida", (30, 62)
"""Who asked, and where the colour is wrong: per cent from the left and from the top."""

SIZE, ACROSS = (1060, 860), 3
"""A window, and how many pictures stand in a row of the strip."""

TO_THE_LEFT = """for (const slider of document.querySelectorAll('[data-compare] input')) {
  slider.value = 22; slider.dispatchEvent(new Event('input'));
}"""
"""Most of the picture in colour."""

Look = Callable[[str], None]
"""Called at each station, with what somebody sees there."""


def small_world() -> tuple[World, Post]:
    """A sandbox with one grey photo under which somebody called the bot."""
    world = World()
    world.add_user(BOT, PASSWORD)
    for name in (SCANNED, SUMMONED, OWN):
        world.add_subreddit(name)
    buffer = io.BytesIO()
    Image.fromarray(samples.astronaut()).convert("L").save(buffer, "JPEG", quality=92)
    post = world.post_image(SUMMONED, "henry", "My aunt, who flew", buffer.getvalue(), "image/jpeg")
    world.comment(post.fullname, PERSON, f"u/{BOT} please")
    return world, post


def walk(page: Page, demo: Demo, post: Post, look: Look = lambda _: None) -> None:
    """From the reply to the edited reply. Needs a bot that has answered."""
    thread = f"{demo.reddit_url}/comments/{post.id}"
    page.goto(thread)
    page.get_by_label("You are").select_option(PERSON)
    page.get_by_role("button", name="Be this person").click()
    expect(page.get_by_role("link", name="inbox")).to_be_visible()
    page.get_by_role("link", name="look closer").evaluate("link => link.scrollIntoView({block: 'center'})")
    look("The bot's reply")

    page.get_by_role("link", name="look closer").click()
    page.wait_for_url("**/photo/*")
    expect(page.get_by_role("slider")).to_be_attached()
    look("The result page, for everybody")

    page.get_by_role("link", name="a link of your own").click()
    page.wait_for_url("**/message/compose*")
    page.get_by_role("button", name="Send the message").click()
    page.wait_for_url("**/_sandbox/inbox")
    demo.bot.drain()
    page.reload()
    expect(page.get_by_role("link", name="the studio")).to_be_visible()
    look("A link of one's own, by private message")

    page.get_by_role("link", name="the studio").click()
    page.wait_for_url("**/studio/")
    expect(page.locator("body[data-state=shown]")).to_be_attached()
    box = page.locator("#points").bounding_box()
    assert box
    page.mouse.click(box["x"] + PLACE[0] / 100 * box["width"], box["y"] + PLACE[1] / 100 * box["height"])
    page.get_by_text("Any other colour").click()
    page.get_by_label("Name", exact=True).fill("teal")
    page.get_by_role("button", name="Use", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    expect(page.locator("body[data-state=shown]")).to_be_attached()
    look("One point, one colour")

    page.get_by_role("button", name="Publish in the reply").click()
    page.get_by_role("link", name="Look at it").click()
    page.wait_for_url("**/photo/*")
    demo.bot.drain()
    expect(page.get_by_role("heading", name="A photograph in colour")).to_be_visible()
    look("What was published")

    page.get_by_role("link", name="Back to the thread").click()
    page.wait_for_url(f"{demo.reddit_url}/**")
    expect(page.get_by_text("corrected by hand")).to_be_visible()
    page.get_by_role("link", name="look closer").evaluate("link => link.scrollIntoView({block: 'center'})")
    look("The same reply, edited")


def main(folder: Path) -> None:
    """Write correction.jpg."""
    logs.configure(level="WARNING")
    world, post = small_world()
    taken: list[tuple[str, Image.Image]] = []
    with tempfile.TemporaryDirectory() as data, open_demo(world, Path(data) / "demo") as demo:
        demo.bot.drain()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")

            def look(words: str) -> None:
                page.evaluate("Promise.all([...document.images].map(one => one.decode()))")
                page.evaluate(TO_THE_LEFT)
                taken.append((words, Image.open(io.BytesIO(page.screenshot()))))

            walk(page, demo, post, look)
            browser.close()
    path = folder / "correction.jpg"
    strip(taken).save(path, quality=82, optimize=True, progressive=True)
    note(path)
    print(f"wrote {path}, {path.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a program's output


def strip(taken: list[tuple[str, Image.Image]], width: int = 560) -> Image.Image:
    """The pictures in rows, each numbered and with its words above."""
    height, head, gap = round(width * SIZE[1] / SIZE[0]), 40, 16
    rows = -(-len(taken) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * (width + gap) - gap, rows * (height + head + gap) - gap), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(22)
    for at, (words, picture) in enumerate(taken):
        left, top = at % ACROSS * (width + gap), at // ACROSS * (height + head + gap)
        draw.text((left + 4, top + head / 2), f"{at + 1}  {words}", "#222222", font, anchor="lm")
        sheet.paste(picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (left, top + head))
        draw.rectangle([left, top + head, left + width - 1, top + head + height - 1], outline="#cccccc")
    return sheet


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
