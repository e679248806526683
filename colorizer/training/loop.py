"""The training loop: resumable to the step, safe on SIGTERM, with a moving average of the weights."""

import copy
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from colorizer.architectures import architecture
from colorizer.devices import device_here
from colorizer.errors import InputError
from colorizer.networks import Network
from colorizer.training import optimizer as optimizers
from colorizer.training.batches import Batches
from colorizer.training.checkpoint import CHECKPOINT, read_checkpoint, read_weights, write_checkpoint, write_weights
from colorizer.training.crops import HeldCrops
from colorizer.training.journal import Samples, Scalars
from colorizer.training.objective import Batch
from colorizer.training.objectives import OBJECTIVES
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import Recipe

PRECISIONS = {"auto": None, "float32": False, "bfloat16": True}
CHECKPOINT_EVERY = 250  # steps
SCALARS_EVERY = 20  # steps
LEFT_OUT_BATCHES = 8  # of 32 pictures, on which the losses are measured at each checkpoint


class Trainer:
    """Network, average, optimizer and step of one run; `folder` holds its checkpoint, log and weights.

    precision: one of `PRECISIONS`; `auto` is bfloat16 on a GPU and on a CPU that has instructions for it.
    Raises InputError for a recipe whose parts do not fit each other, and for an unknown precision.
    """

    def __init__(self, recipe: Recipe, folder: Path, *, device: str = "cpu", precision: str = "auto") -> None:
        self.recipe = recipe
        self.folder = folder
        self.device = device_here(device)
        if precision not in PRECISIONS:
            raise InputError(f"no precision {precision!r}; known: {', '.join(PRECISIONS)}")
        self.step = 0
        self.saved = 0  # the step from which this run goes on when it is started again
        self._losses: dict[str, Tensor] = {}  # of the last step
        self.samples_before = 0  # pictures that the weights it began with had seen
        torch.manual_seed(recipe.seed)
        network: Any = architecture(recipe.network).build()
        self.objective = OBJECTIVES[recipe.objective](recipe.loss)
        self.objective.lowered = PRECISIONS[precision]
        self.objective.prepare(network)
        if recipe.encoder and recipe.encoder.imagenet and hasattr(network, "encoder"):
            network.encoder.load_imagenet()
        self.network = network.to(self.device, memory_format=torch.channels_last)
        self.objective.to(self.device)
        self.average = {key: value.clone() for key, value in self.network.state_dict().items()}
        self.optimizer = optimizers.build(self.network, self.objective, recipe.optimizer, recipe.encoder)

    @property
    def checkpoint(self) -> Path:
        """Where the state of the run is kept."""
        return self.folder / CHECKPOINT

    def resume(self) -> bool:
        """Continue from the checkpoint in the folder, if there is one. Raises InputError for another network's."""
        if not self.checkpoint.exists():
            return False
        state = read_checkpoint(self.folder, self.recipe.network, self.device)
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.objective.load_state_dict(state.get("objective", {}))
        self.average = state["average"]
        self.step = self.saved = state["step"]
        self.samples_before = state.get("samples_before", 0)
        return True

    def start_from(self, source: Path) -> list[str]:
        """Begin with the averaged weights of another run (its folder) or with a weights file.

        Returns the parameters that a weights file lacks, which begin anew, as those of a part that came later do.
        Raises InputError for another network's weights.
        """
        if source.is_file():
            weights, lacking, self.samples_before = read_weights(source, self.recipe.network, self.network)
        else:
            state, lacking = read_checkpoint(source, self.recipe.network, self.device), []
            weights = state["average"]
            self.samples_before = state.get("samples_before", 0) + state["step"] * state["recipe"]["data"]["batch"]
        self.network.load_state_dict(weights)
        self.average = {key: value.clone() for key, value in self.network.state_dict().items()}
        return lacking

    def save(self) -> None:
        """Write checkpoint and averaged weights; an interrupted write leaves the old files whole.

        Raises InputError where the loss is no number any more, and leaves them as they are.
        """
        if not all(bool(loss.isfinite()) for loss in self._losses.values()):
            raise InputError(f"the loss is no number any more at step {self.step}: give a lower rate")
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "objective": self.objective.state_dict(),
            "average": self.average,
            "step": self.step,
            "samples_before": self.samples_before,
            "recipe": self.recipe.as_dict(),
        }
        write_checkpoint(self.folder, state)
        self.save_weights(self.folder / f"{self.recipe.network}.safetensors")
        self.saved = self.step

    def save_weights(self, path: Path) -> None:
        """The averaged weights alone, with what must be known to use them."""
        metadata = {
            "architecture": self.recipe.network,
            "rebalancing": str(self.objective.rebalancing),
            "samples": str(self.samples_before + self.step * self.recipe.data.batch),
        }
        write_weights(path, self.objective.export(self.average), metadata | self.objective.metadata())

    def averaged(self) -> Network:
        """A copy of the network with the averaged weights as they are stored, in evaluation mode."""
        network: Network = copy.deepcopy(self.network)
        network.load_state_dict(self.objective.export(self.average))
        return network.eval()

    def run(self, photos: PhotoSet, *, workers: int = 1, samples_every: int = 0) -> None:
        """Train to the recipe's last step, or until SIGTERM, SIGINT or a picture that cannot be read, then save.

        photos: those of the recipe's `left_out` and `unused` sources are not trained on; on those left out the losses
        are measured at each checkpoint.
        workers: processes that read pictures.
        samples_every: steps between sample sheets, 0 for none.
        Raises InputError for data that do not fit, and for a loss that is no number any more, which is not saved.
        """
        data = self.recipe.data
        measured = self._left_out_batches(photos.only(data.left_out))
        photos = photos.without({*data.left_out, *data.unused})
        if not len(photos):
            raise InputError("the recipe leaves out or does not use every source of these pictures")
        self.objective.check(photos)
        steps = self.recipe.optimizer.steps
        loader = self._loader(photos, workers)
        self.folder.mkdir(parents=True, exist_ok=True)
        samples = Samples(photos, self.recipe.data.crop) if samples_every else None
        columns = (
            TextColumn("step"),
            MofNCompleteColumn(),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[rate]:.0f} images/s  loss {task.fields[loss]:.3f}"),
        )
        progress = Progress(*columns, console=Console(stderr=True))
        with _stop_on_signal() as stopped, progress, Scalars(self.folder, self.step) as scalars:
            task = progress.add_task("", total=steps, completed=self.step, rate=0.0, loss=float("nan"))
            since, images = time.monotonic(), 0
            for batch in self._until_unreadable(loader):
                losses = self.train(batch)
                images += len(batch.L)
                if self.step % SCALARS_EVERY == 0:
                    said = {name: loss.item() for name, loss in losses.items()}
                    rate = images / (time.monotonic() - since)
                    since, images = time.monotonic(), 0
                    scalars.write(self.step, rate, self.learning_rate, said)
                    progress.update(task, completed=self.step, rate=rate, loss=sum(said.values()))
                if self.step % CHECKPOINT_EVERY == 0:
                    self.save()
                    scalars.left_out(self.step, self.measure(measured))
                if samples and self.step % samples_every == 0:
                    self._draw(samples)
                if stopped:
                    break
        self.save()

    @property
    def learning_rate(self) -> float:
        """That of the last step."""
        return float(self.optimizer.param_groups[-1]["lr"])

    @torch.no_grad()
    def measure(self, batches: Sequence[Batch]) -> dict[str, float]:
        """The mean losses of the averaged weights on batches, by name; nothing where there is no batch."""
        if not batches:
            return {}
        network, total = self.averaged(), Counter[str]()
        for batch in batches:
            for losses in self.objective.updates(network, self._here(batch), 0):
                total.update({name: loss.item() for name, loss in losses.items()})
        return {name: value / len(batches) for name, value in total.items()}

    def train(self, batch: Batch) -> dict[str, Tensor]:
        """One step on a batch; returns the losses by name."""
        self.network.train()
        if self.recipe.encoder:  # keep ImageNet's batch statistics: small batches of greys would bend them
            self.network.encoder.eval()
        self.objective.hold(self.network)
        optimizers.set_rates(self.optimizer, self.recipe.optimizer, self.step)
        # Dropout and drawn places depend on seed and step alone, so that a resumed run agrees with an unbroken one.
        torch.manual_seed(self.recipe.seed * 1_000_003 + self.step)
        batch = self._here(batch)
        said: dict[str, Tensor] = {}
        for losses in self.objective.updates(self.network, batch, self.step):
            self.optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(sum(losses.values(), torch.zeros((), device=self.device)))
            nn.utils.clip_grad_norm_(optimizers.learning(self.optimizer), self.recipe.optimizer.clip)
            self.optimizer.step()
            said |= {name: loss.detach() for name, loss in losses.items()}
        self.step += 1
        self._update_average()
        self._losses = said
        return said

    def _here(self, batch: Batch) -> Batch:
        return Batch(*(x.to(self.device, non_blocking=True) for x in batch))

    def _loader(self, photos: PhotoSet, workers: int) -> Iterable[Batch]:
        steps = range(self.step, self.recipe.optimizer.steps)
        if self.device.type == "cuda":
            torch.backends.cudnn.benchmark = True  # all batches have one shape: choose the fastest programs at first
            held = HeldCrops(photos, self.recipe.data, self.device, workers=workers)
            batches = Batches(photos, self.recipe, crops=held, device=self.device)
            return (batches[step] for step in steps)
        return DataLoader(
            Batches(photos, self.recipe),
            batch_size=None,
            sampler=steps,
            num_workers=workers,
            prefetch_factor=4 if workers else None,
            worker_init_fn=_leave_signals,
        )

    def _until_unreadable(self, loader: Iterable[Batch]) -> Iterator[Batch]:
        """The batches. Saves before an InputError of a reading process, of which the message alone is passed on."""
        try:
            yield from loader
        except InputError as error:
            if self.step > self.saved:
                self.save()
            raise InputError(str(error).rpartition("InputError: ")[2].strip()) from error

    def _left_out_batches(self, photos: PhotoSet) -> list[Batch]:
        """The same few batches at each checkpoint, without hints."""
        if not len(photos):
            return []
        data = replace(self.recipe.data, batch=min(32, len(photos)), zoom=1.0, degrade=0.0, source_power=1.0)
        batches = Batches(photos, replace(self.recipe, data=data, hints=None, seed=0))
        return [batches[step] for step in range(LEFT_OUT_BATCHES)]

    def _draw(self, samples: Samples) -> None:
        folder = self.folder / "samples"
        folder.mkdir(exist_ok=True)
        samples.sheet(self.averaged(), self.objective, self.device).save(folder / f"{self.step:07d}.png")

    @torch.no_grad()
    def _update_average(self, every: int = 10) -> None:
        if self.step % every:
            return
        decay = min(self.recipe.optimizer.ema, (1 + self.step) / (100 + self.step)) ** every
        now = self.network.state_dict()
        numbers = [key for key, value in now.items() if value.is_floating_point()]
        average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        average([self.average[key] for key in numbers], [now[key] for key in numbers], self.step)
        for counter in now.keys() - numbers:
            self.average[counter].copy_(now[counter])


def _leave_signals(_: int) -> None:
    """In a process that reads pictures: a signal to the whole group is the loop's business, which ends it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


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
