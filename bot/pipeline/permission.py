"""What is known that speaks for or against an answer; `domain/policy.py` decides on it."""

from dataclasses import replace

from bot.domain import policy
from bot.domain.outcomes import Outcome
from bot.domain.policy import InThread, Stored
from bot.domain.reddit_types import Source, Thread
from bot.domain.refusals import Refused, RetryLater
from bot.domain.rules import Rules
from bot.domain.silence import Reason
from bot.domain.summons import says_stop, takes_back
from bot.pipeline.tools import Tools
from bot.reddit.account import standing
from bot.store import removals, silences, subreddits, turned_away
from bot.store.jobs import now
from bot.store.limits import counts
from bot.store.silences import SUBREDDIT, USER
from bot.store.tables import Job

_EDITABLE = frozenset({Source.MENTION, Source.COMMAND, Source.REPLY})
"""What people write in comments, which they may edit afterwards."""


def gather_stored(job: Job, rules: Rules, tools: Tools) -> Stored:
    """What the database alone can tell. rules: those of the subreddit of the summons."""
    return Stored(
        source=job.source,
        asker=frozenset(silences.reasons(tools.engine, USER, job.author)),
        place=frozenset(silences.reasons(tools.engine, SUBREDDIT, job.subreddit)),
        counts=counts(tools.engine, job),
        limits=tools.limits.lowered(
            per_subreddit_day=rules.daily_limit,
            per_thread=rules.thread_limit,
            per_user_here_day=rules.person_limit,
        ),
        elsewhere=tools.answering.elsewhere,
        by_message=rules.reply == "message",
    )


def gather_in_thread(job: Job, thread: Thread, tools: Tools) -> InThread:
    """What is stored about a thread that was read just now; whose photo it is counts too, where it is another's."""
    parent = thread.post.crosspost_parent
    authors = (thread.post.author, *((parent.author,) if parent is not None else ()))
    return InThread(
        thread=thread,
        source=job.source,
        asker=job.author,
        rules=tools.rules(thread.post.subreddit),
        author=frozenset(reason for name in authors for reason in silences.reasons(tools.engine, USER, name)),
        moment=now(),
    )


def gather_linked(job: Job, thread: Thread, tools: Tools) -> InThread:
    """The same of a thread that the asker linked to: its photo is coloured, and nothing is posted there."""
    return replace(gather_in_thread(job, thread, tools), source=Source.MESSAGE)


def keep_out(job: Job, reason: Reason, tools: Tools) -> None:
    """Answer no more in the subreddit of the job; never where the bot moderates, which is told by other means."""
    if job.subreddit and subreddits.find(tools.engine, job.subreddit) is None:
        silences.silence(tools.engine, SUBREDDIT, job.subreddit, reason)


def ban_behind(refused: Refused, job: Job, tools: Tools) -> Reason | None:
    """What a refused comment says of the subreddit. Without a reason from Reddit it speaks of one thread.

    A ban is what Reddit calls one, or when it happens to another person elsewhere in the subreddit too.
    """
    of_a_comment = refused.outcome is Outcome.FORBIDDEN and refused.elsewhere
    if refused.silence is not None or not of_a_comment or not job.subreddit:
        return refused.silence
    try:
        there = standing(tools.reddit, job.subreddit)
    except (Refused, RetryLater):
        return None
    if there.moderates:
        return None
    return Reason.BANNED if there.banned or turned_away.again_elsewhere(tools.engine, job) else None


def refuse_changed(job: Job, thread: Thread, tools: Tools) -> None:
    """Raises Refused where what allowed the answer does not hold any more: a job may have waited for hours."""
    policy.decide_in_thread(gather_in_thread(job, thread, tools))
    refuse_withdrawn(job, thread, tools)
    refuse_silenced(job, tools)
    place = silences.reasons(tools.engine, SUBREDDIT, job.subreddit)
    if outcome := policy.refusal_by_silence((), place, elsewhere=False):
        raise Refused(outcome, elsewhere=place <= policy.DELIVERED_ELSEWHERE)


def refuse_withdrawn(job: Job, thread: Thread, tools: Tools) -> None:
    """Raises Refused where the asker has edited the words since, and asks for nothing any more or for the bot to stop.

    Who says `stop` in this way is obeyed as in any other.
    """
    asked = thread.comments[0] if thread.comments else None
    if asked is None or job.source not in _EDITABLE or asked.fullname != job.summons or asked.body == job.body:
        return
    name, command = tools.bot_name, tools.rules(job.subreddit).command or None
    if job.author is not None and says_stop(asked.body, name=name, command=command):
        silences.silence(tools.engine, USER, job.author, Reason.ASKED)
    if takes_back(job.source, job.body, asked.body, name=name, command=command):
        raise Refused(Outcome.WITHDRAWN)


def refuse_silenced(job: Job, tools: Tools) -> None:
    """Raises Refused where the asker is not to be answered any more, wherever that be."""
    if removals.is_wanted(tools.engine, job.id):
        raise Refused(Outcome.SILENCED, "an operator had the answer deleted before it was given")
    people = silences.reasons(tools.engine, USER, job.author)
    if outcome := policy.refusal_by_silence(people, (), elsewhere=True):
        raise Refused(outcome)
