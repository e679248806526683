"""Reply: look for the bot's own reply, adopt it, or give one: a comment, a message, or a comment in its own thread."""

import structlog

from bot.domain import replies
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.refusals import Refused, RetryLater
from bot.domain.replies import Shown
from bot.domain.retry import LOOK_EVERY, may_post, may_show_up
from bot.domain.stages import Stage
from bot.domain.verdict import Verdict
from bot.pipeline import correcting
from bot.pipeline.jumps import Goto
from bot.pipeline.permission import ban_behind, keep_out, refuse_changed, refuse_silenced
from bot.pipeline.results import Redirected, Replied, Undone
from bot.pipeline.sending import sending, since_sent
from bot.pipeline.tools import Tools
from bot.reddit import gallery, posting
from bot.reddit.errors import TooLong
from bot.reddit.listings import thread as read_thread
from bot.reddit.lookups import delete_comment
from bot.reddit.posting import Reply
from bot.store import corrections, jobs, pictures, subreddits
from bot.store.corrections import Correctable
from bot.store.files import JobFiles
from bot.store.tables import Job, Photo

CAPTION = "A machine's guess at the colours"
"""Of a picture inside a comment."""

log = structlog.get_logger("bot.pipeline")


def reply(job: Job, tools: Tools) -> Replied:
    """Ends with exactly one reply to the summons, however often it is run."""
    if job.delivery in {Delivery.EDIT, Delivery.PAGE}:
        return _publish(job, tools)
    may = may_post(job.deaths, overdue=_overdue(job, tools))
    text = text_for(job, tools) if may else ""  # without it a reply is only looked for
    if tools.answering.dry_run:
        raise Refused(Outcome.DRY_RUN, f"{job.delivery}: {text}")
    again = job.attempts + job.deaths > 0 or job.sent_at is not None
    try:
        try:
            given = _given(job, tools, text, again=again)
        except TooLong:
            given = _given(job, tools, text_for(job, tools, shortened=True), again=again)
    except Refused as refused:
        if job.delivery != Delivery.COMMENT:
            refused.silence = None  # a refusal of another place says nothing about the subreddit
            raise
        refused.silence = ban_behind(refused, job, tools)
        elsewhere = _elsewhere(job, tools)
        if not refused.elsewhere or elsewhere is None:
            raise
        if refused.silence is not None:
            keep_out(job, refused.silence, tools)
        if job.reply is not None:  # it says that a film is being worked on, which will not stand there
            delete_comment(tools.reddit, job.reply)
        raise Goto(Stage.REPLY, str(refused), Redirected(elsewhere)) from refused
    return Replied(given.fullname or None, given.permalink, jobs.now())


def _publish(job: Job, tools: Tools) -> Replied:
    """Show a correction: in the answer that it corrects, which may be edited as often as need be, or on its page alone.

    What allowed it may not hold any more: the answer may be gone, its thread locked.
    """
    answer = correcting.answer_of(job, tools)
    correcting.check(job, answer, tools)
    refuse_silenced(job, tools)
    if tools.answering.dry_run:
        raise Refused(Outcome.DRY_RUN, f"{job.delivery}")
    jobs.renew(tools.engine, job)
    if job.delivery == Delivery.PAGE:
        return Replied(None, "", jobs.now(), Outcome.PUBLISHED)
    root = answer.job
    fullname, permalink = root.reply or "", root.reply_permalink or ""
    try:
        _edit(job, answer, text_for(root, tools, correction=job), tools)
    except TooLong:
        _edit(job, answer, text_for(root, tools, shortened=True, correction=job), tools)
    return Replied(fullname, permalink, jobs.now(), Outcome.REVISED)


