"""The sandbox answers recorded requests as Reddit answered them.

Each recorded request of the chosen cassettes is sent to the sandbox. It counts as answered faithfully when the status
is the recorded one, every key path of the recording that Reddit still uses is in the answer, every value has a JSON
type that was recorded at that path, and an error has the recorded code and field. Values are not compared.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from tests.patience import PATIENCE
from tests.sandbox.praw_cassettes import Exchange, Unreachable, folder, load
from tests.sandbox.recorded_shape import Knowledge, Shape, shape
from tests.sandbox.recorded_world import Builder

pytestmark = pytest.mark.slow

_NAMES = """
TestAuthImplicit.test_implicit__with_invalid_token
TestCollection.test_bad_fetch
TestComment.test_attributes TestComment.test_block TestComment.test_clear_vote TestComment.test_delete
TestComment.test_disable_inbox_replies TestComment.test_edit TestComment.test_invalid TestComment.test_mark_read
TestComment.test_mark_unread TestComment.test_notes TestComment.test_parent__chain
TestComment.test_parent__from_replies TestComment.test_refresh TestComment.test_refresh__deleted_comment
TestComment.test_refresh__removed_comment TestComment.test_reply TestComment.test_report
TestComment.test_resolve_from_share_url TestComment.test_save TestComment.test_unsave
TestCommentForest.test_replace__all
TestCommentModeration.test_distinguish__sticky TestCommentModeration.test_ignore_reports
TestCommentModeration.test_lock TestCommentModeration.test_remove TestCommentModeration.test_send_removal_message
TestCommentModeration.test_show TestCommentModeration.test_unignore_reports TestCommentModeration.test_unlock
TestDomainListing.test_rising
TestDraft.test_list
TestFront.test_best TestFront.test_controversial TestFront.test_hot TestFront.test_new TestFront.test_top
TestInbox.test_all TestInbox.test_comment_replies TestInbox.test_mark_all_read TestInbox.test_mark_read
TestInbox.test_mark_unread TestInbox.test_mention__refresh TestInbox.test_mentions TestInbox.test_message
TestInbox.test_message__unauthorized TestInbox.test_messages TestInbox.test_sent TestInbox.test_stream
TestInbox.test_submission_replies TestInbox.test_unread
TestListingGenerator.test_exhaust_items TestListingGenerator.test_no_items
TestMenu.test_create_and_update_and_delete
TestMessage.test_attributes TestMessage.test_block TestMessage.test_delete TestMessage.test_message_collapse
TestMessage.test_message_uncollapse TestMessage.test_reply
TestModmailConversation.test_archive TestModmailConversation.test_read TestModmailConversation.test_reply
TestModmailConversation.test_unread
TestMore.test_comments
TestMultireddit.test_create
TestObjector.test_objectify__errors_null TestObjector.test_raise_api_exception
TestPreferences.test_update TestPreferences.test_view
TestReddit.test_bad_request_without_json_text_plain_response TestReddit.test_bare_badrequest TestReddit.test_info
TestReddit.test_info_sr_names TestReddit.test_live_create TestReddit.test_live_now__no_featured
TestReddit.test_notes__call__ TestReddit.test_username_available__unavailable
TestRedditor.test_block TestRedditor.test_message TestRedditor.test_message_from_subreddit TestRedditor.test_moderated
TestRedditor.test_trophies__user_not_exist TestRedditor.test_unblock TestRedditor.test_unfriend
TestRedditorListings.test_comments__controversial TestRedditorListings.test_downvoted__in_read_only_mode
TestRedditorListings.test_hidden__in_read_only_mode TestRedditorListings.test_overview__hot
TestRedditorListings.test_saved__in_read_only_mode TestRedditorListings.test_submissions__controversial
TestRedditorListings.test_upvoted__in_read_only_mode
TestRedditors.test_popular TestRedditors.test_search
TestRule.test_add_rule
TestSubmission.test_comments TestSubmission.test_crosspost TestSubmission.test_delete TestSubmission.test_duplicates
TestSubmission.test_edit TestSubmission.test_edit_invalid TestSubmission.test_hide_multiple_in_batches
TestSubmission.test_mark_visited TestSubmission.test_reply TestSubmission.test_reply__none
TestSubmission.test_resolve_from_share_url TestSubmission.test_unhide
TestSubmissionModeration.test_contest_mode TestSubmissionModeration.test_lock TestSubmissionModeration.test_nsfw
TestSubmissionModeration.test_send_removal_message TestSubmissionModeration.test_set_original_content
TestSubmissionModeration.test_sfw TestSubmissionModeration.test_spoiler TestSubmissionModeration.test_sticky
TestSubmissionModeration.test_suggested_sort TestSubmissionModeration.test_unspoiler
TestSubmissionModeration.test_update_crowd_control_level
TestSubreddit.test_message TestSubreddit.test_post_requirements TestSubreddit.test_search
TestSubreddit.test_sticky__not_set TestSubreddit.test_submit__selftext TestSubreddit.test_submit__url
TestSubreddit.test_submit__verify_invalid TestSubreddit.test_submit_gallery
TestSubreddit.test_submit_gallery__disabled TestSubreddit.test_submit_image TestSubreddit.test_submit_image__large
TestSubreddit.test_submit_image__selftext TestSubreddit.test_submit_image__without_websockets
TestSubreddit.test_submit_poll TestSubreddit.test_subscribe TestSubreddit.test_traffic__not_public
TestSubredditCollectionsModeration.test_create
TestSubredditFilters.test__iter__all TestSubredditFilters.test__iter__mod TestSubredditFilters.test_add__non_special
TestSubredditFilters.test_remove TestSubredditFilters.test_remove__non_special
TestSubredditFlair.test_configure TestSubredditFlair.test_delete TestSubredditFlair.test_set__redditor
TestSubredditFlair.test_update_quotes
TestSubredditFlairTemplates.test_add TestSubredditFlairTemplates.test_clear
TestSubredditListings.test_comments TestSubredditListings.test_controversial TestSubredditListings.test_new
TestSubredditListings.test_rising TestSubredditListings.test_top
TestSubredditModeration.test_accept_invite__no_invite TestSubredditModeration.test_log
TestSubredditModeration.test_log__filters TestSubredditModeration.test_unmoderated TestSubredditModeration.test_update
TestSubredditModmail.test_call TestSubredditModmail.test_conversations TestSubredditModmail.test_create
TestSubredditModmail.test_unread_count
TestSubredditQuarantine.test_opt_in
TestSubredditRelationships.test_banned TestSubredditRelationships.test_contributor_leave
TestSubredditRelationships.test_moderator TestSubredditRelationships.test_moderator__limited_permissions
TestSubredditRelationships.test_moderator__user_filter TestSubredditRelationships.test_moderator_invited_moderators
TestSubredditRelationships.test_moderator_leave TestSubredditRelationships.test_muted
TestSubredditRelationships.test_wiki_banned TestSubredditRelationships.test_wiki_contributor
TestSubredditRemovalReasons.test_add
TestSubredditStreams.test_comments__with_continue_after_id TestSubredditStreams.test_submissions
TestSubredditStylesheet.test_delete_banner TestSubredditStylesheet.test_delete_header
TestSubredditStylesheet.test_delete_image TestSubredditStylesheet.test_delete_mobile_icon
TestSubredditStylesheet.test_update TestSubredditStylesheet.test_upload TestSubredditStylesheet.test_upload__too_large
TestSubredditWiki.test__iter TestSubredditWiki.test_create
TestSubreddits.test_default TestSubreddits.test_new TestSubreddits.test_popular
TestSubreddits.test_premium__without_premium TestSubreddits.test_search
TestTextArea.test_create_and_update_and_delete
TestUser.test_blocked TestUser.test_friend_not_exist TestUser.test_me TestUser.test_me__bypass_cache
TestUser.test_moderator_subreddits
TestWikiPage.test_content_md TestWikiPage.test_content_md__invalid_name TestWikiPage.test_edit
TestWikiPage.test_edit__with_reason TestWikiPage.test_init__with_revision TestWikiPage.test_invalid_page
TestWikiPage.test_revisions
TestWikiPageModeration.test_settings TestWikiPageModeration.test_update
"""
CASSETTES = _NAMES.split()

# Request -> why the sandbox answers differently. These count as unfaithful.
DEVIATIONS = {
    "TestComment.test_refresh__removed_comment #2": "the recording hides a comment that it shows the line before",
    "TestListingGenerator.test_exhaust_items #1": "self posts that link to pictures elsewhere get no preview",
    "TestListingGenerator.test_exhaust_items #11": "listings end after 1,000 things; this one had 1,001",
    "TestObjector.test_objectify__errors_null #1": "hiding answers {}, as it was recorded everywhere else",
}

# Ends of key paths that belong to what the sandbox does not have, and log entries of modmail (`modActions`).
NOT_MODELLED = {
    ".link_flair_template_id": "flair",
    ".dashUrl": "videos",
    ".hlsUrl": "videos",
    ".isGif": "videos",
    ".media_metadata.*.x": "videos",
    ".media_metadata.*.y": "videos",
    ".s.gif": "animated pictures",
    ".s.mp4": "animated pictures",
    ".outbound_url": "links of gallery pictures",
}

_TOKEN = "/api/v1/access_token"
_BUCKET = "reddit-uploaded-media.s3-accelerate.amazonaws.com"


class Replay:
    """Sends the requests of one cassette to a sandbox, with the ids that the sandbox gave out meanwhile."""

    def __init__(self, sandbox: Sandbox) -> None:
        # Without certificates, which take longer to be read than most cassettes to be sent.
        self._client = httpx.Client(base_url=sandbox.url, timeout=PATIENCE, verify=False)
        self._token = "unknown"
        self._renamed: dict[str, str] = {}

    def __enter__(self) -> "Replay":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, exchange: Exchange) -> httpx.Response:
        target = exchange.target if exchange.host != _BUCKET else "/reddit-uploaded-media"
        target, sent = self._rename(target), self._rename(exchange.sent or "")
        headers = {"authorization": f"bearer {self._token}", "content-type": exchange.sent_type}
        if exchange.path == _TOKEN:
            headers["authorization"] = httpx.BasicAuth("<CLIENT_ID>", "<CLIENT_SECRET>")._auth_header
        answer = self._client.request(exchange.method, target, content=sent.encode(), headers=headers)
        if exchange.path == _TOKEN:
            self._token = answer.json()["access_token"]
        elif answer.status_code < 300 and exchange.method == "POST":
            self._learn(exchange.body, _json(answer))
        return answer

    def _rename(self, text: str) -> str:
        for recorded, mine in self._renamed.items():
            text = text.replace(recorded, mine)
        return text

    def _learn(self, recorded: Any, mine: Any) -> None:
        """Pair the ids that a recorded answer gave out with those of the sandbox's answer."""
        if isinstance(recorded, list) and isinstance(mine, list):
            for one, other in zip(recorded, mine, strict=False):
                self._learn(one, other)
        elif isinstance(recorded, dict) and isinstance(mine, dict):
            for key, value in recorded.items():
                if key == "fields":
                    continue
                if key in ("id", "name", "asset_id") and isinstance(value, str) and isinstance(mine.get(key), str):
                    if value != mine[key]:
                        self._renamed[value] = mine[key]
                else:
                    self._learn(value, mine.get(key))


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _errors(body: Any) -> list[list[str]]:
    """Code and field of each error in an answer."""
    found = body.get("json", {}).get("errors") if isinstance(body, dict) else None
    return [[error[0], error[2]] for error in found or []]


