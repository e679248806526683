"""The tests that the documents show pass."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("page", ["bot/sandbox/README.md", "docs/sandbox.md"])
def test_the_test_in_the_document_passes(page: str, tmp_path: Path) -> None:
    [block] = [
        code for code in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.S) if "def test_" in code
    ]
    (tmp_path / "test_shown.py").write_text(block)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "bot.sandbox.pytest_plugin", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout[-2000:]
