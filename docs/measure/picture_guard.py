"""What the picture guard takes ordinary photographs for.

    python -m docs.measure.picture_guard --photos ../shared/photos/validation.parquet --count 500

writes docs/picture-guard.md. The photographs are of everyday scenes, looked at as they are and without colour, as the
bot sees most of them. How many NSFW pictures it finds is not measured here: the project has none.
"""

import argparse
import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from bot.photos.picture_guard import PictureGuard

PAGE = Path(__file__).resolve().parents[1] / "picture-guard.md"
THRESHOLDS = (0.2, 0.5, 0.6, 0.7, 0.8, 0.9)


def rows(photos, count):
    """How many there are, and a row for each threshold: how many have that score or more, in colour and grey."""
    batch = next(pq.ParquetFile(photos).iter_batches(count, columns=["image"])).to_pydict()["image"]
    guard, scores = PictureGuard(0.5), {"colour": [], "grey": []}
    for stored in batch:
        photo = Image.open(io.BytesIO(stored["bytes"] if isinstance(stored, dict) else stored)).convert("RGB")
        for name, mode in (("colour", "RGB"), ("grey", "L")):
            scores[name].append(guard.score(np.asarray(photo.convert(mode).convert("RGB"))))
    lines = [
        f"| {least} | {sum(one >= least for one in scores['grey'])} | {sum(one >= least for one in scores['colour'])} |"
        for least in THRESHOLDS
    ]
    return len(batch), lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--count", type=int, default=500)
    asked = parser.parse_args()
    count, lines = rows(asked.photos, asked.count)
    head, _, tail = PAGE.read_text().partition("<!-- measured -->\n")
    tail = tail.partition("<!-- end of measured -->")[2]
    table = "| `unsafe_above` | left alone without colour | left alone in colour |\n|---:|---:|---:|\n" + "\n".join(
        lines
    )
    said = f"Of {count:,} photographs of everyday scenes:"
    PAGE.write_text(f"{head}<!-- measured -->\n{said}\n\n{table}\n<!-- end of measured -->{tail}")


if __name__ == "__main__":
    main()
