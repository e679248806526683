"""The user agent by which Reddit knows whose bot it is."""

import re

from bot.errors import SettingsError


def check_agent(agent: str) -> None:
    """Raises SettingsError when a user agent is still a placeholder."""
    if _PLACEHOLDER.search(agent):
        raise SettingsError(
            f"the user agent is still a placeholder ({agent!r}): name your own Reddit account in reddit.operator"
        )


_PLACEHOLDER = re.compile(
    r"<|>|your[_ -]?(bot|user|name|account)|example|fill in|changeme|placeholder|my ?bot|^\s*$|\bTODO\b", re.I
)
