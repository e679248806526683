"""The settings page of each moderated subreddit: written first, read again when it was edited, and its moderators told.

One run asks Reddit once, however many subreddits there are: for the edits of wiki pages in the moderation log, which
show whose page has to be read again. Each page is read once in a few hours all the same, because moderation-log
entries can be missing.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import structlog

from bot.domain.refusals import Refused, RetryLater
from bot.domain.rules import Rules
from bot.domain.rules_letters import complaint, in_force, receipt
from bot.domain.rules_page import RulesError, parse_rules
from bot.domain.rules_status import status_page
from bot.domain.rules_warnings import warnings
from bot.domain.rules_words import default_page
from bot.periodic.guard import guarded
from bot.periodic.invitations import CLOCKS_DIFFER
from bot.periodic.moderator_mail import tell
from bot.reddit import moderating, wiki
from bot.reddit.client import Reddit
from bot.store import notes, subreddits
from bot.store.database import Engine
from bot.store.jobs import now
from bot.store.subreddit_tables import Subreddit

CHECK_EVERY = timedelta(hours=6)
"""How old the last look at a page may be when the moderation log names no edit."""

MOST_CHECKS = 50
"""Pages that are read in one run because of their age; the others follow in the next runs."""

THANKS = "Thank you for the invitation."
"""How the first letter begins."""

LOG_READ_TO = "wiki_log"
"""The note that says how far the moderation log was read: a time of Reddit's, and the ids of that second."""

log = structlog.get_logger("bot.periodic.settings_page")


def run(engine: Engine, reddit: Reddit, *, bot_name: str, models: Collection[str] | None = None) -> None:
    """Welcome new subreddits, and read the settings pages that were edited or not looked at for a while.

    models: the names that a page may give as `model`; None takes any. One subreddit that fails is logged and keeps no
    other waiting; it is tried again in the next run.
    """
    edited, cursor = _edited(engine, reddit, bot_name)
    old = 0
    for row in subreddits.joined(engine):
        stale = row.checked_at is None or row.checked_at < now() - CHECK_EVERY or _pause_ended(row)
        old += stale
        if row.name in edited or (stale and old <= MOST_CHECKS):
            page = _SettingsPage(engine, reddit, row, bot_name, models)
            with guarded(log, "subreddit_failed", subreddit=row.name) as attempt:
                page.look_at()
            if attempt.failed:
                subreddits.change(engine, row.name, checked_at=None)
    notes.write(engine, LOG_READ_TO, cursor)


def _edited(engine: Engine, reddit: Reddit, bot_name: str) -> tuple[set[str], object]:
    """The subreddits whose page was edited since the last run, and the note of how far the log was read."""
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


def _pause_ended(row: Subreddit) -> bool:
    """Whether the day has begun, since the last look, until which nobody is answered there."""
    until = subreddits.rules_in(row).paused_until
    if until is None or row.checked_at is None:
        return False
    return row.checked_at.date() < date.fromisoformat(until) <= now().date()


class _SettingsPage:
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
            self._put_in_force(page, rules)

    def _put_in_force(self, page: wiki.WikiPage, rules: Rules) -> None:
        row = self._row
        before, pause_ended = subreddits.rules_in(row), _pause_ended(row)
        subreddits.put_in_force(self._engine, row, page.text, rules, page.revision)
        if page.revision != row.revision:
            log.info("rules_in_force", subreddit=row.name, revision=page.revision)
        recovered = row.complained is not None
        told = page.revision == row.told and not recovered
        if told and not pause_ended:
            return
        today = now().date()
        wrong = warnings(page.text, rules, over_18=row.over_18, inline_pictures=row.inline_pictures, today=today)
        self._show(status_page(rules, wrong, bot_name=self._bot_name, revision=page.revision, moment=now()))
        if told:
            return
        if row.told is not None or recovered or wrong or rules != Rules():  # the bot's own first page needs no letter
            head = receipt(page.revision, recovered=recovered)
            needed = recovered or bool(wrong)
            self._tell("\n".join([head, *in_force(before, rules, wrong)]), mark=head, from_outside=needed)
        subreddits.change(self._engine, row.name, told=page.revision, complained=None)

    def _show(self, text: str) -> None:
        """Write the page that says what is in force, below the settings page."""
        place, name = self._row.name, f"{self._name}/status"
        try:
            new = wiki.find_page(self._reddit, place, name) is None
            wiki.write_page(self._reddit, place, name, text, reason="what is in force now")
            if new:
                wiki.close_page(self._reddit, place, name)
        except Refused as refused:
            log.warning("status_page_refused", subreddit=place, reason=str(refused))

    def _page(self) -> wiki.WikiPage | None:
        """The page, written first if there is none; None when the bot may not write or see it."""
        place = self._row.name
        try:
            page = wiki.find_page(self._reddit, place, self._name)
            if page is None:
                wiki.write_page(
                    self._reddit, place, self._name, default_page(self._bot_name), reason="the default settings"
                )
                log.info("page_written", subreddit=place)
                page = wiki.find_page(self._reddit, place, self._name)
        except Refused as refused:
            log.warning("page_refused", subreddit=place, reason=str(refused))
            return None
        if self._row.welcomed_at is None:
            try:
                wiki.close_page(self._reddit, place, self._name)
            except Refused as refused:
                log.warning("page_not_closed", subreddit=place, reason=str(refused))
        return page

    def _welcome(self, *, written: bool) -> None:
        url = wiki.page_url(self._reddit, self._row.name, self._name)
        page = (
            f"What I do here stands on the [settings page]({url}), which moderators can edit."
            if written
            else f"I may not write my [settings page]({url}): I need the permission to manage wiki pages for it. "
            "Until then I answer whoever calls me."
        )
        text = (
            f"{THANKS} I answer black-and-white photos in colour when somebody writes "
            f"`u/{self._bot_name}` or `{Rules().command}` in a comment. {page}\n\n"
            "To be rid of me, remove me from the list of moderators; I will not post here then."
        )
        since = self._row.joined_at - CLOCKS_DIFFER
        self._tell(text, mark=THANKS, since=since)
        subreddits.change(self._engine, self._row.name, welcomed_at=now())

    def _complain(self, error: RulesError, revision: str) -> None:
        if self._row.complained != revision:
            url = wiki.page_url(self._reddit, self._row.name, self._name)
            self._tell(complaint(error.problems, url, revision), mark=f"]({url}) (revision {revision})")
            log.info("rules_refused", subreddit=self._row.name, revision=revision, problem=str(error))
        changes = {"revision": revision, "complained": revision, "checked_at": now()}
        subreddits.change(self._engine, self._row.name, **changes)

    def _tell(self, text: str, *, mark: str, since: datetime | None = None, from_outside: bool = True) -> None:
        tell(
            self._engine,
            self._reddit,
            self._row,
            self._bot_name,
            text,
            mark=mark,
            since=since,
            from_outside=from_outside,
        )
