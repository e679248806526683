"""One run over everything there is to measure."""

from collections.abc import Sequence

import torch

from colorizer.bench import cuda, networks, photo, report
from colorizer.bench.report import Report
from colorizer.bench.turns import Told


def run(models: Sequence[str] = networks.MODELS, *, rounds: int = 7, told: Told) -> Report:
    """Measure everything on this machine. `told` is told what is being done. Raises ValueError for unknown models."""
    models = tuple(dict.fromkeys((*models, networks.REFERENCE)))  # what the ratios refer to is always among them
    weights = report.weights_of(models)
    return Report(
        machine=report.machine(),
        weights=weights,
        networks=networks.measure(models, rounds=rounds, told=told),
        whole=photo.measure_whole(models, rounds=rounds, told=told),
        starts=photo.measure_starts(models, rounds=max(1, rounds // 2), told=told),
        device=cuda.measure(models, rounds=rounds, told=told) if torch.cuda.is_available() else None,
        rounds=rounds,
    )
