"""Reply: look for the bot's own reply, adopt it, or give one: a comment, a message, or a comment in its own thread."""

from typing import Any

import structlog

from bot.domain import policy, replies
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.replies import Footer, Shown
from bot.domain.stages import Stage
from bot.domain.things import Source, Thread
from bot.photos.detect import Verdict
from bot.pipeline.jumps import Goto
from bot.pipeline.locate import refuse_thread
from bot.pipeline.tools import Tools
from bot.reddit import gallery, posting
from bot.reddit.listings import thread as read_thread
from bot.reddit.posting import Reply
from bot.store import jobs, pictures, removals, silences, subreddits
from bot.store.files import JobFiles
from bot.store.silences import SUBREDDIT, USER
from bot.store.tables import Job, Photo

log = structlog.get_logger("bot.pipeline")


def reply(job: Job, tools: Tools) -> dict[str, Any]:
    """Ends with exactly one reply to the summons, however often it is run."""
    text = text_for(job, tools)
    if tools.dry_run:
        raise Refused(Outcome.DRY_RUN, f"{job.delivery}: {text}")
    again = job.attempts + job.deaths > 0
    try:
        if job.delivery == "message":
            given = _message(job, tools, text, again=again)
        elif job.delivery == "thread":
            given = _in_own_thread(job, tools, text, again=again)
        else:
            given = _comment(job, tools, text, again=again)
    except Refused as refused:
        if refused.elsewhere and job.delivery == "comment" and _may_go_elsewhere(job, tools):
            if refused.silence is not None and job.subreddit:
                silences.silence(tools.engine, SUBREDDIT, job.subreddit, refused.silence)
            raise Goto(Stage.REPLY, {"delivery": tools.elsewhere}, str(refused)) from refused
        if job.delivery != "comment":
            refused.silence = None  # a refusal of another place says nothing about the subreddit
        raise
    return {"reply": given.fullname or None, "reply_permalink": given.permalink, "replied_at": jobs.now()}


def _may_go_elsewhere(job: Job, tools: Tools) -> bool:
    """Somebody asked, so somebody waits; unasked, the bot has nothing to say in private."""
    return tools.elsewhere != "none" and job.as_source() is not Source.SCAN and job.author is not None


def _comment(job: Job, tools: Tools, text: str, *, again: bool) -> Reply:
    thread = read_thread(tools.reddit, job.post or job.summons, job.summons)
    found = posting.find_own_reply(tools.reddit, thread, parent=job.summons, bot_name=tools.bot_name, thorough=again)
    if found is not None:
        return found
    _give_up_in_time(job, tools, again=again)
    # The thread may have been locked or removed while the photo was being coloured.
    _refuse_changed(job, thread, tools)
    asset = _inline_asset(job, tools)
    jobs.renew(tools.engine, job)  # whoever lost the job in the meantime must not post
    if asset is not None:
        try:
            caption = "A machine's guess at the colours"
            return gallery.reply_with_picture(
                tools.reddit, parent=job.summons, text=text, asset_id=asset, caption=caption
            )
        except gallery.PictureRefused as refused:
            log.info("no_picture_in_comment", job=job.id, reason=refused.detail)
    return posting.post_reply(tools.reddit, parent=job.summons, text=text)


def _inline_asset(job: Job, tools: Tools) -> str | None:
    """The first result, uploaded to stand inside the comment, where operator, moderators and Reddit allow it."""
    if job.answer is not None or not (tools.inline and tools.rules(job.subreddit).inline):
        return None
    place = subreddits.find(tools.engine, job.subreddit)
    if place is None or not place.inline_pictures:
        return None
    first = next(photo for photo in pictures.photos_of(tools.engine, job) if photo.outcome is None)
    jpeg = tools.files.read(job.id, JobFiles.result(first.number, 0))
    if jpeg is None:  # given again: the file is not on this machine any more, and the links do
        return None
    try:
        return gallery.inline_asset(tools.reddit, jpeg, "coloured.jpg")
    except gallery.PictureRefused as refused:
        log.info("no_picture_in_comment", job=job.id, reason=refused.detail)
        return None


