"""The pictures in the documents show what the packaged weights do today."""

from docs.measure import fresh


def test_no_picture_is_older_than_the_weights():
    assert fresh.outdated() == [], "the weights have changed: run these commands"


def test_every_picture_on_the_list_is_there():
    assert [name for name in fresh.PROGRAMS if not (fresh.ROOT / "docs" / name).is_file()] == []
