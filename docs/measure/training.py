"""Measures what training `compact` on a CPU costs an image, and where the time goes; writes it into docs/training.md.

Usage: python -m docs.measure.training SHARD...

Processor time of one thread, user and system, so that other work on the machine changes it little. Every batch is
trained on several times, and the least time of each counts. The parts are shares of the profiler's time.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile, record_function

from colorizer.training.batches import Batches
from colorizer.training.loop import Trainer
from colorizer.training.objective import Batch
from colorizer.training.objectives import compact
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import Recipe, load_recipe
from docs.measure.tables import replace_table

PAGE = Path(__file__).parents[2] / "docs/training.md"
BATCHES, TURNS = 6, 3
MARK = "part: "
KINDS = {
    "convolutions": ("conv",),
    "products of matrices": ("mm", "bmm", "addmm", "linear"),
    "batch norm": ("batch_norm",),
}


def loading(batches: Batches) -> tuple[list[Batch], float, float]:
    """Batches, and milliseconds of processor time per image to decode and crop, and for everything else."""
    drawing = prepared = 0.0
    made = []
    for step in range(BATCHES):
        started = time.process_time()
        batches._crops.draw(torch.Generator().manual_seed(step))
        drawing += time.process_time() - started
        started = time.process_time()
        made.append(batches[step])
        prepared += time.process_time() - started
    images = BATCHES * len(made[0].L)
    return made, 1000 * drawing / images, 1000 * (prepared - drawing) / images


def milliseconds(trainers: dict[str, Trainer], batches: Sequence[Batch]) -> dict[str, float]:
    """Of processor time per image of a step, for each trainer, in turns."""
    least = {name: [float("inf")] * len(batches) for name in trainers}
    for _ in range(TURNS):
        for number, batch in enumerate(batches):
            for name, trainer in trainers.items():
                started = time.process_time()
                trainer.train(batch)
                least[name][number] = min(least[name][number], time.process_time() - started)
    images = sum(len(batch.L) for batch in batches)
    return {name: 1000 * sum(seconds) / images for name, seconds in least.items()}


def parts(trainer: Trainer, batches: Sequence[Batch]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """Shares of a step: by part of the network and direction, and by kind of operation."""
    _name_parts(trainer)
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        for batch in batches:
            trainer.train(batch)
    events = profiled.events()
    made_in: dict[int, str] = {}  # the part in which an operation was made, whose gradient bears the same number
    for event in events:
        if _gradient_of(event) is None and event.sequence_nr >= 0 and (part := _part(event)):
            made_in[event.sequence_nr] = part
    shares, kinds = Counter[tuple[str, str]](), Counter[str]()
    for event in events:
        number = _gradient_of(event)
        forward = _part(event) or "rest", "forward"
        shares[forward if number is None else (made_in.get(number, "rest"), "backward")] += event.self_cpu_time_total
        words = event.name.removeprefix("aten::").replace("mkldnn_", "")
        kinds[next((kind for kind, names in KINDS.items() if any(n in words for n in names)), "rest")] += (
            event.self_cpu_time_total
        )
    total = shares.total()
    return Counter({key: value / total for key, value in shares.items()}), Counter(
        {key: value / total for key, value in kinds.items()}
    )


def _name_parts(trainer: Trainer) -> None:
    network: Any = trainer.network
    frozen = trainer.recipe.encoder.freeze_blocks if trainer.recipe.encoder else 0
    for number, block in enumerate(network.encoder._blocks):
        _name(block, "forward", "encoder, fixed" if number < frozen else "encoder, learning")
    for module in (network.encoder._conv_stem, network.encoder):
        _name(module, "forward", "encoder, fixed")
    for block in network.attend:
        _name(block, "forward", "attention")
    for module, name in ((network.refine8, "decoder"), (network.refine4, "decoder"), (network.affinity, "affinity")):
        _name(module, "forward", name)
    for method, name in {"trunk": "decoder", "regress": "heads", "bin_logits": "heads", "listen": "hints"}.items():
        _name(network, method, name)
    _name(compact, "weighted_cross_entropy", "losses")
    _name(compact, "towards", "losses")
    _name(nn.utils, "clip_grad_norm_", "clipping the gradient")
    _name(trainer.optimizer, "step", "optimizer")
    _name(trainer, "_update_average", "moving average")


def _name(owner: Any, attribute: str, part: str) -> None:
    inner: Callable[..., Any] = getattr(owner, attribute)

    def named(*arguments: Any, **options: Any) -> Any:
        with record_function(MARK + part):
            return inner(*arguments, **options)

    setattr(owner, attribute, named)


def _part(event: Any) -> str | None:
    while event is not None:
        if event.name.startswith(MARK):
            return str(event.name.removeprefix(MARK))
        event = event.cpu_parent
    return None


def _gradient_of(event: Any) -> int | None:
    while event is not None:
        if event.name.startswith("autograd::engine::evaluate_function"):
            return int(event.sequence_nr)
        event = event.cpu_parent
    return None


def _recipe() -> Recipe:
    recipe = load_recipe("compact")
    return replace(recipe, data=replace(recipe.data, batch=24, crop=128))


def main(shards: Sequence[str]) -> None:
    """Measure and write."""
    torch.set_num_threads(1)
    recipe = _recipe()
    photos = PhotoSet.open([Path(shard) for shard in shards]).without({*recipe.data.left_out, *recipe.data.unused})
    batches, decoding, preparing = loading(Batches(photos, recipe))
    with tempfile.TemporaryDirectory() as folder:
        trainers = {name: Trainer(recipe, Path(folder), precision=name) for name in ("float32", "bfloat16")}
        for trainer in trainers.values():
            trainer.train(batches[0])
        steps = milliseconds(trainers, batches)
        shares, kinds = parts(trainers["bfloat16"], batches)
    step = steps["bfloat16"]
    together = {name: value + decoding + preparing for name, value in steps.items()}
    words = (
        "Milliseconds of processor time per image of 128 pixels in batches of 24: "
        f"{together['bfloat16']:.0f} in bfloat16, {together['float32']:.0f} in float32. Those in bfloat16:"
    )
    rows = [["decoding, cropping", f"{decoding:.1f}", ""], ["ageing, hints, Lab", f"{preparing:.1f}", ""]]
    names = sorted({name for name, _ in shares}, key=lambda name: -shares[name, "forward"] - shares[name, "backward"])
    for name in names:
        forward, backward = shares[name, "forward"] * step, shares[name, "backward"] * step
        rows.append([name, f"{forward:.1f}", f"{backward:.1f}" if backward else ""])
    replace_table(PAGE, "cost", ["part", "forward", "backward"], rows, words)
    said = ", ".join(f"{name} {share:.0%}" for name, share in kinds.most_common())
    print(words, *(" | ".join(row) for row in rows), f"by kind of operation: {said}", sep="\n")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
