"""Which weights the pictures in docs/ show: a test notices those that are older than the packaged weights."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "colorizer/weights/compact.safetensors"
LIST = Path(__file__).with_name("pictures.json")

PROGRAMS = {
    "aged.jpg": "aged",
    "correction.jpg": "film_strip",
    "kinds.jpg": "kinds ../shared/photos --pictures FOLDER",
    "library.jpg": "library",
    "model.png": "model ../shared/photos/validation.parquet",
    "result-page.jpg": "result_pictures",
    "result-page-dark.jpg": "result_pictures",
    "result-page-phone.jpg": "result_pictures",
    "studio.jpg": "studio_pictures",
    "studio-dark.jpg": "studio_pictures",
    "studio-film.jpg": "studio_pictures",
    "studio-film-phone.jpg": "studio_pictures",
    "studio-phone.jpg": "studio_pictures",
    "thread.png": "screenshots",
}
"""Pictures that show colours of the packaged weights, and the program that makes each."""


def digest() -> str:
    """What tells the packaged weights from others."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:16]


def note(picture: Path) -> None:
    """Write down that the picture shows the packaged weights."""
    shown = json.loads(LIST.read_text()) if LIST.exists() else {}
    LIST.write_text(json.dumps(shown | {picture.name: digest()}, indent=1, sort_keys=True) + "\n")


def outdated() -> list[str]:
    """The commands that make the pictures anew which show other weights."""
    shown = json.loads(LIST.read_text())
    current = digest()
    return [f"python -m docs.measure.{how}" for name, how in PROGRAMS.items() if shown.get(name) != current]
