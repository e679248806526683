"""Takes the pictures of README and docs in headless Chromium: from a running demo, and pages of an invented month.

Usage: python -m docs.measure.screenshots [FOLDER]     (docs/ by default; needs Debian's chromium)

Each page of the reply log is taken on a desk, in the dark, and on a phone. Pictures have 256 colours, to be small.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bot import logs
from bot.demo.posts import BOT, demo_world
from bot.demo.session import Demo, open_demo
from bot.domain.health import POLLER, WORKER
from bot.domain.reddit_types import Source, Summons
from bot.domain.silence import Reason
from bot.sandbox.world import World
from bot.serving import BackgroundServer
from bot.store import jobs, outages, silences, subreddits
from bot.store.actions import Action
from bot.store.audit import Actor
from bot.store.database import Engine, migrate, open_database
from bot.store.deeds import act_on
from bot.store.files import JobFiles
from bot.store.heartbeats import WORKER_SECONDS, Heart
from bot.store.jobs import now
from bot.store.reply_log import latest_jobs
from bot.store.tables import Step
from bot.web.app import create_app
from bot.web.installation import Installation
from bot.web.login import ensure_password
from docs.measure.fresh import PROGRAMS, note
from docs.measure.log_queries import fill

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

DESK, PHONE = {"width": 1200, "height": 800}, {"width": 360, "height": 780}


def main(folder: Path) -> None:
    """Thread page; what a moderator sees; the pages of the reply log."""
    logs.configure(level="WARNING")
    world = demo_world()
    with tempfile.TemporaryDirectory() as data, open_demo(world, Path(data) / "demo") as demo:
        demo.bot.drain()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _moderator(browser, demo, world, folder)
            _demo(browser, demo, folder)
            _month(browser, Path(data), folder)
            browser.close()


def _demo(browser: Browser, demo: Demo, folder: Path) -> None:
    portrait = next(job for job in latest_jobs(demo.bot.engine) if job.title == "Portrait, scanned in grey")
    page = browser.new_page(viewport={"width": 900, "height": 1395}, color_scheme="light")
    page.goto(f"{demo.reddit_url}{portrait.reply_permalink}")
    _save(page, folder / "thread.png")
    answered = next(job for job in latest_jobs(demo.bot.engine) if job.outcome == "colorized")
    _beat(demo.bot.engine)
    _log_in(page, demo.web_url, demo.password)
    _three(page, f"{demo.web_url}/log", folder / "reply-log.png")
    _three(page, f"{demo.web_url}/log/{answered.id}", folder / "reply-log-job.png")
    page.close()


def _moderator(browser: Browser, demo: Demo, world: World, folder: Path) -> None:
    """The settings page of a subreddit, and the page on which the bot says what is in force."""
    place = "LocalHistory"
    world.add_subreddit(place)
    world.add_moderator(place, "ruth")
    world.write_wiki(place, BOT.lower(), PAGE_OF_A_SUBREDDIT, "ruth")
    world.invite_moderator(place, BOT)
    demo.bot.drain()
    demo.bot.run_periodic_tasks()
    page = browser.new_page(viewport={"width": 900, "height": 800}, color_scheme="light")
    page.goto(demo.reddit_url)
    page.select_option("select[name=name]", "ruth")
    page.get_by_role("button", name="Be this person").click()
    page.goto(f"{demo.reddit_url}/r/{place}/wiki/{BOT.lower()}/status")
    page.set_viewport_size({"width": 900, "height": page.evaluate("document.documentElement.scrollHeight")})
    _save(page, folder / "moderators-status.png")
    page.close()


PAGE_OF_A_SUBREDDIT = """mode: auto
flair_allow: [Old photo, Family]
ignored_authors: [AutoModerator]
sticky: yes
reply: message
quiet_hours: 22-6
"""


def _month(browser: Browser, data: Path, folder: Path) -> None:
    engine = open_database(f"sqlite:///{data / 'month.sqlite'}")
    migrate(engine)
    fill(engine, 6000, end=now() - timedelta(hours=8), days=30)
    _invent(engine)
    app = create_app(
        engine=engine,
        files=JobFiles(data / "jobs"),
        hosted=None,
        bot_name="ColorizeBot",
        secure_cookies=False,
        installation=Installation(data),
    )
    password = ensure_password(engine) or ""
    with BackgroundServer(lambda _: app) as server:
        page = browser.new_page()
        _log_in(page, server.url, password)
        for name in ("status", "charts?span=30d", "people"):
            _three(page, f"{server.url}/{name}", folder / f"reply-log-{name.partition('?')[0]}.png")
        page.close()
    engine.dispose()


def _invent(engine: Engine) -> None:
    """Processes, a busy worker, jobs that wait, an outage, people who are not answered, and who blocked them."""
    _beat(engine)
    for number in range(4):
        jobs.receive(
            engine,
            [
                Summons(
                    f"t1_wait{number}",
                    source=Source.MENTION,
                    subreddit="OldPhotos",
                    author="ida",
                    post=f"t3_w{number}",
                    body="u/ColorizeBot please",
                    title="The bridge, 1920",
                    permalink=f"/r/OldPhotos/comments/w{number}/_/",
                    created=now(),
                )
            ],
        )
    held, late = jobs.claim(engine, "gpu-1"), jobs.claim(engine, "gpu-2")
    assert held
    assert late
    step = Step(job_id=late.id, stage=late.stage, started_at=now(), seconds=3.0, result="later", detail="")
    jobs.postpone(engine, late, step, timedelta(minutes=4), "503 from i.redd.it")
    Heart(engine, "gpu-1").beat(WORKER, held.id)
    outages.begin(engine, "nothing polls Reddit: 12 min have passed since its last success", now() - timedelta(days=3))
    outages.end(engine)
    for name, reason in (("walter", Reason.ASKED), ("spam_by_night", Reason.OPERATOR), ("lena", Reason.ASKED)):
        silences.silence(engine, silences.USER, name, reason)
    subreddits.join(engine, "OldPhotos")
    act_on(engine, Actor("ruth", "198.51.100.7"), Action.BLOCK, [6000])


def _beat(engine: Engine) -> None:
    for name, roles in (("home", (POLLER, WORKER)), ("gpu-1", (WORKER,))):
        heart = Heart(engine, name)
        for role in roles:
            heart.start(role, 30 if role == POLLER else WORKER_SECONDS)
            heart.beat(role)


def _three(page: Page, address: str, path: Path) -> None:
    """On a desk, in the dark, on a phone."""
    for suffix, size, scheme in (("", DESK, "light"), ("-dark", DESK, "dark"), ("-phone", PHONE, "light")):
        page.set_viewport_size(size)  # type: ignore[arg-type] # a TypedDict, as every literal of it is
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address)
        _save(page, path.with_stem(path.stem + suffix))


def _log_in(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/log")
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/log")


def _save(page: Page, path: Path) -> None:
    # Not "networkidle": the log's stream never ends.
    page.evaluate("Promise.all([...document.images].map(one => { one.loading = 'eager'; return one.decode() }))")
    page.screenshot(path=path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(256)
    few.save(path, optimize=True)
    if path.name in PROGRAMS:
        note(path)
    print(f"wrote {path}, {path.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a program's output


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
