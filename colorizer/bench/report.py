"""The figures of a run as a table, as JSON and as docs/bench.md, with the facts of the machine and the targets."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from colorizer.bench.cuda import Device
from colorizer.bench.networks import AS_PUBLISHED, Row, candidate
from colorizer.bench.photo import Start, Whole
from colorizer.bench.turns import FEW, LONG
from colorizer.precision import computes_bfloat16


@dataclass(frozen=True)
class Target:
    """What was aimed at and what was found."""

    what: str
    wanted: str
    found: str
    reached: bool


@dataclass(frozen=True)
class Report:
    """All figures of a run. missing: what has not been measured yet."""

    machine: dict[str, str]
    weights: dict[str, str]
    networks: list[Row]
    whole: list[Whole]
    starts: list[Start]
    device: Device | None
    rounds: int
    missing: tuple[str, ...] = ()

    def targets(self) -> list[Target]:
        """The targets that this run has figures for."""
        side = self.networks[0].side if self.networks else 0
        speed = {(row.model, row.variant): row.speed for row in self.networks if row.side == side and not row.skipped}
        ours, found = speed.get(("compact", shipped())), []
        halves = [value for (model, variant), value in speed.items() if model == "eccv16" and "bfloat16" in variant]
        if ours:
            what = "speed of compact, as shipped, against eccv16 as published"
            found.append(Target(what, "10 x", f"{ours:.1f} x", ours >= 10))
        if ours and halves:
            times = ours / max(halves)
            what = "speed of compact, as shipped, against eccv16 in its faster bfloat16"
            found.append(Target(what, "2.5 x", f"{times:.1f} x", times >= 2.5))
        for whole in self.whole:
            if whole.model == "compact":
                beyond = whole.together - whole.decoding - whole.encoding
                said = f"{beyond:.0f} ms; the network alone {whole.network:.0f}, the join {whole.joining:.0f}"
                what = "photo of 12 megapixels: all but decoding and encoding"
                found.append(Target(what, "at most 300 ms", said, beyond <= 300))
        return found

    def tables(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Title, head and rows of each table."""
        tables = [
            (
                "Networks alone, one picture at a time",
                ["model", "variant", "input", "ms", "pictures/s", "x eccv16 float32", "first call, s", "ab"],
                [self._network(row) for row in self.networks],
            ),
            (
                "A photo of 12 megapixels, JPEG to JPEG, ms",
                ["model", "together", "decode", "small copy", "network", "join", "encode", "each of several at once"],
                [_numbers(row, "model", "pixels", "workers") for row in self.whole],
            ),
            (
                "A fresh process: seconds until the first photo (512 x 512) is done, peak memory in MiB",
                ["model", "import", "load", "first photo", "together", "memory", "with 12 megapixels"],
                [_numbers(row, "model", digits=2) for row in self.starts],
            ),
            (
                "Targets",
                ["what", "wanted", "found", "reached"],
                [[t.what, t.wanted, t.found, "yes" if t.reached else "no"] for t in self.targets()],
            ),
        ]
        if self.device:
            tables += _cuda(self.device)
        return [table for table in tables if table[2]]

    def print(self, console: Console) -> None:
        """Print the tables."""
        console.print(", ".join(f"{key}: {value}" for key, value in self._facts().items()), soft_wrap=True)
        for title, head, rows in self.tables():
            table = Table(*head, title=title, title_justify="left", box=None)
            for row in rows:
                table.add_row(*row)
            console.print(table)

    def json(self) -> str:
        """Everything as JSON: the fields of this class and `targets`."""
        return json.dumps(asdict(self) | {"targets": [asdict(target) for target in self.targets()]}, indent=1)

    def markdown(self) -> str:
        """docs/bench.md."""
        lines = ["# What the models cost", "", "Written by `colorizer bench --markdown docs/bench.md`, on:", ""]
        lines += [f"- {key}: {value}" for key, value in self._facts().items()]
        lines += [
            "",
            f"Medians of {self.rounds} rounds. In each round every contestant has one turn, and ratios are taken",
            "within a round, so that other work on the machine hits all alike. What takes long has turns in the first",
            f"rounds only: as many as fit into {LONG:.0f} s, {FEW} at least. Random weights take the time that real",
            "ones take. ab: mean distance of the colours to those of the same network in float32, in ab units. The",
            "variant `float32` is the network as published. `fused` has the channels of each place together in",
            "memory, and in `compact` convolution, normalization and activation are one step, with the same result.",
            "Input: side of the square that the network sees. First call: making the variant and calling it once.",
            "Join: the small chroma is enlarged along the photo's edges and joined with its L, in gamut.",
            f"`compact` is shipped as `{shipped()}` on this processor. Freed memory stays with the process, as it does",
            "in `colorizer colorize` and the studio.",
        ]
        if self.missing:
            lines += ["", f"**Not finished.** Not measured yet: {', '.join(self.missing)}."]
        for title, head, rows in self.tables():
            lines += ["", f"## {title}", "", f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
            lines += [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join(lines) + "\n"

    def _facts(self) -> dict[str, str]:
        return self.machine | {"weights": ", ".join(f"{model} {kind}" for model, kind in self.weights.items())}

    def _network(self, row: Row) -> list[str]:
        start = [row.model, row.variant, str(row.side)]
        if row.skipped:
            return [*start, f"left out: {row.skipped}", "", "", "", ""]
        rate = 1000 / row.milliseconds
        real = self.weights[row.model] == "real" and row.variant != AS_PUBLISHED
        apart = f"{row.difference:.1g}" if real else ""
        return [*start, f"{row.milliseconds:.0f}", f"{rate:.1f}", f"{row.speed:.1f}", f"{row.first:.1f}", apart]


def shipped() -> str:
    """The variant that `Colorizer` runs `compact` in on this machine."""
    return "bfloat16, fused" if computes_bfloat16(torch.device("cpu")) else "float32, fused"


def machine() -> dict[str, str]:
    """What the figures depend on; nothing that names the machine."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return {
        "processor": f"{model}, {torch.backends.cpu.get_cpu_capability()}, {os.cpu_count()} cores",
        "bfloat16 in the processor": "yes" if computes_bfloat16(torch.device("cpu")) else "no",
        "threads": str(torch.get_num_threads()),
        "CUDA": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "PyTorch": torch.__version__,
    }


def weights_of(models: Sequence[str]) -> dict[str, str]:
    """By model, whether its weights are here or random ones were taken."""
    return {model: "real" if candidate(model)[1] else "random" for model in models}


def _numbers(row: Whole | Start, *left_out: str, digits: int = 0) -> list[str]:
    values = {key: value for key, value in asdict(row).items() if key not in left_out}
    return [row.model, *(f"{value:,.{0 if value > 50 else digits}f}" for value in values.values())]


def _cuda(device: Device) -> list[tuple[str, list[str], list[list[str]]]]:
    return [
        (
            f"{device.name}: throughput at 256 x 256 in bfloat16; its ceiling is {device.ceiling / 1e12:.0f} TFLOP/s",
            ["model", "batch", "pictures/s", "share of the ceiling"],
            [[t.model, str(t.batch), f"{t.images_per_second:,.0f}", f"{t.share:.1%}"] for t in device.throughput],
        ),
        (
            f"{device.name}: photos of 1 megapixel, JPEG to JPEG, {device.workers} at a time",
            ["model", "ms per photo"],
            [[model, f"{value:.1f}"] for model, value in device.milliseconds.items()],
        ),
    ]
