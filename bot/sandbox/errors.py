"""The ways in which Reddit says no. Codes and texts are Reddit's own."""

from typing import Any

# Code -> (what Reddit says, the field it blames).
TEXTS: dict[str, tuple[str, str | None]] = {
    "USER_REQUIRED": ("Please log in to do that.", None),
    "USER_BLOCKED": ("you cannot reply to this user", "parent"),
    "TOO_OLD": ("that's a piece of history now; it's too late to reply to it", "parent"),
    "THREAD_LOCKED": ("Comments are locked.", "parent"),
    "DELETED_COMMENT": ("that comment has been deleted", "parent"),
    "TOO_LONG": ("this is too long (max: {limit})", "text"),
    "NO_TEXT": ("we need something here", "text"),
    "NO_TITLE": ("a title is required", "title"),
    "TITLE_TOO_LONG": ("this is too long (max: {limit})", "title"),
    "ALREADY_SUB": ("that link has already been submitted", "url"),
    "NO_SUBJECT": ("please enter a subject", "subject"),
    "NO_USER": ("please enter a username", "to"),
    "NO_URL": ("a url is required", "url"),
    "RATELIMIT": (
        "Looks like you've been doing that a lot. Take a break for {limit} before trying again.",
        "ratelimit",
    ),
    "SUBREDDIT_NOEXIST": ("Hmm, that community doesn't exist. Try checking the spelling.", "sr"),
    "SUBREDDIT_NOTALLOWED": ("You aren't allowed to post there.", "sr"),
    "SUBREDDIT_LINKING_DISALLOWED": ("Links are not allowed in this community", "text"),
    "BAD_USERNAME": ("that user name is invalid", "user"),
    "INVALID_PERMISSIONS": ("invalid permissions", "permissions"),
    "SUBREDDIT_EXISTS": ("that subreddit already exists", "name"),
    "BAD_SR_NAME": ("that name isn't going to work", "name"),
    "USER_DOESNT_EXIST": ("that user doesn't exist", "to"),
    "NOT_WHITELISTED_BY_USER_MESSAGE": ("This user only accepts messages from trusted users", "to"),
    "USER_MUTED": ("You have been muted from that subreddit", "to"),
    "NOT_AUTHOR": ("you can't do that", "thing_id"),
    "GALLERIES_DISABLED": ("Gallery posts aren't allowed in this subreddit", "sr"),
    "NO_INVITE_FOUND": ("there is no pending invite for that subreddit", None),
    "BAD_CROSSPOST_DATA": ("that post can't be crossposted", "crosspost_fullname"),
    "INVALID_COLLECTION_ID": ("That collection doesn't exist", "collection_id"),
    "LIVEUPDATE_ALREADY_CONTRIBUTOR": ("that user is already a contributor", "name"),
    "LIVEUPDATE_NO_INVITE_FOUND": ("there is no pending invite for that thread", None),
    "MISSING_MEDIA": ("The picture has not been uploaded", "url"),
}


class ApiError(Exception):
    """HTTP 200 with a list of errors in it: what Reddit answers to most things that it will not do."""

    def __init__(self, code: str, *, limit: object = "") -> None:
        super().__init__(code)
        text, field = TEXTS[code]
        code = "TOO_LONG" if code == "TITLE_TOO_LONG" else code
        self.body = {"json": {"errors": [[code, text.format(limit=limit), field]]}}


class HttpError(Exception):
    """Any other status with a JSON body; `reason` says more where Reddit does."""

    def __init__(
        self, status: int, message: str, *, headers: dict[str, str] | None = None, bare: bool = False, **more: Any
    ) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.body = {"message": message} | ({} if bare else {"error": status}) | more
        self.headers = headers or {}


def forbidden(**more: Any) -> HttpError:
    """403, for instance because the user is banned there."""
    return HttpError(403, "Forbidden", **more)


def not_found(**more: Any) -> HttpError:
    """404."""
    return HttpError(404, "Not Found", **more)


def not_implemented() -> HttpError:
    """501: Reddit has this, the sandbox does not. A missing thing is 404."""
    return HttpError(501, "Not Implemented", explanation="The sandbox does not have this part of Reddit's API.")
