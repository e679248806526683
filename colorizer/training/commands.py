"""The command `colorizer train`. What it needs is imported when it runs."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from colorizer.errors import InputError
from colorizer.usage import folder_to_write, usage


def train(
    recipe: Annotated[
        str, typer.Argument(help="Name of a packaged recipe or a TOML file; docs/training.md lists them.")
    ],
    data: Annotated[list[Path], typer.Option(help="Folder, tar file, Parquet shard or picture; repeat for more.")],
    out: Annotated[Path, typer.Option(help="Folder for checkpoint, log and weights; an existing run is resumed.")],
    steps: Annotated[int | None, typer.Option(min=1, help="Last step, instead of the recipe's.")] = None,
    start: Annotated[Path | None, typer.Option(help="Weights to begin with: folder of a run, or file.")] = None,
    samples: Annotated[int, typer.Option(min=0, help="Steps between sample sheets; 0 for none.")] = 1000,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    workers: Annotated[int, typer.Option(min=0, help="Processes that prepare pictures.")] = 1,
    precision: Annotated[
        str, typer.Option(help="float32, bfloat16, or auto: bfloat16 where the device computes it.")
    ] = "auto",
) -> None:
    """Train a network. Stop it at any time with Ctrl-C or SIGTERM and start it again to go on.

    Example: colorizer train compact --data shards/train-0.parquet --out runs/compact
    """
    from colorizer.training.loop import Trainer
    from colorizer.training.photos import PhotoSet
    from colorizer.training.recipe import load_recipe

    with usage():
        chosen, photos = load_recipe(recipe), PhotoSet.open(data)
        folder_to_write(out)
        if steps is not None:
            chosen = replace(chosen, optimizer=replace(chosen.optimizer, steps=steps))
        unknown = sorted({*chosen.data.left_out, *chosen.data.unused} - {*photos.sources})
        if unknown:
            typer.echo(f"the recipe leaves out sources of which there is no picture: {', '.join(unknown)}")
        trainer = Trainer(chosen, out, device=device, precision=precision)
        trainer.objective.check(photos)
        if trainer.resume():
            typer.echo(f"resuming at step {trainer.step}")
        elif start is not None and (lacking := trainer.start_from(start)):
            typer.echo(f"not in {start}, so beginning anew: {', '.join(lacking)}")
    try:
        trainer.run(photos, workers=workers, samples_every=samples)
    except InputError as error:  # a ValueError of another kind is a fault of the program, whose traceback is wanted
        with usage():
            raise InputError(f"{error}; the same command goes on after step {trainer.saved}") from error
    typer.echo(f"step {trainer.step}: wrote {out}")
