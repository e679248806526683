"""What the pages are told about the place where they run."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Installation:
    """data_dir: whose disk is watched. backups: the folder of the database's copies. settings: those in force."""

    data_dir: Path | None = None
    backups: Path | None = None
    settings: BaseModel | None = None
