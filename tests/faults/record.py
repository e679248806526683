"""What the trials of a long run ended with, in a file, so that a run that was interrupted goes on where it was."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import typer

from tests.faults.trial import Ended

FOLDER = Path(__file__).parents[2] / "build" / "faults"


class Record:
    """Trials by name: how many kills and faults there were in each, and what it ended with."""

    def __init__(self, name: str) -> None:
        self._path = FOLDER / f"{name}.jsonl"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self.trials: dict[str, tuple[int, Ended]] = {}
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                trial, events, ended = json.loads(line)
                self.trials[trial] = events, Ended(*ended)

    def run(self, names: Iterable[str], trial: Callable[[str], tuple[int, Ended]], jobs: int) -> None:
        """Run those that were not run yet, so many at once."""
        with ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(trial, name): name for name in names if name not in self.trials}
            for done in as_completed(running):
                self._add(running[done], *done.result())

    def _add(self, name: str, events: int, ended: Ended) -> None:
        self.trials[name] = events, ended
        with self._path.open("a") as file:
            print(json.dumps([name, events, ended.numbers()]), file=file)
        typer.echo(f"{name} {ended}")

    def forget(self) -> None:
        """The run is complete; the next one begins anew."""
        self._path.unlink()
