"""Every spelling of a picture's address that the bot knows, against the table of spellings."""

from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.addresses import LONGEST, AddressReader, is_address
from bot.domain.spellings import SPELLINGS, Kind
from bot.photos.urls import DEFAULT_HOSTS, AllowedHosts, parse_url

ADDRESSES = AddressReader()


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: row.example[0])
def test_each_row_reads_its_example(row):
    written, best = row.example
    found = ADDRESSES.read(written)
    assert found.kind is row.kind
    if row.kind in {Kind.PICTURE, Kind.MOVING}:
        assert found.url == best
        AllowedHosts().check(parse_url(best))
        assert ADDRESSES.read(best).url == best, "the original is read as itself"
    elif row.kind is Kind.ALBUM:
        assert found.fallbacks == ((best,) if best else ())
    assert (found.post is not None) is (row.kind is Kind.THREAD)


def test_every_host_that_is_fetched_from_has_its_spellings():
    pictures = [host for row in SPELLINGS if row.kind in {Kind.PICTURE, Kind.MOVING} for host in row.hosts]
    for allowed in DEFAULT_HOSTS:
        assert any(fnmatchcase(allowed.replace("*", "1"), host) for host in pictures), allowed


@pytest.mark.parametrize(
    ("written", "best"),
    [
        ("https://imgur.com/AbCdE12.jpg", "https://i.imgur.com/AbCdE12.jpg"),
        ("http://www.imgur.com/AbCdE12.PNG", "https://i.imgur.com/AbCdE12.png"),
        ("https://i.imgur.com/AbCdE12", "https://i.imgur.com/AbCdE12.jpg"),
        ("https://i.imgur.io/AbCdE12.jpg", "https://i.imgur.com/AbCdE12.jpg"),
        ("https://i.imgur.com/AbCdE12.jpg?1", "https://i.imgur.com/AbCdE12.jpg"),
        ("https://imgur.com/r/OldPhotos/AbCdE12", "https://i.imgur.com/AbCdE12.jpg"),
        ("https://imgur.com/AbCdE12#comments", "https://i.imgur.com/AbCdE12.jpg"),
        *((f"https://i.imgur.com/AbCdE12{size}.jpg", "https://i.imgur.com/AbCdE12.jpg") for size in "sbtmlh"),
        ("https://i.imgur.com/abcdes.jpg", "https://i.imgur.com/abcde.jpg"),
        ("https://i.imgur.com/abcdefs.jpg", "https://i.imgur.com/abcdefs.jpg"),
        ("https://pbs.twimg.com/media/X?format=jpg&name=orig", "https://pbs.twimg.com/media/X?format=jpg&name=orig"),
        ("https://pbs.twimg.com/media/X?name=4096x4096&format=png", "https://pbs.twimg.com/media/X?format=png&name=orig"),
        ("https://pbs.twimg.com/media/X.png", "https://pbs.twimg.com/media/X?format=png&name=orig"),
        ("https://cdn.bsky.app/img/feed_fullsize/plain/did:web:a.b/x1", "https://cdn.bsky.app/img/feed_fullsize/plain/did:web:a.b/x1@jpeg"),
        ("https://live.staticflickr.com/65535/5_ab.jpg", "https://live.staticflickr.com/65535/5_ab_b.jpg"),
        ("https://live.staticflickr.com/65535/5_ab_h.jpg", "https://live.staticflickr.com/65535/5_ab_h.jpg"),
        ("https://live.staticflickr.com/65535/5_ab_4k.jpg", "https://live.staticflickr.com/65535/5_ab_4k.jpg"),
        ("https://farm1.static.flickr.com/2/5_ab_m.jpg", "https://live.staticflickr.com/2/5_ab_b.jpg"),
        ("https://upload.wikimedia.org/wikipedia/en/thumb/a/ab/A_b.png/120px-A_b.png", "https://upload.wikimedia.org/wikipedia/en/a/ab/A_b.png"),
        ("https://upload.wikimedia.org/wikipedia/commons/thumb/a/ab/A.pdf/page1-120px-A.pdf.jpg", "https://upload.wikimedia.org/wikipedia/commons/thumb/a/ab/A.pdf/page1-120px-A.pdf.jpg"),
        ("https://commons.wikimedia.org/wiki/File:Mona_Lisa.jpg", "https://upload.wikimedia.org/wikipedia/commons/6/6a/Mona_Lisa.jpg"),
        ("https://commons.m.wikimedia.org/wiki/File:mona%20Lisa.jpg", "https://upload.wikimedia.org/wikipedia/commons/6/6a/Mona_Lisa.jpg"),
        ("https://commons.wikimedia.org/wiki/Special:FilePath/Mona_Lisa.jpg", "https://upload.wikimedia.org/wikipedia/commons/6/6a/Mona_Lisa.jpg"),
        ("https://commons.wikimedia.org/w/index.php?title=File:Mona_Lisa.jpg", "https://upload.wikimedia.org/wikipedia/commons/6/6a/Mona_Lisa.jpg"),
        ("https://i.stack.imgur.com/AbCdE.jpg", "https://i.stack.imgur.com/AbCdE.jpg"),
        ("https://en.wikipedia.org/wiki/Painting#/media/File:Mona_Lisa.jpg", "https://upload.wikimedia.org/wikipedia/commons/6/6a/Mona_Lisa.jpg"),
        ("https://www.reddit.com/media?url=https%3A%2F%2Fi.redd.it%2Fab12cd34.jpg", "https://i.redd.it/ab12cd34.jpg"),
        ("https://preview.redd.it/a-b-v0-ab12cd34.png?auto=webp&s=1", "https://i.redd.it/ab12cd34.png"),
        ("https://i.redd.it/ab12cd34.jpg#x", "https://i.redd.it/ab12cd34.jpg"),
        ("https://elsewhere.example/a.jpg?x", "https://elsewhere.example/a.jpg?x"),
    ],
)  # fmt: skip
def test_ordinary_spellings(written, best):
    found = ADDRESSES.read(written)
    assert (found.kind, found.url) == (Kind.PICTURE, best)


