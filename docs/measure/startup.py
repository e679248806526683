"""Measures how long commands take that people wait for, and writes docs/startup.md.

Usage: python -m docs.measure.startup [COMMIT]

With a commit, its files are measured beside the present ones, in turns. Processor time of one thread, user and system
together, in fresh processes. Measure on a machine that does nothing else: beside other work a command that imports
PyTorch takes up to half as long again.
"""

import io
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from PIL import Image
from skimage import data as samples

ROOT = Path(__file__).parents[2]
ROUNDS = 7
COMMANDS = {
    "`colorizebot --help`": ("bot.cli", "main", ["--help"]),
    "`colorizer --help`": ("colorizer.cli", "app", ["--help"]),
    "`colorizer models`": ("colorizer.cli", "app", ["models"]),
    "`colorizer colorize`, a photo of 512 x 512": ("colorizer.cli", "app", ["colorize", "photo.png", "--out", "out"]),
}


def seconds(tree: Path, folder: Path, module: str, function: str, arguments: list[str]) -> float:
    """Processor time of a command of the files in `tree`."""
    program = f"import sys; from {module} import {function}; sys.argv = ['x', *{arguments!r}]; {function}()"
    environment = os.environ | {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    shutil.rmtree(folder / "out", ignore_errors=True)  # a result that is there is not made again
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def largest(tree: Path, statement: str) -> str:
    """The three imports of a statement that take longest by themselves, with their milliseconds."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    report = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(tree)}, capture_output=True, text=True, check=True
    )
    own: dict[str, int] = {}
    for line in report.stderr.splitlines()[1:]:
        time, _, name = line.removeprefix("import time:").split("|")
        package = name.strip().partition(".")[0]
        own[package] = own.get(package, 0) + int(time)
    first = sorted(own.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name} {time / 1000:.0f}" for name, time in first)


def main() -> None:
    """Measure and write the page."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        Image.fromarray(samples.astronaut()).convert("L").save(folder / "photo.png")
        trees = {"now": ROOT}
        for commit in sys.argv[1:]:
            archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(folder / commit, filter="data")
            trees = {commit[:7]: folder / commit, **trees}
        times: dict[tuple[str, str], list[float]] = {}
        for _ in range(ROUNDS):
            for name, command in COMMANDS.items():
                for tree, path in trees.items():
                    times.setdefault((name, tree), []).append(seconds(path, folder, *command))
        rows = [
            f"| {name} | " + " | ".join(f"{statistics.median(times[name, tree]):.2f}" for tree in trees) + " |"
            for name in COMMANDS
        ]
        page = [
            "# What commands take to start",
            "",
            f"Written by `python -m docs.measure.startup {' '.join(sys.argv[1:])}`. Processor seconds of one",
            f"thread, user and system, from the start of Python to its end; medians of {ROUNDS} turns.",
            "",
            "| command | " + " | ".join(trees) + " |",
            "|---|" + "---:|" * len(trees),
            *rows,
            "",
            "Packages are imported where they are used: `import colorizer` loads neither NumPy nor PyTorch.",
            "The longest imports, by package, in milliseconds:",
            "",
            "| statement | |",
            "|---|---|",
            *(
                f"| `{statement}` | {largest(ROOT, statement)} |"
                for statement in ("import colorizer.cli", "import bot.cli", "from colorizer import load")
            ),
            "",
            "A first photo is little beside `import torch`. Python looks for garbage among the objects that",
            "PyTorch makes, time and again while it is imported and once more at exit; commands that",
            "colour, and the bot's, leave that out (`colorizer/importing.py`).",
            "",
        ]
        (ROOT / "docs/startup.md").write_text("\n".join(page))
        print("\n".join(page))  # noqa: T201 - a program's output


if __name__ == "__main__":
    main()
