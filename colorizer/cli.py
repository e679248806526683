"""The command `colorizer`: colouring files, models and weights here, the rest where the work is done."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
    track,
)

from colorizer.bench.commands import bench
from colorizer.errors import ColorizerError, InputError
from colorizer.evaluation.commands import evaluate, realism
from colorizer.film_command import film
from colorizer.studio.commands import serve, studio
from colorizer.training.commands import train
from colorizer.usage import console, file_to_write, folder_to_write, pixels_of, usage

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Colour grey photographs, and train what does it.")


def main() -> None:
    """Run the command; a package that is missing is one line that says how to get it, and exit status 2."""
    from colorizer.importing import explained

    try:
        app()
    except ImportError as error:
        problem = explained(error)
        if problem is error and not isinstance(error, ColorizerError):
            raise
        console.print(f"[red]colorizer:[/red] {escape(str(problem))}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from error


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        for package in ("colorizer-photo", "colorizebot"):  # alone, or as a part of the bot
            try:
                typer.echo(f"colorizer {version(package)}")
            except PackageNotFoundError:
                continue
            raise typer.Exit
        raise InputError("colorizer is not installed as a package, so it has no version")


@app.callback()
def group(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Colour grey photographs, and train what does it."""


@app.command()
def colorize(
    out: Annotated[Path, typer.Option(help="Folder for the results; made when it is not there.")],
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Picture files, or folders that are searched for them.")
    ] = None,
    weights: Annotated[str, typer.Option(help="Packaged weights by name, or a .safetensors file.")] = "compact",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    runtime: Annotated[str, typer.Option(help="torch, onnx, or auto: PyTorch where it is installed.")] = "auto",
    hint: Annotated[
        list[str] | None, typer.Option(help="A known colour: '310,220 #aa3b30' in pixels, '40%,30% navy'; repeat.")
    ] = None,
    palette: Annotated[str | None, typer.Option(help="Colours to use, with commas: navy,#aa3b30.")] = None,
    style: Annotated[Path | None, typer.Option(help="A colour photo to take the colours of.")] = None,
    look: Annotated[str, typer.Option(help="How colourful: natural, vivid or soft.")] = "natural",
    variants: Annotated[int, typer.Option(min=1, help="So many different results of each photo.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Another number, other variants.")] = 0,
    pages: Annotated[bool, typer.Option("--pages", help="Every picture of a TIFF, not the largest alone.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Colour too what is in colour, or no photograph.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is in the folder already.")] = False,
    max_megapixels: Annotated[float, typer.Option(help="Refuse larger pictures; each needs about 12 MB.")] = 150,
    manifest: Annotated[Path | None, typer.Option(help="A text file of pictures, one path a line.")] = None,
    shard: Annotated[str, typer.Option(help="Of a manifest, this part: 3/64 is the third of 64.")] = "1/1",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a manifest where an earlier run ended.")] = False,
) -> None:
    """Colour photographs; results are JPEG files of the same size and name. docs/colorize.md has the whole of it.

    A file that cannot be used is named with the reason, the others are done all the same, and the exit status is 1.
    Nothing that was there before is written over; a second run goes on where the first was stopped.

    Example: colorizer colorize grandmother.jpg scans/ --out coloured/ --hint "40%,30% navy"
    """
    from colorizer import freed
    from colorizer.files.naming import Names
    from colorizer.files.walking import walk
    from colorizer.hints import read_colour, read_hint
    from colorizer.importing import imported_to_stay
    from colorizer.looks import LOOKS
    from colorizer.photo import decode_file

    with imported_to_stay():
        from colorizer.files.batch import Batch, Wishes
        from colorizer.files.manifest import Shard
        from colorizer.files.manifest import colour as colour_manifest
        from colorizer.runtime.choice import RUNTIMES, model_of

    def say(path: Path, what: str, failure: bool) -> None:
        console.print(escape(f"{path}: {what}"), style="red" if failure else "", highlight=False, soft_wrap=True)

    with usage():
        if (manifest is None) == (not sources):
            raise InputError("name pictures or folders, or a list of them with --manifest, and not both")
        if manifest is None and (resume or shard != "1/1"):
            raise InputError("--shard and --resume are for a --manifest")
        if look not in LOOKS:
            raise InputError(f"--look {look}: choose one of {', '.join(LOOKS)}")
        if runtime not in RUNTIMES:
            raise InputError(f"--runtime {runtime}: choose one of {', '.join(RUNTIMES)}")
        if palette is not None and style is not None:
            raise InputError("give --palette or --style, not both")
        max_pixels = pixels_of(max_megapixels)
        wishes = Wishes(
            hints=[read_hint(text) for text in hint or ()],
            palette=[read_colour(text) for text in palette.split(",")] if palette is not None else None,
            style=decode_file(style, max_pixels=max_pixels).pixels if style is not None else None,
            look=look,
            variants=variants,
            seed=seed,
            all_pages=pages,
            force=force,
            max_pixels=max_pixels,
        )
        folder_to_write(out)
        freed.keep()
        batch = Batch(model_of(weights, device=device, runtime=runtime), wishes, wishes.settings(weights), say)
        if manifest is not None:
            typer.echo(colour_manifest(batch, manifest, Shard.read(shard), out, resume=resume).summary())
            return
    found = list(walk(sources or [], out, batch.leave_out, force=force))
    names = Names(out, [source.path for source in found], overwrite=overwrite)
    for source in track(found, description="colouring", console=console, disable=len(found) == 1):
        batch.colour(source, names)
    typer.echo(f"{batch.coloured} coloured, {batch.left_out} left out, {batch.failed} failed, in {out}")
    raise typer.Exit(batch.status)


