"""How the bot asks other servers: with what its settings say, and nothing else. Imports nothing of the bot."""

import requests


def session() -> requests.Session:
    """A session that takes nothing from the environment.

    Otherwise requests sends everything through a proxy that a variable names, and lets an entry of ~/.netrc take the
    place of the credentials that a call carries.
    """
    made = requests.Session()
    made.trust_env = False
    return made
