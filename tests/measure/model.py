"""Measures the packaged weights and writes the figures into the model card, and a picture sheet into docs/.

Usage: python -m tests.measure.model ../shared/photos/validation.parquet [WEIGHTS]
The sheet shows scikit-image's photographs only: the validation photographs may not be redistributed.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from rich.progress import track
from safetensors import safe_open
from skimage import data as samples

from colorizer.bins import AB_SCALE
from colorizer.evaluation import Row, evaluate, psnr
from colorizer.lab import rgb_to_lab
from colorizer.pipeline import Colorizer
from colorizer.training.photos import PhotoSet
from colorizer.upsample import join

ROOT = Path(__file__).parents[2]
CARD = ROOT / "colorizer/weights/MODEL_CARD.md"
WEIGHTS = ROOT / "colorizer/weights/compact.safetensors"
HINTS = (0, 1, 2, 5, 10, 20, 50, 100)
HINT_PHOTOS = 200


def main(validation: Path, weights: Path) -> None:
    """Frontier over decodings on all photographs, hint curve on some of them, sheet of public photographs."""
    colorizer = Colorizer.load(weights, device="cpu")
    photos = PhotoSet.open([validation])
    *_, rows = track(evaluate(colorizer, photos), total=len(photos) + 1, description="decodings")
    curve = hint_curve(colorizer, photos.spread(HINT_PHOTOS))
    with safe_open(weights, framework="pt") as file:
        samples_seen = int(file.metadata()["samples"])
    text = CARD.read_text()
    before, _, rest = text.partition("<!-- figures")
    _, _, after = rest.partition("<!-- end of figures -->")
    CARD.write_text(before + figures(rows, curve, samples_seen, len(photos)) + after)
    sheet(colorizer).save(ROOT / "docs/model.png")
    print(CARD.read_text()[len(before) :][:2500])  # noqa: T201 - a program's output


def hint_curve(colorizer: Colorizer, photos: PhotoSet) -> dict[int, float]:
    """Mean PSNR in dB against the number of hints: 6 x 6 patches of their true mean colour, placed as in the
    released test of Zhang et al. 2017 (normal around the middle), at the size that the network sees."""
    sums = dict.fromkeys(HINTS, 0.0)
    for index, image in enumerate(track(photos, description="hints    ")):
        truth = np.asarray(image)
        L = colorizer.small_lightness(truth)
        height, width = L.shape[-2:]
        small = np.array(image.resize((width, height), Image.Resampling.BICUBIC))
        ab = rgb_to_lab(torch.from_numpy(small).permute(2, 0, 1) / 255)[1:]
        hint = torch.zeros(3, height, width)
        rng = np.random.default_rng(index)
        given = 0
        for count in HINTS:
            while given < count:
                top, left = (int(np.clip(rng.normal((n - 6) / 2, (n - 6) / 4), 0, n - 6)) for n in (height, width))
                hint[:2, top : top + 6, left : left + 6] = (
                    ab[:, top : top + 6, left : left + 6].mean(dim=(1, 2), keepdim=True) / AB_SCALE
                )
                hint[2, top : top + 6, left : left + 6] = 1
                given += 1
            result = join(truth, colorizer.chroma(L[None], hint[None])[0], guide=L)
            sums[count] += psnr(result, truth) / len(photos)
    return sums


def figures(rows: list[Row], curve: dict[int, float], seen: int, count: int) -> str:
    """The part of the model card between its marks."""
    floor, truth, *decodings = rows
    lines = [
        "<!-- figures: written by `python -m tests.measure.model ../shared/photos/validation.parquet` -->",
        f"{seen:,} samples seen in training. On {count:,} validation photographs at their own size: the grey photo has "
        f"{floor.gain:.2f} dB, the truth a colourfulness (Hasler and Suesstrunk, signed) of {truth.colourfulness:.1f}.",
        "",
        "| decoding | dB over grey | colourfulness | share of the truth's |",
        "|---|---:|---:|---:|",
    ]
    for row in decodings:
        share = row.colourfulness / truth.colourfulness
        lines.append(f"| {row.name} | {row.gain:+.2f} | {row.colourfulness:.1f} | {share:.0%} |")
    lines += [
        "",
        f"The last row is the shipped default. With it, on {HINT_PHOTOS} of the photographs, PSNR by number of hints "
        "(6 x 6 pixel patches):",
        "",
        "| hints | " + " | ".join(map(str, curve)) + " |",
        "|---|" + "---:|" * len(curve),
        "| dB | " + " | ".join(f"{value:.2f}" for value in curve.values()) + " |",
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
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else WEIGHTS)