app.command(name="eval")(evaluate)
app.command()(realism)
app.command()(train)


@app.command()
def quantise(
    photos: Annotated[list[Path], typer.Argument(help="Pictures in colour.")],
    out: Annotated[Path, typer.Option(help="PNG file for the sheet.")],
) -> None:
    """Show what colour quantisation costs: each photo on grids of ab, in clusters and in the 313 bins, with its errors.

    Example: colorizer quantise parrots.jpg --out sheet.png
    """
    from colorizer.quantise import sheet
    from colorizer.training.photos import PhotoSet

    with usage():
        pictures = PhotoSet.open(photos)
        file_to_write(out, read=photos)
        sheet(pictures).save(out, format="PNG")
    typer.echo(f"wrote {out}")


@app.command()
def models(
    json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
    markdown: Annotated[Path | None, typer.Option(help="Write the list as Markdown to this file.")] = None,
) -> None:
    """List the networks and their weights: size, licence, input, hints, and where the weights are.

    Example: colorizer models --json
    """
    from colorizer import listing

    if markdown:
        with usage():
            file_to_write(markdown)
            markdown.write_text(listing.markdown())
        typer.echo(f"wrote {markdown}")
    elif json:
        typer.echo(listing.as_json())
    else:
        listing.show(Console())


app.command()(film)
app.command()(serve)
app.command()(studio)

weights_app = typer.Typer(no_args_is_help=True, help="The weights that others published.")
app.add_typer(weights_app, name="weights")


@weights_app.command()
def get(
    name: Annotated[str, typer.Argument(help="Name of the weights; `colorizer models` lists them.")],
    file: Annotated[Path | None, typer.Option(help="Take this local file instead of downloading.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Keep it here instead of in the cache.")] = None,
) -> None:
    """Download published weights, or take a local copy; they are checked, and a broken download is resumed.

    Example: colorizer weights get eccv16
    """
    from colorizer.catalogue import find
    from colorizer.download import get as get_weights

    columns = TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    with usage(), Progress(*columns, console=console, transient=True) as progress:
        record, task = find(name), progress.add_task("", total=None)
        path = get_weights(
            record,
            file=file,
            folder=folder,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    typer.echo(f"{name}: {path}")


@app.command()
def export(
    weights: Annotated[str, typer.Argument(help="Weights by name, or a file that training wrote.")],
    onnx: Annotated[Path, typer.Option(help="File to write; the painting half of compact goes beside it.")],
) -> None:
    """Write a network as ONNX, for runtimes without PyTorch; needs the extra `export`.

    Example: colorizer export compact --onnx compact.onnx
    """
    from colorizer.export import export as export_network
    from colorizer.loading import load

    with usage(), console.status("exporting"):
        file_to_write(onnx, read=[Path(weights)])
        written = export_network(load(weights), onnx)
    for path in written:
        typer.echo(f"wrote {path}, {path.stat().st_size / 1e6:.1f} MB")


app.command()(bench)
