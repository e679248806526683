"""Live through the day and write docs/day.md: python -m tests.day."""

import sys
import tempfile
from pathlib import Path

from bot import logs
from tests.day import found
from tests.day.day import begun
from tests.day.script import live
from tests.day.table import differences

PAGE = Path(__file__).parents[2] / "docs" / "day.md"


def main() -> int:
    """The page shows what was found; what the script expects otherwise is printed and makes this fail."""
    logs.configure(level="CRITICAL")  # the server complains of the answer that nobody waited for any more
    with tempfile.TemporaryDirectory() as folder, begun(Path(folder) / "bot") as day:
        live(day)
        lines = differences(day.expected, found.rows(day))
        if not lines:
            PAGE.write_text(found.text(day), encoding="utf-8")
    print("\n".join(lines) or f"{PAGE} written")  # noqa: T201
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())
