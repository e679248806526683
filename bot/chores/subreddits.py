"""The subreddits that the bot moderates: invitations, the settings page, modmail, and leaving without a word.

One round asks Reddit twice, however many subreddits there are: for the list of moderated ones, which shows where the
bot was taken off, and for the edits of wiki pages in the moderation log, which show whose page has to be read again.
Each page is read once in a few hours all the same, because the log is not all-knowing.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Engine

from bot.domain.notices import is_invitation, is_shut_out
from bot.domain.refusals import Refused, RetryLater
from bot.domain.rules import Rules, default_page
from bot.domain.rules_page import RulesError, complaint, parse_rules, without_effect
from bot.domain.things import Summons
from bot.reddit import inbox, moderating
from bot.reddit.client import Reddit
from bot.store import notes, removals, silences, subreddits
from bot.store.jobs import now
from bot.store.tables import Subreddit

CHECK_EVERY = timedelta(hours=6)
"""How old the last look at a page may be when the moderation log names no edit."""

MOST_CHECKS = 50
"""Pages that are read in one round because of their age; the others follow in the next rounds."""

CLOCKS_DIFFER = timedelta(minutes=10)

LOG_READ_TO = "wiki_log"
"""The note that says how far the moderation log was read: a time of Reddit's, and the ids of that second."""

MESSAGES_READ = "messages_read"
"""The note that says when the older messages were last searched for invitations."""

log = structlog.get_logger("bot.chores")


def take_notices(engine: Engine, reddit: Reddit, unread: Iterable[Summons]) -> list[Summons]:
    """Act on invitations, bans and mutes among the unread inbox items; the others come back.

    An item is marked read after its effect is stored. One that Reddit cannot deal with now stays unread.
    """
    others = []
    for item in unread:
        act = _act_on(item)
        if act is None:
            others.append(item)
        else:
            _guarded(item.subreddit, partial(_take, engine, reddit, item, act))
    return others


_Act = Callable[[Engine, Reddit], None]


def _act_on(item: Summons) -> _Act | None:
    """What an inbox item asks to be done that is no summons."""
    if invited := is_invitation(item):
        return lambda engine, reddit: _accept(engine, reddit, invited)
    if shut := is_shut_out(item):
        subreddit, reason = shut
        return lambda engine, _: silences.silence(engine, silences.SUBREDDIT, subreddit, reason)
    return None


def _take(engine: Engine, reddit: Reddit, item: Summons, act: _Act) -> None:
    try:
        act(engine, reddit)
    except Refused as refused:
        log.warning("notice_refused", subreddit=item.subreddit, subject=item.title, reason=str(refused))
    else:
        log.info("notice_taken", subreddit=item.subreddit, subject=item.title)
    inbox.mark_read(reddit, item.fullname)


def _accept(engine: Engine, reddit: Reddit, subreddit: str) -> None:
    """Accept an invitation. One that was accepted just before a crash shows in the list of moderated subreddits."""
    if moderating.accept_invitation(reddit, subreddit):
        subreddits.join(engine, subreddit)
        log.info("joined", subreddit=subreddit)


def round(  # noqa: A001 - each chore has one
    engine: Engine, reddit: Reddit, *, bot_name: str, models: Collection[str] | None = None, own: Collection[str] = ()
) -> None:
    """One round: missed invitations, new and lost subreddits, a welcome for new ones, changed settings pages.

    models: the names that a page may give as `model`; None takes any. own: subreddits of the bot's own, which need
    neither page nor welcome. One subreddit that fails is logged and keeps no
    other waiting; it is tried again in the next round. Raises Refused or RetryLater when Reddit does not even give the
    list of moderated subreddits.
    """
    _guarded("", partial(_find_missed_invitations, engine, reddit))
    _compare(engine, reddit, bot_name, {name.lower() for name in own})
    edited, cursor = _edited(engine, reddit, bot_name)
    old = 0
    for row in subreddits.joined(engine):
        stale = row.checked_at is None or row.checked_at < now() - CHECK_EVERY
        old += stale
        if row.name in edited or (stale and old <= MOST_CHECKS):
            settings = _Settings(engine, reddit, row, bot_name, models)
            if not _guarded(row.name, settings.look_at):
                subreddits.change(engine, row.name, checked_at=None)
    notes.write(engine, LOG_READ_TO, cursor)


def _find_missed_invitations(engine: Engine, reddit: Reddit) -> None:
    """Reddit does not list pending invitations; those that somebody has read in the browser are still messages."""
    noted = notes.read(engine, MESSAGES_READ)
    since = datetime.fromisoformat(noted) if noted else datetime.fromtimestamp(0, UTC)
    started = now()
    if since > started - CHECK_EVERY:
        return
    for message in inbox.messages(reddit):
        invited = is_invitation(message)
        if invited and message.created > since - CLOCKS_DIFFER:
            _accept(engine, reddit, invited)
    notes.write(engine, MESSAGES_READ, started.isoformat())


def _compare(engine: Engine, reddit: Reddit, bot_name: str, own: set[str]) -> None:
    """Bring the stored subreddits in line with those that Reddit lists."""
    listed = {place.name: place for place in moderating.moderated(reddit)}
    for name in listed.keys() - {row.name for row in subreddits.joined(engine)} - own:
        subreddits.join(engine, name)
        log.info("joined", subreddit=name)
    for row in subreddits.joined(engine):
        place = listed.get(row.name)
        if place is None:
            # Asked once more: a list that Reddit gave by half must not end everything.
            if not moderating.moderates(reddit, row.name, bot_name):
                removals.leave(engine, row.name)
                subreddits.leave(engine, row.name)
                log.info("left", subreddit=row.name)
        elif (row.over_18, row.inline_pictures) != (place.over_18, place.inline_pictures):
            subreddits.change(engine, row.name, over_18=place.over_18, inline_pictures=place.inline_pictures)


