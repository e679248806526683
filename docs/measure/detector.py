"""Measure the detector on photographs it was not tuned on, and on drawings.

    python -m docs.measure.detector --photos ../shared/photos/validation.parquet

writes docs/detector.md and docs/detector.png. The sheet shows drawings and scikit-image's pictures only: the
validation photographs may not be redistributed. `--save FILE` keeps every verdict; `--before FILE` compares with
verdicts that an earlier judge gave on the same pictures, saved by this program in an older checkout.
"""

import argparse
import io
import json
import multiprocessing
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image, ImageDraw
from skimage import color, data

from bot.domain.verdict import Verdict
from bot.photos.detect import detect
from docs.measure.detector_pictures import (
    COLOUR,
    GREY,
    TINTED,
    grey_jpeg,
    hand_tinted,
    sepia,
    stained,
)
from docs.measure.drawings import DRAWINGS, drawing
from docs.measure.surroundings import COLOUR_PRINTS, PRINTS, UNSEEN

DOCS = Path(__file__).resolve().parents[2] / "docs"
VERDICTS = [verdict.value for verdict in Verdict]
NEUTRAL = 8.0
"""A photograph with |a| or |b| above this in at most 1 % of its pixels is grey itself, whatever the data set says."""
SKIMAGE = (
    "astronaut",
    "coffee",
    "chelsea",
    "rocket",
    "camera",
    "coins",
    "moon",
    "brick",
    "page",
    "text",
    "logo",
    "horse",
)

EARLIER = """
## Before and now, on the same pictures

Before: the judge that asked for chroma alone, and knew neither prints in a surrounding nor blotchy noise. Its verdicts
were kept by `--save` in an older checkout, and are compared by `--before`.

{}
"""

Row = tuple[str, str, str]
"""What happened to the picture, its true class, the verdict."""


def judged_photo(job: tuple[int, bytes]) -> tuple[bool, list[Row]]:
    """Verdicts over one photograph and everything done to it; and whether it was grey from the start."""
    seed, content = job
    random = np.random.default_rng(seed)
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    neutral = bool(np.percentile(np.abs(color.rgb2lab(pixels)[..., 1:]).max(axis=2), 99) <= NEUTRAL)
    rows = []
    kinds = (("grey", GREY), ("tinted", TINTED), ("grey print", PRINTS | UNSEEN), ("colour", COLOUR | COLOUR_PRINTS))
    for truth, changes in kinds:
        if truth == "colour" and neutral:
            continue
        rows += [(name, truth, detect(change(pixels, random)).verdict.value) for name, change in changes.items()]
    return neutral, rows


def judged_drawing(job: tuple[int, str]) -> Row:
    seed, name = job
    return name, "not_a_photo", detect(drawing(name, np.random.default_rng(seed))).verdict.value


def skimage_picture(name: str) -> np.ndarray:
    pixels = np.asarray(getattr(data, name)())
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * 255
    return pixels[..., :3] if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def rates(counts: Counter[tuple[str, str]], colours: float = 1.0) -> tuple[float, float]:
    """Recall and precision of "grey or tinted" against "colour", colour pictures counting `colours` times.

    A photo taken for a drawing counts as missed.
    """
    wanted = [counts[truth, verdict] for truth in ("grey", "tinted") for verdict in VERDICTS]
    found = sum(counts[truth, verdict] for truth in ("grey", "tinted") for verdict in ("grey", "tinted"))
    wrong = colours * (counts["colour", "grey"] + counts["colour", "tinted"])
    return found / sum(wanted), found / (found + wrong)


def table(rows: list[Row]) -> str:
    lines = [
        "| picture | truth | n | " + " | ".join(VERDICTS) + " | right |",
        "|---|---|---|" + "---|" * (len(VERDICTS) + 1),
    ]
    for name, truth in dict.fromkeys((name, truth) for name, truth, _ in rows):
        seen = Counter(verdict for n, t, verdict in rows if (n, t) == (name, truth))
        total = sum(seen.values())
        share = sum(seen[verdict] for verdict in right(truth)) / total
        cells = " | ".join(str(seen[verdict]) for verdict in VERDICTS)
        lines.append(f"| {name} | {truth} | {total} | {cells} | {share:.3f} |")
    return "\n".join(lines)


def compared(before: Sequence[Row], after: Sequence[Row]) -> str:
    """Shares of right verdicts on the same pictures, by an earlier judge and by this one."""
    shares: list[dict[tuple[str, str], float]] = []
    for rows in (before, after):
        shares.append({})
        for name, truth in dict.fromkeys((name, truth) for name, truth, _ in rows):
            seen = [verdict for n, t, verdict in rows if (n, t) == (name, truth)]
            shares[-1][name, truth] = sum(verdict in right(truth) for verdict in seen) / len(seen)
    lines = [
        f"| {name} | {truth} | {shares[0][name, truth]:.3f} | {share:.3f} |"
        for (name, truth), share in shares[1].items()
        if (name, truth) in shares[0]
    ]
    return "\n".join(["| picture | truth | before | now |", "|---|---|---|---|", *lines])


def right(truth: str) -> tuple[str, ...]:
    """The verdicts that are right. A tint can be too weak to name; what matters is that the photo is coloured."""
    return ("grey", "tinted") if truth in ("grey", "tinted", "grey print") else (truth,)


