"""The bot's words to a redditor."""

from dataclasses import dataclass

DISCLOSURE = "I am a bot. The colours are a machine's guess, not history."


@dataclass(frozen=True, slots=True)
class Result:
    """Addresses that a reply names. `about` is a page that says what the bot is."""

    coloured: str
    side_by_side: str
    original: str
    about: str
    tinted: bool = False


def coloured(result: Result) -> str:
    """The comment that carries a result, in Reddit's Markdown."""
    kept = " I left the tint of the print out first." if result.tinted else ""
    return (
        f"[The photo in colour]({_target(result.coloured)}) · [side by side]({_target(result.side_by_side)}){kept}\n\n"
        f"---\n\n"
        f"*{DISCLOSURE}* [original]({_target(result.original)}) · [about]({_target(result.about)})"
    )


def _target(url: str) -> str:
    """A link target that Markdown reads to its end."""
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
