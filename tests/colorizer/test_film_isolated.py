"""Films of strangers in a process of its own: every way in which they can go wrong has a name."""

import psutil
import pytest

from colorizer.film.errors import FilmTooCostly, FilmTooLarge, FilmTooLong, NotAFilm
from colorizer.film.isolated import Coloured, Limits, colour_isolated
from tests import films

pytestmark = pytest.mark.slow


def test_a_film_is_coloured_and_the_process_says_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("A_SECRET", "x")
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
