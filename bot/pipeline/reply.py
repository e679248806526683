"""Reply: look for the bot's own reply, adopt it, or post one."""

from typing import Any

from bot.domain import policy, replies
from bot.domain.outcomes import Outcome, Refused
from bot.photos.detect import Verdict
from bot.pipeline.tools import Tools
from bot.reddit.listings import thread as read_thread
from bot.reddit.posting import find_own_reply, post_reply
from bot.store import jobs
from bot.store.tables import Job


def reply(job: Job, tools: Tools) -> dict[str, Any]:
    """Ends with exactly one reply under the summons, however often it is run."""
    again = job.attempts + job.deaths > 0
    thread = read_thread(tools.reddit, job.post or job.summons, job.summons)
    found = find_own_reply(tools.reddit, thread, parent=job.summons, bot_name=tools.bot_name, thorough=again)
    if found is None:
        if again and jobs.now() - job.received_at > tools.patience:
            raise Refused(Outcome.REPLY_FAILED, job.error or Outcome.REPLY_FAILED.meaning)
        # The thread may have been locked or removed while the photo was being coloured.
        if outcome := policy.refusal_of_thread(thread):
            raise Refused(outcome, "the thread changed before the reply")
        jobs.renew(tools.engine, job)  # whoever lost the job in the meantime must not post
        found = post_reply(tools.reddit, parent=job.summons, text=text_for(job, tools))
    return {"reply": found.fullname, "reply_permalink": found.permalink}


def text_for(job: Job, tools: Tools) -> str:
    """The comment's text."""
    return replies.coloured(
        replies.Result(
            coloured=job.result_url or "",
            side_by_side=job.comparison_url or "",
            original=job.photo_url or "",
            about=tools.about_url,
            tinted=job.verdict == Verdict.TINTED.value,
        )
    )
