"""Measures how steady `colorizer film` is, and how quick, and draws contact sheets of it into docs/.

Usage: python -m docs.measure.films ../shared/photos/validation.parquet
Clips with known colours are made by moving a camera over photographs: those that scikit-image ships, and the largest of
the shard. Each is turned grey, coloured by `--steady none`, `mean` and `flow`, and compared with itself in colour.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pyarrow.parquet as pq
from PIL import Image
from skimage import data as samples

from colorizer.evaluation.metrics import colourfulness, psnr
from colorizer.film import Wishes, colour_film, flow
from colorizer.model import Colorizer
from docs.measure.fresh import note

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/film.md"
FRAMES, SIZE = 24, (320, 240)
WAYS = {"none": "each frame for itself", "mean": "mean over five frames", "flow": "`colorizer film`"}


def photographs(shard: Path, count: int) -> dict[str, np.ndarray]:
    """Three photographs that a package ships, and the largest of the shard."""
    found = {name: getattr(samples, name)()[..., :3] for name in ("astronaut", "coffee", "rocket")}
    table = pq.read_table(shard, columns=["image", "width", "height"])
    area = np.array(table["width"]) * np.array(table["height"])
    for i in np.argsort(-area, kind="stable")[: count * 7 : 7]:
        found[f"photograph {i}"] = np.asarray(Image.open(io.BytesIO(table["image"][int(i)].as_py())).convert("RGB"))
    return found


def moved(photo: np.ndarray, count: int, size: tuple[int, int], seed: int) -> list[np.ndarray]:
    """Views of a photo as a camera sees them that moves, nears and turns a little."""
    rng = np.random.default_rng(seed)
    width, height = size
    fit = min(photo.shape[1] / width, photo.shape[0] / height)
    start, end = rng.uniform(0.62, 0.78, 2) * fit
    free = [photo.shape[1] - max(start, end) * width * 1.05, photo.shape[0] - max(start, end) * height * 1.05]
    travel = rng.choice([-1, 1], 2) * np.array(free) * rng.uniform(0.3, 0.45, 2)
    turn = rng.uniform(-3, 3)
    views = []
    for k in range(count):
        at = k / max(1, count - 1)
        scale, angle = start + (end - start) * at, np.deg2rad(turn * (at - 0.5))
        cos, sin = scale * np.cos(angle), scale * np.sin(angle)
        x, y = np.array(photo.shape[1::-1]) / 2 + travel * (at - 0.5)
        matrix = np.array(
            [[cos, -sin, x - cos * width / 2 + sin * height / 2], [sin, cos, y - sin * width / 2 - cos * height / 2]]
        )
        flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP if scale > 1 else cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        views.append(cv2.warpAffine(photo, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT))
    return views


def write(path: Path, views: list[np.ndarray], repeats: int = 1, *, grey: bool = True) -> Path:
    """The views as a film that is seen forwards and backwards: in grey, or in colour as results are written."""
    with av.open(str(path), "w") as container:
        options = {"crf": "12" if grey else "18", "preset": "veryfast", "bf": "0"}
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.height, stream.width = views[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for turn in range(repeats):
            for view in views if turn % 2 == 0 else views[::-1]:
                shown = Image.fromarray(view).convert("L").convert("RGB") if grey else view
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), "rgb24")
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def read(path: Path) -> list[np.ndarray]:
    """The frames, uint8 (height, width, 3)."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def cdc(frames: list[np.ndarray]) -> float:
    """Colour distribution consistency (github.com/yyang181/colormnet, evaluation_matrics/cdc.py)."""
    shares = np.array(
        [[np.bincount(f[..., c].ravel(), minlength=256) / f[..., c].size for c in range(3)] for f in frames]
    )

    def divergence(p: np.ndarray, q: np.ndarray) -> np.ndarray:
        middle = (p + q) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            both = [np.where(one > 0, one * np.log(one / middle), 0).sum(axis=-1) for one in (p, q)]
        return (both[0] + both[1]) / 2

    return float(np.mean([divergence(shares[:-d], shares[d:]).mean() for d in (1, 2, 4)]))


def flows(truth: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """From each frame but the last to the next: the flow, and where it is not occluded.

    As in github.com/phoenix104104/fast_blind_video_consistency, with DIS flow on the true clip.
    """
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in truth]
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    found = []
    for one, other in pairwise(grey):
        on, back = (dis.calc(*pair, None).astype(np.float32) for pair in ((one, other), (other, one)))
        returning = flow.warped(back, on)
        squares = (on**2).sum(2), (returning**2).sum(2)
        occluded = ((on + returning) ** 2).sum(2) > 0.01 * sum(squares) + 0.5
        slope = sum(np.gradient(on[..., c], axis=a) ** 2 for c in range(2) for a in range(2))
        found.append((on, ~(occluded | (slope > 0.01 * squares[0] + 0.002))))
    return found


