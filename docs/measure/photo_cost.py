"""Seconds and peak memory of one photo, each size in a process of its own; writes docs/performance.md.

Usage: python -m docs.measure.photo_cost
"""

import io
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data as samples

SIZES = ((500, 500), (1500, 1000), (4000, 3000))
PAGE = Path(__file__).parents[2] / "docs/performance.md"


def one(width: int, height: int) -> str:
    """Colour one photo of that size, twice; the second time is the one that counts."""
    from colorizer.model import Colorizer
    from colorizer.photo import decode, encode_jpeg

    started = time.monotonic()
    colorizer = Colorizer.load(device="cpu")
    loading = time.monotonic() - started
    buffer = io.BytesIO()
    Image.fromarray(samples.astronaut()).convert("L").resize((width, height)).save(buffer, "JPEG", quality=90)
    times = np.zeros((2, 3))
    for run in times:
        marks = [time.monotonic()]
        pixels = decode(buffer.getvalue()).pixels
        marks.append(time.monotonic())
        coloured = colorizer.colorize(pixels)
        marks.append(time.monotonic())
        encode_jpeg(coloured)
        marks.append(time.monotonic())
        run[:] = np.diff(marks)
    decoding, colouring, encoding = times[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return (
        f"| {width} x {height} | {decoding:.2f} | {colouring:.2f} | {encoding:.2f} | {times[1].sum():.2f} "
        f"| {peak:,.0f} | {loading:.1f} |"
    )


def main() -> None:
    """One process for each size."""
    rows = [
        subprocess.run(
            [sys.executable, "-m", "docs.measure.photo_cost", str(width), str(height)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        ).stdout.strip()
        for width, height in SIZES
    ]
    text = f"""# Time and memory of a photo

Written by `python -m docs.measure.photo_cost`, on {os.cpu_count()} CPU cores without a GPU. Seconds for one grey
JPEG with the packaged weights; peak memory is that of the whole process, Python and PyTorch included.

| pixels | decode | colour | encode | together | peak MiB | loading the model |
|---|---:|---:|---:|---:|---:|---:|
""" + "\n".join(rows)
    PAGE.write_text(text + "\n")
    print(text)  # noqa: T201 - a program's output


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(one(int(sys.argv[1]), int(sys.argv[2])))  # noqa: T201
    else:
        main()