def differences(exchange: Exchange, answer: httpx.Response, known: Knowledge) -> Iterator[str]:
    """Everything in which the sandbox's answer falls short of the recorded one."""
    if answer.status_code != exchange.status:
        yield f"status {answer.status_code} instead of {exchange.status}"
        return
    for name in ("location", "www-authenticate"):
        if name in exchange.headers and name not in answer.headers:
            yield f"no {name} header"
    if exchange.body is None:
        return
    body = _json(answer)
    if _errors(body) != _errors(exchange.body):
        yield f"errors {_errors(body)} instead of {_errors(exchange.body)}"
    mine = shape(exchange.method, exchange.path, body)
    for path in shape(exchange.method, exchange.path, exchange.body):
        if path in mine or known.retired(path) or path.endswith(tuple(NOT_MODELLED)) or ".modActions" in path:
            continue
        if not _in_nothing(path, mine, known):
            yield f"no {path}"
    for path, types in mine.items():
        types -= {"empty"}
        if known.types.get(path) and types - known.types[path]:
            yield f"{path} is {types - known.types[path]}, recorded were {known.types[path]}"


def _in_nothing(path: str, mine: Shape, known: Knowledge) -> bool:
    """Whether the path lies inside of a null or an empty list which Reddit has sent too. No excuse for listings."""
    while path:
        path = path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]
        if path in mine:
            nothing = {"null", "empty"} & mine[path]
            return bool(nothing & known.types[path]) and path != "Listing.children"
    return False