def report(photos: list[tuple[bool, list[Row]]], drawings: list[Row], source: str, before: Sequence[Row] = ()) -> str:
    every = [row for _, some in photos for row in some]
    prints = [row for row in every if row[1] == "grey print" or row[0] in COLOUR_PRINTS]
    found = sum(verdict in ("grey", "tinted") for _, truth, verdict in prints if truth == "grey print")
    rows = [row for row in every if row not in set(prints)]
    counts = Counter((truth, verdict) for _, truth, verdict in rows)
    plain = Counter(
        (truth, verdict) for name, truth, verdict in rows if truth != "colour" or name == "colour, as it is"
    )
    greys = sum(counts[truth, verdict] for truth in ("grey", "tinted") for verdict in VERDICTS)
    even = greys / sum(counts["colour", verdict] for verdict in VERDICTS)
    even_plain = greys / sum(plain["colour", verdict] for verdict in VERDICTS)
    drawn = Counter(verdict for _, _, verdict in drawings)
    lost = sum(counts[truth, "not_a_photo"] for truth in ("grey", "tinted", "colour"))
    figures = "\n".join(
        f"| {name} | {recall:.4f} | {precision:.4f} |"
        for name, (recall, precision) in (
            ("all pictures of the table", rates(counts)),
            ("the same, classes weighted evenly", rates(counts, even)),
            ("colour photographs as they are only", rates(plain)),
            ("the same, classes weighted evenly", rates(plain, even_plain)),
        )
    )
    earlier = EARLIER.format(compared(before, every + drawings)) if before else ""
    return f"""# How well the detector judges

Written by this command; do not edit by hand:

    python -m docs.measure.detector --photos {source}{" --count " + str(len(photos)) if len(photos) < 2000 else ""}

{len(photos)} photographs that played no part in tuning, each as it is and changed in every way of
`docs/measure/detector_pictures.py`; {len(drawings)} generated drawings. {sum(neutral for neutral, _ in photos)}
photographs are neutral themselves (99 % of their pixels have |a| and |b| of at most {NEUTRAL:g}) and are left out of
the colour rows. Photographs of one hue, such as old sepia prints among the data, count as colour.

Grey or tinted against colour:

| over | recall | precision |
|---|---|---|
{figures}

Drawings found: {drawn["not_a_photo"] / len(drawings):.4f}. Photos taken for drawings: {lost / len(rows):.4f}.

"Right" counts grey and tinted as one: both are coloured.

{table(rows + drawings)}

## Prints in a coloured surrounding, and noise

Grey and toned prints, and what a phone or a scan adds to one (`docs/measure/surroundings.py`); so many of them are
coloured: {found / sum(truth == "grey print" for _, truth, _ in prints):.4f}. Constants were fitted on these kinds too,
made of other photographs; "before a scene" played no part in that.

{table(prints)}
{earlier}
`detector.png` shows verdicts on scikit-image's pictures and on drawings; a red rim marks a misjudged one.
"""


def sheet() -> Image.Image:
    """Verdicts on pictures that may be shown, with a red rim where they are wrong."""
    random = np.random.default_rng(3)
    shown: list[tuple[np.ndarray, tuple[str, ...]]] = []
    for name in SKIMAGE:
        pixels = skimage_picture(name)
        truth = {"logo": "not_a_photo", "horse": "not_a_photo", "brick": "grey"}.get(name)
        colourful = bool(np.ptp(pixels.astype(int), axis=2).max() > 20)
        shown.append((pixels, (truth or ("colour" if colourful else "grey"),)))
        if colourful and truth is None:
            shown += [(grey_jpeg(pixels, random), ("grey",)), (hand_tinted(pixels, random), ("colour",))]
            shown += [(change(pixels, random), ("tinted", "grey")) for change in (sepia, stained)]
    for name in DRAWINGS:
        drawn = [drawing(name, random) for _ in range(40)]
        missed = [pixels for pixels in drawn if detect(pixels).verdict is not Verdict.NOT_A_PHOTO]
        shown += [(pixels, ("not_a_photo",)) for pixels in (drawn[:2] + missed[:1])]
    columns, width, height = 9, 150, 168
    page = Image.new("RGB", (columns * width, -(-len(shown) // columns) * height), "white")
    draw = ImageDraw.Draw(page)
    for index, (pixels, truths) in enumerate(shown):
        verdict = detect(pixels).verdict.value
        x, y = index % columns * width, index // columns * height
        image = Image.fromarray(np.ascontiguousarray(pixels))
        image.thumbnail((width - 12, height - 26))
        rim = "#c8c8c8" if verdict in truths else "#e00000"
        draw.rectangle((x + 2, y + 2, x + image.width + 9, y + image.height + 9), fill=rim)
        page.paste(image, (x + 6, y + 6))
        draw.text((x + 6, y + height - 15), verdict, fill="black")
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--count", type=int, help="only the first so many photographs")
    parser.add_argument("--drawings", type=int, default=100, help="of each kind")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--save", type=Path, help="keep all verdicts in this JSON file, and write no document")
    parser.add_argument("--before", type=Path, help="verdicts of an earlier judge, kept by --save")
    given = parser.parse_args()
    contents = pq.read_table(given.photos, columns=["image"])["image"].to_pylist()[: given.count]
    names = [name for name in DRAWINGS for _ in range(given.drawings)]
    with multiprocessing.Pool(given.processes) as pool:
        photos = pool.map(judged_photo, list(enumerate(contents)), chunksize=20)
        drawings = pool.map(judged_drawing, list(enumerate(names, 1_000_000)), chunksize=20)
    if given.save:
        given.save.write_text(json.dumps([row for _, rows in photos for row in rows] + drawings))
        return
    earlier = json.loads(given.before.read_text()) if given.before else []
    before = [(name, truth, verdict) for name, truth, verdict in earlier]
    DOCS.mkdir(exist_ok=True)
    (DOCS / "detector.md").write_text(report(photos, drawings, str(given.photos), before), encoding="utf-8")
    sheet().save(DOCS / "detector.png", optimize=True)


if __name__ == "__main__":
    main()