def warp_error(frames: list[np.ndarray], ways: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Mean squared difference of each frame to the next one warped to it, in 0..1, where nothing is occluded."""
    errors = []
    for one, other, (on, seen) in zip(frames, frames[1:], ways, strict=False):
        error = ((flow.warped(other.astype(np.float32), on) - one) ** 2).sum(2) / 255**2
        errors.append((error * seen).sum() / max(1, seen.sum()))
    return float(np.mean(errors))


def figures(frames: list[np.ndarray], truth: list[np.ndarray], ways: list) -> np.ndarray:
    """CDC, warp error, PSNR and colourfulness."""
    quality = np.mean([psnr(one, other) for one, other in zip(frames, truth, strict=True)])
    return np.array([cdc(frames), warp_error(frames, ways), quality, np.mean([colourfulness(f) for f in frames])])


def measure(model: Colorizer, photos: dict[str, np.ndarray], folder: Path) -> tuple[dict[str, np.ndarray], Image.Image]:
    """The mean figures of each way, and a sheet: for each of some clips per-frame colours above steady ones."""
    sums: dict[str, list[np.ndarray]] = {name: [] for name in ("truth", *WAYS)}
    sheet = []
    for number, (name, photo) in enumerate(photos.items()):
        truth = moved(photo, FRAMES, SIZE, number)
        source = write(folder / f"{number}.mkv", truth)
        ways = flows(truth)
        sums["truth"].append(figures(read(write(folder / "truth.mkv", truth, grey=False)), truth, ways))
        rows = {}
        for way in WAYS:
            colour_film(model, source, folder / f"{number}-{way}.mkv", Wishes(steady=way))
            rows[way] = read(folder / f"{number}-{way}.mkv")
            sums[way].append(figures(rows[way], truth, ways))
        print(name, {way: values[-1].round(5).tolist() for way, values in sums.items()}, flush=True)  # noqa: T201
        for way in ("none", "flow") if number < 4 else ():
            shown = [Image.fromarray(frame).resize((160, 120)) for frame in rows[way][:: FRAMES // 8]]
            sheet.append(np.concatenate([np.asarray(one) for one in shown], axis=1))
    return {way: np.mean(values, axis=0) for way, values in sums.items()}, Image.fromarray(np.concatenate(sheet))


COMMAND = "from colorizer.cli import app; app()"


def cost(source: Path, out: Path) -> tuple[float, float, float]:
    """Seconds and processor seconds of the command, in a process of its own, and its peak memory in MiB."""
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "film", str(source), str(out), "--overwrite"],
        env={**os.environ, "OMP_NUM_THREADS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise RuntimeError(f"the command failed: {status}")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main(shard: Path) -> None:
    """The table into docs/film.md, the sheet into docs/film.jpg."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        mean, sheet = measure(Colorizer.load(device="cpu"), photographs(shard, 3), folder)
        sheet.save(ROOT / "docs/film.jpg", quality=85)
        note(ROOT / "docs/film.jpg")
        views = moved(samples.astronaut(), 60, (854, 480), 7)
        loads, costs = [], {}
        for length in (60, 240):
            source = write(folder / "long.mkv", views, repeats=length // 60)
            costs[length] = cost(source, folder / "long-out.mkv")
            loads.append(os.getloadavg()[0])
    lines = ["| colours | CDC | warp error | PSNR | colourfulness |", "|---|---:|---:|---:|---:|"]
    for name, title in {"truth": "the true clip, written the same way", **WAYS}.items():
        consistency, error, quality, colour = mean[name]
        lines.append(f"| {title} | {consistency:.5f} | {error:.5f} | {quality:.1f} | {colour:.1f} |")
    lines += ["", "| frames of 854 x 480 | seconds | frames/s | processor seconds a frame | peak memory, MiB |"]
    lines += ["|---:|---:|---:|---:|---:|"]
    for length, (seconds, used, memory) in costs.items():
        lines.append(f"| {length} | {seconds:.0f} | {length / seconds:.1f} | {used / length:.3f} | {memory:.0f} |")
    more = [b - a for a, b in zip(costs[60], costs[240], strict=True)]
    lines += [
        "",
        f"Beyond start and model {180 / more[0]:.1f} frames a second and {more[1] / 180:.3f} processor seconds a "
        f"frame. Load average of the {os.cpu_count()} cores after each: {', '.join(f'{load:.1f}' for load in loads)}.",
    ]
    before, _, rest = PAGE.read_text().partition("<!-- figures -->\n")
    _, _, after = rest.partition("<!-- end of figures -->")
    PAGE.write_text(f"{before}<!-- figures -->\n" + "\n".join(lines) + f"\n<!-- end of figures -->{after}")
    print("\n".join(lines))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
