"""Why a login fails, told apart for the operator."""

from prawcore.exceptions import OAuthException, RequestException, ResponseException

from bot.domain.refusals import Refused, RetryLater
from bot.outgoing import why
from bot.reddit.client import Reddit

_LATER = "it passes; try again in some minutes, and see redditstatus.com"


def why_not(reddit: Reddit, error: Refused | RetryLater) -> tuple[str, str]:
    """What is wrong, with the settings that it is about, and what to do. error: of the first call to Reddit."""
    address, by_token = reddit.config.reddit_url, bool(reddit.config.refresh_token)
    match error.__cause__:
        case RequestException() as cause:
            todo = "see whether this machine reaches it; reddit.reddit_url and reddit.oauth_url say where it is"
            return f"Reddit cannot be reached at {address}: {why(cause)}", todo
        case OAuthException(error="invalid_grant"):
            said = "Reddit knows the app, but refuses reddit.username with reddit.password (invalid_grant)"
            todo = (
                "correct them; an account with two-factor login needs reddit.refresh_token, and the app its developer"
            )
            return said, f"{todo}: see docs/operating.md"
        case OAuthException() as cause:
            return f"Reddit refuses this kind of login ({cause.error})", 'make the app one of the type "script"'
        case ResponseException() as cause:
            return _of_status(cause.response.status_code, address, by_token)
    return f"the login at {address} failed: {error}", "see [reddit], and docs/operating.md"


def _of_status(status: int, address: str, by_token: bool) -> tuple[str, str]:
    match status:
        case 401:
            said = "Reddit does not know the app: reddit.client_id or reddit.client_secret is wrong (status 401)"
            return said, f"compare both with {address}/prefs/apps; docs/operating.md tells where they come from"
        case 400 if by_token:
            return "Reddit does not take reddit.refresh_token any more (status 400)", "let the account make a new one"
        case 403:
            return "Reddit forbids the account everything (status 403): is it suspended?", _APPEAL
        case 429:
            return "Reddit wants fewer requests of this machine (status 429)", _LATER
        case _ if status >= 500:
            return f"Reddit is there, but has trouble of its own (status {status})", _LATER
    return f"{address} answers the login with status {status}", "see [reddit], and docs/operating.md"


def other_account(reddit: Reddit, name: str) -> str | None:
    """What is wrong when the login works, but is another account's than the settings name; None when nothing is."""
    wanted = reddit.config.username
    if wanted and wanted.lower() != name.lower():
        return f"the login is u/{name}'s, but reddit.username says {wanted}: correct one of them"
    return None


_APPEAL = "log in as the bot on reddit.com; if it is suspended, appeal at reddit.com/appeals"
