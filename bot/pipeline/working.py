"""Telling somebody who waits for a film that it is being worked on: in the comment that will show it."""

import structlog

from bot.domain import replies
from bot.domain.delivery import Delivery
from bot.domain.reddit_types import Source
from bot.domain.refusals import Refused, RetryLater
from bot.domain.retry import may_show_up
from bot.pipeline.permission import refuse_changed
from bot.pipeline.sending import sending, since_sent
from bot.pipeline.tools import Tools
from bot.reddit import posting
from bot.reddit.listings import thread as read_thread
from bot.store import jobs
from bot.store.tables import Job

log = structlog.get_logger("bot.pipeline")


def say(job: Job, tools: Tools) -> None:
    """Post the words, or find those that were posted before; the reply is an edit of them.

    Comments alone can be edited, and where nobody asked nobody waits. What keeps the words back does not keep the film
    back: the reply will see.
    """
    waits = job.source is not Source.SCAN and job.delivery == Delivery.COMMENT
    if not waits or job.reply is not None or tools.answering.dry_run:
        return
    try:
        reply = _found(job, tools) or _posted(job, tools)
    except (Refused, RetryLater) as trouble:
        log.info("not_announced", job=job.id, reason=str(trouble))
    else:
        if reply is not None:
            jobs.note_reply(tools.engine, job, reply.fullname, reply.permalink)


def _found(job: Job, tools: Tools) -> posting.Reply | None:
    again = job.deaths + job.attempts > 0 or job.sent_at is not None
    thread = read_thread(tools.reddit, job.post or job.summons, job.summons)
    refuse_changed(job, thread, tools)
    return posting.find_own_reply(tools.reddit, thread, parent=job.summons, bot_name=tools.bot_name, thorough=again)


def _posted(job: Job, tools: Tools) -> posting.Reply | None:
    """None where an earlier worker may have posted them, and Reddit does not show it yet."""
    if may_show_up(since_sent(job, tools), tools.answering.lag):
        return None
    text = replies.plain(replies.WORKING, [], tools.footer(job))
    with sending(job, tools):
        return posting.post_reply(tools.reddit, parent=job.summons, text=text)