def _edit(job: Job, answer: Correctable, text: str, tools: Tools) -> None:
    """Put the words of a correction into the answer; a picture that stands in it is replaced, or stays."""
    fullname = answer.job.reply or ""
    asset = gallery.picture_in(tools.reddit, fullname) if _shows_pictures(answer.job.subreddit, tools) else None
    if asset is not None:
        if answer.photo.number == _first(answer.job, tools):
            asset = _uploaded(job, answer.photo.number, tools) or asset
        try:
            gallery.edit_with_picture(tools.reddit, fullname, text=text, asset_id=asset, caption=CAPTION)
        except gallery.PictureRefused as refused:
            log.info("no_picture_in_comment", job=job.id, reason=refused.detail)
        else:
            return
    posting.edit_reply(tools.reddit, fullname, text)


def _given(job: Job, tools: Tools, text: str, *, again: bool) -> Reply:
    match job.delivery:
        case Delivery.MESSAGE:
            return _message(job, tools, text, again=again)
        case Delivery.THREAD:
            return _in_own_thread(job, tools, text, again=again)
    return _comment(job, tools, text, again=again)


def _elsewhere(job: Job, tools: Tools) -> Delivery | None:
    """Where the answer may go instead: somebody asked, so somebody waits; unasked, nothing is said in private."""
    return tools.answering.elsewhere if job.source is not Source.SCAN and job.author is not None else None


def _comment(job: Job, tools: Tools, text: str, *, again: bool) -> Reply:
    thread = read_thread(tools.reddit, job.post or job.summons, job.summons)
    again = again or job.reply is not None
    found = posting.find_own_reply(tools.reddit, thread, parent=job.summons, bot_name=tools.bot_name, thorough=again)
    if found is not None and replies.WORKING in found.body:
        refuse_changed(job, thread, tools)
        jobs.renew(tools.engine, job)
        posting.edit_reply(tools.reddit, found.fullname, text or text_for(job, tools))
    if found is not None:
        return found
    if job.reply is not None:
        raise Refused(Outcome.REMOVED, f"{job.reply}, which said that the film is being worked on, is gone")
    _refuse_hopeless(job, tools, again=again)
    # The thread may have been locked or removed while the photo was being coloured.
    refuse_changed(job, thread, tools)
    asset = _inline_asset(job, tools)
    with sending(job, tools):
        if asset is not None:
            try:
                return gallery.reply_with_picture(
                    tools.reddit, parent=job.summons, text=text, asset_id=asset, caption=CAPTION
                )
            except gallery.PictureRefused as refused:
                log.info("no_picture_in_comment", job=job.id, reason=refused.detail)
        return posting.post_reply(tools.reddit, parent=job.summons, text=text)


def _inline_asset(job: Job, tools: Tools) -> str | None:
    """The first result, uploaded to stand inside the comment, where operator, moderators and Reddit allow it."""
    if job.answer is not None or not _shows_pictures(job.subreddit, tools):
        return None
    return _uploaded(job, _first(job, tools), tools)


def _shows_pictures(subreddit: str, tools: Tools) -> bool:
    """Whether operator, moderators and Reddit allow a picture inside a comment there."""
    if not (tools.answering.inline and tools.rules(subreddit).inline):
        return False
    place = subreddits.find(tools.engine, subreddit)
    return place is not None and place.inline_pictures


def _first(job: Job, tools: Tools) -> int:
    """The number of the photo that an answer shows first."""
    return next(photo.number for photo in pictures.photos_of(tools.engine, job) if photo.outcome is None)


def _uploaded(job: Job, number: int, tools: Tools) -> str | None:
    """The asset id of a photo's first result, uploaded to stand in a comment; None where that is not possible."""
    jpeg = tools.files.read(job.id, JobFiles.result(number, 0))
    if jpeg is None:  # a film, or given again: the file is not on this machine any more, and the links do
        return None
    try:
        return gallery.inline_asset(tools.reddit, jpeg, "coloured.jpg")
    except gallery.PictureRefused as refused:
        log.info("no_picture_in_comment", job=job.id, reason=refused.detail)
        return None


