"""The command `colorizer film`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from colorizer.errors import InputError
from colorizer.usage import console, file_to_write, usage


def film(
    source: Annotated[Path, typer.Argument(help="A film, clip or GIF.")],
    out: Annotated[Path, typer.Argument(help="The result: .mp4, .mkv or .mov; .jpg or .png of a preview.")],
    look: Annotated[str, typer.Option(help="How colourful: natural, vivid or soft.")] = "natural",
    steady: Annotated[str, typer.Option(help="flow; for comparison none (each frame for itself) or mean.")] = "flow",
    hint: Annotated[
        list[str] | None,
        typer.Option(
            "--hint",
            "--hints",
            help="A known colour: '12.4s:310,220=navy'; it spreads through the shot; repeat. Or a .txt file of them.",
        ),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Write three coloured frames of each shot instead, as .jpg or .png.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a result that is there already.")] = False,
    weights: Annotated[str, typer.Option(help="Packaged weights by name, or a .safetensors file.")] = "compact",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Colour a film in colours that stay from frame to frame; needs the extra `film`. docs/film.md has the whole of it.

    Luma, sound, times and length stay. Ctrl-C ends it; the same command goes on after what is done.

    Example: colorizer film wedding-1952.mp4 wedding-in-colour.mp4
    """
    from colorizer import freed
    from colorizer.importing import imported_to_stay

    with imported_to_stay():
        from colorizer.film import Progress as FilmProgress
        from colorizer.film import Wishes, colour_film, preview_film
        from colorizer.film.hint_list import ENDING, read_hints
        from colorizer.film.preview import save
        from colorizer.model import Colorizer

    words = {"cuts": "finding cuts", "colours": "colouring", "joining": "joining"}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    with usage(), Progress(*columns, console=console) as progress:
        file_to_write(out, read=[source, *(Path(one) for one in hint or () if one.endswith(ENDING))])
        if out.exists() and not overwrite:
            raise InputError(f"{out} is there already; --overwrite replaces it")
        if preview and out.suffix.lower() not in (".jpg", ".jpeg", ".png"):
            raise InputError(f"{out.name}: a preview is a picture; name it .jpg or .png")
        wishes = Wishes(look=look, steady=steady, hints=read_hints(hint or ()))
        tasks: dict[str, TaskID] = {}

        def tell(state: FilmProgress) -> None:
            if state.stage not in tasks:
                tasks[state.stage] = progress.add_task(words[state.stage], completed=state.resumed, speed="")
            task = progress.tasks[tasks[state.stage]]
            speed = f"{task.speed:.1f} frames/s" if task.speed else ""
            progress.update(task.id, completed=state.done, total=state.total, speed=speed)

        freed.keep()
        model = Colorizer.load(weights, device=device)
        if preview:
            save(preview_film(model, source, wishes, tell=tell), out)
            done = f"wrote {out}"
        else:
            plan = colour_film(model, source, out, wishes, weights=weights, tell=tell)
            shots = len(plan.shots)
            frames = f"{plan.frames} {'frame' if plan.frames == 1 else 'frames'}"
            done = f"wrote {out}: {frames} in {shots} {'shot' if shots == 1 else 'shots'}"
    typer.echo(done)
