"""A whole photograph: JPEG in, JPEG out; and what the first one costs in a fresh process."""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage import data as samples

from colorizer.bench.networks import MODELS, candidate
from colorizer.bench.turns import Progress, median, take_turns
from colorizer.model import Colorizer
from colorizer.photo import decode, encode_jpeg
from colorizer.upsample import join

TWELVE_MEGAPIXELS = 4000, 3000
"""Width and height."""


@dataclass(frozen=True)
class Whole:
    """Milliseconds for a photo from JPEG to JPEG: medians of the whole and, measured apart, of each part.

    small: the copy that the network sees. network: prediction and decoding of its colours. joining: enlarging them
    and joining them with the photo's own L. several: per photo where `workers` are worked on at once.
    """

    model: str
    pixels: int
    workers: int
    together: float
    decoding: float
    small: float
    network: float
    joining: float
    encoding: float
    several: float


@dataclass(frozen=True)
class Start:
    """A fresh process, in seconds and MiB: importing, loading, the first photo (512 x 512), all from its start.

    peak_small, peak_large: largest memory of the process until then, and until a photo of 12 megapixels was done.
    """

    model: str
    importing: float
    loading: float
    first: float
    together: float
    peak_small: float
    peak_large: float


def jpeg(width: int, height: int) -> bytes:
    """A grey photograph with film grain: without grain an enlarged picture would cost too little to decode."""
    grey = Image.fromarray(samples.astronaut()).convert("L").resize((width, height), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(0).normal(0, 4, (height, width)).astype(np.float32)
    pixels = np.clip(np.asarray(grey) + grain, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def colorizer_of(model: str, device: str = "cpu") -> Colorizer:
    """As `Colorizer.load` makes it, with random weights where there are none."""
    network, architecture, rebalancing, decoding = candidate(model)[0]
    where = torch.device(device)
    return Colorizer(
        network, architecture=architecture, device=where, trained_rebalancing=rebalancing, decoding=decoding
    )


def measure_whole(
    models: Sequence[str] = MODELS,
    *,
    size: tuple[int, int] = TWELVE_MEGAPIXELS,
    rounds: int = 5,
    progress: Progress,
) -> list[Whole]:
    """A photo of that width and height, end to end, each model in turns."""
    data = jpeg(*size)
    pixels = decode(data).pixels
    workers = torch.get_num_threads()
    turns: dict[tuple[str, str], Callable[[], object]] = {("", "decoding"): partial(decode, data)}
    for model in models:
        progress(f"preparing {model}")
        colorizer = colorizer_of(model)
        coloured, L = colorizer.colorize(pixels), colorizer.small_lightness(pixels)
        ab = colorizer.chroma(L[None])[0]
        turns |= {
            (model, "together"): partial(one, colorizer, data),
            (model, "small"): partial(colorizer.small_lightness, pixels),
            (model, "network"): partial(colorizer.chroma, L[None]),
            (model, "joining"): partial(join, pixels, ab, guide=L, detail=torch.ones_like(ab[:1])),
            (model, "encoding"): partial(encode_jpeg, coloured),
            (model, "several"): partial(overlapped, colorizer, [data] * 2 * workers, workers),
        }
    ms = {name: 1000 * median(values) for name, values in take_turns(turns, rounds, progress).items()}
    parts = "together", "small", "network", "joining", "encoding"
    return [
        Whole(
            model,
            size[0] * size[1],
            workers,
            decoding=ms["", "decoding"],
            several=ms[model, "several"] / (2 * workers),
            **{part: ms[model, part] for part in parts},
        )
        for model in models
    ]


def one(colorizer: Colorizer, data: bytes) -> bytes:
    """A JPEG in colour."""
    return encode_jpeg(colorizer.colorize(decode(data).pixels))


def overlapped(colorizer: Colorizer, photos: Sequence[bytes], workers: int) -> list[bytes]:
    """JPEGs in colour, `workers` at a time: while one is decoded, others are in the network or being encoded."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the photos share the cores, not the parts of one photo
    try:
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(partial(one, colorizer), photos))
    finally:
        torch.set_num_threads(threads)


def measure_starts(
    models: Sequence[str] = MODELS,
    *,
    large: tuple[int, int] = TWELVE_MEGAPIXELS,
    rounds: int = 3,
    progress: Progress,
) -> list[Start]:
    """Cold start and peak memory: each time a process of its own, in turns. The files are in the system's cache."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "small.jpg").write_bytes(jpeg(512, 512))
        (folder / "large.jpg").write_bytes(jpeg(*large))
        for model in models:
            loaded, real = candidate(model)
            if not real:
                torch.save(loaded.network.state_dict(), folder / f"{model}.pth")
        found: dict[str, list[Start]] = {model: [] for model in models}
        starts = {model: lambda model=model: found[model].append(_start(model, folder)) for model in models}
        take_turns(starts, rounds, progress)
    fields = [name for name in asdict(found[models[0]][0]) if name != "model"]
    return [
        Start(model, **{name: median([getattr(start, name) for start in starts]) for name in fields})
        for model, starts in found.items()
    ]


def _start(model: str, folder: Path) -> Start:
    command = [sys.executable, "-m", "colorizer.bench.child", model, str(time.time()), str(folder)]
    environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)  # noqa: S603 - ourselves
    return Start(model, **json.loads(result.stdout))
