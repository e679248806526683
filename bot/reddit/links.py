"""Links of Reddit's that have to be asked about."""

import re

from prawcore.exceptions import Redirect

from bot.domain.addresses import Address, AddressReader
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.spellings import Kind
from bot.reddit.client import Reddit
from bot.reddit.errors import translated

MOST_HOPS = 4
"""Redirects from a share link to its thread; apps' links take two."""

_SHARE = re.compile(r"/((?:r|u|user)/[\w-]{2,50}/s/\w{1,64})/?", re.ASCII)


def resolve_share(reddit: Reddit, path: str, addresses: AddressReader) -> Address:
    """The thread that a share link (/r/NAME/s/TOKEN) leads to.

    Takes a path of that form and nothing else: the client would send the bot's token to whatever address stands in
    its place. Raises Refused(DELETED) for a link that leads nowhere.
    """
    for _ in range(MOST_HOPS):
        share = _SHARE.fullmatch(path)
        if share is None:
            break
        with translated(f"open the share link {path[:200]}"):
            try:
                reddit.request(method="GET", path=share[1])
            except Redirect as redirect:
                if _is_login(redirect.path):
                    raise
                path = redirect.path
            else:
                break
        found = addresses.read(addresses.reddit.rstrip("/") + path)
        if found is not None and found.kind is Kind.THREAD:
            return found
    raise Refused(Outcome.DELETED, f"the share link {path[:200]} leads to no thread")


def _is_login(path: str) -> bool:
    return path.strip("/").startswith(("login", "account/login"))
