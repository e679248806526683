"""Films of strangers in a process of its own: every way in which they can go wrong has a name."""

import av
import numpy as np
import psutil
import pytest

from colorizer.film.errors import FilmTooCostly, FilmTooLarge, FilmTooLong, NotAFilm
from colorizer.film.isolated import Coloured, Limits, colour_isolated, look_isolated
from tests import films

pytestmark = pytest.mark.slow


def test_a_film_is_coloured_and_the_process_says_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("A_SECRET", "x")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    seen, environments = [], []

    def tell(*told):
        seen.append(told)
        environments.extend(child.environ() for child in psutil.Process().children())

    source = films.film(tmp_path / "a.mp4", 4, sound="aac")
    done = colour_isolated(source, tmp_path / "out.mp4", tell=tell)
    assert done == Coloured(frames=4, shots=1)
    assert films.chroma(films.decoded(tmp_path / "out.mp4")[0]) > 3
    assert films.sound(tmp_path / "out.mp4") == films.sound(source)
    assert seen[0][0] == "cuts"
    assert environments != []
    assert not [one for one in environments if "A_SECRET" in one]
    assert {one["OMP_NUM_THREADS"] for one in environments} == {"1"}


def test_a_film_without_sound_gets_that_of_another_file_and_loses_its_titles(tmp_path):
    source, sound = films.film(tmp_path / "a.mp4", 3), films.voice(tmp_path / "b.mp4")
    out = tmp_path / "out.mp4"
    done = colour_isolated(source, out, sound=sound, comment="Coloured by a machine", stills=True)
    assert films.sound(out) == films.sound(sound) != []
    before, after = (still.astype(int).std(axis=2).mean() for still in done.stills)
    assert after > 3 > 1 > before
    assert [still.shape for still in done.stills] == [(64, 96, 3)] * 2
    with av.open(str(out)) as file:
        assert file.metadata["comment"] == "Coloured by a machine"
    head = out.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat"), "a browser begins before it has all"


def test_sound_that_the_result_cannot_hold_is_left_out(tmp_path):
    source = films.film(tmp_path / "a.nut", 3, sound="adpcm_ms")
    assert colour_isolated(source, tmp_path / "out.mp4").silent
    assert films.sound(tmp_path / "out.mp4") == []


def test_a_look_shows_frames_from_all_of_the_film(tmp_path):
    steps = [np.full((64, 96), level, np.uint8) for level in range(0, 200, 2)]
    seen = look_isolated(films.film(tmp_path / "a.mp4", pictures=steps), 5)
    assert (seen.frames, seen.width, seen.height) == (100, 96, 64)
    assert seen.seconds == pytest.approx(4)
    levels = [float(picture.mean()) for picture in seen.pictures]
    assert levels == sorted(levels)
    assert (len(levels), levels[0] < 50, levels[-1] > 150) == (5, True, True)
    assert len(look_isolated(films.film(tmp_path / "b.mp4", 2), 5).pictures) == 2
    with pytest.raises(FilmTooLong, match="lasts"):
        look_isolated(tmp_path / "a.mp4", 5, limits=Limits(length=2))
    with pytest.raises(FileNotFoundError):
        look_isolated(tmp_path / "nowhere.mp4", 5)


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        (Limits(frames=3), FilmTooLong),
        (Limits(pixels=100), FilmTooLarge),
        (Limits(seconds=0), FilmTooCostly),
        (Limits(size=1000), FilmTooCostly),
    ],
)
def test_each_limit_has_its_error(tmp_path, limits, kind):
    source = films.film(tmp_path / "a.mkv", 5)
    with pytest.raises(kind):
        colour_isolated(source, tmp_path / "out.mkv", limits=limits)
    assert not (tmp_path / "out.mkv").exists()


def test_too_little_memory_is_said(tmp_path):
    source = films.film(tmp_path / "a.mkv", 1, size=(4000, 3000), codec="ffv1", pixels="gray")
    with pytest.raises(FilmTooCostly, match="memory"):
        colour_isolated(source, tmp_path / "out.mkv", limits=Limits(pixels=13_000_000, memory=2**28))


def test_what_is_no_film_is_said_as_ever(tmp_path):
    (tmp_path / "a.mp4").write_text("no film")
    with pytest.raises(NotAFilm, match=r"a.mp4 is no film"):
        colour_isolated(tmp_path / "a.mp4", tmp_path / "out.mp4")
