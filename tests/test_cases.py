"""What docs/cases.md promises has a test that is there."""

import re

from tests.test_features import PROOF, ROOT, named_in

PAGE = ROOT / "docs" / "cases.md"


def test_each_line_names_tests_that_are_there():
    rows = re.findall(r"^\| (?!input|---)(.+) \| (.+) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert len(rows) > 60
    for given, right, tests in rows:
        proofs = PROOF.findall(tests)
        assert proofs, given
        assert right
        missing = [name for target, name in proofs if name not in named_in(PAGE.parent / target)]
        assert missing == [], given
