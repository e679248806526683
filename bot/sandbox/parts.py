"""Parts of Reddit's JSON of a post or comment that follow from single records."""

from collections import Counter

from . import shapes
from .records import Comment, Poll, Post, User
from .shapes import Json
from .subreddit_records import Subreddit


def author_flair(place: Subreddit, thing: Post | Comment) -> Json:
    """The flair of whoever wrote it, where they have one."""
    flair = place.user_flairs.get(thing.author.lower())
    if flair is None or thing.deleted:
        return {}
    return {
        "author_flair_text": flair.text,
        "author_flair_css_class": flair.css_class or None,
        "author_flair_template_id": flair.template.id if flair.template else None,
    }


def for_moderators(thing: Post | Comment) -> Json:
    """What moderators are shown of a post or comment: who approved, removed and reported it."""
    removed = thing.removed_by_category is not None
    by_readers = Counter(report.reason for report in thing.reports if not report.by_moderator)
    return {
        **shapes.FOR_MODERATORS,
        "approved": thing.approved_by is not None,
        "approved_by": thing.approved_by,
        "approved_at_utc": thing.approved_utc,
        "removed": removed and not thing.spam,
        "spam": thing.spam,
        "banned_by": thing.removed_by if removed else None,
        "banned_at_utc": thing.removed_utc if removed else None,
        "mod_note": thing.mod_note,
        "mod_reason_title": thing.removal_reason,
        "mod_reason_by": thing.removed_by if thing.removal_reason else None,
        "ignore_reports": thing.ignores_reports,
        "num_reports": len(thing.reports),
        "report_reasons": [report.reason for report in thing.reports],
        "user_reports": [[reason, count] for reason, count in by_readers.items()],
        "mod_reports": [[report.reason, report.by] for report in thing.reports if report.by_moderator],
    }


def poll_data(poll: Poll, viewer: User | None, now: float) -> Json:
    """A poll. How often each answer was chosen is told to who has chosen, and to everybody when the poll is over."""
    chosen = poll.choices.get(viewer.name.lower()) if viewer else None
    told = chosen is not None or now >= poll.ends_utc
    counts = Counter(poll.choices.values())
    return {
        "options": [
            {"id": str(number), "text": text} | ({"vote_count": counts[number]} if told else {})
            for number, text in enumerate(poll.options)
        ],
        "total_vote_count": len(poll.choices),
        "user_selection": None if chosen is None else str(chosen),
        "voting_end_timestamp": int(poll.ends_utc * 1000),
    }
