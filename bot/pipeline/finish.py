"""Finish: stick, lock and distinguish the reply as the moderators want it, drop files."""

import structlog

from bot.domain.refusals import Refused
from bot.pipeline.tools import Tools
from bot.reddit.posting import apply_moderation
from bot.store.tables import Job

log = structlog.get_logger("bot.pipeline")


def finish(job: Job, tools: Tools) -> None:
    """The last step of every job, answered or not. A later poll marks its inbox item read, with those of other jobs."""
    tools.files.drop_large(job.id)
    if tools.answering.dry_run:
        return
    if job.reply and job.delivery == "comment":
        _moderate(job, tools)


def _moderate(job: Job, tools: Tools) -> None:
    rules = tools.rules(job.subreddit)
    if not (rules.distinguish or rules.sticky or rules.lock):
        return
    # Only what hangs from the post itself can be put on top.
    sticky = rules.sticky and job.summons.startswith("t3_")
    try:
        apply_moderation(tools.reddit, job.reply or "", distinguish=rules.distinguish, sticky=sticky, lock=rules.lock)
    except Refused as refused:  # the moderators gave less permission than their page asks for
        log.warning("could_not_moderate", job=job.id, subreddit=job.subreddit, reason=refused.detail)
