"""The commands that run the bot, or a part of it."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from bot import __version__
from bot.cli.setup import Config, DryRun, database, start
from bot.domain.queues import Queue
from bot.errors import SettingsError

if TYPE_CHECKING:  # loads torch and praw, which --help should not wait for
    from bot.app.bot import Bot
    from bot.logs import Redactor
    from bot.settings import Settings

app = typer.Typer()


@app.command()
def run(
    config: Config = None,
    web: Annotated[bool, typer.Option(help="Serve the reply log too.")] = True,
    dry_run: DryRun = False,
) -> None:
    """Run the bot on Reddit: poll, work, and serve the reply log.

    Example: colorizebot run --config /etc/colorizebot.toml
    """
    import structlog

    bot = _ready(*start(config, dry_run=dry_run))
    with bot.opened(), ExitStack() as stack:
        name = bot.check_login()
        if web:
            url, password = stack.enter_context(bot.web(name))
            _show_address(url, password)
        scan = list(bot.settings.reddit.scan)
        structlog.get_logger("bot").info("started", user=name, version=__version__, scan=scan)
        bot.run()


@app.command()
def worker(
    config: Config = None,
    queue: Annotated[
        list[Queue] | None,
        typer.Option(help="With a broker: take jobs from this queue alone; several times for several."),
    ] = None,
) -> None:
    """Work on jobs that another process receives; no polling, no reply log. Needs a work.name of its own.

    With work.broker it is a worker of Celery's, like `celery -A bot.celery worker`.
    Example: colorizebot worker --config /etc/colorizebot-gpu-2.toml --queue colour
    """
    settings, redactor = start(config)
    if settings.work.broker is not None:
        from colorizer.importing import imported_to_stay

        with imported_to_stay():
            from bot.app.celery_worker import celery_with_tasks

        queues = ",".join(queue or list(Queue))
        name = f"{settings.work.name}@%h"
        celery_with_tasks(settings, redactor).worker_main(["worker", "--hostname", name, "--queues", queues])
        return
    if queue:
        raise SettingsError("--queue is for a worker with a broker: set work.broker")
    bot = _ready(settings, redactor)
    with bot.opened(polling=False):
        bot.check_login()
        bot.run(polling=False)


@app.command()
def web(config: Config = None) -> None:
    """Serve only the reply log, the hosted pictures and the metrics.

    Example: colorizebot web --config /etc/colorizebot.toml
    """
    from bot.app.bot import Bot
    from bot.serving import wait_for_signal
    from bot.store.database import migrate

    settings, redactor = start(config)
    bot = Bot(settings, redactor=redactor)
    migrate(bot.engine)
    with bot.web(bot.settings.reddit.username or "this bot") as (url, password):
        _show_address(url, password)
        wait_for_signal()


@app.command()
def once(config: Config = None, dry_run: DryRun = False) -> None:
    """Work until inbox, scanned subreddits and queue are empty, and end.

    Jobs that Reddit has put off are waited for. Example: colorizebot once
    """
    bot = _ready(*start(config, dry_run=dry_run))
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
def password(
    off: Annotated[bool, typer.Option("--off", help="Let nobody in by the shared password any more.")] = False,
    config: Config = None,
) -> None:
    """Make a new password for the reply log and print it; whoever is logged in is logged out.

    Example: colorizebot password
    """
    from bot.web.login import reset_password

    with database(config) as engine:
        made = reset_password(engine)
        typer.echo("only operators with a login of their own get in now: colorizebot operator list" if off else made)


def _ready(settings: "Settings", redactor: "Redactor") -> "Bot":
    """A bot that has all that it needs to answer; what is missing is said before anything is touched."""
    settings.check_filled()
    settings.reddit.praw_options()
    settings.check_public_url()
    from bot.app.weights import check_weights

    check_weights(settings.colorizer)  # before PyTorch is loaded, which takes longer
    from colorizer.importing import imported_to_stay

    with imported_to_stay():
        from bot.app.bot import Bot

    bot = Bot(settings, redactor=redactor)
    bot.services.check()
    return bot


def _show_address(url: str, password: str | None) -> None:
    """Where the reply log is, to standard output, with the password when it is new; the log goes to standard error."""
    made = f"password (shown once): {password}" if password else "`colorizebot password` makes a new password"
    typer.echo(f"Reply log: {url}/log   {made}")