def _edited(engine: Engine, reddit: Reddit, bot_name: str) -> tuple[set[str], object]:
    """The subreddits whose page was edited since the last round, and the note of how far the log was read."""
    noted = notes.read(engine, LOG_READ_TO)
    page, found = bot_name.lower(), set()
    newest, ids = 0.0, []
    try:
        for edit in moderating.wiki_edits(reddit):
            newest = newest or edit.created
            if edit.created == newest:
                ids.append(edit.id)
            if noted is None or edit.created < noted["created"]:
                break
            if edit.id not in noted["ids"] and page in edit.details.lower().split():
                found.add(edit.subreddit)
    except (Refused, RetryLater) as error:
        log.warning("moderation_log_unread", reason=str(error))
        return set(), noted
    if noted is not None and newest == noted["created"]:
        ids = sorted({*ids, *noted["ids"]})
    return found, ({"created": newest, "ids": ids} if newest else noted or {"created": 0.0, "ids": []})


class _Settings:
    """The settings page of one subreddit."""

    def __init__(
        self, engine: Engine, reddit: Reddit, row: Subreddit, bot_name: str, models: Collection[str] | None
    ) -> None:
        self._engine, self._reddit, self._row, self._models = engine, reddit, row, models
        self._bot_name, self._name = bot_name, bot_name.lower()

    def look_at(self) -> None:
        """Write the page where there is none, say hello to a new subreddit, and read the page."""
        page = self._page()
        if self._row.welcomed_at is None:
            self._welcome(written=page is not None)
        if page is None:
            subreddits.change(self._engine, self._row.name, checked_at=now())
            return
        try:
            rules = parse_rules(page.text, models=self._models)
        except RulesError as error:
            self._complain(error, page.revision)
        else:
            subreddits.put_in_force(self._engine, self._row, page.text, rules, page.revision)
            if page.revision != self._row.revision:
                log.info("rules_in_force", subreddit=self._row.name, revision=page.revision)
            if self._row.complained is not None:
                self._thank(page.revision)
            if remarks := without_effect(page.text):
                lines = [*(f"* {remark}" for remark in remarks), "", "All other lines are in force."]
                self._write(self._subject("has a line without effect", page.revision), "\n".join(lines))

    def _page(self) -> moderating.Page | None:
        """The page, written first if there is none; None when the bot may not write or see it."""
        place = self._row.name
        try:
            page = moderating.read_page(self._reddit, place, self._name)
            if page is None:
                moderating.write_page(self._reddit, place, self._name, default_page(self._bot_name))
                log.info("page_written", subreddit=place)
                page = moderating.read_page(self._reddit, place, self._name)
        except Refused as refused:
            log.warning("page_refused", subreddit=place, reason=str(refused))
            return None
        if self._row.welcomed_at is None:
            try:
                moderating.close_page(self._reddit, place, self._name)
            except Refused as refused:
                log.warning("page_not_closed", subreddit=place, reason=str(refused))
        return page

    def _welcome(self, *, written: bool) -> None:
        url = moderating.page_url(self._reddit, self._row.name, self._name)
        page = (
            f"What I do here stands on the [settings page]({url}), which moderators can edit."
            if written
            else f"I may not write my [settings page]({url}): I need the permission to manage wiki pages for it. "
            "Until then I answer whoever calls me."
        )
        text = (
            f"Thank you for the invitation. I answer black-and-white photos in colour when somebody writes "
            f"`u/{self._bot_name}` or `{Rules().command}` in a comment. {page}\n\n"
            "To be rid of me, remove me from the list of moderators; I will not post here then."
        )
        since = self._row.joined_at - CLOCKS_DIFFER
        self._write(f"u/{self._bot_name} is a moderator here now", text, since=since)
        subreddits.change(self._engine, self._row.name, welcomed_at=now())

    def _complain(self, error: RulesError, revision: str) -> None:
        if self._row.complained != revision:
            url = moderating.page_url(self._reddit, self._row.name, self._name)
            self._write(self._subject("cannot be read", revision), complaint(error.problems, url, revision))
            log.info("rules_refused", subreddit=self._row.name, revision=revision, problem=str(error))
        changes = {"revision": revision, "complained": revision, "checked_at": now()}
        subreddits.change(self._engine, self._row.name, **changes)

    def _thank(self, revision: str) -> None:
        self._write(self._subject("is in force", revision), "The settings page can be read again and is in force.")
        subreddits.change(self._engine, self._row.name, complained=None)

    def _subject(self, what: str, revision: str) -> str:
        return f"The settings page of u/{self._bot_name} {what} ({revision[:8]})"

    def _write(self, subject: str, text: str, *, since: datetime | None = None) -> None:
        """Tell the moderators; where they cannot be told, the log has it."""
        try:
            since = since or datetime.fromtimestamp(0, UTC)
            moderating.write_modmail(self._reddit, self._row.name, subject, text, since=since)
        except Refused as refused:
            log.warning("modmail_refused", subreddit=self._row.name, reason=str(refused))


def _guarded(subreddit: str, act: Callable[[], None]) -> bool:
    """Whether it could be done; what went wrong is logged."""
    try:
        act()
    except (Refused, RetryLater) as error:
        log.warning("subreddit_failed", subreddit=subreddit, reason=str(error))
        return False
    except Exception:
        log.exception("subreddit_failed", subreddit=subreddit)
        return False
    return True
