"""A subreddit's rules in words: what may stand behind each key, and the page as the bot first writes it."""

import textwrap

from bot.domain.rules import Rules


def allowed(key: str) -> str:
    """What may stand behind a key of the page, in words."""
    extra = Rules.model_fields[key].json_schema_extra
    return str(extra["allowed"]) if isinstance(extra, dict) else ""


def default_page(bot_name: str) -> str:
    """The page as the bot first writes it: every key with its default and what it means.

    Indented by four spaces, which is code to Markdown: the wiki shows the page as it is written.
    """
    head = (
        f"Settings of u/{bot_name} in this subreddit. Edit and save this page: it is in force within minutes. "
        "If something on it cannot be read, the old settings stay in force and you get a modmail that names the line. "
        "A key that is left out has the value that it has here."
    )
    parts = [_comment(head)]
    for key, field in Rules.model_fields.items():
        parts.append(f"{_comment(f'{field.description} Allowed: {allowed(key)}.')}\n{key}: {written(field.default)}")
    return textwrap.indent("\n\n".join(parts) + "\n", "    ")


def written(value: object) -> str:
    """A default as a moderator would write it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "none"
        case ():
            return "[]"
        case str() if not value[0].isalnum():
            return f'"{value}"'  # a bare ! would be a YAML tag
    return str(value)


def _comment(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 96, initial_indent="# ", subsequent_indent="# "))
