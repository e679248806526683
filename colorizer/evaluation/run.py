"""A whole evaluation: models over a set of photographs, and the folder with what came out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from colorizer.errors import InputError
from colorizer.evaluation.classifier import Classifier
from colorizer.evaluation.measure import Candidate, Evaluation
from colorizer.evaluation.report import Report
from colorizer.evaluation.sheets import ContactSheets, hint_chart, page
from colorizer.training.photos import PhotoSet

SHOWN = 24
"""Photographs on the contact sheets, evenly spread over those that are measured."""


@dataclass(frozen=True)
class Result:
    """The table and the contact sheets: grey, each model, true colour."""

    report: Report
    sheets: list[Image.Image]

    def save(self, folder: Path, *, title: str) -> None:
        """Write report.json, report.csv, report.html, sheet-1.png, ... and with hint curves hints.svg."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(self.report.json())
        (folder / "report.csv").write_text(self.report.csv())
        (folder / "report.html").write_text(page(self.report, title=title, sheets=self.sheets))
        for number, sheet in enumerate(self.sheets, start=1):
            sheet.save(folder / f"sheet-{number}.png")
        if self.report.curves:
            (folder / "hints.svg").write_text(hint_chart(self.report))


def evaluate(
    candidates: Sequence[Candidate],
    photos: PhotoSet,
    *,
    labels: Mapping[str, int] | None = None,
    hints: bool = False,
    progress: Callable[[range], Iterable[int]] = iter,
) -> Result:
    """Measure the candidates, with the classifier where it is installed.

    labels: ImageNet classes by file name, see `classifier.read_labels`. progress: goes through the numbers of the
    photographs and shows how far it is. Raises InputError when no photograph has a label though some are given, and
    for a photograph of under 11 pixels.
    """
    names = [source.name if isinstance(source, Path) else "" for source in photos.pictures]
    if labels and not set(names) & labels.keys():
        raise InputError(f"no photograph has a label; labels are for files such as {next(iter(labels))}")
    classifier, notes = None, []
    try:
        classifier = Classifier(device=candidates[0].colorizer.device if candidates else None)
    except ImportError as error:
        notes.append(f"Without the columns of the classifier: {error}; pip install 'colorizebot[train]'")
    evaluation = Evaluation(candidates, classifier=classifier, hints=hints)
    grey, true, *models = evaluation.names
    sheets = ContactSheets([grey, *models, true])
    shown = {i * len(photos) // SHOWN for i in range(SHOWN)}
    for i in progress(range(len(photos))):
        pictures = evaluation.add(np.asarray(photos.image(i)), label=(labels or {}).get(names[i]))
        if i in shown:
            sheets.add([pictures[0], *pictures[2:], pictures[1]])
    report = evaluation.report()
    report.notes.extend(notes)
    return Result(report, sheets.sheets())
