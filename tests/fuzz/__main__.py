"""Fuzz what reads strangers' input, guided by coverage (atheris), and write what came of it into docs/reliability.md.

    python -m tests.fuzz --seconds 600                  # each target for so long, one after the other
    python -m tests.fuzz --seconds 60 --only decode
    python -m tests.fuzz --target decode CORPUS ...     # one target in this process, with libFuzzer's own options

What breaks a target is kept in tests/fuzz/found/TARGET, and tried by the suite from then on.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import typer

from docs.measure.tables import write

FOUND = Path(__file__).parent / "found"
SLOW = 10
"""Seconds that one input may take."""


def fuzz(name: str, options: list[str]) -> None:
    """One target in this process, until libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=["bot", "colorizer"]):
        from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    folder = Path(options[0])
    for number, seed in enumerate(target.seeds):
        (folder / f"seed{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


def run(name: str, seconds: int) -> tuple[int, int]:
    """Fuzz a target in a process of its own; how many inputs were tried, and how many were found to break it."""
    kept = FOUND / name
    before = set(kept.glob("*"))
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as broken:
        command = [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--target",
            name,
            corpus,
            f"-max_total_time={seconds}",
            f"-artifact_prefix={broken}/",
            f"-timeout={SLOW}",
            "-rss_limit_mb=3000",
            "-print_final_stats=1",
            "-max_len=8192",
        ]
        said = subprocess.run(command, capture_output=True, text=True, errors="replace").stderr
        for case in Path(broken).iterdir():
            kept.mkdir(parents=True, exist_ok=True)
            case.rename(kept / case.name)
        if not (tried := re.search(r"number_of_executed_units:\s*(\d+)", said)):
            raise SystemExit(said[-3000:])
        if set(kept.glob("*")) - before:
            typer.echo(said[-3000:])
    return int(tried[1]), len(set(kept.glob("*")) - before)


def main(seconds: int = 600, only: str = "") -> None:
    """Fuzz all targets, or one."""
    from tests.fuzz.targets import TARGETS

    rows = []
    for name in [only] if only else TARGETS:
        tried, found = run(name, seconds)
        typer.echo(f"{name}: {tried:,} inputs in {seconds} s, {found} found")
        rows.append(f"| {name} | {seconds} | {tried:,} | {found} |\n")
    if not only:
        head = "| what was fuzzed | seconds | inputs | broken by |\n|---|---:|---:|---:|\n"
        write("fuzz", head + "".join(rows))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--target"]:
        fuzz(sys.argv[2], sys.argv[3:])
    else:
        typer.run(main)
