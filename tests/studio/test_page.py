"""The studio in a real browser: by pointer, by finger and by keyboard, and the same pixels as the library's."""

import base64
import io
import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

import colorizer
from colorizer.upsample import join
from tests.patience import wait_until

READ = """async (what) => {
  const canvas = document.createElement('canvas'), photo = new Image();
  if (what === 'photo') { photo.src = 'photo.jpg'; await photo.decode(); }
  const source = what === 'photo' ? photo : document.querySelector('#canvas');
  canvas.width = source.naturalWidth ?? source.width; canvas.height = source.naturalHeight ?? source.height;
  canvas.getContext('2d').drawImage(source, 0, 0);
  return canvas.toDataURL('image/png');
}"""


def pixels(page, what="canvas"):
    """What the canvas shows, or the photo as the browser decodes it, (height, width, 3)."""
    data = base64.b64decode(page.evaluate(READ, what).partition(",")[2])
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def settled(page):
    """Wait until the picture shows what was asked for."""
    expect(page.locator("body[data-state=shown]")).to_be_attached()
    return page


def click(page, x, y):
    box = page.locator("#points").bounding_box()
    page.mouse.click(box["x"] + x / 100 * box["width"], box["y"] + y / 100 * box["height"])


def centre(page, number=0):
    """Of a point, in per cent of the picture."""
    box, point = page.locator("#points").bounding_box(), page.locator(".point").nth(number).bounding_box()
    return tuple(
        round(100 * (point[side] + point[size] / 2 - box[side]) / box[size], 1)
        for side, size in (("x", "width"), ("y", "height"))
    )


@pytest.fixture
def page(studio, open_page):
    page = open_page(viewport={"width": 1280, "height": 860})
    page.goto(studio)
    return settled(page)


def test_a_point_changes_the_picture_and_can_be_taken_back(page):
    before = pixels(page)
    click(page, 35, 75)
    expect(page.get_by_role("heading", name="Point 1: choose a colour")).to_be_visible()
    radios = page.locator(".suggestions input")
    expect(radios).to_have_count(5)
    radios.nth(2).check()
    settled(page)
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^Point 1 is .+ now\.$"))
    after = pixels(page)
    assert np.abs(after - before)[190:200, 100:110].mean() > 3  # around the point
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".point")).to_have_count(0)
    assert np.array_equal(pixels(settled(page)), before)
    page.keyboard.press("Control+y")
    expect(page.locator(".point")).to_have_count(1)
    assert np.array_equal(pixels(settled(page)), after)
    page.get_by_role("button", name="Start again").click()
    assert np.array_equal(pixels(settled(page)), before)
    page.locator("#split").fill("100")
    assert np.abs(pixels(page) - pixels(page, "photo")).max() <= 1


@pytest.mark.parametrize(("plain", "within"), [("", 1.0), ("?plain", 2.0)])
def test_the_page_joins_colours_and_photo_as_the_library_does(studio, model, jpeg, open_page, plain, within):
    page = open_page(viewport={"width": 1280, "height": 860})
    page.goto(studio + plain)
    settled(page)
    assert page.locator("#canvas").get_attribute("data-painter") == ("Canvas2D" if plain else "WebGL")
    click(page, 35, 75)
    page.get_by_text("Any other colour").click()
    expect(page.locator(".plane")).to_be_visible()
    drawn = "plane => plane.getContext('2d').getImageData(50, 50, 1, 1).data[3] === 255"
    wait_until(lambda: page.locator(".plane").evaluate(drawn))
    page.get_by_label("Name").fill("navy")
    page.get_by_role("button", name="Use").click()
    expect(page.get_by_role("heading", name="Point 1: dark blue")).to_be_visible()
    settled(page)
    place = [float(page.locator(".point").evaluate(f"e => parseFloat(e.style.{side})")) for side in ("left", "top")]
    encoded = model.encode(jpeg)
    [found] = model.colours(encoded, [colorizer.Hint(place[0] * 3, place[1] * 2.6, "navy")])
    photo = pixels(page, "photo").astype(np.uint8)
    expected = join(photo, found.ab, guide=encoded.L, detail=found.certain)
    apart = np.abs(pixels(page) - expected)
    assert np.quantile(apart, 0.999) <= within
    # Where sRGB cannot show a colour, both look for the most chroma that it can, and may stop a 128th apart.
    assert apart.max() <= 5


