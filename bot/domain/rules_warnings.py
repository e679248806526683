"""What is wrong with a settings page that can be read: lines that cancel each other or have no effect. Pure."""

from collections.abc import Iterator
from datetime import date

from bot.domain.rules import Rules, comparable
from bot.domain.rules_page import retired


def warnings(
    text: str, rules: Rules, *, over_18: bool = False, inline_pictures: bool = True, today: date | None = None
) -> list[str]:
    """One line of Markdown for each; the page is in force all the same.

    text: the page that holds `rules`.
    over_18: whether the whole subreddit is NSFW.
    inline_pictures: whether comments there may hold pictures.
    today: the day in UTC; None where it does not matter.

    A page that turns the bot off is asked for its retired keys only: what else it holds is kept for later.
    """
    found = list(retired(text))
    if rules.answers():
        found += _without_effect(rules)
        if over_18 and rules.nsfw == "skip":
            found.append("`nsfw: skip`: the whole subreddit is NSFW, so nobody is answered.")
        if rules.paused_until and today and date.fromisoformat(rules.paused_until) <= today:
            found.append("`paused_until` has no effect any more: that day has begun.")
        if rules.inline and not inline_pictures and rules.reply == "comment":
            found.append("`inline: yes` has no effect: the subreddit does not allow pictures in comments.")
    return found


def _without_effect(rules: Rules) -> Iterator[str]:
    if rules.mode == "auto" and rules.reply == "message":
        yield (
            "`mode: auto` has no effect with `reply: message`: nobody asked for an answer to a new post, so there is "
            "nobody to write to. `reply: comment` answers new posts."
        )
    if rules.reply == "message":
        for key in ("sticky", "lock", "distinguish", "inline"):
            if getattr(rules, key):
                yield f"`{key}: yes` has no effect with `reply: message`: there is no comment."
    elif rules.sticky and rules.mode != "auto":
        yield f"`sticky: yes` has no effect with `mode: {rules.mode}`: only answers to new posts are stuck to the top."
    denied = set(map(comparable, rules.flair_deny))
    both = [flair for flair in rules.flair_allow if comparable(flair) in denied]
    if both and len(both) == len(rules.flair_allow):
        yield "every flair of `flair_allow` is in `flair_deny` too, which wins: nobody is answered."
    elif both:
        named = ", ".join(f'"{flair.replace("`", chr(39))}"' for flair in both)
        yield f"{named} is in `flair_allow` and in `flair_deny`, which wins: posts with it are not answered."
    elif rules.flair_allow and rules.flair_deny:
        yield "`flair_deny` has no effect: only posts with a flair of `flair_allow` are answered anyway."
