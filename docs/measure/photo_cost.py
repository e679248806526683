"""Processor time and peak memory of one photo, each in a process of its own; writes docs/performance.md.

Usage: python -m docs.measure.photo_cost
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data as samples

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/performance.md"
SIZES = ((500, 500), (1500, 1000), (4000, 3000), (7000, 7000), (65_500, 760), (12_000, 9_600))


def one(width: int, height: int) -> str:
    """Decode, colour and encode one photo of that size, twice; the second time is the one that counts."""
    from colorizer.model import Colorizer
    from colorizer.photo import decode, encode_jpeg

    started = time.process_time()
    colorizer = Colorizer.load(device="cpu")
    loading = time.process_time() - started
    data = _photo(width, height)
    times = np.zeros((2 if width * height < 20_000_000 else 1, 3))
    for run in times:
        marks = [time.process_time()]
        pixels = decode(data, max_pixels=200_000_000).pixels
        marks.append(time.process_time())
        coloured = colorizer.colorize(pixels)
        marks.append(time.process_time())
        encode_jpeg(coloured)
        marks.append(time.process_time())
        run[:] = np.diff(marks)
        del pixels, coloured
    decoding, colouring, encoding = times[-1]
    return (
        f"| {width:,} x {height:,} | {decoding:.2f} | {colouring:.2f} | {encoding:.2f} | {times[-1].sum():.2f} "
        f"| {_peak():,.0f} | {loading:.1f} |"
    )


def command(kind: str) -> str:
    """`colorizer colorize` on a scan of 115 megapixels."""
    from typer.testing import CliRunner

    from colorizer.cli import app

    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder, "scan")
        subprocess.run([sys.executable, "-m", "docs.measure.photo_cost", "scan", kind, str(scan)], check=True, cwd=ROOT)
        size = scan.stat().st_size / 1e6
        started = time.process_time()
        result = CliRunner().invoke(app, ["colorize", str(scan), "--out", f"{folder}/out"])
        seconds = time.process_time() - started
    if result.exit_code:
        raise SystemExit(result.output)
    return f"| {kind} | {size:,.0f} | {seconds:.0f} | {_peak():,.0f} |"


def scan(kind: str, path: Path) -> None:
    """Write a scan of 115 megapixels; in a process of its own, since that takes memory too."""
    import tifffile

    grey = np.asarray(Image.fromarray(samples.camera()).resize((12_000, 9_600)))
    if kind == "JPEG, grey":
        Image.fromarray(grey).save(path, "JPEG", quality=90)
    elif kind == "JPEG, RGB":
        Image.fromarray(np.repeat(grey[..., None], 3, axis=2)).save(path, "JPEG", quality=90)
    elif kind == "PNG, grey":
        Image.fromarray(grey).save(path, "PNG", compress_level=1)
    else:
        deep = grey.astype(np.uint16) * 257
        deep = deep if "grey" in kind else np.repeat(deep[..., None], 3, axis=2)
        tifffile.imwrite(path, deep, photometric="minisblack" if "grey" in kind else "rgb")


SCANS = ("JPEG, grey", "JPEG, RGB", "PNG, grey", "TIFF, grey, 16 bits", "TIFF, RGB, 16 bits")


def hostile() -> str:
    """What pictures cost that were made to stop a bot, in the process that decodes them."""
    import psutil

    from colorizer.photo import IsolatedDecoder, PhotoError
    from tests import hostile

    cases = {
        "JPEG of 2,000 empty scans": lambda: hostile.empty_scans(2000),
        "JPEG of 90 empty scans": lambda: hostile.empty_scans(90),
        "JPEG, progressive, of 49 megapixels": lambda: hostile.plain_jpeg(7000, 7000, progressive=True),
        "JPEG of 65,500 x 760": lambda: hostile.plain_jpeg(65_500, 760),
        "PNG of 1 x 49,999,999": hostile.thin_png,
        "TIFF of a strip for each row": hostile.many_strips,
    }
    rows, small = [], hostile.plain_jpeg(64, 64)
    for name, make in cases.items():
        data = make()
        with IsolatedDecoder() as decoder:
            decoder.decode(small)
            process = psutil.Process(decoder.pid)
            before = sum(process.cpu_times()[:2])
            try:
                said = "{} x {}".format(*decoder.decode(data).size)
            except PhotoError as error:
                said = type(error).__name__
            seconds = sum(process.cpu_times()[:2]) - before
            peak = int(Path(f"/proc/{process.pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
        rows.append(f"| {name} | {len(data) / 1000:,.0f} | {said} | {seconds:.1f} | {peak:,.0f} |")
    return "\n".join(rows)


def _photo(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(samples.camera()).resize((width, height)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main() -> None:
    """One process for each row."""

    def child(*arguments: str) -> str:
        program = [sys.executable, "-m", "docs.measure.photo_cost", *arguments]
        one_core = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT, env=one_core)
        print(done.stdout.strip(), flush=True)  # noqa: T201 - so that one sees it going on
        return done.stdout.strip()

    sizes = "\n".join(child("one", str(width), str(height)) for width, height in SIZES)
    scans = "\n".join(child("command", kind) for kind in SCANS)
    PAGE.write_text(f"""# Time and memory of a photo

Written by `python -m docs.measure.photo_cost`. Seconds are those of the processor, on one core without a GPU, so that a
machine that does other things too gives the same; several cores need less time (docs/bench.md). Peak memory is that of
the whole process, Python and PyTorch included.

## The library

One grey JPEG with the packaged weights.

| pixels | decode | colour | encode | together | peak MiB | loading the model |
|---|---:|---:|---:|---:|---:|---:|
{sizes}

## `colorizer colorize` on a scan of 115 megapixels

| file | MB | seconds | peak MiB |
|---|---:|---:|---:|
{scans}

## Pictures made to stop a bot

The bot decodes in a process of its own. A picture gets 3 seconds of processor time and 0.4 for each megapixel, at most
15, three times that of elapsed time, and 1 GiB of memory; a side is at most 65,500 pixels, all of it at most
`fetch.max_pixels`. What goes beyond ends as `too_costly`, `too_many_pixels` or `codec_crashed`. Peak memory is that of
the decoding process; the pixels go on to the bot in shared memory, 3 bytes each.

| file | kB | gives | seconds | peak MiB |
|---|---:|---|---:|---:|
{child("hostile")}
""")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["one", width, height]:
            print(one(int(width), int(height)))  # noqa: T201
        case ["command", kind]:
            print(command(kind))  # noqa: T201
        case ["scan", kind, path]:
            scan(kind, Path(path))
        case ["hostile"]:
            print(hostile())  # noqa: T201
        case _:
            main()
