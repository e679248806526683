import pytest

from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater
from bot.hosting.folder import FolderHost


@pytest.fixture
def host(tmp_path):
    return FolderHost(tmp_path / "results", "https://bot.example/")


def test_a_picture_is_kept_and_deleted(host, picture):
    kept = host.upload(picture())
    assert kept.url == "https://bot.example/results/Zm9vYmFyYmF6cXV4.jpg"
    assert host.path(picture().key).read_bytes() == picture().content
    host.delete(picture().key, kept.token)
    host.delete(picture().key, kept.token)
    assert list(host.folder.iterdir()) == []


def test_the_same_key_again_replaces(host, picture):
    host.upload(picture())
    host.upload(picture(content=b"other"))
    assert [path.read_bytes() for path in host.folder.iterdir()] == [b"other"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path, picture):
    (tmp_path / "results").write_text("a file where the folder should be")
    host = FolderHost(tmp_path / "results", "https://bot.example")
    for attempt in (lambda: host.upload(picture()), lambda: host.delete(picture().key), host.check):
        with pytest.raises(RetryLater, match="results") as caught:
            attempt()
        assert caught.value.then is Outcome.HOST_FAILED


def test_the_check_leaves_nothing(host):
    host.check()
    assert list(host.folder.iterdir()) == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "short", "a/b/c/d/e/f/g", "x" * 81, ""])
def test_a_key_cannot_leave_the_folder(host, picture, key):
    with pytest.raises(ValueError, match="not a key"):
        host.upload(picture(key))
