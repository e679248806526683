"""Links to the studio, for those who ask for them or speak of a colour.

A link in a thread is everybody's: whoever opens it can publish a page and no more. Who asked for the picture, or posted
the photo, gets a link of their own by private message, which Reddit shows to them alone: that is how the bot knows who
publishes without an account of its own.
"""

from bot.domain import replies
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.refusals import Refused
from bot.pipeline.tools import Tools
from bot.store import answers, corrections, pictures
from bot.store.tables import Job, Photo


def words_for(job: Job, answered: Job | None, tools: Tools) -> str:
    """The answer to somebody who asks for the studio. Raises Refused where there is nothing to correct."""
    photos = _correctable(answered, tools)
    if answered is None or not photos or tools.links is None:
        raise Refused(Outcome.TOO_LATE)
    if job.source is not Source.MESSAGE:
        return offer(answered, tools)
    theirs = (job.author or "").lower() in {name.lower() for name in (answered.author, answered.post_author) if name}
    person = job.author if theirs else None
    links = [(f"photo {one.number}", tools.links.studio(answered.id, one.number, person)) for one in photos]
    shown = ", ".join(f"[{name if len(links) > 1 else 'the studio'}]({replies.target(url)})" for name, url in links)
    if person is None:
        return replies.NOT_OWN_STUDIO.format(links=shown)
    return replies.OWN_STUDIO.format(links=shown, hours=tools.links.own_lasts.total_seconds() / 3600)


def offer(answered: Job | None, tools: Tools) -> str:
    """Everybody's link, and how to get one of one's own. Raises Refused where there is nothing to correct."""
    page = page_for(answered, tools)
    if answered is None or page is None:
        raise Refused(Outcome.TOO_LATE)
    return f"{page}\n\n{_own_link(answered, tools)}"


def offer_once(job: Job, answered: Job | None, tools: Tools) -> str:
    """The answer to words that only may be a wish.

    Raises Refused where a link stands in the thread already, or would lead nowhere.
    """
    page = page_for(answered, tools)
    if answered is None or page is None or answers.linked_in(tools.engine, job):
        raise Refused(Outcome.NOT_SUMMONED)
    return f"{replies.UNSURE.format(page=page)}\n\n{_own_link(answered, tools)}"


def page_for(answered: Job | None, tools: Tools) -> str | None:
    """A sentence with everybody's link to the studio; None where there is none."""
    photos = _correctable(answered, tools)
    if answered is None or not photos or tools.links is None:
        return None
    return replies.STUDIO_HELP.format(page=replies.target(tools.links.studio(answered.id, photos[0].number)))


def _own_link(answered: Job, tools: Tools) -> str:
    compose = f"{tools.site.reddit_url.rstrip('/')}/message/compose"
    link = replies.message_link(compose, tools.bot_name, "studio", f"studio {answered.summons}")
    return (
        f"Did you ask for the picture, or post the photo? [Write to me]({link}) for a link with which my reply changes."
    )


def _correctable(answered: Job | None, tools: Tools) -> list[Photo]:
    if answered is None or tools.links is None:
        return []
    numbers = [photo.number for photo in pictures.photos_of(tools.engine, answered)]
    found = (corrections.correctable(tools.engine, answered, number) for number in numbers)
    return [one.photo for one in found if one is not None]
