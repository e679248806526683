"""Tables in documents that programs write: between two comments that name them, so that the words around stay."""

import re
from collections.abc import Sequence
from pathlib import Path

RELIABILITY = Path(__file__).parents[1] / "reliability.md"


def write(name: str, table: str, page: Path = RELIABILITY) -> None:
    """Put a table into a page, between <!-- name --> and <!-- end of name -->."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, found, rest = page.read_text().partition(start)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page} has no place for the table {name!r}")
    page.write_text(head + start + table + end + tail)


def replace_table(page: Path, name: str, head: Sequence[str], rows: Sequence[Sequence[str]], words: str = "") -> None:
    """Write the table anew where the page has <!-- name --> ... <!-- /name -->, with a line of words above it."""
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
    table = "\n".join([*([words, ""] if words else []), *lines])
    text, count = re.subn(
        rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
        lambda found: f"{found[1]}{table}\n{found[2]}",
        page.read_text(),
        flags=re.DOTALL,
    )
    if count != 1:
        raise SystemExit(f"{page} has no place for the table {name!r}")
    page.write_text(text)