def test_the_picture_comes_back_after_the_graphics_memory_was_lost(page):
    before = pixels(page)
    page.evaluate(
        """async () => {
          const canvas = document.querySelector('#canvas'), gl = canvas.getContext('webgl2');
          const memory = gl.getExtension('WEBGL_lose_context');
          const happened = (name) =>
            new Promise((done) => canvas.addEventListener(name, () => setTimeout(done), { once: true }));
          const lost = happened('webglcontextlost');
          memory.loseContext();
          await lost;
          const restored = happened('webglcontextrestored');
          memory.restoreContext();
          await restored;
        }"""
    )
    assert np.array_equal(pixels(page), before)


def test_by_keyboard_alone(page):
    page.keyboard.press("n")
    expect(page.locator(".suggestions input").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status")).to_contain_text("Point 1 is")
    page.keyboard.press("Escape")
    expect(page.locator(".point")).to_be_focused()
    for key in ("ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert centre(page) == (round(50 + 100 / 300, 1), round(50 + 1000 / 260, 1))
    row = page.get_by_role("row", name=re.compile("^1 "))
    expect(row).to_contain_text("50 %, 54 %")
    page.keyboard.press("Delete")
    expect(page.locator(".point")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("Point 1 is gone.")


def test_points_stay_on_their_place_when_the_window_changes(page):
    click(page, 20, 30)
    page.locator(".suggestions input").first.check()
    settled(page)
    top = page.locator("#stage").bounding_box()["y"]
    assert centre(page) == pytest.approx((20, 30), abs=0.3)
    for size in ((900, 700), (390, 844), (1600, 500)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert centre(page) == pytest.approx((20, 30), abs=0.3)
    page.set_viewport_size({"width": 1280, "height": 860})
    assert page.locator("#stage").bounding_box()["y"] == top


def test_a_point_is_dragged_by_a_finger_on_a_phone(studio, open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(studio)
    settled(page)
    box = page.locator("#points").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".suggestions input").first.tap()
    settled(page)
    touch = page.context.new_cdp_session(page)
    point = page.locator(".point").bounding_box()
    x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
    for kind, dx in (("touchStart", 0), ("touchMove", 30), ("touchMove", 60), ("touchEnd", None)):
        points = [] if dx is None else [{"x": x + dx, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    settled(page)
    assert centre(page)[0] == pytest.approx(50 + 6000 / box["width"], abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.locator("button:visible, input:visible, summary:visible").evaluate_all(
        "all => all.map(e => [e.closest('label') ?? e, e]).map(([e, c]) => [c.outerHTML, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"
    )
    assert small == []


def test_only_in_a_box_and_only_inside_an_outline(page):
    before = pixels(page)
    click(page, 35, 75)
    page.locator(".suggestions input").nth(3).check()
    page.get_by_label("only in a box").check()
    frame = page.locator(".frame").bounding_box()
    corners = [page.locator(".corner").nth(i).bounding_box() for i in range(4)]
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in corners]
    ends = [
        (frame["x"] + i * frame["width"], frame["y"] + j * frame["height"]) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    assert np.abs(np.array(middles) - ends).max() < 4
    changed = np.abs(pixels(settled(page)) - before).sum(axis=2) > 0
    top, bottom, left, right = round(2.6 * 63), round(2.6 * 87), 3 * 23, 3 * 47
    assert changed[top:bottom, left:right].mean() > 0.5
    changed[top:bottom, left:right] = False
    assert not changed.any()
    page.get_by_role("button", name="Corner top left of the box").press("Shift+ArrowUp")
    assert page.locator(".frame").evaluate("e => e.style.top") == "58%"
    settled(page)
    page.get_by_label("only inside an outline").click()
    box = page.locator("#points").bounding_box()
    corners = [(25, 65), (45, 65), (45, 85), (25, 85), (25, 66)]
    at = [(box["x"] + x / 100 * box["width"], box["y"] + y / 100 * box["height"]) for x, y in corners]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    expect(page.get_by_label("only inside an outline")).to_be_checked()
    changed = np.abs(pixels(settled(page)) - before).sum(axis=2) > 0
    assert changed.any()
    assert not changed[:, : 3 * 24].any()
    assert not changed[: round(2.6 * 63)].any()
    expect(page.locator(".point")).to_have_count(1)  # drawing adds none


def test_the_picture_is_zoomed_and_moved_and_points_stay(page):
    click(page, 20, 30)
    page.locator(".suggestions input").first.check()
    settled(page)
    view = page.locator("#view").bounding_box()
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    assert centre(page) == pytest.approx((20, 30), abs=0.3)
    assert page.locator(".point").bounding_box()["width"] == pytest.approx(32, abs=8)
    before = page.locator("#points").bounding_box()
    assert before["width"] > 3 * view["width"]
    middle = view["x"] + view["width"] / 2, view["y"] + view["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 50, middle[1] + 30, steps=4)
    page.mouse.up()
    after = page.locator("#points").bounding_box()
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((50, 30), abs=1)
    expect(page.locator(".point")).to_have_count(1)  # moving adds none
    assert centre(page) == pytest.approx((20, 30), abs=0.3)
    page.get_by_role("button", name="Whole").click()
    assert page.locator("#points").bounding_box()["width"] == pytest.approx(view["width"], abs=1)


def test_the_whole_photo_look_palette_reference_and_other_guesses(page, tmp_path):
    seen = [pixels(page)]

    def another(what):
        now = pixels(settled(page))
        assert all(np.abs(now - one).mean() > 0.2 for one in seen), what
        seen.append(now)

    page.get_by_label("vivid").check()
    another("look")
    page.locator("input[type=range]").last.fill("150")
    another("saturation")
    page.get_by_role("button", name="Another guess").click()
    another("guess")
    page.get_by_role("button", name="Show four").click()
    thumbs = page.locator(".thumbs button")
    expect(thumbs).to_have_count(4)
    expect(thumbs.first).to_have_attribute("aria-pressed", "true")
    thumbs.nth(2).click()
    another("the third thumbnail")
    Image.new("RGB", (40, 40), "#2040a0").save(tmp_path / "blue.png")
    page.get_by_text("Palette", exact=True).click()
    page.locator("input[type=file]").set_input_files(tmp_path / "blue.png")
    expect(page.get_by_role("button", name=re.compile("Remove .*blue from the palette"))).to_have_count(1)
    another("a reference picture")
    (tmp_path / "words.png").write_text("no picture")
    page.locator("input[type=file]").set_input_files(tmp_path / "words.png")
    expect(page.get_by_role("status")).to_contain_text("words.png is no picture")


def test_the_picture_is_downloaded_and_saved_with_its_hints(page, model, photo, jpeg):
    click(page, 35, 75)
    page.locator(".suggestions input").nth(1).check()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "grandmother.coloured.jpg"
    page.get_by_role("button", name="Save beside the photo").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as grandmother.coloured.jpg")
    saved, hints = (photo.with_name(f"grandmother.{ending}") for ending in ("coloured.jpg", "colours.json"))
    assert saved.read_bytes() == download.value.path().read_bytes()
    assert b"compositeWithTrainedAlgorithmicMedia" in saved.read_bytes()
    [hint] = json.loads(hints.read_text())["hints"]
    expected = model.colorize(jpeg, [colorizer.Hint(hint["x"] * 3, hint["y"] * 2.6, hint["colour"])])
    with Image.open(saved) as image:
        assert np.abs(np.asarray(image).astype(int) - np.asarray(expected)).mean() < 1.5
    assert photo.read_bytes() == jpeg


def test_what_fails_is_said_and_nothing_is_lost(studio, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 860})  # a failure is a message in the console too
    page.goto(studio)
    settled(page)
    click(page, 35, 75)
    page.locator(".suggestions input").nth(1).check()
    shown = pixels(settled(page))
    page.route("**/paint", lambda route: route.fulfill(status=503, json={"error": "Too busy."}))
    with page.expect_response("**/paint"):
        page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("status")).to_have_text("Too busy.")
    expect(page.get_by_role("button", name="Download")).to_be_enabled()
    assert np.array_equal(pixels(page), shown)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(studio, open_page, scheme):
    page = open_page(viewport={"width": 1280, "height": 860}, color_scheme=scheme)
    page.goto(studio)
    settled(page)
    click(page, 35, 75)
    page.locator(".suggestions input").nth(1).check()
    settled(page)
    for words in ("Any other colour", "Palette"):
        page.get_by_text(words, exact=True).click()
    page.get_by_label("only in a box").check()
    page.get_by_role("button", name="Show four").click()
    expect(page.locator(".thumbs button")).to_have_count(4)
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
