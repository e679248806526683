"""Measures how long the bot needs to read what people write, with texts that are hard on a parser.

Usage: python -m docs.measure.reading
Prints seconds of processor time for a hundred comments of 10,000 characters each, worst first, and what twice the
length costs.
"""

import time

from bot.domain.reddit_types import Source
from bot.domain.summons import parse_request

COMMENTS, LENGTH = 100, 10_000
TEXTS = {
    "line feeds": "\n", "blank lines": " \n", "brackets": "[", "pictures": "![", "open links": "[](", "emphasis": "*a ",
    "two kinds of emphasis": "*a_ ", "code spans": "`a``",
    "quotes": "> a\n", "quotes in quotes": "> ", "lists": "- a\n",
    "tables": "|a|b|\n|-|-|\n", "addresses": "https://x.y/a_b ", "half addresses": "http://a(", "entities": "&#x200B;",
    "raised": "^(", "spoilers": ">!a!<", "words": "word ", "links": "[a](https://x.y/a.jpg) ", "notes": "variants 9 ",
}  # fmt: skip


def main() -> None:
    """Print a line for each kind of text."""
    found = []
    for name, part in TEXTS.items():
        once, twice = (_seconds("u/ColorizeBot " + (part * length)[:length]) for length in (LENGTH, 2 * LENGTH))
        found.append((once * COMMENTS, twice / once, name))
    for seconds, growth, name in sorted(found, reverse=True):
        print(f"{name}: {seconds:.1f} s, twice the length {growth:.1f} times")  # noqa: T201


def _seconds(text: str) -> float:
    """The shortest of three."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        parse_request(Source.REPLY, text, title="", name="ColorizeBot", command="!colorize")
        taken.append(time.process_time() - started)
    return min(taken)


if __name__ == "__main__":
    main()
