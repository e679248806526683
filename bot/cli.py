"""The `colorizebot` command."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot import __version__, logs
from bot.domain.outcomes import Group, Refused, RetryLater
from bot.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:  # these load torch and praw, which --help should not wait for
    from bot.demo import Report
    from bot.scheduler import Bot

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A Reddit bot that answers grey photographs in colour."
)
console = Console(stderr=True)
Config = Annotated[Path | None, typer.Option(help="Settings file; colorizebot.toml in this folder by default.")]


def main() -> None:
    """Run the command; a wrong setting is one clear line, not a traceback."""
    try:
        app()
    except SettingsError as error:
        console.print(f"[red]colorizebot:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from None


@app.command()
def run(config: Config = None, web: Annotated[bool, typer.Option(help="Serve the reply log too.")] = True) -> None:
    """Run the bot on Reddit: poll, work, and serve the reply log.

    Example: colorizebot run --config /etc/colorizebot.toml
    """
    from bot.scheduler import Bot

    settings = _start(config)
    settings.reddit.praw_options()  # a missing credential is said before anything is opened
    bot = Bot(settings)
    with bot.opened(), ExitStack() as stack:
        try:
            name = bot.check_login()
        except (Refused, RetryLater) as error:
            raise SettingsError(f"Reddit did not accept the credentials: {error}") from error
        if web:
            url, password = stack.enter_context(_web(bot, name))
            _show_password(url, password)
        structlog.get_logger("bot").info("started", user=name, version=__version__, scan=list(settings.reddit.scan))
        bot.run()


@app.command()
def web(config: Config = None) -> None:
    """Serve only the reply log, the hosted pictures and the metrics.

    Example: colorizebot web --config /etc/colorizebot.toml
    """
    import signal

    from bot.scheduler import Bot
    from bot.store.database import migrate

    bot = Bot(_start(config))
    migrate(bot.engine)
    with _web(bot, bot.settings.reddit.username or "this bot") as (url, password):
        _show_password(url, password)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


@app.command()
def once(config: Config = None) -> None:
    """Poll once, work until nothing is left to do, and end.

    Example: colorizebot once
    """
    from bot.scheduler import Bot

    settings = _start(config)
    settings.reddit.praw_options()
    bot = Bot(settings)
    with bot.opened():
        bot.drain()


@app.command()
def migrate(config: Config = None) -> None:
    """Bring the database's tables up to date; `run` does so by itself.

    Example: colorizebot migrate
    """
    from bot.store.database import migrate as upgrade
    from bot.store.database import open_database

    engine = open_database(_start(config).database())
    upgrade(engine)
    engine.dispose()
    typer.echo("the tables are up to date")


@app.command()
def password(config: Config = None) -> None:
    """Make a new password for the reply log and print it.

    Example: colorizebot password
    """
    from bot.store.database import migrate as upgrade
    from bot.store.database import open_database
    from bot.web.login import reset_password

    engine = open_database(_start(config).database())
    upgrade(engine)
    typer.echo(reset_password(engine))
    engine.dispose()


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8090,
    empty: Annotated[bool, typer.Option(help="Start without the demo's posts.")] = False,
) -> None:
    """Run the sandbox Reddit alone, for any PRAW program.

    Example: colorizebot sandbox --port 8090
    """
    from bot.demo import BOT, demo_world
    from bot.sandbox.server import serve
    from bot.sandbox.world import World

    world = World() if empty else demo_world()
    user = world.user(BOT)
    url = f"http://127.0.0.1:{port}"
    client, secret = next(iter(world.apps.items()))
    console.print(f"Sandbox Reddit at {url} (Ctrl-C ends it). For praw.Reddit:", highlight=False)
    options = {
        "client_id": client, "client_secret": secret, "username": user.name, "password": user.password,
        "user_agent": "python:sandbox:1 (by /u/sandbox)", "oauth_url": url, "reddit_url": url, "short_url": url,
        "check_for_updates": False,
    }  # fmt: skip
    typer.echo(json.dumps(options))
    serve(world, port)


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
    from bot.demo import Report, demo_world, fresh_folder, settings_for
    from bot.sandbox.server import Sandbox
    from bot.scheduler import Bot
    from bot.store.reply_log import latest_jobs, steps_of
    from bot.store.tables import Job, Step

    world = demo_world(photos or ())
    data_dir = fresh_folder(folder)
    logs.configure(level="WARNING")
    started = time.monotonic()
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} of {task.total} steps"), TimeElapsedColumn()  # fmt: skip  # noqa: E501
    with Sandbox(world) as reddit, ExitStack() as stack:
        progress = Progress(*columns, console=console, transient=True)
        task = progress.add_task("starting", total=None)

        def show(job: Job, step: Step) -> None:
            title = job.title if len(job.title) <= 40 else f"{job.title[:39]}…"
            progress.update(task, advance=1, description=f"{step.stage:9} {title}")

        bot = Bot(settings_for(reddit.url, data_dir), observer=show)
        stack.enter_context(bot.opened())
        url, password = stack.enter_context(_web(bot, world.user("ColorizeBot").name, port=0))
        with progress:
            bot.drain()
        seconds = time.monotonic() - started
        done = latest_jobs(bot.engine, limit=10_000)[::-1]
        steps = steps_of(bot.engine, [job.id for job in done])
        report = Report(done, steps, len(world.posts), seconds, bot.host.folder)
        _print_report(report, reddit.url)
        if not once:
            console.print(f"\nSandbox Reddit  {reddit.url}/r/OldPhotos/")
            console.print(f"Reply log       {url}/log   password: {password}", highlight=False)
            console.print("New posts and mentions are answered while this runs; Ctrl-C ends it.")
            bot.run()
    if as_json:
        typer.echo(json.dumps(report.as_json()))
    if report.as_json()["failed"]:
        raise typer.Exit(1)


def _start(config: Path | None) -> Settings:
    """Settings, and logs that hide their secrets."""
    settings = load_settings(config)
    logs.configure(style=settings.log_format, secrets=settings.secrets())
    return settings


@contextmanager
def _web(bot: "Bot", name: str, port: int | None = None) -> Iterator[tuple[str, str | None]]:
    """The bot's web process in a thread: its address, and the password when it was made just now."""
    from bot.serving import BackgroundServer
    from bot.web.app import create_app
    from bot.web.login import ensure_password

    web, password = bot.settings.web, ensure_password(bot.engine)
    application = create_app(
        engine=bot.engine,
        files=bot.files,
        hosted=bot.host,
        bot_name=name,
        reddit_url=bot.settings.reddit.reddit_url,
        secure_cookies=(web.public_url or "").startswith("https://"),
        heartbeat=lambda: bot.last_poll,
    )
    try:
        server = BackgroundServer(lambda _: application, host=web.host, port=web.port if port is None else port)
    except OSError as error:
        raise SettingsError(f"web.port {web.port} on {web.host} cannot be used: {error.strerror}") from error
    if port == 0:
        bot.host.public_url = server.url
    with server:
        yield server.url, password


def _show_password(url: str, password: str | None) -> None:
    """To the terminal, once; never to the log."""
    if password:
        console.print(f"Reply log: {url}/log   password (shown once): [bold]{password}[/bold]", highlight=False)


def _print_report(report: "Report", reddit_url: str) -> None:
    colours = {Group.ANSWERED: "green", Group.SKIPPED: "yellow", Group.FAILED: "red"}
    table = Table("post", "verdict", "outcome", "reply", "seconds", title="What the bot did")
    table.columns[3].overflow = "fold"
    table.columns[4].justify = "right"
    for job, seconds in report.timed():
        outcome = job.as_outcome()
        shown = f"[{colours[outcome.group]}]{outcome.value}[/]" if outcome else "open"
        link = f"{reddit_url}{job.reply_permalink}" if job.reply_permalink else ""
        table.add_row(job.title, job.verdict or "", shown, link, f"{seconds:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
