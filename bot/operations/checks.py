"""The doctor's checks in their order, and those that ask other computers; `machine_checks.py` has the rest.

Each works on its own, from the settings and from what it opens itself.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import requests
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.app.hosts import hosts_of
from bot.app.services import connect_reddit
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.hosting.folder import FolderHost
from bot.logs import Redactor
from bot.operations.doctor import SECONDS, Broken, Check
from bot.operations.machine_checks import (
    check_database,
    check_disk,
    check_files,
    check_films,
    check_model,
    check_picture_guard,
)
from bot.outgoing import session, why
from bot.periodic import killswitch
from bot.reddit import login
from bot.reddit.account import account, standing
from bot.reddit.client import Reddit
from bot.reddit.wiki import believed, read_page
from bot.serving import BackgroundServer
from bot.settings import Settings
from bot.store.jobs import now

MAX_CLOCK_ERROR = timedelta(seconds=30)


@dataclass(frozen=True)
class Patient:
    """What the checks look at. file: where the settings came from. redactor: learns the secrets of praw.ini."""

    settings: Settings
    file: Path | None
    redactor: Redactor


def checks_of(patient: Patient) -> Iterator[Check]:
    """All checks, in the order in which they run: quick ones first."""
    settings = patient.settings
    yield Check("settings file", partial(check_files, settings, patient.file), "chmod 600 it")
    if settings.unfilled():
        yield Check("settings", settings.check_filled, "write your own values in their place")
        return
    yield Check(
        "Reddit account",
        partial(check_account, patient),
        "set client_id, client_secret, username and password of [reddit]; docs/operating.md tells where they come from",
    )
    address = settings.reddit.oauth_url or settings.reddit.reddit_url
    yield Check("clock", partial(check_clock, address), "see that this machine reaches Reddit")
    if settings.reddit.scan:
        yield Check("scanned subreddits", partial(check_scanned, patient), "correct reddit.scan")
    yield Check(
        "database",
        partial(check_database, settings),
        "see data_dir and database_url; is its server running?",
    )
    yield Check(
        "model",
        partial(check_model, settings),
        "see [colorizer]; `colorizer models` lists what there is",
    )
    if settings.fetch.unsafe_above is not None:
        todo = "pip install --force-reinstall 'colorizebot[guard]', or leave fetch.unsafe_above out"
        yield Check("picture guard", partial(check_picture_guard, settings.fetch.unsafe_above), todo)
    yield Check("films", partial(check_films, settings), "set film.seconds = 0 if you want none")
    for name in settings.hosting.order:
        yield Check(f"host {name}", partial(check_host, patient, name), f"see [hosting] and [hosting.{name}]")
    yield Check("disk", partial(check_disk, settings), "make room, or move data_dir")
    yield Check("public address", partial(check_public_url, settings), "let it lead to web.host and web.port")
    yield Check("kill switch", partial(check_kill_switch, patient), "see docs/operating.md, The kill switch")


def check_account(patient: Patient) -> str:
    """The login works and the account may act."""
    appeal = "log in as the bot on reddit.com; if it is suspended, appeal at reddit.com/appeals"
    reddit = _client(patient)
    try:
        found = account(reddit)
    except (Refused, RetryLater) as error:
        raise Broken(*login.why_not(reddit, error)) from error
    if wrong := login.other_account(reddit, found.name):
        raise Broken(wrong, "see [reddit]")
    if found.suspended:
        raise Broken(f"u/{found.name} is suspended", appeal)
    age = (now() - found.created).days
    new = "; a new account may write only every few minutes" if age < 30 or found.comment_karma < 10 else ""
    label = "whether it has the App label, only its profile page tells"
    return f"u/{found.name}, {age} days old, {found.comment_karma} comment karma{new}; {label}"


def check_scanned(patient: Patient) -> str:
    """Each subreddit of reddit.scan is there and lets the bot in."""
    reddit, scan, wrong = _client(patient), patient.settings.reddit.scan, []
    for name in scan:
        try:
            if standing(reddit, name).banned:
                wrong.append(f"r/{name} has banned the bot")
        except Refused as refused:
            missing = refused.outcome is Outcome.DELETED
            wrong.append(f"there is no r/{name}" if missing else f"r/{name} does not let the bot in ({refused.detail})")
    if wrong:
        raise Broken("; ".join(wrong), "correct reddit.scan, or ask the moderators")
    return ", ".join(f"r/{name}" for name in scan)


def check_clock(address: str, clock: Callable[[], datetime] = now) -> str:
    """The machine's time against Reddit's: a wrong one makes tokens, leases and ages wrong."""
    before = clock()
    try:
        with session() as doctor:
            answer = doctor.head(address, timeout=SECONDS, headers={"User-Agent": "python:colorizebot-doctor:1"})
    except requests.RequestException as error:
        todo = "see that this machine reaches Reddit"
        raise Broken(f"{address} cannot be reached: {why(error)}", todo) from error
    here = before + (clock() - before) / 2
    if "date" not in answer.headers:
        raise Broken(f"{address} does not tell its time", "see that this machine reaches Reddit itself")
    off = here - parsedate_to_datetime(answer.headers["date"])
    if abs(off) > MAX_CLOCK_ERROR:
        way = "ahead of" if off > timedelta(0) else "behind"
        seconds = abs(off.total_seconds())
        raise Broken(f"{seconds:.0f} s {way} Reddit's", "timedatectl set-ntp true, or install an NTP client")
    return f"within {abs(off.total_seconds()) + 1:.0f} s of Reddit's"


def check_public_url(settings: Settings) -> str:
    """The public address leads to the bot's web process."""
    web = settings.web
    if web.public_url is None:
        settings.check_public_url()
        return "none is needed for another Reddit than the real one"
    address, token = f"{web.public_url.rstrip('/')}/healthz", secrets.token_hex(8)
    todo = f"let the web server of {web.public_url} pass on to {web.host}:{web.port}"
    with _something_answers(settings, token) as ours:
        try:
            with session() as visitor:
                answer = visitor.get(address, timeout=SECONDS)
            said = answer.json() if answer.status_code in (200, 503) else None
        except (requests.RequestException, ValueError) as error:
            raise Broken(f"{address} cannot be read: {why(error)}", todo) from error
    if not isinstance(said, dict) or "status" not in said or (ours and said.get("token") != token):
        raise Broken(f"{address} is answered by another program (status {answer.status_code})", todo)
    return f"{address} leads here"


