"""Compares weights on photographs of sources that are left out of training, and writes docs/colour.md.

Usage: python -m docs.measure.left_out ../shared/photos [NAME=WEIGHTS ...] [--photos N] [--hints]
The packaged weights are always there. Several weights are compared at equal colourfulness, on the same photographs.
With --hints the section on hints alone is measured and written; its rows of other names stay, to compare with.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.progress import track

import colorizer
from colorizer.evaluation.frontier import Frontier, Reference
from colorizer.evaluation.hints import COUNTS, PUBLISHED, hint_curve
from colorizer.evaluation.locality import MOVED, false_hint
from colorizer.evaluation.regions import PATCHY, SCALES
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import load_recipe

PAGE = Path(__file__).parents[1] / "colour.md"
SIDES = (192, 256)
SHARES = (0.6, 0.8, 1.0)
HINT_PHOTOS = 60
TITLE = "## Hints"
PACKAGED = "packaged"


def main(folder: Path, models: dict[str, str], count: int, *, hints_alone: bool) -> None:
    """Measure every model on every photograph and write the page."""
    left_out = load_recipe("compact").data.left_out
    photos = PhotoSet.open(sorted(folder.glob("*.parquet"))).only(left_out).spread(count)
    loaded = {name: colorizer.load(path, device="cpu") for name, path in models.items()}
    if hints_alone:
        before, _, rest = PAGE.read_text().partition(TITLE)
        rows = {line.split("|")[1].strip(): line for line in rest.splitlines() if line.startswith("| ")}
        others = [line for name, line in rows.items() if name not in {"weights", "SIGGRAPH17", *loaded}]
        PAGE.write_text(before + "\n".join(_hints(loaded, photos, others)) + "\n")
        return
    frontiers = {(name, side): Frontier(model, side) for name, model in loaded.items() for side in SIDES}
    for image in track(photos, total=len(photos), description="decodings"):
        reference = Reference(np.asarray(image))
        for frontier in frontiers.values():
            frontier.add(reference)
    named = " ".join(f"{name}=WEIGHTS " for name in models if name != PACKAGED)
    lines = [
        "# Colour on photographs of other kinds",
        "",
        f"Measured on {len(photos)} photographs of sources that training leaves out ({', '.join(left_out)}) by",
        f"`python -m docs.measure.left_out ../shared/photos {named}--photos {count}`. Models are compared at equal",
        "colourfulness: each is decoded from dull to vivid, and its figures are interpolated. In brackets are 95 %",
        "bootstrap intervals over photographs.",
        "",
        *_at_equal_colourfulness(frontiers),
        "",
        *_by_scale(frontiers),
        "",
        *_hints(loaded, photos, []),
    ]
    PAGE.write_text("\n".join(lines) + "\n")


def _at_equal_colourfulness(frontiers: dict[tuple[str, int], Frontier]) -> list[str]:
    true = next(iter(frontiers.values())).means()
    lines = [
        "## At equal colourfulness",
        "",
        "dB is the gain over the grey photograph. Dispersion is the standard deviation of ab inside regions that are",
        f"of one colour in truth ({true.true_dispersion:.2f} there). Patchy is the share of their area where it is",
        f"above {PATCHY:g}. Seen at: shorter side in pixels of what the network sees.",
        "",
        "| weights | seen at | share of true colourfulness | dB | dispersion | patchy |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for (name, side), frontier in frontiers.items():
        for share in SHARES:
            point, low, high = frontier.at(share)
            gain = f"{point.gain:+.2f} ({low.gain:+.2f} to {high.gain:+.2f})"
            spread = f"{point.dispersion:.2f} ({low.dispersion:.2f} to {high.dispersion:.2f})"
            lines.append(f"| {name} | {side} | {share:.0%} | {gain} | {spread} | {point.patchy:.1%} |")
    return lines


def _by_scale(frontiers: dict[tuple[str, int], Frontier]) -> list[str]:
    lines = [
        "## Where the error is",
        "",
        "Mean squared ab error of the mean of the photo, of the means of 4 x 4 cells less that, and so on; decoded",
        "with the rebalancing in the second column.",
        "",
        "| weights | rebalancing | seen at | " + " | ".join(SCALES) + " |",
        "|---|---:|---:|" + "---:|" * len(SCALES),
    ]
    for (name, side), frontier in frontiers.items():
        for decoding, row in zip(frontier.decodings, frontier.means().by_scale, strict=True):
            if decoding.rebalancing in (0.0, 0.9):
                parts = " | ".join(f"{value:.0f}" for value in row)
                lines.append(f"| {name} | {decoding.rebalancing:g} | {side} | {parts} |")
    return lines


def _located(model: colorizer.Colorizer, photos: PhotoSet) -> list[tuple[float, float]]:
    found = []
    for seed, image in enumerate(track(photos, total=len(photos), description="false hints")):
        one = false_hint(model, model.encode(np.asarray(image)), np.random.default_rng(seed))
        if one is not None:
            found.append((one.inside, one.outside))
    return found


def _hints(models: dict[str, colorizer.Colorizer], photos: PhotoSet, others: list[str]) -> list[str]:
    """The section on hints. others: rows that were measured earlier."""
    lines = [
        TITLE,
        "",
        f"True hints, dB gained over none on {HINT_PHOTOS} of the photographs (6 x 6 pixel patches), and the",
        "published curve of SIGGRAPH17, which is of other photographs. Then false hints: one region of one colour gets",
        "a colour of any hue by one hint; inside is the mean distance of the region to what was asked for, outside the",
        f"share of the other pixels that moved by more than {MOVED:g} ab units.",
        "",
        "| weights | " + " | ".join(map(str, COUNTS[1:])) + " | inside | outside | regions |",
        "|---|" + "---:|" * (len(COUNTS) + 2),
        *others,
    ]
    few = [np.asarray(image) for image in photos.spread(HINT_PHOTOS)]
    for name, model in models.items():
        rows = [hint_curve(model, photo, seed=seed) for seed, photo in enumerate(track(few, description=name))]
        mean, located = np.mean(rows, axis=0), _located(model, photos)
        inside, outside = np.mean(located, axis=0)
        gains = " | ".join(f"{value:+.2f}" for value in mean[1:] - mean[0])
        lines.append(f"| {name} | {gains} | {inside:.1f} | {outside:.1%} | {len(located)} |")
    published = " | ".join(f"{value - PUBLISHED[0]:+.2f}" for value in PUBLISHED[1:])
    return [*lines, f"| SIGGRAPH17 | {published} | | | |"]


def read(arguments: Sequence[str] | None = None) -> tuple[Path, dict[str, str], int, bool]:
    """The command's arguments: folder, weights by name, number of photographs, hints alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("models", nargs="*", metavar="NAME=WEIGHTS")
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--hints", action="store_true")
    given = parser.parse_args(arguments)
    named = dict(model.split("=", 1) for model in given.models)
    return given.folder, {**named, PACKAGED: "compact"}, given.photos, given.hints


if __name__ == "__main__":
    folder, models, count, alone = read()
    main(folder, models, count, hints_alone=alone)
