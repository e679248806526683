"""The studio for a film in a real browser: shots, frames, points that spread, and the film that comes of it."""

import re
from dataclasses import replace

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect
from skimage import data as samples
from typer.testing import CliRunner

import colorizer
from bot.serving import BackgroundServer
from colorizer.cli import app
from colorizer.studio import film_place
from colorizer.studio.local import film_app, is_film
from tests import films
from tests.patience import wait_until
from tests.studio.test_page import click, pixels, settled


@pytest.fixture(scope="module")
def quick():
    """The packaged weights on small copies, which are quick."""
    model = colorizer.load(device="cpu")
    model.architecture = replace(model.architecture, side=64)
    return model


@pytest.fixture(scope="module")
def pictures():
    """Two shots, of 17 and of 12 frames."""
    return [*films.views(17), *films.views(12, picture=samples.chelsea())]


@pytest.fixture
def clip(pictures, tmp_path):
    """The film as a file alone in its folder."""
    folder = tmp_path / "attic"
    folder.mkdir()
    return films.film(folder / "wedding.mp4", pictures=pictures, sound="aac")


@pytest.fixture
def opened(quick, clip):
    """Address of the studio's page on the film."""
    application, path = film_app(quick, clip)
    with BackgroundServer(lambda _: application) as server:
        yield server.url + path


@pytest.fixture
def page(opened, open_page):
    page = open_page(viewport={"width": 1280, "height": 860})
    page.goto(opened)
    return seen(page)


def seen(page):
    """Wait until the frame and those around it show what was asked for."""
    settled(page)
    expect(page.locator(".neighbours[data-state=shown]")).to_be_attached()
    return page


def small(page, number):
    """A neighbour as it is shown, (height, width, 3)."""
    data = (
        page.locator(".neighbours img")
        .nth(number)
        .evaluate(
            """async (image) => {
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight), pen = canvas.getContext('2d');
          pen.drawImage(image, 0, 0);
          return [canvas.height, canvas.width, ...pen.getImageData(0, 0, canvas.width, canvas.height).data];
        }"""
        )
    )
    return np.array(data[2:]).reshape(*data[:2], 4)[..., :3]


def blue(rgb):
    return (rgb[..., 2] - (rgb[..., 0] + rgb[..., 1]) / 2).astype(float)


def give(page, colour, x=50, y=50):
    click(page, x, y)
    page.locator(".suggestions input").first.wait_for()
    if not page.get_by_label("Name").is_visible():
        page.get_by_text("Any other colour").click()
    page.get_by_label("Name").fill(colour)
    page.get_by_role("button", name="Use").click()
    seen(page)


def test_a_point_spreads_through_its_shot_and_is_saved_as_the_command_takes_it(page, clip, quick):
    when, shots = page.locator(".when"), page.locator(".shots button")
    expect(when).to_have_text("0:00.00 of 0:01.16 · frame 1 of 29 · shot 1 of 2")
    expect(shots).to_have_count(2)
    expect(shots.first).to_have_attribute("aria-label", re.compile(r"^Shot 1, 0:00\.00 to 0:00\.68, key frame at 0:0"))
    page.keyboard.press("PageDown")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(when).to_have_text("0:00.80 of 0:01.16 · frame 21 of 29 · shot 2 of 2")
    seen(page)
    before = pixels(page), [small(page, i) for i in range(5)]
    give(page, "blue")
    assert (blue(pixels(page)) - blue(before[0])).max() > 40
    for number, old in enumerate(before[1]):  # first, before, this frame, after, last
        assert (blue(small(page, number)) - blue(old)).max() > 25, number
    expect(shots.last).to_have_attribute("aria-label", re.compile("blue given$"))
    expect(page.locator(".marks .dot")).to_have_count(1)
    page.locator(".neighbours button").last.click()
    expect(when).to_have_text(re.compile("frame 29 of 29"))
    expect(page.locator(".point")).to_have_count(0)  # it lies on its own frame
    page.get_by_role("button", name="Change point 1").click()
    expect(when).to_have_text(re.compile("frame 21 of 29"))
    expect(page.locator(".point")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    assert np.array_equal(pixels(seen(page)), before[0])
    page.get_by_role("button", name="Redo").click()
    seen(page)
    page.get_by_role("button", name="Save the points").click()
    expect(page.get_by_role("status")).to_contain_text(
        "colorizer film wedding.mp4 wedding.coloured.mp4 --hints wedding.hints.txt --look natural"
    )
    listed = clip.with_name("wedding.hints.txt").read_text().splitlines()
    assert listed[1:] == ["0.8s:48,32=#0000ff"]
    page.get_by_role("button", name="Colour the film").click()
    expect(page.get_by_role("status")).to_contain_text("Wrote wedding.coloured.mp4: 29 frames")
    result = clip.with_name("wedding.coloured.mp4")
    assert films.sound(result) == films.sound(clip) != []
    [frame] = films.decoded(result)[20:21]
    apart = frame.to_ndarray(format="rgb24").astype(int) - pixels(page)
    assert np.abs(apart.reshape(8, 8, 12, 8, 3).mean(axis=(1, 3))).mean() < 4  # the page shows what the film became
    assert sorted(path.name for path in clip.parent.iterdir()) == [
        "wedding.coloured.mp4",
        "wedding.hints.txt",
        "wedding.mp4",
    ]
    application, path = film_app(quick, clip)  # the next time begins there, and writes nothing over
    with BackgroundServer(lambda _: application) as server:
        about = httpx.get(f"{server.url}{path}about", timeout=None).json()
    assert [(hint["frame"], hint["colour"]) for hint in about["start"]["hints"]] == [(20, "#0000ff")]
    assert about["result"] == "wedding.2.coloured.mp4"


def test_frames_by_keyboard_slider_and_strip_while_points_keep_their_keys(page):
    when = page.locator(".when")
    page.get_by_role("button", name=re.compile("^Shot 2,")).click()
    expect(when).to_have_text(re.compile("frame 18 of 29"))
    page.keyboard.press("PageUp")
    expect(when).to_have_text(re.compile("frame 1 of 29"))
    page.locator("#film input").fill("9")
    expect(when).to_have_text(re.compile("frame 10 of 29"))
    page.locator("#film input").press("ArrowLeft")
    page.keyboard.press("PageUp")
    expect(when).to_have_text(re.compile("frame 1 of 29"))
    seen(page)
    page.keyboard.press("n")
    expect(page.locator(".suggestions input").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(".point")).to_be_focused()
    left = page.locator(".point").evaluate("e => e.style.left")
    page.keyboard.press("ArrowRight")
    assert page.locator(".point").evaluate("e => e.style.left") != left
    expect(when).to_have_text(re.compile("frame 1 of 29"))
    page.get_by_label("vivid").check()
    seen(page)


def test_axe_finds_nothing_and_it_fits_a_phone_in_the_dark(opened, open_page):
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True)
    page.goto(opened + "?plain")
    seen(page)
    give(page, "navy")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    narrow = page.locator("button:visible, input:visible, summary:visible").evaluate_all(
        "all => all.map(e => [e.closest('label') ?? e, e]).map(([e, c]) => [c.outerHTML, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"
    )
    assert narrow == []
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()