@pytest.fixture(scope="module")
def cassettes() -> Path:
    try:
        return folder()
    except Unreachable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def known(cassettes: Path) -> Knowledge:
    knowledge = Knowledge()
    for file in sorted(cassettes.glob("*.json")):
        for exchange in load(file):
            if exchange.path != _TOKEN:
                knowledge.learn(exchange)
    return knowledge


def test_recorded_requests_are_answered_as_recorded(
    cassettes: Path,
    known: Knowledge,
    sandbox_server: Sandbox,
    png: bytes,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    faithful, wrong = 0, {}
    for name in CASSETTES:
        exchanges = load(cassettes / f"{name}.json")
        sandbox_server.show(World())
        with Replay(sandbox_server) as replay:
            Builder(sandbox_server.world, png).build(exchanges)
            for number, exchange in enumerate(exchanges):
                answer = replay.send(exchange)
                if exchange.path == _TOKEN:
                    assert answer.status_code == 200
                    continue
                found = list(differences(exchange, answer, known))
                if found:
                    wrong[f"{name} #{number}"] = [f"{exchange.method} {exchange.target[:100]}", *found]
                else:
                    faithful += 1
    total = faithful + len(wrong)
    line = f"fidelity: {faithful} of {total} recorded requests, from {len(CASSETTES)} cassettes"
    record_property("fidelity", line)
    (tmp_path / "fidelity.json").write_text(json.dumps({"summary": line, "wrong": wrong}, indent=1))
    unexpected = {request: found for request, found in wrong.items() if request not in DEVIATIONS}
    assert not unexpected, json.dumps(unexpected, indent=1)
    assert not set(DEVIATIONS) - set(wrong), "no longer deviations"
    assert faithful >= 475
