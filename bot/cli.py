"""The `colorizebot` command."""

import json
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot import __version__, cli_operate, logs
from bot.cli_setup import Config, DryRun, console, database, start
from bot.serving import wait_for_signal
from bot.settings import SettingsError

if TYPE_CHECKING:  # loads torch and praw, which --help should not wait for
    from bot.scheduler import Bot

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A Reddit bot that answers grey photographs in colour."
)


def main() -> None:
    """Run the command; a wrong setting is one clear line, not a traceback."""
    try:
        app()
    except SettingsError as error:
        console.print(f"[red]colorizebot:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from None


@app.command()
def run(
    config: Config = None,
    web: Annotated[bool, typer.Option(help="Serve the reply log too.")] = True,
    dry_run: DryRun = False,
) -> None:
    """Run the bot on Reddit: poll, work, and serve the reply log.

    Example: colorizebot run --config /etc/colorizebot.toml
    """
    bot = _ready(config, dry_run=dry_run)
    with bot.opened(), ExitStack() as stack:
        name = bot.check_login()
        if web:
            url, password = stack.enter_context(bot.web(name))
            _show_password(url, password)
        scan = list(bot.settings.reddit.scan)
        structlog.get_logger("bot").info("started", user=name, version=__version__, scan=scan)
        bot.run()


@app.command()
def worker(config: Config = None) -> None:
    """Work on jobs that another process receives; no polling, no reply log. Needs a work.name of its own.

    Example: colorizebot worker --config /etc/colorizebot-gpu-2.toml
    """
    bot = _ready(config)
    with bot.opened():
        bot.check_login()
        bot.run(polling=False)


@app.command()
def web(config: Config = None) -> None:
    """Serve only the reply log, the hosted pictures and the metrics.

    Example: colorizebot web --config /etc/colorizebot.toml
    """
    from bot.scheduler import Bot
    from bot.store.database import migrate

    settings, redactor = start(config)
    bot = Bot(settings, redactor=redactor)
    migrate(bot.engine)
    with bot.web(bot.settings.reddit.username or "this bot") as (url, password):
        _show_password(url, password)
        wait_for_signal()


@app.command()
def once(config: Config = None, dry_run: DryRun = False) -> None:
    """Work until inbox, scanned subreddits and queue are empty, and end.

    Jobs that Reddit has put off are waited for. Example: colorizebot once
    """
    bot = _ready(config, dry_run=dry_run)
    with bot.opened():
        bot.check_login()
        bot.drain()


@app.command()
def migrate(config: Config = None) -> None:
    """Bring the database's tables up to date; `run` does so by itself.

    Example: colorizebot migrate
    """
    with database(config):
        typer.echo("the tables are up to date")


@app.command()
def password(config: Config = None) -> None:
    """Make a new password for the reply log and print it.

    Example: colorizebot password
    """
    from bot.web.login import reset_password

    with database(config) as engine:
        typer.echo(reset_password(engine))


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

    try:
        with Sandbox(World() if empty else demo_world(), port=port) as reddit:
            console.print(f"Sandbox Reddit at {reddit.url} (Ctrl-C ends it). For praw.Reddit:", highlight=False)
            typer.echo(json.dumps(reddit.praw_settings(BOT)))
            for name, value in reddit.environment().items():
                typer.echo(f"export {name}={value}")
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
    from bot.demo.posts import demo_world
    from bot.demo.report import Report
    from bot.demo.session import open_demo
    from bot.store.pictures import photos_of, results_of
    from bot.store.reply_log import latest_jobs, steps_of
    from bot.store.tables import Job, Step

    logs.configure(level="WARNING")
    world = demo_world(photos or ())
    started = time.monotonic()
    columns = SpinnerColumn(), TextColumn("{task.description:55}"), TextColumn("{task.completed} steps"), TimeElapsedColumn()  # fmt: skip  # noqa: E501
    progress = Progress(*columns, console=console, transient=True)
    task = progress.add_task("starting", total=None)

    def show(job: Job, step: Step) -> None:
        title = job.title if len(job.title) <= 40 else f"{job.title[:39]}…"
        progress.update(task, advance=1, description=f"{step.stage:9} {escape(title)}")

    with open_demo(world, folder, show) as running:
        bot = running.bot
        with progress:
            bot.drain()
        seconds = time.monotonic() - started
        done = latest_jobs(bot.engine, limit=10_000)[::-1]
        steps = steps_of(bot.engine, [job.id for job in done])
        found = {job.id: photos_of(bot.engine, job) for job in done}
        results = {job.id: results_of(bot.engine, job) for job in done}
        report = Report(done, steps, found, results, len(world.posts), seconds, bot.host.folder)
        Console().print(report.as_table(running.reddit_url))
        if not once:
            console.print(f"\nSandbox Reddit  {running.reddit_url}/", highlight=False)
            console.print(f"Reply log       {running.web_url}/log   password: {running.password}", highlight=False)
            console.print("New posts and mentions are answered while this runs; Ctrl-C ends it.")
            bot.run()
    if as_json:
        typer.echo(json.dumps(report.as_json()))
    if report.as_json()["failed"]:
        raise typer.Exit(1)


def _ready(config: Path | None, *, dry_run: bool = False) -> "Bot":
    """A bot that has all that it needs to answer; what is missing is said before anything is touched."""
    settings, redactor = start(config, dry_run=dry_run)
    settings.reddit.praw_options()
    settings.check_public_url()
    from bot.scheduler import Bot

    bot = Bot(settings, redactor=redactor)
    bot.connect()
    _ = bot.models  # wrong weights would otherwise burn every summons
    return bot


def _show_password(url: str, password: str | None) -> None:
    """To standard output, once; the log goes to standard error."""
    if password:
        typer.echo(f"Reply log: {url}/log   password (shown once): {password}")


app.add_typer(cli_operate.app)


if __name__ == "__main__":
    main()
