"""The commands that show the bot without an account: the demo, and the sandbox Reddit alone."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.cli.setup import console
from bot.errors import SettingsError

if TYPE_CHECKING:  # loads SQLAlchemy, which --help should not wait for
    from bot.store.tables import Job, Step

app = typer.Typer()


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8090,
    empty: Annotated[bool, typer.Option(help="Start without the demo's posts.")] = False,
) -> None:
    """Run the sandbox Reddit alone, for any PRAW program.

    Example: colorizebot sandbox --port 8090
    """
    from bot.demo.posts import BOT, demo_world
    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World
    from bot.serving import wait_for_signal

    try:
        with Sandbox(World() if empty else demo_world(), port=port) as reddit:
            console.print(f"Sandbox Reddit at {reddit.url} (Ctrl-C ends it). For praw.Reddit:", highlight=False)
            typer.echo(json.dumps(reddit.praw_settings(BOT)))
            for name, value in reddit.environment().items():
                typer.echo(f"export {name}={value}")
            console.print(f"Accounts, their passwords, and forms to make more: {reddit.url}/_sandbox", highlight=False)
            wait_for_signal()
    except OSError as error:
        raise SettingsError(f"port {port} cannot be used: {error.strerror}") from error


@app.command()
def demo(
    photos: Annotated[list[Path] | None, typer.Option(help="Your own pictures, or folders of them.")] = None,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left to do.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object as the last line.")] = False,
    folder: Annotated[Path, typer.Option(help="Folder for the demo's files; cleared first.")] = Path("var/demo"),
) -> None:
    """Show the bot at work on a sandbox Reddit on this machine; no account is needed.

    Example: colorizebot demo --photos ~/scans
    """
    from bot import logs
    from bot.demo.folder import check_folder
    from bot.demo.posts import demo_world
    from colorizer.importing import imported_to_stay

    logs.configure(level="WARNING")
    world = demo_world(photos or ())
    check_folder(folder)  # before PyTorch is loaded, which takes longer
    with imported_to_stay():
        from bot.demo.report import report_of
        from bot.demo.session import open_demo

    progress, started = _Progress(), time.monotonic()
    with open_demo(world, folder, progress.show) as running:
        if not once:
            console.print(f"Sandbox Reddit  {running.reddit_url}/", highlight=False)
            console.print(f"Reply log       {running.web_url}/log   password: {running.password}", highlight=False)
            console.print("Open the sandbox, choose at the top who you are, and write, post, vote or moderate.\n")
        with progress:
            running.bot.drain()
        report = report_of(running.bot, posts=len(world.posts), seconds=time.monotonic() - started)
        Console().print(report.as_table(running.reddit_url))
        if not once:
            console.print(f"\nSandbox Reddit  {running.reddit_url}/", highlight=False)
            console.print(f"Reply log       {running.web_url}/log   password: {running.password}", highlight=False)
            console.print("New posts, mentions and messages are answered while this runs; Ctrl-C ends it.")
            running.bot.run()
    if as_json:
        typer.echo(json.dumps(report.as_json()))
    if report.as_json()["failed"]:
        raise typer.Exit(1)


class _Progress(Progress):
    """A line that says which step of which job was done last."""

    def __init__(self) -> None:
        line, count = TextColumn("{task.description:55}"), TextColumn("{task.completed} steps")
        super().__init__(SpinnerColumn(), line, count, TimeElapsedColumn(), console=console, transient=True)
        self._line = self.add_task("starting", total=None)

    def show(self, job: "Job", step: "Step") -> None:
        """Called after each step."""
        title = job.title if len(job.title) <= 40 else f"{job.title[:39]}…"
        self.update(self._line, advance=1, description=f"{step.stage:9} {escape(title)}")
