"""The commands `colorizer serve` and `colorizer studio`. What they need is imported when they run."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TextColumn

from colorizer.usage import console, pixels_of, usage


def serve(
    host: Annotated[str, typer.Option(help="Address to serve at; 0.0.0.0 for other machines.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve at; 0 takes a free one.")] = 8060,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Another name or address under which it is reached; repeat.")
    ] = None,
    weights: Annotated[str, typer.Option(help="Packaged weights by name, or a .safetensors file.")] = "compact",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    max_megapixels: Annotated[float, typer.Option(help="Refuse larger pictures.")] = 50,
) -> None:
    """Serve the colourizer over HTTP, with a page that describes the API; needs the extra `serve`.

    Example: colorizer serve --port 8060
    """
    from colorizer.studio.listening import run
    from colorizer.studio.serve import LOOPBACK, serve_app

    with usage():
        from colorizer.model import Colorizer

        max_pixels = pixels_of(max_megapixels)
        hosts = [*LOOPBACK, f"[{host}]" if ":" in host else host, *(allow_host or ())]
        model = Colorizer.load(weights, device=device)
        api = serve_app(model, hosts=hosts, max_pixels=max_pixels)
        run(api, host, port, lambda url: typer.echo(f"the API is described at {url}/ ; Ctrl-C ends"))


def studio(
    file: Annotated[Path, typer.Argument(help="The photograph, film, clip or GIF to colour.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve at; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    weights: Annotated[str, typer.Option(help="Packaged weights by name, or a .safetensors file.")] = "compact",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    max_megapixels: Annotated[float, typer.Option(help="Refuse larger photographs.")] = 150,
) -> None:
    """Correct colours in the browser, on this machine alone; needs the extra `serve`, and `film` for films.

    Example: colorizer studio grandmother.jpg
    """
    from colorizer.studio.listening import run
    from colorizer.studio.local import film_app, is_film, studio_app

    def say(url: str) -> None:
        typer.echo(f"open {url}{path} ; Ctrl-C ends")
        if browser:
            typer.launch(f"{url}{path}")

    with usage():
        from colorizer.model import Colorizer

        max_pixels = pixels_of(max_megapixels)
        moving, model = is_film(file), Colorizer.load(weights, device=device)
        if moving:
            with Progress(TextColumn("finding cuts"), *Progress.get_default_columns()[1:], console=console) as progress:
                task = progress.add_task("")
                api, path = film_app(
                    model,
                    file,
                    weights=weights,
                    tell=lambda done, total: progress.update(task, completed=done, total=total),
                )
        else:
            api, path = studio_app(model, file, max_pixels=max_pixels)
        run(api, "127.0.0.1", port, say)
