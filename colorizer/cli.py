"""The `colorizer` command."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn, track
from rich.table import Table

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Colour grey photographs, and train what does it.")


console = Console(stderr=True)


@app.callback()
def main() -> None:
    """Colour grey photographs, and train what does it."""


@app.command()
def colorize(
    sources: Annotated[list[Path], typer.Argument(help="Picture files, or folders that are searched for them.")],
    out: Annotated[Path, typer.Option(help="Folder for the results; made when it is not there.")],
    weights: Annotated[str, typer.Option(help="Packaged weights by name, or a .safetensors file.")] = "compact",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Colour photographs; results are JPEG files of the same size and name.

    A file that cannot be used is named with the reason, the others are done all the same, and the exit status is 1.

    Example: colorizer colorize grandmother.jpg scans/ --out coloured/
    """
    from colorizer.photo import PhotoError, decode, encode_jpeg
    from colorizer.pipeline import Colorizer

    with _usage():
        colorizer = Colorizer.load(weights, device=device)
    done = 0
    problems: list[str] = []
    pairs = list(_pictures(sources, out, problems))
    out.mkdir(parents=True, exist_ok=True)
    for source, target in track(pairs, description="colouring", console=console):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(encode_jpeg(colorizer.colorize(decode(source.read_bytes()).pixels)))
            done += 1
        except (PhotoError, OSError, ValueError) as error:
            problems.append(f"{source}: {error}")
    for problem in problems:
        console.print(f"skipped {escape(problem)}", style="red", highlight=False, soft_wrap=True)
    typer.echo(f"{done} coloured, {len(problems)} skipped, in {out}")
    if problems:
        raise typer.Exit(1)


@contextmanager
def _usage() -> Iterator[None]:
    """What is wrong with the arguments is one line and exit status 2, not a traceback."""
    try:
        yield
    except (FileNotFoundError, ValueError) as error:
        console.print(f"[red]colorizer:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error


def _files(sources: list[Path]) -> set[Path]:
    """Every file among and below the sources."""
    below = [source.rglob("*") if source.is_dir() else [source] for source in sources]
    return {path.resolve() for paths in below for path in paths if path.is_file()}


def _pictures(sources: list[Path], out: Path, problems: list[str]) -> Iterator[tuple[Path, Path]]:
    """Each picture below the sources and where its result goes; what is no picture is noted in `problems`."""
    from colorizer.photo import SUFFIXES

    taken = _files(sources)  # a result never overwrites what was given
    for source in sources:
        if source.is_dir():
            files = sorted(path for path in source.rglob("*") if path.is_file())
            base = source
        elif source.is_file():
            files, base = [source], source.parent
        else:
            problems.append(f"{source}: no such file or folder")
            continue
        for file in files:
            if source.is_dir() and file.suffix.lower() not in SUFFIXES:
                problems.append(f"{file}: not a picture by its name")
                continue
            target = out / file.relative_to(base).with_suffix(".jpg")
            number = 1
            while target.resolve() in taken:  # a.png beside a.jpg, x/a.jpg and y/a.jpg: keep them all
                number += 1
                target = out / file.relative_to(base).with_suffix(f".{number}.jpg")
            taken.add(target.resolve())
            yield file, target


@app.command(name="eval")
def evaluate(
    weights: Annotated[str, typer.Argument(help="Packaged weights by name, or a .safetensors file.")],
    data: Annotated[list[Path], typer.Option(help="Colour photographs: Parquet shard, folder or picture.")],
    limit: Annotated[int, typer.Option(help="Measure at most this many, evenly spread; 0 for all.")] = 0,
    save: Annotated[Path | None, typer.Option(help="Also write the table as JSON to this file.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Measure weights on colour photographs: PSNR gained over grey, and colourfulness, for several decodings.

    Example: colorizer eval compact --data validation.parquet
    """
    from colorizer.evaluation import evaluate as measure
    from colorizer.pipeline import Colorizer
    from colorizer.training.photos import PhotoSet

    with _usage():
        colorizer = Colorizer.load(weights, device=device)
        photos = PhotoSet.open(data).spread(limit)
    columns = TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(photos))
        for step in measure(colorizer, photos):
            if isinstance(step, int):
                progress.update(task, completed=step)
            else:
                rows = step
    table = Table("decoding", "dB over grey", "colourfulness", title=f"{weights}, {len(photos)} photographs")
    for row in rows:
        table.add_row(row.name, f"{row.gain:+.2f}", f"{row.colourfulness:.1f}")
    Console().print(table)
    if save:
        save.write_text(json.dumps({"photographs": len(photos), "rows": [asdict(row) for row in rows]}, indent=1))


@app.command()
def train(
    recipe: Annotated[str, typer.Argument(help="Name of a packaged recipe (compact) or a TOML file.")],
    data: Annotated[list[Path], typer.Option(help="Parquet shard, folder or picture; repeat for more.")],
    out: Annotated[Path, typer.Option(help="Folder for checkpoint, log and weights; an existing run is resumed.")],
    steps: Annotated[int | None, typer.Option(help="Last step, instead of the recipe's.")] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    workers: Annotated[int, typer.Option(help="Processes that prepare pictures.")] = 1,
) -> None:
    """Train a network. Stop it at any time with Ctrl-C or SIGTERM and start it again to go on.

    Example: colorizer train compact --data shards/train-0.parquet --out runs/compact
    """
    from colorizer.training.loop import Trainer
    from colorizer.training.photos import PhotoSet
    from colorizer.training.recipe import load_recipe

    with _usage():
        chosen, photos = load_recipe(recipe), PhotoSet.open(data)
    if steps is not None:
        chosen = replace(chosen, optimizer=replace(chosen.optimizer, steps=steps))
    trainer = Trainer(chosen, out, device=device)
    if trainer.resume():
        typer.echo(f"resuming at step {trainer.step}")
    trainer.run(photos, workers=workers)
    typer.echo(f"step {trainer.step}: wrote {out}")
