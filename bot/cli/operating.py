"""The operator's commands: checking, watching, pausing, forgetting, backing up."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.cli.setup import AsJson, Config, OfDryRun, console, of_last_run, present_database, start
from bot.errors import SettingsError

app = typer.Typer()


@app.command()
def doctor(config: Config = None, as_json: AsJson = False) -> None:
    """Check everything that the bot needs, and say what to do where something is missing.

    Ends with status 1 when a check failed. Example: colorizebot doctor
    """
    from bot.operations.checks import Patient, checks_of
    from bot.operations.doctor import Finding, as_table, examine
    from bot.operations.doctor import as_json as to_json
    from bot.settings import file_in_use

    findings: list[Finding] = []
    try:
        settings, redactor = start(config, level="ERROR")
    except SettingsError as error:
        findings.append(Finding("settings", False, str(error), "correct it; colorizebot.example.toml shows each one"))
    else:
        patient = Patient(settings, file_in_use(config), redactor)
        with console.status("") as status:
            findings += examine(checks_of(patient), redactor.hide, lambda name: status.update(f"looking at: {name}"))
    if as_json:
        typer.echo(to_json(findings))
    else:
        Console().print(as_table(findings))
    if not all(found.ok for found in findings):
        raise typer.Exit(1)


@app.command()
def status(config: Config = None, dry_run: OfDryRun = False, as_json: AsJson = False) -> None:
    """Show how the bot is doing: open jobs, last poll, outcomes of a day, disk.

    Example: colorizebot status --json
    """
    from bot.operations.status import status_of
    from bot.store.jobs import now

    settings = of_last_run(start(config, level="WARNING")[0], dry_run=dry_run)
    with present_database(settings) as engine:
        found = status_of(engine, settings.data_dir)
    if as_json:
        typer.echo(json.dumps(found.as_json()))
        return
    table = Table.grid(padding=(0, 2))
    for what, value in found.lines(now()):
        table.add_row(what, value)
    Console().print(table, highlight=False, markup=False)


@app.command()
def log(
    subreddit: Annotated[str | None, typer.Option(help="Only of this subreddit.")] = None,
    user: Annotated[str | None, typer.Option(help="Only what this redditor asked for.")] = None,
    outcome: Annotated[
        str | None, typer.Option(help="Only with this outcome; `open` for jobs without one, `all-failed` for a group.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="30min, 2h, 3d, or a date or time.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many jobs.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with each job that ends, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object in each line.")] = False,
    dry_run: OfDryRun = False,
    config: Config = None,
) -> None:
    """Print the reply log, the newest job last.

    Example: colorizebot log --subreddit OldPhotos --outcome failed --since 2d
    """
    import threading

    from bot.operations import log as reply_log
    from bot.serving import stop_on_signal
    from bot.store.tables import Job

    settings = of_last_run(start(config, level="WARNING")[0], dry_run=dry_run)
    which = reply_log.wanted(subreddit, user, outcome, since)

    def show(job: Job) -> None:
        typer.echo(json.dumps(reply_log.as_json(job)) if as_json else reply_log.as_line(job))

    with present_database(settings) as engine:
        for job in reply_log.latest(engine, which, limit):
            show(job)
        if follow:
            told = threading.Event()
            with stop_on_signal(told.set):
                for job in reply_log.follow(engine, which, lambda: told.wait(1)):
                    show(job)


@app.command()
def retry(job: Annotated[int, typer.Argument(help="Its number in the reply log.")], config: Config = None) -> None:
    """Open a job again that ended without a reply; the running bot works on it anew.

    Example: colorizebot retry 4711
    """
    from bot.store import actions

    with present_database(start(config)[0]) as engine:
        try:
            actions.retry(engine, job)
        except actions.NotPossible as error:
            raise SettingsError(str(error)) from error
    typer.echo(f"job {job} is open again")


@app.command()
def pause(
    reason: Annotated[str, typer.Option(help="Why, for those who look at the bot meanwhile.")] = "by the operator",
    config: Config = None,
) -> None:
    """Stop working on jobs until `colorizebot resume`; summonses are still received.

    Example: colorizebot pause --reason "the colours are wrong"
    """
    from bot.store import notes

    with present_database(start(config)[0]) as engine:
        notes.write(engine, notes.PAUSED, reason.strip() or "by the operator")
    typer.echo("paused: a step that has begun is finished, nothing new is begun")


@app.command()
def resume(config: Config = None) -> None:
    """Work on jobs again after `colorizebot pause`.

    Example: colorizebot resume
    """
    from bot.store import notes

    settings, _ = start(config)
    with present_database(settings) as engine:
        notes.write(engine, notes.PAUSED, None)
        for step in notes.pauses(engine).steps:
            notes.write(engine, notes.PAUSED_STEP + step, None)
        if settings.reddit.kill_switch is None:  # the page cannot take its word back any more
            notes.write(engine, notes.PAUSED_BY_PAGE, None)
        still = notes.pauses(engine).everything
    if still:
        raise SettingsError(f"still paused, because {still}: write `run` into that page")
    typer.echo("working again")


@app.command()
def purge(
    user: Annotated[str | None, typer.Option(help="All that is stored about this redditor, and their replies.")] = None,
    job: Annotated[int | None, typer.Option(help="This job, and its reply.")] = None,
    older_than: Annotated[
        float | None, typer.Option(min=0, metavar="DAYS", help="What people wrote so long ago; replies stay.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Forget what is stored about somebody, in one job, or before some day.

    Example: colorizebot purge --user somebody
    """
    from bot.operations import purge as purging
    from bot.periodic import retention
    from bot.store.files import JobFiles

    if sum(one is not None for one in (user, job, older_than)) != 1:
        raise SettingsError("say one of --user NAME, --job NUMBER and --older-than DAYS")
    settings, _ = start(config, level="WARNING")
    files = JobFiles(settings.data_dir / "jobs")
    with present_database(settings) as engine:
        if older_than is not None:
            if not yes:
                typer.confirm(f"Forget what people wrote more than {older_than:g} days ago?", abort=True)
            count = retention.run(engine, keep=timedelta(days=older_than))
            retention.drop_files(engine, files)
            typer.echo(f"{count} jobs forgotten; their replies and pictures stay")
            return
        if user is not None and (answers := purging.forget_answers(engine, user)):
            typer.echo(f"{answers} answers in modmail forgotten")
        found = purging.of_user(engine, user) if user is not None else purging.of_job(engine, job or 0)
        if not found.jobs:
            typer.echo("nothing is stored by that name; what is forgotten has none any more")
            return
        if not yes:
            about = f"{len(found.jobs)} jobs ({found.open} of them open), {found.replies} replies"
            typer.confirm(f"{about}: forget the jobs and remove the replies?", abort=True)
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("forgetting", total=len(found.jobs))
            done = purging.purge(engine, files, found.jobs, lambda count: progress.update(task, completed=count))
    typer.echo(f"{done.forgotten} jobs forgotten; {done.replies} replies go within a minute while the bot runs")
    typer.echo(f"Copies of the database made before hold them still: {settings.backups()}")
    if done.busy:
        raise SettingsError(f"a worker is busy with {', '.join(map(str, done.busy))}: say it again in a minute")


