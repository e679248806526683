"""Measures the packaged weights and writes the figures into the model card, and a picture sheet into docs/.

Usage: python -m docs.measure.model ../shared/photos/validation.parquet [WEIGHTS]
       python -m docs.measure.model --hints ../shared/photos/validation.parquet    # the line of hints alone
The sheet shows scikit-image's photographs only: the validation photographs may not be redistributed.
"""

import re
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from rich.progress import track
from safetensors import safe_open
from skimage import data as samples

from colorizer.evaluation.classifier import Classifier
from colorizer.evaluation.hints import COUNTS, PUBLISHED, hint_curve
from colorizer.evaluation.measure import Evaluation, describe, load_candidates
from colorizer.evaluation.report import Report
from colorizer.model import Colorizer
from colorizer.training.photos import PhotoSet
from docs.measure.fresh import note

ROOT = Path(__file__).parents[2]
CARD = ROOT / "colorizer/weights/MODEL_CARD.md"
WEIGHTS = ROOT / "colorizer/weights/compact.safetensors"
PHOTOS, CLASSIFIED, HINT_PHOTOS = 1000, 300, 100


def main(validation: Path, weights: Path) -> None:
    """Frontier over decodings, what a classifier sees, hint curve, sheet of public photographs."""
    candidates = load_candidates([str(weights)], device="cpu", decodings=True)
    colorizer, photos = candidates[0].colorizer, PhotoSet.open([validation]).spread(PHOTOS)
    evaluation = Evaluation(candidates)
    for image in track(photos, total=len(photos), description="decodings"):
        evaluation.add(np.asarray(image))
    seen = Evaluation(candidates[:1], classifier=Classifier())
    for image in track(photos.spread(CLASSIFIED), total=CLASSIFIED, description="classifier"):
        seen.add(np.asarray(image))
    curves = hints(colorizer, photos)
    with safe_open(weights, framework="pt") as file:
        samples_seen = int(file.metadata()["samples"])
    text = CARD.read_text()
    before, _, rest = text.partition("<!-- figures")
    _, _, after = rest.partition("<!-- end of figures -->")
    told = figures(evaluation.report(), seen.report(), describe(colorizer.decoding), curves, samples_seen)
    CARD.write_text(before + told + after)
    sheet(colorizer).save(ROOT / "docs/model.png")
    note(ROOT / "docs/model.png")
    print(CARD.read_text()[len(before) :][:2500])  # noqa: T201 - a program's output


def hints(colorizer: Colorizer, photos: PhotoSet) -> list[list[float]]:
    """The curve of some of the photographs."""
    some = photos.spread(HINT_PHOTOS)
    return [
        hint_curve(colorizer, np.asarray(image), seed=seed)
        for seed, image in enumerate(track(some, total=len(some), description="hints    "))
    ]


def hints_alone(validation: Path) -> None:
    """Write the line of hints anew: what hints do has changed, the weights have not."""
    curves = hints(Colorizer.load(device="cpu"), PhotoSet.open([validation]).spread(PHOTOS))
    CARD.write_text(re.sub(r"(?m)^\| dB \|.*$", _line(curves), CARD.read_text()))


def _line(curves: list[list[float]]) -> str:
    return "| dB | " + " | ".join(f"{value:.2f}" for value in np.mean(curves, axis=0)) + " |"


def figures(report: Report, classified: Report, shipped: str, curves: list[list[float]], seen: int) -> str:
    """The part of the model card between its marks."""
    grey, true, own, *others = report.rows
    level = true.figures["colourfulness"].value
    lines = [
        "<!-- figures: written by `python -m docs.measure.model ../shared/photos/validation.parquet` -->",
        f"{seen:,} samples seen in training. On {report.photographs:,} validation photographs at their own size: the "
        f"grey photo has {grey.figures['psnr'].value:.2f} dB and a rebalanced AuC of "
        f"{grey.figures['auc_rebalanced'].value:.1f}, the truth a colourfulness (Hasler and Suesstrunk, signed) of "
        f"{level:.1f}. [What the figures mean](../../docs/evaluation.md).",
        "",
        "| decoding | dB over grey | rebalanced AuC | colourfulness | share of the truth's |",
        "|---|---:|---:|---:|---:|",
    ]
    named = [(row.name.partition(", ")[2], row.figures) for row in others]
    for name, row in [*named, (shipped, own.figures)]:
        gain, auc, colourfulness = (row[key].value for key in ("gain", "auc_rebalanced", "colourfulness"))
        lines.append(f"| {name} | {gain:+.2f} | {auc:.1f} | {colourfulness:.1f} | {colourfulness / level:.0%} |")
    by_grey, _, by_own = (row.figures for row in classified.rows)
    lines += [
        "",
        "The last row is the shipped default. An EfficientNet-Lite0 that was trained on true colours gives the same "
        f"name to the true and to the grey photograph for {by_grey['agreement'].value:.0f} % of "
        f"{classified.photographs}, to the true and to the coloured one for {by_own['agreement'].value:.0f} %. Of the "
        "probability of that name that grey loses, the colours win back "
        f"{by_own['probability_won'].value:.0f} % ({by_own['probability_won'].low:.0f} to "
        f"{by_own['probability_won'].high:.0f}).",
        "",
        f"With the default, on {len(curves)} of the photographs, PSNR by number of hints "
        "(6 x 6 pixel patches), and the published curve of SIGGRAPH17, which is of other photographs:",
        "",
        "| hints | " + " | ".join(map(str, COUNTS)) + " |",
        "|---|" + "---:|" * len(COUNTS),
        _line(curves),
        "| SIGGRAPH17, dB | " + " | ".join(f"{value:.2f}" for value in PUBLISHED) + " |",
        "<!-- end of figures -->",
    ]
    return "\n".join(lines)


def sheet(colorizer: Colorizer, height: int = 200) -> Image.Image:
    """Rows of grey, coloured and true, two photographs a row."""
    photos = [samples.astronaut(), samples.cat(), samples.coffee(), samples.rocket()]
    strips = []
    for photo in photos:
        grey = np.asarray(Image.fromarray(photo).convert("L").convert("RGB"))
        trio = [Image.fromarray(x) for x in (grey, colorizer.colorize(grey), photo)]
        trio = [image.resize((image.width * height // image.height, height)) for image in trio]
        strips.append(np.concatenate([np.asarray(image) for image in trio], axis=1))
    for old in (samples.camera(), samples.coins()):
        grey = np.asarray(Image.fromarray(old).convert("RGB"))
        pair = [Image.fromarray(x) for x in (grey, colorizer.colorize(grey))]
        pair = [image.resize((image.width * height // image.height, height)) for image in pair]
        strips.append(np.concatenate([np.asarray(image) for image in pair], axis=1))
    width = max(strip.shape[1] for strip in strips)
    out = Image.new("RGB", (width, (height + 8) * len(strips)), "white")
    for i, strip in enumerate(strips):
        out.paste(Image.fromarray(strip), (0, i * (height + 8)))
    return out


if __name__ == "__main__":
    if sys.argv[1] == "--hints":
        hints_alone(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else WEIGHTS)
