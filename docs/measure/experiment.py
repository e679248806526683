"""The experiment that the field began with: what cures the brown of L2 regression (Zhang et al. 2016, table 1).

Usage: python -m docs.measure.experiment RUNS STEPS VALIDATION.parquet TRAIN.parquet...

One backbone and one budget; what differs is the objective and, for classification, how the distribution is read and
which bins it is over. Trains each recipe in a folder of RUNS (going on where it stopped), measures all on the
validation photographs and writes docs/experiment.md and, with scikit-image's photographs, docs/experiment.png.
"""

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from rich.progress import track
from skimage import data as samples

from colorizer.architectures import architecture
from colorizer.evaluation.measure import Candidate
from colorizer.evaluation.report import Report
from colorizer.evaluation.run import evaluate
from colorizer.evaluation.sheets import ContactSheets
from colorizer.loading import load_network
from colorizer.model import Colorizer
from colorizer.training.loop import Trainer
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import Recipe, load_recipe
from colorizer.upsample import join

PHOTOS = 200  # of validation
DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class Contestant:
    """A row of the table: a recipe, and the temperature of the annealed mean where there is a distribution."""

    name: str
    recipe: str
    temperature: float | None = None


CONTESTANTS = (
    Contestant("L2 regression", "experiment-l2"),
    Contestant("classification, T 0.38", "experiment-classification", 0.38),
    Contestant("rebalanced, T 1", "experiment-rebalanced", 1.0),
    Contestant("rebalanced, T 0.58", "experiment-rebalanced", 0.58),
    Contestant("rebalanced, T 0.38", "experiment-rebalanced", 0.38),
    Contestant("rebalanced, T 0.1", "experiment-rebalanced", 0.1),
    Contestant("rebalanced, T 0.38, grid 20 (78 bins)", "experiment-grid20", 0.38),
    Contestant("rebalanced, T 0.38, 32 clusters", "experiment-clusters", 0.38),
)


def main(runs: Path, steps: int, validation: Path, data: list[Path]) -> None:
    """Train what is not trained yet, measure, write."""
    train({contestant.recipe for contestant in CONTESTANTS}, runs, steps, data)
    rows = [candidate(contestant, runs) for contestant in CONTESTANTS]
    sheet(rows).save(DOCS / "experiment.png")
    result = evaluate(
        rows, PhotoSet.open([validation]).spread(PHOTOS), progress=lambda numbers: track(numbers, "measuring")
    )
    (DOCS / "experiment.md").write_text(page(result.report, steps))
    print((DOCS / "experiment.md").read_text())  # noqa: T201 - a program's output


def train(recipes: Collection[str], runs: Path, steps: int, data: Sequence[Path]) -> None:
    """Train each recipe for so many steps in a folder of `runs`, going on where it stopped."""
    photos = PhotoSet.open(data)
    for name in sorted(recipes):
        trainer = Trainer(shortened(name, steps), runs / name)
        trainer.resume()
        trainer.run(photos, workers=1)


def sheet(rows: Sequence[Candidate]) -> Image.Image:
    """scikit-image's photographs in grey, as each row colours them, and in truth."""
    sheets = ContactSheets(["grey", *(row.name for row in rows), "true colour"])
    for picture in (samples.astronaut(), samples.coffee(), samples.cat(), samples.rocket()):
        grey = join(picture, torch.zeros(2, 2, 2))
        sheets.add([grey, *(row.colorizer.colorize(grey) for row in rows), picture])
    return sheets.sheets()[0]


def shortened(name: str, steps: int) -> Recipe:
    """The recipe with so many steps, over the last half of which the rate falls."""
    recipe = load_recipe(name)
    return replace(recipe, optimizer=replace(recipe.optimizer, steps=steps, decay=steps // 2))


def candidate(contestant: Contestant, runs: Path) -> Candidate:
    """A trained contestant as a row of an evaluation."""
    path = runs / contestant.recipe / f"{load_recipe(contestant.recipe).network}.safetensors"
    network, metadata = load_network(path)
    if contestant.temperature is not None:
        setattr(network, "temperature", contestant.temperature)  # noqa: B010 - only some networks have one
    row = architecture(metadata["architecture"])
    return Candidate(contestant.name, Colorizer(network, architecture=row, device=torch.device("cpu")))


def page(report: Report, steps: int) -> str:
    """The table with what it means."""
    found = {row.name: {key: figure.value for key, figure in row.figures.items()} for row in report.rows}
    truth = found["true colour"]["colourfulness"]
    seen = steps * load_recipe(CONTESTANTS[0].recipe).data.batch
    lines = [
        "# What cures the brown",
        "",
        "L2 regression answers what could be red, green or blue with the mean of them: brown, or grey. Zhang, Isola",
        "and Efros (2016) ask for a distribution over colours instead, weigh rare colours more, and read the",
        "distribution by its annealed mean. Here each step is repeated with one backbone (`plain`: a frozen",
        f"EfficientNet-Lite2 encoder and a small decoder) and one budget: {seen:,} samples each.",
        f"{report.photographs:,} validation photographs.",
        "",
        f"Written by `python -m docs.measure.experiment RUNS {steps} ../shared/photos/validation.parquet",
        "../shared/photos/train-*.parquet`; [evaluation.md](evaluation.md) defines the columns. Agree: % of",
        "photographs that a classifier names as it names the true one.",
        "",
        *table(report),
    ]
    flat, best = found["L2 regression"], found["rebalanced, T 0.38"]
    lines += [
        "",
        f"L2 keeps {flat['colourfulness'] / truth:.0%} of the true colourfulness at {flat['gain']:+.2f} dB over grey; "
        f"rebalanced classification at T 0.38 keeps {best['colourfulness'] / truth:.0%} at {best['gain']:+.2f} dB.",
        "The rebalanced AuC, which counts rare colours as much as common ones, is "
        f"{best['auc_rebalanced']:.1f} against "
        f"{flat['auc_rebalanced']:.1f}, the plain one {best['auc']:.1f} against {flat['auc']:.1f}.",
        "",
        "![Grey, each contestant, true colour](experiment.png)",
        "",
    ]
    return "\n".join(lines)


def table(report: Report) -> list[str]:
    """The figures of each row, as lines of Markdown."""
    columns = ("psnr", "gain", "colourfulness", "share", "auc", "auc_rebalanced", "agreement")
    truth = next(row for row in report.rows if row.name == "true colour").figures["colourfulness"].value
    lines = [
        "| | PSNR, dB | over grey | colourfulness | of the truth's | AuC | AuC, rebalanced | agree |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in report.rows:
        figures = {key: figure.value for key, figure in row.figures.items()}
        figures["share"] = 100 * figures["colourfulness"] / truth
        decimals = {"psnr": 2, "gain": 2}
        cells = [f"{figures[key]:.{decimals.get(key, 1)}f}" if key in figures else "" for key in columns]
        lines.append(f"| {row.name} | " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), [Path(path) for path in sys.argv[4:]])
