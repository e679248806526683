"""Commands: what can be asked for instead of a picture."""

from typing import Any, NoReturn

from bot.domain import replies
from bot.domain.aftercare import Removal
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.silence import Reason
from bot.domain.stages import Stage
from bot.domain.things import Source
from bot.domain.wanted import Command, Wanted
from bot.pipeline.jumps import Goto
from bot.pipeline.tools import Tools
from bot.reddit.listings import thread as read_thread
from bot.reddit.lookups import things
from bot.store import answers, silences
from bot.store.removals import want_removal
from bot.store.silences import USER
from bot.store.tables import Job


def obey(job: Job, wish: Wanted, tools: Tools, delivery: str = "comment") -> NoReturn:
    """Do it, and go on to the answer, or straight to the end where words would only be noise.

    delivery: where words go, other than in answer to a message.

    Raises Refused for a deletion that is not the asker's to ask for. Silence is checked by nobody here: who told the
    bot to stop must be able to say `start` and `delete`.
    """
    values: dict[str, Any] = {"wanted": wish.as_json()}
    by_message = job.as_source() is Source.MESSAGE
    match wish.command:
        case Command.STOP:
            silences.silence(tools.engine, USER, job.author or "", Reason.ASKED)
            outcome, answer = Outcome.STOPPED, "I will not answer you any more. `start` in a message takes that back."
        case Command.START:
            silences.lift(tools.engine, USER, job.author or "", Reason.ASKED)
            outcome, answer = Outcome.STARTED, "I answer you again."
        case Command.DELETE:
            want_removal(tools.engine, _theirs(job, wish, tools).id, Removal.REQUESTED)
            outcome, answer = Outcome.DELETED_REPLY, "I take it away now; that may need a minute."
        case _:
            outcome, answer = Outcome.HELPED, replies.HELP
    values["outcome"] = outcome.value
    if by_message or outcome is Outcome.HELPED:
        values |= {"answer": answer, "delivery": "message" if by_message else delivery}
        raise Goto(Stage.REPLY, values, outcome.meaning)
    raise Goto(Stage.FINISH, values, outcome.meaning)


def _theirs(job: Job, wish: Wanted, tools: Tools) -> Job:
    """The answered job that the asker wants gone, and may want gone."""
    found = None
    if wish.target is not None:
        found = answers.named(tools.engine, wish.target)
    elif job.post is not None and job.summons.startswith("t1_"):
        above = read_thread(tools.reddit, job.post, job.summons).comments[0].parent
        found = answers.named(tools.engine, above)
    if found is None and wish.target is None and job.author is not None:
        found = answers.of_author(tools.engine, job.author, job.post)
    if found is None or found.removal is not None:
        raise Refused(Outcome.NOTHING_TO_DELETE, Outcome.NOTHING_TO_DELETE.meaning)
    names = [name for name in (found.summons, found.post) if name and not name.startswith("t4_")]
    # Asked of Reddit, not of the table: names are forgotten there after a while.
    authors = {str(thing.get("author")) for thing in things(tools.reddit, names).values()} | {found.author}
    if job.author is None or job.author.lower() not in {author.lower() for author in authors if author}:
        raise Refused(Outcome.NOT_YOURS, f"the asker of {found.summons} and the author of {found.post} may")
    return found
