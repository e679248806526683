"""Which files of a Reddit video are fetched, by its playlist."""

import pytest

from bot.domain.refusals import Refused
from bot.photos.films import may_move
from bot.photos.videos import read_playlist

AT = "https://v.redd.it/ab12cd/DASHPlaylist.mpd"
HEAD = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'


def playlist(*sets):
    return f"{HEAD}{''.join(sets)}</Period></MPD>".encode()


def pictures(*sizes, name="DASH_{}.mp4"):
    rows = "".join(
        f'<Representation mimeType="video/mp4" width="{width}" height="{height}">'
        f"<BaseURL>{name.format(height)}</BaseURL></Representation>"
        for width, height in sizes
    )
    return f'<AdaptationSet contentType="video">{rows}</AdaptationSet>'


SOUND = (
    '<AdaptationSet contentType="audio"><Representation bandwidth="64000"><BaseURL>DASH_AUDIO_64.mp4</BaseURL>'
    '</Representation><Representation bandwidth="128000"><BaseURL>DASH_AUDIO_128.mp4</BaseURL></Representation>'
    "</AdaptationSet>"
)


def test_the_largest_pictures_within_the_limit_come_first_and_the_best_sound():
    found = read_playlist(playlist(pictures((640, 360), (1920, 1080), (1280, 720)), SOUND), AT, 1280 * 720)
    assert found.pictures == ("https://v.redd.it/ab12cd/DASH_720.mp4", "https://v.redd.it/ab12cd/DASH_360.mp4")
    assert found.sound == "https://v.redd.it/ab12cd/DASH_AUDIO_128.mp4"
    silent = read_playlist(playlist(pictures((640, 360), (1920, 1080))), AT, 100)
    assert (silent.pictures, silent.sound) == (("https://v.redd.it/ab12cd/DASH_360.mp4",), None)


@pytest.mark.parametrize(
    "data",
    [
        b"<html>gone</html>",
        b"not XML",
        playlist(SOUND),
        playlist(pictures((640, 360), name="https://elsewhere.example/{}.mp4")),
        playlist(pictures((640, 360), name="../../{}.mp4")),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + playlist(pictures((640, 360))),
    ],
)
def test_what_names_no_pictures_of_its_own_is_no_playlist(data):
    with pytest.raises(Refused, match="photo_gone"):
        read_playlist(data, AT, 10**6)


@pytest.mark.parametrize(
    ("head", "moves"),
    [
        (b"GIF89a", True),
        (b"\0\0\0 ftypisom", True),
        (b"\0\0\0 ftypavif", False),
        (b"\0\0\0 ftypheic", False),
        (b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\x02", True),
        (b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\x10", False),
        (b"RIFF\0\0\0\0WEBPVP8 ", False),
        (b"RIFF\0\0\0\0AVI LIST", True),
        (b"\x1aE\xdf\xa3", True),
        (b"\xff\xd8\xff", False),
        (b"", False),
    ],
)
def test_what_may_move_is_told_by_how_a_file_begins(head, moves):
    assert may_move(head) is moves
