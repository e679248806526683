"""Links of Reddit's that have to be asked about."""

from prawcore.exceptions import Redirect

from bot.domain.outcomes import Outcome, Refused
from bot.reddit.client import Reddit
from bot.reddit.errors import translated


def resolve_share(reddit: Reddit, path: str) -> str:
    """The path of the thread that a share link (/r/NAME/s/TOKEN) leads to.

    Takes a path and no address: whatever a stranger wrote, the bot's token is sent to Reddit alone. Raises
    Refused(DELETED) for a link that leads nowhere.
    """
    with translated(f"open the share link {path}"):
        try:
            reddit.request(method="GET", path=path.strip("/"))
        except Redirect as redirect:
            return redirect.path
    raise Refused(Outcome.DELETED, f"the share link {path} leads nowhere")
