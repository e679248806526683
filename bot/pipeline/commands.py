"""Commands: what can be asked for instead of a picture."""

from typing import NoReturn

from bot.domain import replies, summons
from bot.domain.aftercare import Removal
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.refusals import Refused
from bot.domain.request import Command, Request
from bot.domain.silence import Reason
from bot.domain.spellings import Kind
from bot.domain.stages import Stage
from bot.pipeline import studio
from bot.pipeline.jumps import Goto
from bot.pipeline.results import Commanded
from bot.pipeline.tools import Tools
from bot.reddit.links import resolve_share
from bot.reddit.listings import thread as read_thread
from bot.reddit.lookups import look_up
from bot.reddit.moderating import moderates
from bot.store import answers, silences
from bot.store.removals import want_removal
from bot.store.silences import USER
from bot.store.tables import Job

ALWAYS_ALLOWED = frozenset({Command.DELETE, Command.STOP, Command.START})
"""What works wherever and however often it is said; `help` is an answer like any other."""


def run_command(job: Job, request: Request, tools: Tools, delivery: Delivery = Delivery.COMMENT) -> NoReturn:
    """Carry out a command, then jump to the reply, or to the last step for a command that needs no answer.

    delivery: where words go, other than in answer to a message.

    Does not check whether the author opted out: people who said `stop` may still use `start` and `delete`. Raises
    Refused for a deletion that is not the asker's to ask for, Goto otherwise.
    """
    by_message = job.source is Source.MESSAGE
    match request.command:
        case Command.STOP:
            silences.silence(tools.engine, USER, job.author or "", Reason.ASKED)
            outcome, answer = Outcome.STOPPED, "I will not answer you any more. `start` in a message takes that back."
        case Command.START:
            silences.lift(tools.engine, USER, job.author or "", Reason.ASKED)
            outcome, answer = Outcome.STARTED, "I answer you again."
        case Command.DELETE:
            want_removal(tools.engine, _theirs(job, request, tools).id, Removal.REQUESTED)
            outcome, answer = Outcome.DELETED_REPLY, "I take it away now; that may need a minute."
        case Command.STUDIO:
            outcome, answer = Outcome.LINKED, studio.words_for(job, _meant(job, request, tools), tools)
        case Command.MAYBE_WISH:
            outcome, answer = Outcome.LINKED, studio.offer_once(job, _meant(job, request, tools), tools)
        case Command.EXPLAIN_HINTS:
            outcome, answer = _about_hints(job, request, tools)
        case _:
            helped = replies.HELP if tools.links is None else replies.HELP_WITH_STUDIO
            outcome, answer = Outcome.HELPED, helped
    if by_message or outcome in {Outcome.HELPED, Outcome.LINKED}:
        told = Commanded(request, outcome, answer, Delivery.MESSAGE if by_message else delivery)
        raise Goto(Stage.REPLY, outcome.meaning, told)
    raise Goto(Stage.FINISH, outcome.meaning, Commanded(request, outcome))


def _about_hints(job: Job, request: Request, tools: Tools) -> tuple[Outcome, str]:
    """How to say where a colour belongs; with the studio, where no words for the place are needed."""
    how = replies.hint_help(request.misread)
    page = studio.page_for(_meant(job, request, tools), tools) if tools.links is not None else None
    return (Outcome.LINKED, f"{page}\n\n{how}") if page else (Outcome.HELPED, how)


def _theirs(job: Job, request: Request, tools: Tools) -> Job:
    """The answered job that the asker wants deleted. Raises Refused where there is none, or where it is not theirs."""
    found = _meant(job, request, tools)
    if found is None or found.removal is not None:
        raise Refused(Outcome.NOTHING_TO_DELETE)
    names = [name for name in (found.summons, found.post) if name and not name.startswith("t4_")]
    # Asked of Reddit, not of the table: names are forgotten there after a while.
    authors = {str(thing.get("author")) for thing in look_up(tools.reddit, names).values()} | {found.author}
    if job.author is None:
        raise Refused(Outcome.NOT_YOURS, "it is not known who asked")
    theirs = job.author.lower() in {author.lower() for author in authors if author}
    if not theirs and not (found.subreddit and moderates(tools.reddit, found.subreddit, job.author)):
        raise Refused(
            Outcome.NOT_YOURS, f"the asker of {found.summons} and the author of {found.post} and the moderators may"
        )
    return found


def _meant(job: Job, request: Request, tools: Tools) -> Job | None:
    """The job whose answer is named, linked to or replied to; else the newest that was answered for the asker."""
    if request.target is not None:
        return answers.named(tools.engine, request.target)
    post = job.post
    if post is not None and job.summons.startswith("t1_"):
        above = read_thread(tools.reddit, post, job.summons).comments[0].parent
        if found := answers.named(tools.engine, above):
            return found
    elif link := summons.link_in(job.body):
        address = tools.addresses.read(link)
        if address is not None and address.kind is Kind.SHARE:
            address = resolve_share(tools.reddit, address.id, tools.addresses)
        if address is None or address.post is None:
            return None
        if address.comment is not None:
            return answers.named(tools.engine, address.comment)
        post = address.post
    return answers.of_author(tools.engine, job.author, post) if job.author is not None else None