@app.command()
def backup(
    path: Annotated[Path | None, typer.Argument(help="A file, or a folder; `backups` in data_dir by default.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Copies that stay in the folder.")] = None,
    config: Config = None,
) -> None:
    """Copy the SQLite database to a file while the bot runs, and check the copy.

    Example: colorizebot backup /mnt/other-disk/colorizebot --keep 4
    """
    from bot.periodic import backups

    settings, _ = start(config, level="WARNING")
    target = path or settings.backups()
    is_folder = target.is_dir() or not target.suffix
    with present_database(settings, any_revision=True) as engine, Progress(console=console, transient=True) as progress:
        task = progress.add_task("copying", total=None)

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        try:
            made = backups.back_up(engine, backups.named_now(target) if is_folder else target, show)
        except backups.BackupFailed as error:
            raise SettingsError(str(error)) from error
        dropped = backups.drop_old(target, keep or settings.backup.keep) if is_folder else []
    typer.echo(f"{made}" + (f"; {len(dropped)} older copies deleted" if dropped else ""))


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="A file that `colorizebot backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Put a copy in the place of the SQLite database; the bot must not run. What was there is kept beside it.

    Example: colorizebot restore /var/lib/colorizebot/backups/colorizebot-20261121-100000.sqlite
    """
    from bot.operations.restore import check
    from bot.operations.restore import restore as put_back

    settings, _ = start(config, level="WARNING")
    check(settings, path)
    if not yes:
        typer.confirm(f"Replace the database of {settings.data_dir} by {path}?", abort=True)
    kept = put_back(settings, path)
    typer.echo(f"restored from {path}" + (f"; what was there before is {kept}" if kept else ""))
