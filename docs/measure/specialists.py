"""Whether a specialist colours people better: told the group, or trained on people alone, against one for everything.

Usage: python -m docs.measure.specialists RUNS STEPS PHOTOS_FOLDER

One small backbone. Trains in folders of RUNS (going on where they stopped), measures at equal colourfulness on
photographs of people and writes docs/specialists.md.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from colorizer.architectures import architecture
from colorizer.evaluation.frontier import Frontier, Reference
from colorizer.loading import load_network
from colorizer.model import Colorizer
from colorizer.networks.plain import PlainGroups
from colorizer.training.loop import Trainer
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import load_recipe
from docs.measure.experiment import DOCS, shortened

PEOPLE = ("faces", "people")
OF_PEOPLE = ("flickr8k-part",)
"""The left-out source that shows people at something."""

SIDE = 128
SHARES = (0.6, 0.8)
PHOTOS = 120


@dataclass(frozen=True)
class Specialist:
    """A row of the table: its run, and the group that it is told."""

    name: str
    run: str
    told: str | None = None


ROWS = (
    Specialist("one for everything", "general"),
    Specialist("told groups, told nothing", "groups"),
    Specialist("told groups, told `people`", "groups", "people"),
    Specialist("told groups, told `flower` (false)", "groups", "flower"),
    Specialist("trained further on people alone", "people"),
)


def main(runs: Path, steps: int, folder: Path) -> None:
    """Train what is not trained yet, measure, write."""
    left_out = load_recipe("compact").data.left_out
    everything = PhotoSet.open(sorted(folder.glob("train*.parquet"))).without(left_out)
    _train("experiment-rebalanced", runs / "first", steps, everything)
    _train("experiment-rebalanced", runs / "general", steps // 2, everything, runs / "first")
    _train("experiment-rebalanced", runs / "people", steps // 2, everything.showing(PEOPLE), runs / "first")
    _train("experiment-groups", runs / "groups", steps + steps // 2, everything)
    numbers = {group: number for number, group in enumerate(sorted(set(everything.groups)))}
    validation = PhotoSet.open([folder / "validation.parquet"]).showing(PEOPLE)
    others = PhotoSet.open(sorted(folder.glob("*.parquet"))).only(OF_PEOPLE)
    found = [_measured(photos.spread(PHOTOS), runs, numbers) for photos in (validation, others)]
    batch = load_recipe("experiment-groups").data.batch
    lines = [
        "# Specialists",
        "",
        "Is a network for people better at people than one for everything? One backbone (`plain`: a frozen",
        f"EfficientNet-Lite2 encoder and a small decoder), {(steps + steps // 2) * batch:,} samples each, three ways:",
        "trained on everything; told for half of its samples which of ten groups the photo shows, so that it is ten",
        "specialists in one; and trained on everything at first, the last third on people alone.",
        "",
        f"Measured on {PHOTOS} photographs of people each: of the sources that it was trained on, and of a source that",
        "was left out (flickr8k-part). dB over grey and dispersion at equal colourfulness, as in",
        "[colour.md](colour.md).",
        "",
        f"Written by `python -m docs.measure.specialists RUNS {steps} ../shared/photos`.",
        "",
        "| | "
        + " | ".join(f"{where}, {share:.0%}, dB" for where in ("known", "left out") for share in SHARES)
        + " | dispersion, known | left out |",
        "|---|" + "---:|" * (2 * len(SHARES) + 2),
        *(_line(row.name, [frontiers[row.name] for frontiers in found]) for row in ROWS),
        "",
        "`compact` is one network for everything: what a specialist gains has to pay for a second set of weights, and",
        "for askers who have to say what their photo shows.",
    ]
    (DOCS / "specialists.md").write_text("\n".join(lines) + "\n")
    print((DOCS / "specialists.md").read_text())  # noqa: T201 - a program's output


def _train(recipe: str, run: Path, steps: int, photos: PhotoSet, first: Path | None = None) -> None:
    trainer = Trainer(shortened(recipe, steps), run)
    if not trainer.resume() and first:
        trainer.start_from(first)
    trainer.run(photos, workers=1)


def _measured(photos: PhotoSet, runs: Path, numbers: dict[str, int]) -> dict[str, Frontier]:
    frontiers = {row.name: Frontier(_colorizer(row, runs, numbers), SIDE) for row in ROWS}
    for image in track(photos, total=len(photos), description="measuring"):
        reference = Reference(np.asarray(image))
        for frontier in frontiers.values():
            frontier.add(reference)
    return frontiers


def _colorizer(row: Specialist, runs: Path, numbers: dict[str, int]) -> Colorizer:
    [path] = (runs / row.run).glob("*.safetensors")
    network, metadata = load_network(path)
    if isinstance(network, PlainGroups) and row.told:
        network.told = numbers[row.told]
    return Colorizer(
        network,
        architecture=architecture(metadata["architecture"]),
        device=torch.device("cpu"),
        trained_rebalancing=float(metadata["rebalancing"]),
    )


def _line(name: str, frontiers: list[Frontier]) -> str:
    points = [[frontier.at(share) for share in SHARES] for frontier in frontiers]
    gains = [f"{at.gain:+.2f} ({low.gain:+.2f} to {high.gain:+.2f})" for row in points for at, low, high in row]
    spread = [f"{row[-1][0].dispersion:.2f}" for row in points]
    return f"| {name} | " + " | ".join(gains + spread) + " |"


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
