"""The networks alone, in every variant that PyTorch and ONNX Runtime offer on this machine."""

import copy
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from skimage import data as samples
from torch import Tensor
from torch.nn import functional as F

from colorizer import loading
from colorizer.architectures import architecture
from colorizer.bench.turns import Progress, median, ratio, take_turns
from colorizer.lab import lightness
from colorizer.loading import Loaded
from colorizer.networks import Prediction
from colorizer.precision import InBfloat16

MODELS = ("compact", "eccv16", "siggraph17")
SIDES = (256, 512)
REFERENCE, AS_PUBLISHED = "eccv16", "float32"
"""What the ratios refer to: the first published network, in the variant in which it was released."""

PUBLISHED, BRIEF = ("eccv16", "siggraph17"), (AS_PUBLISHED, "bfloat16")
"""Networks of others, and the variants of them that are measured at every size."""

Forward = Callable[[Tensor], Tensor]
"""L (1, 1, H, W) in 0..100 to ab (1, 2, h, w)."""


@dataclass(frozen=True)
class Row:
    """One network in one variant at one input size. Without a measurement, `skipped` says why.

    milliseconds: median of a forward pass. speed: times that of the reference at the same size. first: seconds of the
    first call, compiling or exporting included. difference: mean distance of ab to that in float32, ab units; 0 for
    random weights.
    """

    model: str
    variant: str
    side: int
    milliseconds: float = 0.0
    speed: float = 0.0
    first: float = 0.0
    difference: float = 0.0
    skipped: str = ""


class Skipped(Exception):
    """A variant that cannot run here; the message says why."""


def candidate(name: str) -> tuple[Loaded, bool]:
    """A model, and whether its weights are real: random ones where there are none, which take the same time."""
    try:
        return loading.load(name), True
    except FileNotFoundError:
        row = architecture(name)
        torch.manual_seed(0)
        return Loaded(row.build(), row, 0.0, row.decoding), False


def measured(
    models: Sequence[str] = MODELS,
    *,
    sides: Sequence[int] = SIDES,
    variants: Sequence[str] | None = None,
    rounds: int = 7,
    progress: Progress,
    reference: str = REFERENCE,
) -> Iterator[list[Row]]:
    """Rows for each model and variant (all when None), of one size after the other.

    `reference` in AS_PUBLISHED must be among them. Of published networks only the variants BRIEF are measured after the
    first size: the others take most of the time and tell nothing new.
    """
    skipped: list[Row] = []
    ready: dict[tuple[str, str], Forward] = {}
    first: dict[tuple[str, str], float] = {}
    real = set()
    for model in models:
        loaded, has_weights = candidate(model)
        real |= {model} if has_weights else set()
        loaded.network.eval().requires_grad_(False)
        for variant in VARIANTS if variants is None else variants:
            progress(f"preparing {model}, {variant}")
            started = time.perf_counter()
            try:
                forward = VARIANTS[variant](loaded)
                run(forward, photos(sides[0])[0])
            except Skipped as reason:
                skipped.append(Row(model, variant, sides[0], skipped=str(reason)))
            else:
                ready[model, variant] = forward
                first[model, variant] = time.perf_counter() - started
    for side in sides:
        if side != sides[0]:
            ready = {key: forward for key, forward in ready.items() if key[0] not in PUBLISHED or key[1] in BRIEF}
        pictures = photos(side) if side == sides[0] else photos(side)[:1]
        seconds = take_turns(
            {key: partial(run, forward, pictures[0]) for key, forward in ready.items()}, rounds, progress
        )
        colours = {
            key: torch.cat([run(forward, L) for L in pictures]) for key, forward in ready.items() if key[0] in real
        }
        yield [
            *(skipped if side == sides[0] else ()),
            *(
                Row(
                    model,
                    variant,
                    side,
                    milliseconds=1000 * median(seconds[model, variant]),
                    speed=ratio(seconds[reference, AS_PUBLISHED], seconds[model, variant]),
                    first=first[model, variant],
                    difference=_apart(colours, model, variant),
                )
                for model, variant in ready
            ),
        ]


def _apart(colours: Mapping[tuple[str, str], Tensor], model: str, variant: str) -> float:
    if (model, variant) not in colours:
        return 0.0
    return float((colours[model, variant] - colours[model, AS_PUBLISHED]).norm(dim=1).mean())


@torch.inference_mode()
def run(forward: Forward, L: Tensor) -> Tensor:
    """One forward pass, in float32."""
    return forward(L).float()


def photos(side: int) -> list[Tensor]:
    """L (1, 1, side, side) of photographs that everybody has."""
    found = []
    for photo in (samples.astronaut(), samples.cat(), samples.coffee()):
        rgb = torch.from_numpy(photo).permute(2, 0, 1)[None] / 255
        found.append(lightness(F.interpolate(rgb, size=(side, side), mode="area")))
    return found


def _float32(loaded: Loaded) -> Forward:
    network = loaded.network
    return lambda L: network(L).ab


def _fused(loaded: Loaded) -> Forward:
    network = copy.deepcopy(loaded.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.join_steps()
    return lambda L: network(L).ab


def _bfloat16_fused(loaded: Loaded) -> Forward:
    network = InBfloat16(copy.deepcopy(loaded.network).to(memory_format=torch.channels_last))  # type: ignore[call-overload]
    return lambda L: network(L).ab


def _bfloat16(loaded: Loaded) -> Forward:
    network = copy.deepcopy(loaded.network).bfloat16().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return lambda L: network(L.bfloat16()).ab


def _compiled(loaded: Loaded) -> Forward:
    if not any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl")):
        raise Skipped("no C++ compiler")
    network = copy.deepcopy(loaded.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    compiled: Callable[[Tensor], Prediction] = torch.compile(network, dynamic=False)

    def run_compiled(L: Tensor) -> Tensor:
        try:
            return compiled(L).ab
        except RuntimeError as error:
            raise Skipped(f"torch.compile: {str(error).partition(chr(10))[0]}") from error

    return run_compiled


def _onnx_runtime(loaded: Loaded) -> Forward:
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise Skipped("onnxruntime is not installed") from error
    from colorizer.export import export

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = export(loaded, Path(folder) / "network.onnx")[0]
        except ValueError as error:
            raise Skipped(str(error)) from error
        session = onnxruntime.InferenceSession(path, options)
    none = torch.zeros(1, 3, 1, 1)

    def run_session(L: Tensor) -> Tensor:
        inputs = {"L": L.numpy()}
        if len(session.get_inputs()) > 1:
            inputs["hint"] = none.expand(1, 3, *L.shape[2:]).numpy()
        return torch.from_numpy(session.run(["ab"], inputs)[0])

    return run_session


VARIANTS: dict[str, Callable[[Loaded], Forward]] = {
    "float32": _float32,
    "float32, fused": _fused,
    "bfloat16, fused": _bfloat16_fused,
    "bfloat16": _bfloat16,
    "float32, compiled": _compiled,
    "float32, ONNX Runtime": _onnx_runtime,
}
"""float32 is as published; the second is the same in another memory layout, and what the others start from."""