def test_the_api_says_what_is_wrong(opened):
    with httpx.Client(base_url=opened, timeout=None) as client:

        def refused(answer, words):
            assert (answer.status_code, words in answer.json()["error"]) == (422, True), answer.text

        far = {"hints": [{"frame": 29, "x": 1, "y": 1, "colour": "navy"}]}
        for address in ("frames/0/colours", "save", "colour"):
            refused(client.post(address, json=far), "has frames 0 to 28, no frame 29")
        refused(client.get("frames/29/photo.jpg"), "no frame 29")
        refused(client.post("save", json={"hints": [{**far["hints"][0], "colour": "keep"}]}), "colour")
        place = opened.rstrip("/").rpartition("/")[0]
        assert "address that the command printed" in httpx.get(f"{place}/other/about", timeout=None).json()["error"]
        assert client.get("progress").json()["state"] == "idle"


def test_a_run_is_stopped_and_goes_on(quick, tmp_path):
    clip = films.film(tmp_path / "long.mp4", 260, size=(48, 32))
    application, path = film_app(quick, clip)
    with (
        BackgroundServer(lambda _: application) as server,
        httpx.Client(base_url=server.url + path, timeout=None) as client,
    ):
        assert client.post("colour", json={}).status_code == 200
        until(client, lambda now: now["stage"] == "colours" and now["done"] > 90)
        again = client.post("colour", json={})
        assert (again.status_code, "being coloured already" in again.json()["error"]) == (422, True)
        client.post("stop", json={})
        assert "the next start goes on" in until(client, lambda now: now["state"] != "running")["message"]
        assert (tmp_path / "long.coloured.mp4.partial" / "00000000.nut").exists()
        client.post("colour", json={})
        until(client, lambda now: now["state"] == "done")
        assert len(films.decoded(tmp_path / "long.coloured.mp4")) == 260


def until(client, reached):
    seen = []

    def asked():
        seen.append(client.get("progress").json())
        return reached(seen[-1])

    wait_until(asked)
    return seen[-1]


def damaged(path):
    whole = films.film(path.with_name("whole.mp4"), 30)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("a.m4a", films.voice, "holds sound alone, no pictures"),
        ("b.mp4", damaged, "its beginning or index is missing"),
        ("c.mp4", lambda path: path.write_text("no film"), "c.mp4 is no film"),
        ("h.xyz", lambda path: path.write_text("text"), "PNM. Films, clips and moving GIFs can be opened too."),
        ("d.mkv", lambda path: films.film(path, 9), "d.mkv has more than 8 frames"),
        ("e.mkv", lambda path: listed(path, "9s:5,5=navy"), "a hint at 9 s: the film ends after 0.2 s; mend the list"),
        ("f.mkv", lambda path: listed(path, "navy"), "f.hints.txt, line 1: 'navy' is no hint"),
        ("g.mkv", lambda path: listed(path, "0s:500,5=navy"), "lies outside the photo of 96 x 64"),
    ],
)
def test_what_cannot_be_opened_is_one_line(tmp_path, monkeypatch, name, make, words):
    monkeypatch.setattr(film_place, "MOST_FRAMES", 8)
    make(tmp_path / name)
    result = CliRunner().invoke(app, ["studio", str(tmp_path / name), "--no-browser"], env={"COLUMNS": "400"})
    assert (result.exit_code, words in result.output) == (2, True), result.output


def listed(path, line):
    films.film(path, 5)
    path.with_name(f"{path.stem}.hints.txt").write_text(f"{line}\n")


def test_a_film_is_told_from_a_photo_by_what_is_in_it(tmp_path, pictures):
    still = Image.fromarray(pictures[0])
    for name in ("a.jpg", "a.webp", "a.gif", "a.tiff"):
        still.save(tmp_path / name)
        assert not is_film(tmp_path / name), name
    for name in ("b.gif", "b.webp"):
        still.save(tmp_path / name, save_all=True, append_images=[Image.fromarray(pictures[-1])])
        assert is_film(tmp_path / name), name
    films.film(tmp_path / "c", 3, format="matroska")
    assert is_film(tmp_path / "c")
    (tmp_path / "d.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:300])
    (tmp_path / "e").write_bytes(bytes(1000))
    assert not is_film(tmp_path / "d.jpg")
    assert not is_film(tmp_path / "e")
