"""The pictures in the documents show what the package does today, with its weights and its code."""

import base64
import re

import pytest

from docs.measure import fresh


def test_no_picture_shows_other_colours_than_the_package_makes():
    assert fresh.outdated() == [], "weights or code have changed the colours: run these commands"


def test_what_nobody_sees_makes_no_picture_old_and_what_is_seen_does():
    def written(colours):
        return base64.b64encode(colours.tobytes()).decode()

    today, other = fresh.colours(), fresh.colours().copy()
    other[1, 2, 3, 0] ^= 1
    assert not fresh.differs(today, written(other))
    other[1, 2, 3, 0] ^= 8
    assert fresh.differs(today, written(other))
    assert fresh.differs(today, "")


def test_every_picture_is_on_one_of_the_lists():
    there = {path.name for kind in ("*.jpg", "*.png") for path in (fresh.ROOT / "docs").glob(kind)}
    assert there == fresh.PROGRAMS.keys() | fresh.OF_OTHERS
    assert not fresh.PROGRAMS.keys() & fresh.OF_OTHERS


@pytest.mark.parametrize("page", ["asking", "moderators", "operating", "library", "reply-log"])
def test_each_persons_page_shows_what_they_will_see(page):
    text = (fresh.ROOT / "docs" / f"{page}.md").read_text()
    shown = re.findall(r"!\[[^\]]+\]\(([\w-]+\.(?:png|jpg))\)", text)
    assert shown
    assert [name for name in shown if not (fresh.ROOT / "docs" / name).is_file()] == []
