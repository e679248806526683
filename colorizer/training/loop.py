"""The training loop: resumable to the step, safe on SIGTERM, with a moving average of the weights."""

import csv
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.networks import architecture
from colorizer.networks.compact import Compact
from colorizer.training.batches import Batch, Batches
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import LossRecipe, OptimizerRecipe, Recipe

CHECKPOINT_EVERY = 250  # steps


class Trainer:
    """Network, average, optimizer and step of one run; `folder` holds its checkpoint, log and weights."""

    def __init__(self, recipe: Recipe, folder: Path, *, device: str = "cpu") -> None:
        self.recipe = recipe
        self.folder = folder
        self.device = torch.device(device)
        self.step = 0
        torch.manual_seed(recipe.seed)
        network = architecture(recipe.network).build()
        if not isinstance(network, Compact):
            raise ValueError(f"there is no training for {recipe.network} yet")  # noqa: TRY004 - a wrong recipe
        if recipe.imagenet_encoder:
            network.encoder.load_imagenet()
        self.network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = {key: value.clone() for key, value in self.network.state_dict().items()}
        self.optimizer = _optimizer(self.network, recipe.optimizer)
        weights = bins.rebalancing_weights(bins.prior(), gamma=recipe.loss.gamma, alpha=recipe.loss.alpha)
        self._class_weights = weights.to(self.device)

    @property
    def checkpoint(self) -> Path:
        """Where the state of the run is kept."""
        return self.folder / "checkpoint.pt"

    def resume(self) -> bool:
        """Continue from the checkpoint in the folder, if there is one."""
        if not self.checkpoint.exists():
            return False
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average = state["average"]
        self.step = state["step"]
        return True

    def save(self) -> None:
        """Write checkpoint and averaged weights; an interrupted write leaves the old files whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average,
            "step": self.step,
            "recipe": self.recipe.as_dict(),
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)
        weights = {k: _stored(k, v) for k, v in self.average.items() if not k.endswith("num_batches_tracked")}
        metadata = {
            "architecture": self.recipe.network,
            "rebalancing": str(self.recipe.loss.alpha),
            "samples": str(self.step * self.recipe.data.batch),
        }
        path = self.folder / f"{self.recipe.network}.safetensors"
        save_file(weights, path.with_suffix(".partial"), metadata=metadata)
        path.with_suffix(".partial").chmod(0o644)  # safetensors writes files that only their owner may read
        path.with_suffix(".partial").replace(path)

    def run(self, photos: PhotoSet, *, workers: int = 1) -> None:
        """Train to the recipe's last step, or until SIGTERM or SIGINT, then save."""
        optimizer = self.recipe.optimizer
        loader = DataLoader(
            Batches(photos, self.recipe),
            batch_size=None,
            sampler=range(self.step, optimizer.steps),
            num_workers=workers,
            prefetch_factor=4 if workers else None,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        columns = (
            TextColumn("step"), MofNCompleteColumn(), BarColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[rate]:.0f} images/s  loss {task.fields[loss]:.3f}"),
        )  # fmt: skip
        with _stop_on_signal() as stopped, Progress(*columns) as progress, _scalars(self.folder) as log:
            task = progress.add_task("", total=optimizer.steps, completed=self.step, rate=0.0, loss=float("nan"))
            since, images = time.monotonic(), 0
            for batch in loader:
                losses = self._train(batch)
                images += len(batch.L)
                if self.step % 20 == 0:
                    rate = images / (time.monotonic() - since)
                    since, images = time.monotonic(), 0
                    log.writerow([self.step, f"{rate:.1f}", *(f"{value:.4f}" for value in losses)])
                    progress.update(task, completed=self.step, rate=rate, loss=sum(losses))
                if self.step % CHECKPOINT_EVERY == 0:
                    self.save()
                if stopped:
                    break
        self.save()

    def _train(self, batch: Batch) -> tuple[float, float]:
        self.network.train()
        self.network.encoder.eval()  # keep ImageNet's batch statistics: small batches of greys would bend them
        _set_rates(self.optimizer, self.recipe.optimizer, self.step)
        L, ab, hint, condition = (x.to(self.device, non_blocking=True) for x in batch)
        network, stride = self.network, self.network.stride
        truth = F.avg_pool2d(ab, stride)
        features = network.features(L)
        # Neighbouring pixels say nearly the same: the classification loss reads one in four of them.
        some = (..., slice(self.step % 2, None, 2), slice(self.step // 2 % 2, None, 2))
        with torch.autocast(self.device.type, torch.bfloat16):
            trunk = network.trunk(features, condition)
            regression = network.regression(trunk).float() * AB_SCALE
            trust = torch.zeros_like(regression[:, :1])
            (hinted,) = torch.where(hint[:, 2].amax(dim=(1, 2)) > 0)
            if len(hinted):
                heard, ab_heard, trust_heard = network.listen(
                    trunk[hinted], F.avg_pool2d(L[hinted], stride), regression[hinted], network.quarter(hint[hinted])
                )
                shift = torch.zeros_like(regression).index_copy(0, hinted, ab_heard - regression[hinted])
                trust = trust.index_copy(0, hinted, trust_heard)
                target = regression + shift
                trunk = trunk.index_copy(0, hinted, heard.to(trunk.dtype))
                regression = network.regression(trunk).float() * AB_SCALE + shift
            logits = network.bins(trunk[some]).float()
        if len(hinted):
            logits = network.spread.towards(logits, target[some], trust[some])
        classes = classification_loss(logits, truth[some], self._class_weights, self.recipe.loss)
        colours = F.smooth_l1_loss(regression / 10, truth / 10) * self.recipe.loss.regression
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(classes + colours)
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.step += 1
        self._update_average()
        return classes.item(), colours.item()

    @torch.no_grad()
    def _update_average(self, every: int = 10) -> None:
        if self.step % every:
            return
        decay = min(self.recipe.optimizer.ema, (1 + self.step) / (100 + self.step)) ** every
        for key, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.average[key].lerp_(value, 1 - decay)
            else:
                self.average[key].copy_(value)


def _stored(key: str, value: Tensor) -> Tensor:
    """Half precision; but the variances of a batch normalization may lie beyond its range."""
    value = value.contiguous()
    return value.float() if key.endswith((".running_mean", ".running_var")) else value.half()


def classification_loss(logits: Tensor, ab: Tensor, class_weights: Tensor, recipe: LossRecipe) -> Tensor:
    """Weighted cross-entropy of logits (B, 313, h, w) against the soft code of ab (B, 2, h, w).

    The weight of a pixel is that of its nearest bin (Zhang et al. 2016, equations 2 and 3).
    """
    index, weight = bins.encode_pixels(ab, k=recipe.neighbours)
    log_probability = F.log_softmax(logits, dim=1).permute(0, 2, 3, 1)
    cross_entropy = -(log_probability.gather(3, index) * weight).sum(dim=3)
    return (cross_entropy * class_weights[index[..., 0]]).mean()


def _optimizer(network: Compact, recipe: OptimizerRecipe) -> torch.optim.AdamW:
    frozen = [network.encoder._conv_stem, network.encoder._bn0, *network.encoder._blocks[: recipe.freeze_blocks]]
    for module in frozen if recipe.freeze_blocks else ():
        module.requires_grad_(False)
    encoder = [p for p in network.encoder.parameters() if p.requires_grad]
    rest = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    groups: list[dict[str, Any]] = [
        {"params": encoder, "base": recipe.encoder_rate},
        {"params": rest, "base": recipe.rate},
    ]
    return torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=recipe.weight_decay)


def _set_rates(optimizer: torch.optim.Optimizer, recipe: OptimizerRecipe, step: int) -> None:
    factor = min(1.0, (step + 1) / recipe.warmup, (recipe.steps - step) / recipe.decay)
    for group in optimizer.param_groups:
        group["lr"] = group["base"] * factor


@contextmanager
def _stop_on_signal() -> Iterator[list[int]]:
    """A list that is empty until SIGTERM or SIGINT arrives."""
    received: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        received.append(number)

    previous = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def _scalars(folder: Path) -> Iterator[Any]:
    """A CSV writer that appends to scalars.csv; each row reaches the disk."""
    path = folder / "scalars.csv"
    new = not path.exists()
    with path.open("a", newline="", buffering=1) as file:
        writer = csv.writer(file, lineterminator=os.linesep)
        if new:
            writer.writerow(["step", "images_per_second", "classification", "regression"])
        yield writer
