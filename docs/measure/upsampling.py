"""Measures how well enlarged chroma follows the edges of the photo, and draws a sheet of it into docs/.

Usage: python -m docs.measure.upsampling
The true chroma of public photographs (scikit-image's) is reduced to what the network gives and enlarged again, guided
by the photo's L and plainly: what differs from the truth then is the enlarging alone.
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from skimage import data as samples
from skimage.filters import sobel
from torch.nn import functional as F

from colorizer.architectures import architecture
from colorizer.lab import rgb_to_lab
from colorizer.upsample import join

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/upsampling.md"
CROPS = {"astronaut": (20, 150, 160), "coffee": (60, 180, 160), "rocket": (150, 200, 160), "cat": (60, 60, 160)}
EDGE = 4  # pixels beside an edge of L that still belong to it


def lab_of(pixels: np.ndarray) -> torch.Tensor:
    """Lab (3, H, W) of uint8 pixels."""
    return rgb_to_lab(torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1))


def enlarged(photo: np.ndarray) -> dict[str, np.ndarray]:
    """The photo with its true chroma, and with that reduced to a quarter of the network's copy and enlarged again."""
    size = architecture("compact").input_size(*photo.shape[:2])
    lab = lab_of(np.asarray(Image.fromarray(photo).resize(size[::-1], Image.Resampling.BICUBIC, reducing_gap=3)))
    small = F.avg_pool2d(lab[None, 1:], 4)[0]
    return {
        "plain": join(photo, small),
        "guided": join(photo, small, guide=lab[:1]),
        "detailed": join(photo, small, guide=lab[:1], detail=torch.ones(1, *small.shape[1:])),
        "truth": photo,
    }


def figures(results: dict[str, np.ndarray]) -> dict[str, tuple[float, float, float]]:
    """For each result: alignment, mean ab error within EDGE pixels of the edges of L, and over all of it.

    Alignment is the correlation, over all pixels, of the gradient's size in L with that in ab (Sobel).
    """
    truth = lab_of(results["truth"]).numpy()
    edges = sobel(truth[0])
    near = ndimage.binary_dilation(edges > np.quantile(edges, 0.9), iterations=EDGE)
    found = {}
    for name, pixels in results.items():
        ab = lab_of(pixels).numpy()[1:]
        chroma_edges = np.hypot(sobel(ab[0]), sobel(ab[1]))
        error = np.hypot(*(ab - truth[1:]))
        alignment = np.corrcoef(edges.ravel(), chroma_edges.ravel())[0, 1]
        found[name] = (float(alignment), float(error[near].mean()), float(error.mean()))
    return found


def main() -> None:
    """Table into docs/upsampling.md, sheet into docs/upsampling.png."""
    table, rows = {}, []
    for name, (top, left, side) in CROPS.items():
        results = enlarged(np.ascontiguousarray(getattr(samples, name)()[..., :3]))
        table[name] = figures(results)
        crops = [results[kind][top : top + side, left : left + side] for kind in results]
        rows.append(np.concatenate([np.kron(crop, np.ones((2, 2, 1), np.uint8)) for crop in crops], axis=1))
    Image.fromarray(np.concatenate(rows)).save(ROOT / "docs/upsampling.png")
    mean = {kind: np.mean([table[name][kind] for name in table], axis=0) for kind in results}
    lines = [
        "# How chroma is enlarged",
        "",
        "The network gives chroma at a quarter of its small copy. Enlarged plainly it bleeds over edges; the fast",
        "guided filter (He and Sun 2015) makes it follow the edges of the photo's own L. What it smooths away at the",
        "small size can be put back; `Colorizer` does so as far as the network, or a hint, is sure of its colour.",
        "Here the *true* chroma of four public photographs was reduced to the network's size and enlarged again.",
        "",
        "Written by `python -m docs.measure.upsampling`. Alignment is the correlation of the gradients' sizes (Sobel)",
        f"in L and in ab; edges are the strongest tenth of the gradients of L and {EDGE} pixels around them.",
        "",
        "| chroma | alignment with L | ab error at edges | ab error overall |",
        "|---|---:|---:|---:|",
    ]
    titles = {
        "plain": "enlarged plainly (bicubic)",
        "guided": "guided by L",
        "detailed": "guided by L, detail put back",
        "truth": "true",
    }
    lines += [f"| {titles[kind]} | {a:.2f} | {e:.2f} | {o:.2f} |" for kind, (a, e, o) in mean.items()]
    lines += ["", "![Plain, guided, guided with its detail, true](upsampling.png)", ""]
    PAGE.write_text("\n".join(lines))
    print(PAGE.read_text())  # noqa: T201 - a program's output


if __name__ == "__main__":
    main()
