"""All measurements of `colorizer bench`, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from colorizer import freed
from colorizer.bench import cuda, networks, photo, report
from colorizer.bench.report import Report
from colorizer.bench.turns import Progress


def run(models: Sequence[str] = networks.MODELS, *, rounds: int = 7, progress: Progress) -> Iterator[Report]:
    """Measure everything on this machine: a report after each measurement, which has all figures so far.

    Freed memory stays with the process, as it does in `colorizer colorize` and the studio.

    Raises InputError for unknown models.
    """
    freed.keep()
    models = tuple(dict.fromkeys((*models, networks.REFERENCE)))  # what the ratios refer to is always among them
    missing = [*(f"networks at {side}" for side in networks.SIDES), "photos of 12 megapixels", "fresh processes"]
    missing += ["GPU"] if torch.cuda.is_available() else []
    found = Report(report.machine(), report.weights_of(models), [], [], [], None, rounds, tuple(missing))

    def and_now(**figures: object) -> Report:
        nonlocal found
        found = replace(found, missing=found.missing[1:], **figures)  # type: ignore[arg-type]
        return found

    for rows in networks.measured(models, sides=networks.SIDES, rounds=rounds, progress=progress):
        yield and_now(networks=[*found.networks, *rows])
    yield and_now(whole=photo.measure_whole(models, rounds=rounds, progress=progress))
    yield and_now(starts=photo.measure_starts(models, rounds=rounds, progress=progress))
    if torch.cuda.is_available():
        yield and_now(device=cuda.measure(models, rounds=rounds, progress=progress))
