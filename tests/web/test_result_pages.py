"""The page of a result, as somebody opens it who has the link from a reply."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Page, expect
from skimage import data as samples
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal
from bot.domain.links import Link, Links
from bot.hosting.folder import FolderHost
from bot.hosting.host import Picture
from bot.pipeline.pictures import view
from bot.serving import BackgroundServer
from bot.store.files import JobFiles
from bot.store.removals import want_removal
from bot.store.tables import Hosted, Job
from bot.store.views import Size, Views
from bot.web.app import create_app
from bot.web.installation import ResultSettings
from tests.patience import PATIENCE
from tests.web.made_jobs import HOSTILE, answer, jpeg, receive


@pytest.fixture
def views(tmp_path: Path) -> Views:
    return Views(tmp_path / "views")


@pytest.fixture
def address(engine: Engine, files: JobFiles, hosted: FolderHost, views: Views, password: str) -> Iterator[str]:
    """The web process with result pages, at the address that its links name."""

    def make(url: str) -> FastAPI:
        hosted.public_url = url
        links = Links("a key", url, lasts=timedelta(days=30))
        app = create_app(
            engine=engine,
            files=files,
            hosted=hosted,
            bot_name="ColorizeBot",
            secure_cookies=False,
            reddit_url="https://www.reddit.com",
            results=ResultSettings(links, views),
        )
        app.state.links = links
        return app

    with BackgroundServer(make) as server:
        yield server.url


@pytest.fixture
def shown(engine: Engine, hosted: FolderHost, views: Views, address: str) -> SimpleNamespace:
    """An answered job with its pictures; where its page is."""
    job = answer(engine, receive(engine, 7, title=HOSTILE))
    wide = samples.coffee()
    links = Links("a key", address, lasts=timedelta(days=30))
    with Session(engine) as session, session.begin():
        for row in session.query(Hosted):
            row.url = hosted.upload(Picture(row.key, jpeg("peru", (800, 600)), "", nsfw=False)).url
            colour = row.key.startswith("result")
            pixels = wide if colour else wide.mean(axis=2, keepdims=True).repeat(3, 2).astype("uint8")
            for size in Size:
                views.write(row.key, size, view(pixels, size))
    token = links.token(Link(job.id, 1))
    names = {"before": f"side-by-side-{job.id}-1", "after": f"result-{job.id}-1"}
    return SimpleNamespace(job=job, url=links.page(job.id, 1), token=token, links=links, **names)


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        yield client


def test_the_page_shows_the_picture_says_whose_guess_it_is_and_leads_back(
    shown: SimpleNamespace, visitor: httpx.Client
) -> None:
    page = visitor.get(shown.url)
    assert page.status_code == 200
    assert "a machine's guess, not history" in page.text.replace("&#39;", "'")
    assert f'href="https://www.reddit.com{shown.job.reply_permalink}"' in page.text
    assert HOSTILE not in page.text
    assert "/log" not in page.text, "nothing of the operator's"
    assert f'<meta property="og:image" content="{shown.url}/{shown.after}.large.jpg">' in page.text
    assert visitor.head(shown.url).status_code == 200
    headers = page.headers
    assert headers["referrer-policy"] == "no-referrer"
    assert (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'" in headers["content-security-policy"]
    )


def test_its_pictures_are_progressive_and_one_is_small(
    engine: Engine, shown: SimpleNamespace, visitor: httpx.Client, views: Views
) -> None:
    for key in (shown.before, shown.after):
        for size in Size:
            got = visitor.get(f"{shown.url}/{key}.{size.label}.jpg")
            picture = Image.open(io.BytesIO(got.content))
            assert (picture.info["progressive"], picture.size) == (1, size.of(600, 400))
            assert got.headers["x-robots-tag"] == "noindex"
    other = answer(engine, receive(engine, 8))
    views.write(f"result-{other.id}-1", Size.LARGE, jpeg("red"))
    for name in (
        f"{shown.after}.huge",
        f"result-{other.id}-1.large",
        "..large",
        "%2e%2e%2fx.large",
        ".large",
        "a²b.large",
    ):
        assert visitor.get(f"{shown.url}/{name}.jpg").status_code == 404, name


def test_a_picture_of_an_nsfw_post_is_on_no_card(engine: Engine, shown: SimpleNamespace, visitor: httpx.Client) -> None:
    with engine.begin() as connection:
        connection.execute(update(Job).values(nsfw=True))
    assert "og:image" not in visitor.get(shown.url).text


def test_where_the_smaller_pictures_are_missing_the_page_shows_those_at_their_host(
    engine: Engine, shown: SimpleNamespace, visitor: httpx.Client, views: Views
) -> None:
    with engine.begin() as connection:
        connection.execute(update(Hosted).values(url="https://pictures.example/a.jpg"))
    for key in views.known():
        views.drop(key)
    page = visitor.get(shown.url)
    assert 'src="https://pictures.example/a.jpg"' in page.text
    assert "img-src 'self' https://pictures.example;" in page.headers["content-security-policy"]


def test_what_is_taken_away_is_gone_with_its_pictures(
    engine: Engine, shown: SimpleNamespace, visitor: httpx.Client
) -> None:
    assert visitor.get(f"{shown.url}/{shown.after}.small.jpg").status_code == 200
    want_removal(engine, shown.job.id, Removal.REQUESTED)
    page = visitor.get(shown.url)
    assert (page.status_code, "not there any more" in page.text) == (410, True)
    assert visitor.get(f"{shown.url}/{shown.after}.small.jpg").status_code == 410
    assert visitor.get(f"{shown.url}/{shown.before}.large.jpg").status_code == 410


def test_a_link_that_is_over_or_wrong_says_so(shown: SimpleNamespace, visitor: httpx.Client, address: str) -> None:
    wrong = visitor.get(shown.url[:-9])
    assert (wrong.status_code, "not complete" in wrong.text) == (404, True)
    assert visitor.get(shown.links.page(shown.job.id, 2)).status_code == 410
    assert visitor.get(shown.links.page(99999, 1)).status_code == 410
    for path in ("/photo/", "/photo/%2e%2e%2flog", f"/photo/{shown.token}/../../log", f"/photo/{shown.token}%00"):
        assert visitor.get(path).status_code in {303, 404}, path


def test_a_link_opens_no_page_of_the_operator(shown: SimpleNamespace, visitor: httpx.Client) -> None:
    for path in (shown.url, "/about"):
        assert 'href="/log' not in visitor.get(path).text
    for path in ("/log", f"/log/{shown.job.id}", "/status", f"/log/{shown.job.id}/before-1.jpg", "/settings"):
        assert visitor.get(path).headers["location"].startswith("/login"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everybody(shown: SimpleNamespace, open_page: Callable[..., Page], scheme: Any) -> None:
    page = open_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(shown.url)
    expect(page.get_by_role("slider")).to_be_attached()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_the_slider_moves_by_key_and_by_touch(shown: SimpleNamespace, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(shown.url)
    slider, pair = page.get_by_role("slider"), page.locator("[data-compare]")
    expect(slider).to_have_value("50")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(pair).to_have_attribute("style", "--at: 51%;")
    expect(slider).to_have_attribute("aria-valuetext", "49 percent in colour")
    box = pair.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.1, box["y"] + 20)
    page.wait_for_function("Number(document.querySelector('input[type=range]').value) < 20")


def test_without_a_script_both_pictures_stand_side_by_side(
    shown: SimpleNamespace, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(shown.url)
    before, after = (page.get_by_alt_text(name).bounding_box() for name in ("as it was posted", "in colour"))
    assert before
    assert after
    assert (before["y"], before["x"] + before["width"] <= after["x"]) == (after["y"], True)
