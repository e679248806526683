"""Locate: what is asked for, may the bot answer, and which photos are meant."""

from bot.domain import policy, summons
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source, Thread
from bot.domain.refusals import Refused, told_by
from bot.domain.request import Command, Request
from bot.domain.rules import Rules
from bot.pipeline import commands, correcting, finding, permission, planning
from bot.pipeline.results import Located
from bot.pipeline.tools import Tools
from bot.reddit.listings import thread as read_thread
from bot.store.tables import Job


def locate(job: Job, tools: Tools) -> Located:
    """Read the request, check that the bot may answer, find the photos, and plan what will be made of them.

    Cheap questions first: the words alone, then the database, then Reddit. Raises Refused, and Goto for a command.
    """
    if job.source is Source.STUDIO:
        return correcting.plan(job, tools)
    rules = tools.rules(job.subreddit)
    request = _read_request(job, rules, tools)
    if request.command in commands.ALWAYS_ALLOWED:
        commands.run_command(job, request, tools)
    delivery = policy.decide(permission.gather_stored(job, rules, tools))
    with told_by(delivery):
        if request.command is not None:
            if job.post is not None:
                _check_thread(job, read_thread(tools.reddit, job.post, job.summons), tools)
            commands.run_command(job, request, tools, delivery)
        found = finding.look(job, request, tools)
        _check_thread(job, found.thread, tools)
        for thread in found.linked:
            policy.decide_in_thread(permission.gather_linked(job, thread, tools))
        return planning.plan(job, request, found, delivery, rules, tools)


def _read_request(job: Job, rules: Rules, tools: Tools) -> Request:
    """The words of the summons. Raises Refused where they are not meant for the bot, or come from a bot."""
    source, name = job.source, tools.bot_name
    request = summons.parse_request(source, job.body, title=job.title, name=name, command=rules.command or None)
    if request is not None and request.command is Command.MAYBE_WISH and tools.links is None:
        request = None  # talk among people: there is no link to give them
    outcome = policy.refusal_of_asker(job.author, source, name, understood=request is not None, ignored=tools.ignored)
    if outcome is not None:
        raise Refused(outcome)
    if request is not None and request.unclear:
        raise Refused(Outcome.UNCLEAR)
    return request or Request()


def _check_thread(job: Job, thread: Thread | None, tools: Tools) -> None:
    """Raises Refused where the thread's present state forbids an answer."""
    if thread is not None:
        policy.decide_in_thread(permission.gather_in_thread(job, thread, tools))
        permission.refuse_withdrawn(job, thread, tools)
