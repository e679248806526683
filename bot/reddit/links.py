"""Links of Reddit's that have to be asked about."""

import re

from prawcore.exceptions import Redirect

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.reddit.client import Reddit
from bot.reddit.errors import translated

_SHARE = re.compile(r"/((?:r|u|user)/[\w-]{2,50}/s/\w{1,64})/?", re.ASCII)


def resolve_share(reddit: Reddit, path: str) -> str:
    """The path of the thread that a share link (/r/NAME/s/TOKEN) leads to.

    Takes a path of that form and nothing else: the client would send the bot's token to whatever address stands in
    its place. Raises Refused(DELETED) for a link that leads nowhere.
    """
    share = _SHARE.fullmatch(path)
    if share is None:
        raise Refused(Outcome.DELETED, f"{path[:200]} is no share link of Reddit's")
    with translated(f"open the share link {path}"):
        try:
            reddit.request(method="GET", path=share[1])
        except Redirect as redirect:
            return redirect.path
    raise Refused(Outcome.DELETED, f"the share link {path} leads nowhere")
