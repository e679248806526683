"""The pictures in the documents show what the packaged weights do today."""

import re

import pytest

from docs.measure import fresh


def test_no_picture_is_older_than_the_weights():
    assert fresh.outdated() == [], "the weights have changed: run these commands"


def test_every_picture_on_the_list_is_there():
    assert [name for name in fresh.PROGRAMS if not (fresh.ROOT / "docs" / name).is_file()] == []


@pytest.mark.parametrize("page", ["asking", "moderators", "operating", "library", "reply-log"])
def test_each_persons_page_shows_what_they_will_see(page):
    text = (fresh.ROOT / "docs" / f"{page}.md").read_text()
    shown = re.findall(r"!\[[^\]]+\]\(([\w-]+\.(?:png|jpg))\)", text)
    assert shown
    assert [name for name in shown if not (fresh.ROOT / "docs" / name).is_file()] == []