def check_kill_switch(patient: Patient) -> str:
    """The kill switch's page can be read, counts, and says `stop` or `run`."""
    page = patient.settings.reddit.kill_switch
    if page is None:
        return "none is set; `colorizebot pause` needs a shell"
    reddit = _client(patient)
    found = read_page(reddit, *page.split("/", 1))
    is_believed, because = believed(reddit, found)
    if not is_believed:
        raise Broken(f"{found.path} is not believed: {because}", 'make it "only mods may edit and view"')
    wanted = killswitch.order(found.text)
    if wanted is None:
        raise Broken(f"{found.path} begins with neither `stop` nor `run`", "write `run` into it")
    return f"{found.path} says {wanted.value}, and is believed: {because}"


def check_host(patient: Patient, name: str) -> str:
    """A picture can be written, read and deleted."""
    settings = patient.settings
    folder = FolderHost(settings.data_dir / "results", settings.web.address())
    hosts_of(settings.hosting, folder=folder, connect=partial(_client, patient)).by_name(name).check()
    return "a probe was written, read and deleted"


def _client(patient: Patient) -> Reddit:
    return connect_reddit(patient.settings, patient.redactor)


@contextmanager
def _something_answers(settings: Settings, token: str) -> Iterator[bool]:
    """A server in the bot's place, unless the bot itself, or whatever has its port, answers there already."""
    ours = Starlette(routes=[Route("/healthz", lambda _: JSONResponse({"status": "doctor", "token": token}))])
    try:
        server = BackgroundServer(lambda _: ours, host=settings.web.host, port=settings.web.port)
    except OSError:
        yield False
        return
    with server:
        yield True
