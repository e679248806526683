"""How well `colorizer.mounts` finds plain borders: real photographs on made mounts, and as they are; prints a table.

Usage: python -m docs.measure.mounts ../shared/photos/validation.parquet [COUNT]
"""

import io
import sys

import numpy as np
import pyarrow.parquet as pq
from PIL import Image
from scipy import ndimage

from colorizer.mounts import find

TONES = {
    "white": (245, 245, 243),
    "black": (12, 12, 12),
    "grey": (128, 128, 128),
    "light grey": (190, 190, 190),
    "brown": (96, 72, 52),
    "tan": (196, 170, 130),
    "cream": (236, 226, 200),
}


def mounted(photo, tone, rng, noise=3.0):
    """A grey photo on a mount with grain, uneven light and JPEG; and where it lies."""
    height, width = photo.shape[:2]
    top, bottom, left, right = (round(min(height, width) * share) for share in rng.uniform(0.03, 0.25, 4))
    sheet = np.empty((top + height + bottom, left + width + right, 3), np.float32)
    sheet[:] = tone
    fall = np.linspace(-1, 1, sheet.shape[1])[None, :, None] * rng.uniform(-6, 6)
    sheet += fall + rng.normal(0, noise, (*sheet.shape[:2], 1))
    sheet[top : top + height, left : left + width] = photo
    sheet = ndimage.gaussian_filter(sheet, (0.5, 0.5, 0))
    file = io.BytesIO()
    Image.fromarray(sheet.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return np.asarray(Image.open(file).convert("RGB")), (top, top + height, left, left + width)


def overlap(found, box):
    """Intersection over union."""
    if found is None:
        return 0.0
    rows = max(0, min(found[1], box[1]) - max(found[0], box[0]))
    columns = max(0, min(found[3], box[3]) - max(found[2], box[2]))
    areas = [(one[1] - one[0]) * (one[3] - one[2]) for one in (found, box)]
    return rows * columns / (sum(areas) - rows * columns)


def photographs(shard, count):
    """Grey photographs, uint8 (height, width, 3)."""
    contents = pq.read_table(shard, columns=["image"])["image"]
    for i in np.random.default_rng(0).permutation(len(contents))[:count]:
        grey = Image.open(io.BytesIO(contents[int(i)].as_py())).convert("L")
        grey = grey.resize((grey.width * 5, grey.height * 5), Image.Resampling.BICUBIC)
        yield np.repeat(np.asarray(grey)[..., None], 3, axis=2)


def main(shard: str, count: int = 100) -> None:
    """Share of photos found on each mount, and of borders seen where there are none."""
    rng = np.random.default_rng(1)
    scores: dict[str, list[float]] = {name: [] for name in TONES}
    seen = 0
    for photo in photographs(shard, count):
        seen += find(photo) is not None
        for name, tone in TONES.items():
            scores[name].append(overlap(*_found(mounted(photo, tone, rng))))
    for name, values in scores.items():
        print(f"| {name} | {np.mean(np.array(values) > 0.96):.3f} |")  # noqa: T201 - a program's output
    print(f"| none | {seen / count:.3f} |")  # noqa: T201


def _found(made):
    sheet, box = made
    return find(sheet), box


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