def _message(job: Job, tools: Tools, text: str, *, again: bool) -> Reply:
    answering = job.summons if job.as_source() is Source.MESSAGE else ""
    subject = "" if answering else f"Your photo in colour ({job.summons})"
    found = posting.find_sent(tools.reddit, subject=subject, parent=answering)
    if found is not None:
        return found
    _give_up_in_time(job, tools, again=again)
    if job.answer is None:  # the answer to `stop` is given all the same
        _refuse_silenced(job, tools)
    jobs.renew(tools.engine, job)
    if answering:
        return posting.post_reply(tools.reddit, parent=answering, text=text)
    posting.send_message(tools.reddit, to=job.author or "", subject=subject, text=text)
    return posting.find_sent(tools.reddit, subject=subject) or Reply("t4_", "")


def _in_own_thread(job: Job, tools: Tools, text: str, *, again: bool) -> Reply:
    thread = tools.own_thread or ""
    naming = job.permalink or job.summons
    found = posting.find_in_own_thread(tools.reddit, thread=thread, naming=naming, bot_name=tools.bot_name)
    if found is not None:
        return found
    _give_up_in_time(job, tools, again=again)
    _refuse_silenced(job, tools)
    jobs.renew(tools.engine, job)
    head = f"u/{job.author}, I could not answer you [there]({tools.reddit_url}{naming}).\n\n"
    return posting.post_reply(tools.reddit, parent=thread, text=head + text)


def _give_up_in_time(job: Job, tools: Tools, *, again: bool) -> None:
    """Only after looking for a reply that did arrive."""
    if again and jobs.now() - job.received_at > tools.patience:
        raise Refused(Outcome.REPLY_FAILED, job.error or Outcome.REPLY_FAILED.meaning)


def _refuse_changed(job: Job, thread: Thread, tools: Tools) -> None:
    """A job may have waited for hours: what allowed it then may not hold any more."""
    refuse_thread(job, thread, tools)
    _refuse_silenced(job, tools)
    place = silences.reasons(tools.engine, SUBREDDIT, job.subreddit)
    if outcome := policy.refusal_by_silence((), place, elsewhere=False):
        raise Refused(outcome, outcome.meaning, elsewhere=place <= policy.DELIVERED_ELSEWHERE)


def _refuse_silenced(job: Job, tools: Tools) -> None:
    if removals.is_wanted(tools.engine, job.id):
        raise Refused(Outcome.SILENCED, "an operator had the answer deleted before it was given")
    people = silences.reasons(tools.engine, USER, job.author)
    if outcome := policy.refusal_by_silence(people, (), elsewhere=True):
        raise Refused(outcome, outcome.meaning)


def text_for(job: Job, tools: Tools) -> str:
    """The reply's text. Raises Goto where a picture that it shows is gone."""
    footer = Footer(
        about=tools.about_url,
        compose=f"{tools.reddit_url.rstrip('/')}/message/compose",
        bot_name=tools.bot_name,
        target=job.summons,
        length=tools.rules(job.subreddit).footer,
    )
    notes = list(job.notes or ())
    if job.answer is not None:
        return replies.plain(job.answer, notes, footer)
    photos = [photo for photo in pictures.photos_of(tools.engine, job) if photo.outcome is None]
    shown = [_shown(photo, tools) for photo in photos]
    there = bool(shown) and all(url for one in shown for url in (*one.results, one.side_by_side))
    if not there and not tools.dry_run:  # given again, and the reply that it was from is gone since
        raise Goto(Stage.LOCATE, {"outcome": None}, "a picture of the answer is gone")
    return replies.coloured(shown, notes, footer)


def _shown(photo: Photo, tools: Tools) -> Shown:
    comparison = pictures.comparison_of(tools.engine, photo)
    made = pictures.colourizations_of(tools.engine, photo)
    return Shown(
        results=tuple((hosted.url or "") if hosted else "" for _, hosted in made),
        side_by_side=(comparison.url or "") if comparison else "",
        original=photo.url,
        number=photo.number,
        tinted=photo.verdict == Verdict.TINTED.value,
    )
