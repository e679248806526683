"""The commands `colorizer eval` and `colorizer realism`. What they need is imported when they run."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from colorizer.errors import InputError
from colorizer.usage import console, file_to_write, folder_to_write, usage


def evaluate(
    models: Annotated[list[str], typer.Argument(help="Packaged weights by name, or .safetensors files.")],
    data: Annotated[list[Path], typer.Option(help="Colour photographs: Parquet shard, folder or picture.")],
    limit: Annotated[int, typer.Option(min=0, help="Measure at most this many, evenly spread; 0 for all.")] = 0,
    save: Annotated[Path | None, typer.Option(help="Folder for JSON, CSV, an HTML page and contact sheets.")] = None,
    decodings: Annotated[bool, typer.Option("--decodings", help="Also compact's other decodings.")] = False,
    hints: Annotated[bool, typer.Option("--hints", help="Also PSNR against the number of hints.")] = False,
    labels: Annotated[Path | None, typer.Option(help="CSV file: name of a photograph, its ImageNet class.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Measure models on colour photographs, side by side with grey and with the truth; docs/evaluation.md explains.

    Example: colorizer eval compact mine.safetensors --data validation.parquet --save figures/
    """
    from colorizer.evaluation.classifier import read_labels
    from colorizer.evaluation.measure import load_candidates
    from colorizer.evaluation.run import evaluate as measure
    from colorizer.training.photos import PhotoSet

    with usage():
        if save:
            folder_to_write(save)
        photos, classes = PhotoSet.open(data).spread(limit), read_labels(labels) if labels else None
        result = measure(
            load_candidates(models, device=device, decodings=decodings),
            photos,
            labels=classes,
            hints=hints,
            progress=lambda numbers: track(numbers, description="measuring", console=console),
        )
    result.report.print(Console())
    if save:
        result.save(save, title=f"{', '.join(models)} on {', '.join(path.name for path in data)}")
        typer.echo(f"wrote {save / 'report.html'}")


def realism(
    results: Annotated[Path, typer.Option(help="Folder for the answers; an existing one is continued.")],
    models: Annotated[list[str] | None, typer.Argument(help="Models to test, compact if none is named.")] = None,
    data: Annotated[list[Path] | None, typer.Option(help="Colour photographs: Parquet shard, folder, picture.")] = None,
    photographs: Annotated[
        int, typer.Option(min=2, help="How many photographs are drawn; a session takes its pairs.")
    ] = 100,
    practice: Annotated[int, typer.Option(min=0, help="Pairs with feedback, before those that count.")] = 10,
    trials: Annotated[int, typer.Option(min=1, help="Pairs that count; a tenth of them are catch trials.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Draws the photographs.")] = 0,
    host: Annotated[str, typer.Option(help="Address to serve at; 0.0.0.0 for other machines.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve at.")] = 8070,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    report: Annotated[Path | None, typer.Option(help="Print the rates, write them as JSON here, and end.")] = None,
) -> None:
    """Serve a test with people: which photograph is real, which recoloured? Or report how often they were fooled.

    Example: colorizer realism compact --data validation.parquet --results realism/
    """
    from colorizer.evaluation.measure import load_candidates
    from colorizer.evaluation.realism.app import create_app
    from colorizer.evaluation.realism.pictures import make_pictures
    from colorizer.evaluation.realism.results import Results
    from colorizer.evaluation.realism.study import Study
    from colorizer.training.photos import PhotoSet

    answers = Results(results)
    with usage():
        if report:
            rates = answers.rates()
            file_to_write(report, read=[answers.path])
            rates.print(Console())
            report.write_text(rates.json())
            return
        if not data:
            raise InputError("--data is needed to serve the test; --report FILE to read its results")
        folder_to_write(results)
        loaded = {row.name: row.colorizer for row in load_candidates(models or ["compact"], device=device)}
        pictures = make_pictures(
            loaded,
            PhotoSet.open(data),
            photographs,
            seed=seed,
            progress=lambda numbers: track(numbers, description="colouring", console=console),
        )
        study = Study(pictures, list(loaded), answers, practice=practice, trials=trials)
    import uvicorn

    typer.echo(f"open http://{host}:{port}/ ; answers go to {answers.path}; Ctrl-C ends")
    uvicorn.run(create_app(study), host=host, port=port, access_log=False, log_level="warning")
