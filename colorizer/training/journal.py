"""What a run says of itself while it goes: scalars for a spreadsheet and for TensorBoard, sample sheets."""

import csv
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from colorizer.lab import lab_to_rgb, rgb_to_lab, shrink_to_gamut
from colorizer.networks import Network
from colorizer.training.objective import Objective
from colorizer.training.photos import PhotoSet, square


class Scalars:
    """Appends rows to CSV files, each of which reaches the disk, and events for TensorBoard where it is installed."""

    def __init__(self, folder: Path, step: int) -> None:
        self._folder = folder
        self._closing = ExitStack()
        self._files: dict[str, Any] = {}
        self._events: Any = None
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:  # the extra `train` has it; a run goes without as well
            return
        self._events = SummaryWriter(str(folder / "tensorboard"), purge_step=step or None)
        self._closing.callback(self._events.close)

    def __enter__(self) -> "Scalars":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def write(self, step: int, images_per_second: float, learning_rate: float, losses: dict[str, float]) -> None:
        """One row of scalars.csv: step, pictures per second, learning rate, each loss."""
        values = {"images_per_second": images_per_second, "learning_rate": learning_rate, **losses}
        self._row("scalars.csv", step, values)
        for name, value in values.items():
            self._event(f"loss/{name}" if name in losses else name, step, value)

    def left_out(self, step: int, losses: dict[str, float]) -> None:
        """One row of left_out.csv: step and the losses on the sources that are left out; none without losses."""
        if losses:
            self._row("left_out.csv", step, losses)
        for name, value in losses.items():
            self._event(f"left_out/{name}", step, value)

    def _row(self, name: str, step: int, values: dict[str, float]) -> None:
        if name not in self._files:
            path = self._folder / name
            new = not path.exists()
            file = self._closing.enter_context(path.open("a", newline="", buffering=1))
            self._files[name] = csv.writer(file, lineterminator=os.linesep)
            if new:
                self._files[name].writerow(["step", *values])
        self._files[name].writerow([step, *(f"{value:.5g}" for value in values.values())])

    def _event(self, name: str, step: int, value: float) -> None:
        if self._events is not None:
            self._events.add_scalar(name, value, step)


class Samples:
    """The same few photographs at every stage of a run: grey, as the network colours them, true."""

    def __init__(self, photos: PhotoSet, side: int, count: int = 8) -> None:
        squares = np.stack([np.array(square(photo, side)) for photo in photos.spread(count)])
        self.lab = rgb_to_lab(torch.from_numpy(squares).permute(0, 3, 1, 2) / 255)

    @torch.inference_mode()
    def sheet(self, network: Network, objective: Objective, device: torch.device) -> Image.Image:
        """Three rows of squares, from a network in evaluation mode."""
        L, true = self.lab[:, :1], self.lab[:, 1:]
        ab = objective.colours(network.paint(network.encode(L.to(device)))).float().cpu()
        ab = F.interpolate(ab, size=L.shape[2:], mode="bilinear", align_corners=False)
        rows = [_row(L, colours) for colours in (torch.zeros_like(true), ab, true)]
        return Image.fromarray(np.concatenate(rows))


def _row(L: Tensor, ab: Tensor) -> Any:
    rgb = lab_to_rgb(shrink_to_gamut(torch.cat([L.clamp(0, 100), ab], dim=1)))
    return np.concatenate(list((rgb * 255).round().byte().permute(0, 2, 3, 1).numpy()), axis=1)
