"""A film that is corrected: any frame of it in the colours that the film will have, and lists of hints in files."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from skimage import data as samples
from typer.testing import CliRunner

import colorizer
from colorizer.cli import app
from colorizer.errors import InputError
from colorizer.film import plan as planning
from colorizer.film import read_timed_hint
from colorizer.film.correcting import Correcting, FrameHint
from colorizer.film.errors import BrokenFilm
from colorizer.film.frames import Frames
from colorizer.film.hint_list import list_of, read_hints, read_list
from colorizer.film.hints import followed
from colorizer.film.painting import Painter
from colorizer.film.plan import Plan
from colorizer.film.reading import Film
from colorizer.film.run import shrinking_for
from colorizer.film.steady import steady
from tests import films

CAT = samples.chelsea()


@pytest.fixture(scope="module")
def model():
    """The packaged weights on small copies, which are quick."""
    model = colorizer.load(device="cpu")
    model.architecture = replace(model.architecture, side=64)
    return model


def planned(path):
    film = Film.open(path)
    return film, Plan.make(film, lambda _: None)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.mp4", {"options": {"g": "20", "bf": "3"}}),
        ("a.mkv", {"options": {"g": "20"}, "pts": [7 * n + n % 3 for n in range(130)], "time_base": Fraction(1, 100)}),
        ("a.ts", {"options": {"g": "20"}, "format": "mpegts"}),
        ("a.avi", {"codec": "mpeg4", "options": {"g": "20"}}),
        ("a.h264", {"options": {"g": "20"}, "format": "h264"}),
        ("a.gif", {"codec": "gif", "pixels": "gray", "rate": 10}),
    ],
)
def test_any_frame_is_the_same_as_when_all_are_read(tmp_path, name, made):
    film, plan = planned(films.film(tmp_path / name, 130, size=(48, 32), **made))
    whole = [frame.luma for frame in film.read()]
    assert plan.frames == len(whole) >= 129
    frames = Frames(film, plan)
    for number in (100, 101, 3, 90, 90, 128, 0, 61, 60):
        assert np.array_equal(frames.get(number).luma, whole[number]), number
    assert [frame.pts for frame in frames.read(70, 74)] == plan.pts[70:74]
    frames.close()
    assert not films.is_open(film.path)


def test_what_is_seen_is_what_the_film_becomes(model, tmp_path):
    film, plan = planned(films.film(tmp_path / "a.mkv", pictures=[*films.views(17), *films.views(12, picture=CAT)]))
    correcting, painter = Correcting(model, film, plan), Painter(model, "vivid")
    hints = [FrameHint(3, 0.5, 0.5, "#1040ff"), FrameHint(20, 0.25, 0.4, "#802010")]
    written = [correcting.timed(hint) for hint in hints]
    assert written == ["0.12s:48,32=#1040ff", "0.8s:24,25=#802010"]
    read = [read_timed_hint(text) for text in written]
    shrinking = shrinking_for(film, painter)
    known = followed(read, film, plan, shrinking)
    small = [shrinking.shrink(frame.luma) for frame in film.read()]
    again = [correcting.untimed(hint) for hint in read]
    for first, stop in [(0, 17), (17, 29)]:
        given = {number - first: known[number] for number in range(first, stop) if number in known}
        became = steady(small[first:stop], painter, hints=given)
        for number in (first, stop - 1, first + 5):
            seen = correcting.colours(number, again, "vivid")
            assert seen.piece == (first, stop)
            assert seen.anchor in seen.keys
            assert np.abs(seen.ab - became[number - first]).mean() < 0.2
            assert len(correcting.given(number, hints)) == 1
    shown = correcting.picture(20, again, "vivid", most=(48, 40)).astype(int)
    assert shown.shape == (32, 48, 3)
    assert np.abs(shown[..., 0] - shown[..., 2]).mean() > 5


def test_a_hint_is_followed_from_piece_to_piece_as_in_the_film(model, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "PIECE", 8)
    film, plan = planned(films.film(tmp_path / "a.mkv", 40))
    correcting = Correcting(model, film, plan)
    hint = read_timed_hint("0.8s:50%,50%=navy")
    known = followed([hint], film, plan, shrinking_for(film, Painter(model)))
    for number in (39, 20, 0, 21, 5):
        [one] = correcting.given(number, [correcting.untimed(hint)])
        [other] = known[number]
        assert (one.x, one.y) == pytest.approx((other.x, other.y), abs=0.02)


def test_a_film_is_let_go_of_by_who_has_corrected_it(model, tmp_path):
    correcting = Correcting(model, *planned(films.film(tmp_path / "a.mkv", 20, size=(48, 32))))
    correcting.grey(3, (10, 10))
    assert films.is_open(correcting.film.path)
    frames = correcting._frames  # as if the program ended now: what they need may be gone before they are
    path = correcting.film.path
    del correcting
    assert not films.is_open(path), f"{frames} would close it too late"


def test_what_is_outside_of_the_film_or_gone_is_said(model, tmp_path):
    source = films.film(tmp_path / "a.mkv", 60)
    correcting = Correcting(model, *planned(source))
    with pytest.raises(InputError, match="frames 0 to 59, no frame 60"):
        correcting.colours(0, [FrameHint(60, 0.5, 0.5, "navy")])
    with pytest.raises(InputError, match="no frame 60"):
        correcting.grey(60, (10, 10))
    films.film(source, 20)
    with pytest.raises(BrokenFilm, match="has changed: frame 55"):
        correcting.grey(55, (10, 10))


def test_lists_of_hints(tmp_path):
    path = tmp_path / "a.hints.txt"
    path.write_bytes(b"\xef\xbb\xbf" + list_of(["1.2s:5,6=navy", "1:02:40%,30%=#aa3b30"], "colorizer film a b"))
    found = read_hints(["3s:1,1=red", str(path)])
    assert [hint.seconds for hint in found] == [3, 1.2, 62]
    for written, words in [
        (b"\n# so\n1s:navy\n", r"a\.hints\.txt, line 3: '1s:navy' is no hint"),
        (b"\xff\xfe", "is no UTF-8 text"),
        (b"#" * 1_000_001, "too large"),
    ]:
        path.write_bytes(written)
        with pytest.raises(InputError, match=words):
            read_list(path)
    source = films.film(tmp_path / "a.mp4", 3)
    arguments = ["film", source, tmp_path / "b.mp4", "--hints", tmp_path / "none.txt"]
    failed = CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "300"})
    assert (failed.exit_code, "none.txt: there is no such file" in failed.output) == (2, True)
