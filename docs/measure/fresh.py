"""Which colours the pictures in docs/ show: a test notices those that are older than what the package makes today.

Beside the name of each picture stands what a fixed photograph became when the picture was made. Whatever changes
colours, weights or code, makes it become something else; then the pictures have to be made anew.
"""

import base64
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from skimage import data as samples

import colorizer
from colorizer.loading import load

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("pictures.json")

PROGRAMS = {
    "aged.jpg": "aged",
    "correction.jpg": "film_strip",
    "film.jpg": "films ../shared/photos/validation.parquet",
    "kinds.jpg": "kinds ../shared/photos --pictures FOLDER",
    "library.jpg": "library",
    "model.png": "model ../shared/photos/validation.parquet",
    "reply-log.png": "screenshots",
    "reply-log-dark.png": "screenshots",
    "reply-log-job.png": "screenshots",
    "reply-log-job-dark.png": "screenshots",
    "reply-log-job-phone.png": "screenshots",
    "reply-log-phone.png": "screenshots",
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
"""Pictures that show colours of the package, and the program that makes each."""

OF_OTHERS = {"detector.png", "experiment.png", "moderators-status.png", "spaces.jpg", "upsampling.png"} | {
    f"reply-log-{page}{how}.png" for page in ("charts", "people", "status") for how in ("", "-dark", "-phone")
}
"""Pictures that show no colours, or true ones, or those of networks that are not packaged."""

SIDE = 128
"""Pixels of the fixed photograph, scikit-image's astronaut (NASA)."""

CELLS = 4
"""Across and down, of which the mean colours are kept."""

NOTICED = 2
"""Levels of 255 by which the mean of a cell may differ, as processors do by less."""

Colours = npt.NDArray[np.uint8]


@cache
def colours() -> Colours:
    """What the package makes of the fixed photograph in several ways: 128 + red - green and 128 + blue - green.

    Computed in float32: what bfloat16 makes of it differs from processor to processor.
    """
    network, row, rebalancing, decoding = load("compact")
    model = colorizer.Colorizer(
        network,
        architecture=replace(row, bfloat16=False),
        device=torch.device("cpu"),
        trained_rebalancing=rebalancing,
        decoding=decoding,
    )
    true = np.asarray(Image.fromarray(samples.astronaut()).resize((SIDE, SIDE)))
    photo = model.encode(Image.fromarray(true).convert("L"))
    hints = [colorizer.Hint(x, y, true[y, x]) for y in range(16, SIDE, 32) for x in range(16, SIDE, 32)]
    wishes = [colorizer.Hint(35, 95, "royalblue"), colorizer.Hint(20, 20, "keep")]
    results = (
        model.paint(photo),
        model.paint(photo, hints),
        model.paint(photo, wishes),
        model.paint(model.encode(photo, look="soft", palette=["navy", "#dcc83c"])),
    )
    small = np.stack([np.asarray(one.resize((CELLS, CELLS), Image.Resampling.BOX), int) for one in results])
    return (128 + small[..., ::2] - small[..., 1:2]).clip(0, 255).astype(np.uint8)


def note(picture: Path) -> None:
    """Write down that the picture shows what the package makes today."""
    shown = json.loads(LIST.read_text()) if LIST.exists() else {}
    today = base64.b64encode(colours().tobytes()).decode()
    LIST.write_text(json.dumps(shown | {picture.name: today}, indent=1, sort_keys=True) + "\n")


def outdated() -> list[str]:
    """The commands that make the pictures anew which show other colours."""
    shown = json.loads(LIST.read_text())
    old = [how for name, how in PROGRAMS.items() if differs(colours(), shown.get(name, ""))]
    return [f"python -m docs.measure.{how}" for how in dict.fromkeys(old)]


def differs(today: Colours, written: str) -> bool:
    """Whether colours are others than those that were written down, or nothing was."""
    then = np.frombuffer(base64.b64decode(written), np.uint8)
    return then.size != today.size or int(np.abs(today.ravel().astype(int) - then).max()) > NOTICED