@pytest.mark.parametrize(
    ("written", "post", "comment"),
    [
        ("https://www.reddit.com/gallery/1sa001", "t3_1sa001", None),
        ("https://reddit.com/comments/1sa001", "t3_1sa001", None),
        ("https://redd.it/1SA001", "t3_1sa001", None),
        ("https://www.reddit.com/r/S/comments/1sa001/a_title/?utm_source=share", "t3_1sa001", None),
        ("https://old.reddit.com/r/S/comments/1sa001/a_title/mya001/?context=3", "t3_1sa001", "t1_mya001"),
        ("https://sh.reddit.com/r/S/comments/1sa001/comment/mya001/", "t3_1sa001", "t1_mya001"),
        ("https://np.reddit.com/user/some-one/comments/1sa001/a_title/", "t3_1sa001", None),
        ("https://www.reddit.com/u/someone/comments/1sa001.json", "t3_1sa001", None),
        ("https://www.reddit.com/tb/1sa001", "t3_1sa001", None),
        ("https://www.reddit.com/1sa001", "t3_1sa001", None),
        ("https://www.reddit.com/poll/1sa001", "t3_1sa001", None),
    ],
)
def test_threads(written, post, comment):
    found = ADDRESSES.read(written)
    assert (found.kind, found.post, found.comment) == (Kind.THREAD, post, comment)


@pytest.mark.parametrize(
    "written",
    ["", "nothing", "https://", "https://[", "https://imgur.com/", "https://imgur.com/privacy", "ftp://i.redd.it/a.jpg",
     "https://imgur.com/user/someone", "https://www.reddit.com/r/pics", "https://www.reddit.com/premium", "https://www.reddit.com/wiki2",
     "https://www.reddit.com/u/someone",
     "https://www.reddit.com/r/pics/wiki/index", "https://evil.example/r/pics/comments/1sa001",
     "javascript:alert(1).jpg",
     "https://reddit.com.evil.example/gallery/1sa001", "https://evil.example/r/a/s/AbC", "https://news.example/story",
     "https://www.reddit.com/media?url=" * 3 + "https://i.redd.it/abcde.jpg",
     "https://i.redd.it/" + "a" * LONGEST + ".jpg"],
)  # fmt: skip
def test_what_is_neither_picture_nor_post(written):
    assert ADDRESSES.read(written) is None


def test_what_is_no_address_at_all():
    assert is_address("https://news.example/story")
    assert not any(map(is_address, ["https://ex\u2100mple.com/a.jpg", "https://[", "https:///a.jpg", "nothing"]))


def test_a_sandbox_keeps_everything_at_one_address():
    here = AddressReader("http://127.0.0.1:8090", "http://127.0.0.1:8090/i.redd.it")
    assert here.read("http://127.0.0.1:8090/i.redd.it/abcde1.jpg").url == "http://127.0.0.1:8090/i.redd.it/abcde1.jpg"
    preview = here.read("http://127.0.0.1:8090/preview.redd.it/abcde1.jpg?width=1")
    assert preview.url == "http://127.0.0.1:8090/i.redd.it/abcde1.jpg"
    video = here.read("http://127.0.0.1:8090/v.redd.it/abcde1/DASH_9.mp4")
    assert (video.kind, video.url) == (Kind.MOVING, "http://127.0.0.1:8090/v.redd.it/abcde1")
    assert here.read("http://127.0.0.1:8090/gallery/1sa001").post == "t3_1sa001"
    assert here.read("http://127.0.0.1:8090/r/S/s/AbC").id == "/r/S/s/AbC"
    assert here.read("http://127.0.0.1:8091/gallery/1sa001") is None


HOSTS = [host.replace("*", "x") for row in SPELLINGS for host in row.hosts]


@given(st.sampled_from(HOSTS), st.text(max_size=80))
def test_any_path_is_read_or_passed_over(host, rest):
    found = ADDRESSES.read(f"https://{host}/{rest}")
    assert found is None or found.url
    if found is not None and found.kind is Kind.PICTURE:
        assert urlsplit(found.url).scheme in {"http", "https"}
