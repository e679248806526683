"""What the pages are told about the place where they run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bot.domain.links import Links
from bot.store.views import Views
from colorizer.model import Colorizer


@dataclass(frozen=True, slots=True)
class Installation:
    """data_dir: whose disk is watched. backups: the folder of the database's copies. settings: those in force."""

    data_dir: Path | None = None
    backups: Path | None = None
    settings: BaseModel | None = None


@dataclass(frozen=True, slots=True)
class ResultSettings:
    """What result pages need.

    links, views: the links that lead there, and the smaller pictures. model: loads the one that colours while somebody
    corrects them; without it nobody can.
    """

    links: Links
    views: Views
    model: Callable[[], Colorizer] | None = None
