"""The command `colorizer bench`. What it needs is imported when it runs."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from colorizer.usage import console, file_to_write, usage


def bench(
    models: Annotated[list[str] | None, typer.Argument(help="Models; compact, eccv16, siggraph17 if none.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of each contestant; medians are reported.")] = 7,
    json: Annotated[Path | None, typer.Option(help="Write all figures as JSON to this file.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the tables as Markdown to this file.")] = None,
) -> None:
    """Measure time, memory and cold start of models on this machine, side by side; about four minutes on two cores.

    The files are written anew after each part, so that a run that is stopped leaves what it has found.

    Example: colorizer bench --markdown docs/bench.md
    """
    from colorizer.bench.networks import MODELS
    from colorizer.bench.run import run

    report, started = None, time.monotonic()
    with usage(), console.status("measuring") as status:
        for path in filter(None, (json, markdown)):
            file_to_write(path)
        for report in run(models or MODELS, rounds=rounds, progress=status.update):
            if json:
                json.write_text(report.json())
            if markdown:
                markdown.write_text(report.markdown())
            left = ", ".join(report.missing) or "nothing"
            console.print(f"after {time.monotonic() - started:.0f} s, still to measure: {left}")
    if report:
        report.print(Console())