def _message(job: Job, tools: Tools, text: str, *, again: bool) -> Reply:
    answering = job.summons if job.source is Source.MESSAGE else ""
    subject = "" if answering else replies.subject(job.summons)
    found = posting.find_sent(tools.reddit, subject=subject, parent=answering)
    if found is not None:
        return found
    _refuse_hopeless(job, tools, again=again)
    if job.answer is None:  # the answer to `stop` is given all the same
        refuse_silenced(job, tools)
    with sending(job, tools):
        if answering:
            return posting.post_reply(tools.reddit, parent=answering, text=text)
        posting.send_message(tools.reddit, to=job.author or "", subject=subject, text=text)
    return posting.find_sent(tools.reddit, subject=subject) or Reply("t4_", "")


def _in_own_thread(job: Job, tools: Tools, text: str, *, again: bool) -> Reply:
    thread = tools.answering.own_thread or ""
    naming = job.permalink or job.summons
    found = posting.find_in_own_thread(tools.reddit, thread=thread, naming=naming, bot_name=tools.bot_name)
    if found is not None:
        return found
    _refuse_hopeless(job, tools, again=again)
    refuse_silenced(job, tools)
    head = f"u/{job.author}, I could not answer you [there]({tools.site.reddit_url}{naming}).\n\n"
    with sending(job, tools):
        return posting.post_reply(tools.reddit, parent=thread, text=head + text)


def _overdue(job: Job, tools: Tools) -> bool:
    return jobs.now() - job.received_at > tools.answering.patience


def _refuse_hopeless(job: Job, tools: Tools, *, again: bool) -> None:
    """Give up on a job that is too old or has killed its worker too often.

    To be asked only after a look for a reply that an earlier attempt may have given. Raises RetryLater as long as such
    a reply may still show up.
    """
    if left := may_show_up(since_sent(job, tools), tools.answering.lag):
        text = "an answer was sent, and it is not known whether Reddit took it: it is looked for"
        raise RetryLater(text, then=Outcome.REPLY_FAILED, seconds=min(left, LOOK_EVERY).total_seconds())
    if not may_post(job.deaths, overdue=_overdue(job, tools)):
        raise Refused(Outcome.FAILED, f"the worker died {job.deaths} times during this step, and there is no reply")
    if again and _overdue(job, tools):
        raise Refused(Outcome.REPLY_FAILED, job.error or "")


def text_for(job: Job, tools: Tools, *, shortened: bool = False, correction: Job | None = None) -> str:
    """The reply's text, or as little of it as there is. Raises Goto where a picture that it shows is gone.

    correction: The job of one that the reply is about to show.
    """
    footer = tools.footer(job)
    notes = [*(job.notes or ()), *([correcting.NOTE] if correction is not None else [])]
    if job.answer is not None:
        return replies.plain(job.answer, [] if shortened else notes, footer)
    photos = [photo for photo in pictures.photos_of(tools.engine, job) if photo.outcome is None]
    shown = [_shown(job, photo, tools, correction) for photo in photos]
    there = bool(shown) and all(url for one in shown for url in (*one.results, one.side_by_side))
    if not there and correction is not None:
        raise Refused(Outcome.TOO_LATE)
    if not there:  # given again, and the reply that it was from is gone since
        raise Goto(Stage.LOCATE, "a picture of the answer is gone", Undone())
    return replies.shortened(shown, footer) if shortened else replies.coloured(shown, notes, footer)


NOT_UPLOADED = "not-uploaded"
"""Where the links of a dry run lead: nothing is uploaded."""


def _shown(job: Job, first: Photo, tools: Tools, correction: Job | None) -> Shown:
    """A photo as it was answered first, or as it was corrected since."""
    also = correction.id if correction is not None else None
    photo = corrections.newest(tools.engine, job.id, first.number, also=also) or first
    missing = NOT_UPLOADED if tools.answering.dry_run else ""
    comparison = pictures.comparison_of(tools.engine, photo)
    made = pictures.colourizations_of(tools.engine, photo)
    return Shown(
        results=tuple((hosted.url if hosted else None) or missing for _, hosted in made),
        side_by_side=(comparison.url if comparison else None) or missing,
        original=first.url,
        number=photo.number,
        tinted=photo.verdict == Verdict.TINTED,
        page=tools.links.page(job.id, photo.number) if tools.links is not None else "",
        moving=photo.moving,
    )
