"""The answers of a realism test, kept in a file that only grows, and the fooling rates that follow from them."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from colorizer.errors import InputError
from colorizer.evaluation.statistics import Figure, wilson

PASS = 0.75
"""Share of catch trials that a participant must get right to be counted."""


class Kind(StrEnum):
    """What a trial is for."""

    PRACTICE = "practice"
    TEST = "test"
    CATCH = "catch"


@dataclass(frozen=True)
class Answer:
    """One choice. session: a random name, all that is known of a participant. photo: its number in the set.

    right: whether the real photograph was taken for the real one. shown: how often the pair was shown, more than once
    where the page was loaded again. seconds: from the question to the answer.
    """

    session: str
    model: str
    kind: Kind
    photo: int
    right: bool
    shown: int
    seconds: float | None


class Results:
    """answers.jsonl in a folder: a line for each answer, and one for each session that came to its end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "answers.jsonl"

    def add(self, answer: Answer) -> None:
        """Append an answer."""
        self._append(asdict(answer))

    def finish(self, session: str, model: str) -> None:
        """Append that a session came to its end."""
        self._append({"session": session, "model": model, "finished": True})

    def models(self) -> list[str]:
        """The model of each finished session."""
        return [line["model"] for line in self._lines() if "finished" in line]

    def rates(self) -> "Rates":
        """The fooling rates. Raises InputError without a file, or for a line that is none of ours."""
        if not self.path.is_file():
            raise InputError(f"no answers at {self.path}")
        answers: dict[str, list[Answer]] = defaultdict(list)
        finished = set()
        for line in self._lines():
            if "finished" in line:
                finished.add(line["session"])
            else:
                answer = Answer(**line | {"kind": Kind(line["kind"])})
                answers[answer.session].append(answer)
        return _rates(answers, finished)

    def _append(self, line: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.path.is_file():
            return
        for number, text in enumerate(self.path.read_text().splitlines(), start=1):
            try:
                line = json.loads(text)
                if "finished" not in line:
                    Answer(**line)
            except (ValueError, TypeError) as error:
                raise InputError(f"{self.path}, line {number}: not an answer of this test") from error
            yield line


@dataclass(frozen=True)
class ModelRate:
    """Of one model: share of test trials in which its picture was taken for the real one, %, and what it rests on."""

    model: str
    fooled: Figure
    trials: int
    participants: int


@dataclass(frozen=True)
class Rates:
    """Fooling rates by model, and who was counted.

    catches: catch trials answered rightly, %, by all who finished. failed: finished but left out for their catch
    trials. unfinished: left before the end, not counted.
    """

    models: list[ModelRate]
    catches: Figure
    counted: int
    failed: int
    unfinished: int

    def json(self) -> str:
        """All of it as JSON; rates without a trial are null."""
        return json.dumps(asdict(self), indent=1).replace("NaN", "null")

    def print(self, console: Console) -> None:
        """The rates as a table."""
        table = Table(
            "model",
            "fooled, %",
            "95 % interval",
            "trials",
            "participants",
            title="taken for real",
            box=box.SIMPLE_HEAD,
            title_justify="left",
        )
        for rate in self.models:
            ends = f"{rate.fooled.low:.1f} to {rate.fooled.high:.1f}" if rate.trials else "-"
            value = f"{rate.fooled.value:.1f}" if rate.trials else "-"
            table.add_row(rate.model, value, ends, str(rate.trials), str(rate.participants))
        console.print(table)
        console.print(
            f"{self.counted} participants counted, {self.failed} left out for their catch trials "
            f"(fewer than {PASS:.0%} right), {self.unfinished} did not finish. 50 % would be indistinguishable."
        )


def _rates(sessions: dict[str, list[Answer]], finished: set[str]) -> Rates:
    good, failed, caught = [], 0, []
    for name in finished & sessions.keys():
        catches = [answer.right for answer in sessions[name] if answer.kind is Kind.CATCH]
        caught += catches
        if catches and sum(catches) / len(catches) < PASS:
            failed += 1
        else:
            good.append(sessions[name])
    rates = []
    for model in sorted({answers[0].model for answers in sessions.values()}):
        own = [answers for answers in good if answers[0].model == model]
        # Who saw a pair again by loading the page again had more than a second.
        counted = [a.right for answers in own for a in answers if a.kind is Kind.TEST and a.shown == 1]
        rates.append(ModelRate(model, wilson(counted.count(False), len(counted)), len(counted), len(own)))
    unfinished = len(sessions.keys() - finished)
    return Rates(rates, wilson(sum(caught), len(caught)), len(good), failed, unfinished)
