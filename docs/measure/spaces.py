"""Which colour space to predict chroma in: one backbone and one budget, regression in Lab, YCbCr, Oklab and LCh.

Usage: python -m docs.measure.spaces RUNS STEPS VALIDATION.parquet TRAIN.parquet...

Trains each recipe in a folder of RUNS (going on where it stopped), measures all on the validation photographs and
writes docs/spaces.md and, with scikit-image's photographs, docs/spaces.jpg.
"""

import sys
from pathlib import Path

from rich.progress import track

from colorizer.evaluation.run import evaluate
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import load_recipe
from docs.measure.experiment import DOCS, PHOTOS, Contestant, candidate, sheet, table, train

CONTESTANTS = (
    Contestant("Lab", "experiment-l2"),
    Contestant("YCbCr", "experiment-ycbcr"),
    Contestant("Oklab", "experiment-oklab"),
    Contestant("LCh", "experiment-lch"),
)


def main(runs: Path, steps: int, validation: Path, data: list[Path]) -> None:
    """Train what is not trained yet, measure, write."""
    train({contestant.recipe for contestant in CONTESTANTS}, runs, steps, data)
    rows = [candidate(contestant, runs) for contestant in CONTESTANTS]
    sheet(rows).convert("RGB").save(DOCS / "spaces.jpg", quality=88)
    photos = PhotoSet.open([validation]).spread(PHOTOS)
    report = evaluate(rows, photos, progress=lambda numbers: track(numbers, "measuring")).report
    figures = {row.name: row.figures for row in report.rows if row.name in {one.name for one in CONTESTANTS}}
    nearest = max(figures, key=lambda name: figures[name]["gain"].value)
    brightest = max(figures, key=lambda name: figures[name]["colourfulness"].value)
    batch = load_recipe(CONTESTANTS[0].recipe).data.batch
    lines = [
        "# Which colour space to predict in",
        "",
        "A network that colours by regression predicts two numbers a place. Are a and b of CIE Lab the right two?",
        "Here one backbone (`plain`: a frozen EfficientNet-Lite2 encoder and a small decoder) predicts chroma in four",
        f"spaces ([spaces.py](../colorizer/spaces.py)), on one budget of {steps * batch:,} samples each. In LCh it",
        "predicts C, and hue as a direction, since an angle jumps at 360 degrees; the error of hue counts as much as",
        "there is colour.",
        f"{report.photographs:,} validation photographs.",
        "",
        f"Written by `python -m docs.measure.spaces RUNS {steps} ../shared/photos/validation.parquet",
        "../shared/photos/train-*.parquet`; [evaluation.md](evaluation.md) defines the columns. Agree: % of",
        "photographs that a classifier names as it names the true one.",
        "",
        *table(report),
        "",
        f"{nearest} is nearest to the truth in dB, {brightest} is the most colourful; the more colourful, the fewer",
        "dB, as everywhere. `compact` predicts a and b.",
        "",
        "![Grey, each space, true colour](spaces.jpg)",
    ]
    (DOCS / "spaces.md").write_text("\n".join(lines) + "\n")
    print((DOCS / "spaces.md").read_text())  # noqa: T201 - a program's output


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), [Path(path) for path in sys.argv[4:]])
