"""What docs/features.md claims leads to tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "features.md"
NONE = "\u2013"
PROOF = re.compile(r"\]\((\.\./tests/[^)\s]+)(?: \"([^\"]*)\")?\)")


@cache
def named_in(path):
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def rows():
    """The feature table, line by line: the feature, this bot, the twelve others."""
    text = PAGE.read_text()
    lines = text[text.index("| Feature |") :].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def complaints():
    found = PAGE.read_text().partition("\n## What people complain about")[2].partition("\n## ")[0]
    return re.split(r"^\d+\. ", found, flags=re.MULTILINE)[1:]


def test_every_proof_names_a_test_that_is_there():
    links = PROOF.findall(PAGE.read_text())
    missing = [
        f"{target}: {name or 'no test is named'}"
        for target, name in links
        if not (path := PAGE.parent / target).is_file() or name not in named_in(path)
    ]
    assert missing == []
    assert len(links) > 100


def test_no_cell_of_the_table_is_empty():
    head, line, *features = rows()
    assert len(features) > 30
    assert all(len(row) == len(head) and all(row) for row in [head, line, *features])
    assert len({row[0] for row in features}) == len(features)


def test_this_bots_cells_are_proven_or_explained():
    reasons = PAGE.read_text().partition("Why this bot has no mark there:")[2].partition("\n## ")[0]
    for feature, cell, *_ in rows()[2:]:
        assert cell == NONE or cell[:2] in {"[●", "[◐"}, feature
        if cell.startswith("[●"):
            assert PROOF.search(cell), feature
        else:
            assert f"**{feature[:24]}" in reasons, feature


def test_every_complaint_has_its_answer_and_its_proof():
    found = complaints()
    assert len(found) > 15
    for complaint in found:
        assert re.search(r"\n   What this bot does: \S", complaint), complaint
        assert PROOF.search(complaint), complaint
