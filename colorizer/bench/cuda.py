"""What a CUDA device makes of a network: throughput by batch, its share of what the device can, whole photos."""

import copy
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from colorizer.bench.networks import MODELS, candidate
from colorizer.bench.photo import colorizer_of, jpeg, overlapped
from colorizer.bench.turns import Progress, median, take_turns
from colorizer.networks import Network

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)
SIDE = 256


@dataclass(frozen=True)
class Throughput:
    """Images of 256 x 256 per second in batches of that size, in bfloat16. share: of the device's ceiling, 0..1."""

    model: str
    batch: int
    images_per_second: float
    share: float


@dataclass(frozen=True)
class Device:
    """Figures of one device. ceiling: floating point operations per second of a large product of bfloat16 matrices.

    milliseconds: by model, per JPEG photo of 1 megapixel with decoding, network and encoding overlapped by `workers`.
    """

    name: str
    ceiling: float
    throughput: list[Throughput]
    milliseconds: dict[str, float]
    workers: int


def measure(
    models: Sequence[str] = MODELS,
    *,
    device: str = "cuda",
    batches: Sequence[int] = BATCHES,
    side: int = SIDE,
    matrix: int = 8192,
    photo: tuple[int, int] = (1155, 866),
    rounds: int = 7,
    progress: Progress,
) -> Device:
    """The figures of a device ("cpu" too, which is how this is tested without CUDA)."""
    where = torch.device(device)
    a = torch.randn(matrix, matrix, device=where, dtype=torch.bfloat16)
    product = {"product": partial(waited, where, torch.matmul, a, a)}
    product["product"]()
    ceiling = 2 * matrix**3 / median(take_turns(product, rounds, progress)["product"])
    throughput = []
    for model in models:
        network = candidate(model)[0].network.eval()
        operations = operations_of(network, side)
        forward = _in_bfloat16(network, where)
        turns = {
            batch: partial(waited, where, forward, torch.rand(batch, 1, side, side, device=where).bfloat16() * 100)
            for batch in batches
        }
        for work in turns.values():
            work()
        for batch, seconds in take_turns(turns, rounds, progress).items():
            rate = batch / median(seconds)
            throughput.append(Throughput(model, batch, rate, rate * operations / ceiling))
    workers = os.cpu_count() or 1
    data = [jpeg(*photo)] * 4 * workers
    whole = {model: partial(overlapped, colorizer_of(model, device), data, workers) for model in models}
    for overlap in whole.values():
        overlap()
    taken = take_turns(whole, rounds, progress)
    milliseconds = {model: 1000 * median(values) / len(data) for model, values in taken.items()}
    name = torch.cuda.get_device_name(where) if where.type == "cuda" else device
    return Device(name, ceiling, throughput, milliseconds, workers)


def operations_of(network: Network, side: int) -> int:
    """Floating point operations of one forward pass of a square picture; a multiplication and an addition are two."""
    shadow = copy.deepcopy(network).to("meta")  # shapes only, nothing is computed
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        shadow(torch.zeros(1, 1, side, side, device="meta"))
    return int(counter.get_total_flops())


def waited(device: torch.device, work: Callable[..., object], *arguments: Tensor) -> None:
    """Do the work and wait for its end: a CUDA call returns before it is done."""
    work(*arguments)
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _in_bfloat16(network: Network, device: torch.device) -> Callable[[Tensor], Tensor]:
    moved = copy.deepcopy(network).to(device).bfloat16()
    moved = moved.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.inference_mode()
    def forward(L: Tensor) -> Tensor:
        return moved(L).ab  # type: ignore[no-any-return]

    return forward
