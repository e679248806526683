"""All measurements of `colorizer bench`, one after the other."""

from collections.abc import Sequence

import torch

from colorizer.bench import cuda, networks, photo, report
from colorizer.bench.report import Report
from colorizer.bench.turns import Progress


def run(models: Sequence[str] = networks.MODELS, *, rounds: int = 7, progress: Progress) -> Report:
    """Measure everything on this machine. Raises InputError for unknown models."""
    models = tuple(dict.fromkeys((*models, networks.REFERENCE)))  # what the ratios refer to is always among them
    weights = report.weights_of(models)
    return Report(
        machine=report.machine(),
        weights=weights,
        networks=networks.measure(models, rounds=rounds, progress=progress),
        whole=photo.measure_whole(models, rounds=rounds, progress=progress),
        starts=photo.measure_starts(models, rounds=max(1, rounds // 2), progress=progress),
        device=cuda.measure(models, rounds=rounds, progress=progress) if torch.cuda.is_available() else None,
        rounds=rounds,
    )
