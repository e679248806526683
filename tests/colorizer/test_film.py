"""`colorizer film`: what belongs to the film stays, colours are added, and a run that was stopped goes on."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest
from PIL import Image
from skimage import data as samples
from typer.testing import CliRunner

import colorizer
from colorizer.cli import app
from colorizer.errors import InputError
from colorizer.film import Wishes, colour_film, preview_film, read_timed_hint
from colorizer.film import plan as planning
from colorizer.film.errors import BrokenFilm, FilmTooLarge, FilmTooLong, NotAFilm
from tests import films


@pytest.fixture(scope="module")
def model():
    """The packaged weights on small copies, which are quick."""
    model = colorizer.load(device="cpu")
    model.architecture = replace(model.architecture, side=64)
    return model


@pytest.fixture
def coloured(model, tmp_path):
    """Colours a film; gives the path of the result."""

    def run(path, wishes=None, out="out.mkv", **options):
        colour_film(model, path, tmp_path / out, wishes, **options)
        return tmp_path / out

    return run


def test_sound_times_and_luma_stay_and_colour_is_added(coloured, tmp_path):
    source = films.film(tmp_path / "a.mp4", 14, sound="aac")
    result = coloured(source, out="b.mp4")
    assert films.seconds(result) == films.seconds(source) == films.seconds(coloured(source, out="b.mkv"))
    assert films.sound(result) == films.sound(source) != []
    for before, after in zip(films.decoded(source), films.decoded(result), strict=True):
        assert np.abs(films.luma(before) - films.luma(after)).mean() < 4
        assert films.chroma(after) > 4 > 1 > films.chroma(before)
    with av.open(str(source)) as one, av.open(str(result)) as other:
        assert other.streams.video[0].duration * other.streams.video[0].time_base == Fraction(14, 25)
        assert abs(one.duration - other.duration) < 30_000


def test_a_variable_frame_rate_stays_to_the_tick(coloured, tmp_path):
    pts = [0, 7, 1000, 1001, 4500, 9000, 609_000]
    source = films.film(tmp_path / "a.mkv", 7, pts=pts, time_base=Fraction(1, 1000))
    assert films.seconds(source) == [Fraction(time, 1000) for time in pts]
    assert films.seconds(coloured(source)) == films.seconds(source)
    assert films.seconds(coloured(source, out="out.mp4")) == films.seconds(source)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("odd.mkv", {"size": (97, 65), "pixels": "yuv444p"}),
        ("tall.mkv", {"size": (64, 160)}),
        ("wide.mkv", {"size": (352, 64)}),
        ("tiny.mkv", {"size": (16, 16)}),
        ("ten.mkv", {"pixels": "yuv420p10le"}),
        ("full.mkv", {"full_range": True}),
        ("turned.mp4", {"rotation": 90}),
        ("fields.mkv", {"options": {"x264-params": "bff=1"}}),
        ("grey.mkv", {"codec": "ffv1", "pixels": "gray"}),
        ("rgb.mkv", {"codec": "ffv1", "pixels": "bgr0"}),
        ("one.mkv", {"frames": 1}),
        ("old.avi", {"codec": "mpeg4"}),
    ],
)
def test_each_kind_of_film_is_coloured_as_it_is(coloured, tmp_path, name, made):
    source = films.film(tmp_path / name, **{"frames": 5, **made})
    result = coloured(source, out="out.mp4")
    [before, *_], [after, *_] = films.decoded(source), films.decoded(result)
    assert (after.width, after.height) == (before.width + before.width % 2, before.height + before.height % 2)
    assert after.rotation == before.rotation
    assert after.interlaced_frame == before.interlaced_frame
    assert films.chroma(after) > 1
    if name != "rgb.mkv":
        assert after.format.components[0].bits == before.format.components[0].bits
        same = films.luma(after)[: before.height, : before.width] - films.luma(before)
        assert np.abs(same).mean() < 4 * (4 if name == "ten.mkv" else 1)
    if name in ("full.mkv", "grey.mkv"):
        assert int(after.color_range) == 2
    if name == "fields.mkv":
        with av.open(str(source)) as one, av.open(str(result)) as other:
            assert one.streams.video[0].codec_context.field_order == other.streams.video[0].codec_context.field_order


@pytest.mark.parametrize(("height", "width"), [(2, 3000), (3000, 2), (1, 1)])
def test_a_film_may_be_a_line_or_a_point(model, coloured, tmp_path, height, width):
    grey = [np.full((height, width), value, np.uint8) for value in (10, 120)]
    source = films.film(tmp_path / "a.mkv", pictures=grey, codec="ffv1", pixels="gray")
    for before, after in zip(films.decoded(source), films.decoded(coloured(source)), strict=True):
        assert (after.width, after.height) == (width + width % 2, height + height % 2)
        assert np.abs(films.luma(after)[:height, :width] - films.luma(before)).mean() < 3
    assert preview_film(model, source).shape[1:] == (960, 3)


def test_hdr_keeps_its_labels_and_dv_the_order_of_its_fields(coloured, tmp_path):
    made = {"primaries": 9, "transfer": 16, "matrix": 9, "pixels": "yuv420p10le"}
    with av.open(str(coloured(films.film(tmp_path / "a.mkv", 2, **made)))) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.color_primaries, codec.color_trc, codec.colorspace) == (9, 16, 9)
    source = films.film(tmp_path / "b.avi", 2, size=(720, 576), codec="dvvideo", options={"flags": "+ildct"})
    with av.open(str(coloured(source, out="b.mkv"))) as container:
        assert container.streams.video[0].codec_context.field_order in (3, 4)  # the bottom field is first


def test_frames_of_another_size_are_brought_to_that_of_the_first(coloured, tmp_path):
    parts = [films.film(tmp_path / f"{size}.h264", 3, size=(size, 64), format="h264") for size in (96, 48)]
    source = tmp_path / "a.h264"
    source.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert [(frame.width, frame.height) for frame in films.decoded(coloured(source))] == [(96, 64)] * 6


@pytest.mark.parametrize("out", ["out.mp4", "out.mkv"])
def test_what_an_edit_list_hides_stays_hidden(coloured, tmp_path, out):
    source = films.cut_by_edit_list(tmp_path / "a.mp4", 20, hidden=4)
    before, after = films.seconds(source), films.seconds(coloured(source, out=out))
    assert len(after) == len(before) == 16
    assert [float(time) for time in after] == pytest.approx(
        [float(time) for time in before], abs=0.022
    )  # of one packet
    with av.open(str(source)) as one, av.open(str(tmp_path / out)) as other:
        assert one.duration == pytest.approx(other.duration, abs=22_000)


def test_what_is_transparent_in_planes_of_its_own_lies_on_white_too(coloured, tmp_path):
    clear = np.dstack([np.zeros((64, 96, 3), np.uint8), np.full((64, 96), 255, np.uint8)])
    clear[:, :48, 3] = 0
    for name, made, white in [
        ("a.webm", {"codec": "libvpx-vp9", "pixels": "yuva420p"}, 235),
        ("b.mov", {"codec": "prores_ks", "pixels": "yuva444p10le"}, 940),
    ]:
        y = films.luma(films.decoded(coloured(films.film(tmp_path / name, pictures=[clear] * 2, **made)))[0])
        assert y[:, :40].min() > 0.93 * white > 0.15 * white > y[:, 60:].max(), name


def test_what_is_transparent_lies_on_white(coloured, tmp_path):
    clear = np.dstack([np.zeros((64, 96, 3), np.uint8), np.full((64, 96), 255, np.uint8)])
    clear[:, :48, 3] = 0
    source = films.film(tmp_path / "a.mkv", codec="ffv1", pixels="bgra", pictures=[clear] * 3)
    y = films.luma(films.decoded(coloured(source))[0])
    assert y[:, :40].min() > 220 > 30 > y[:, 56:].max()


def test_the_network_sees_a_turned_film_upright(coloured, tmp_path):
    upright = list(films.views(3, (96, 64)))
    straight = films.film(tmp_path / "a.mp4", pictures=upright)
    turned = films.film(tmp_path / "b.mp4", pictures=[np.rot90(view, -1) for view in upright], rotation=90)
    for one, other in zip(films.decoded(coloured(straight)), films.decoded(coloured(turned, out="c.mp4")), strict=True):
        shown = np.rot90(other.to_ndarray(format="rgb24"), other.rotation // 90).astype(int)
        assert np.abs(shown - one.to_ndarray(format="rgb24")).mean() < 5


def test_a_gif_becomes_a_film(coloured, tmp_path):
    source = films.film(tmp_path / "a.gif", 5, codec="gif", pixels="gray", rate=10)
    assert films.seconds(coloured(source, out="out.mp4")) == [Fraction(i, 10) for i in range(5)]


def test_an_animated_webp_becomes_a_film(coloured, tmp_path):
    views = [Image.fromarray(view) for view in films.views(4)]
    views[0].save(tmp_path / "a.webp", save_all=True, append_images=views[1:], duration=[100, 200, 50, 100])
    result = coloured(tmp_path / "a.webp", out="out.mp4")
    assert films.seconds(result) == [0, Fraction(1, 10), Fraction(3, 10), Fraction(35, 100)]
    assert films.chroma(films.decoded(result)[0]) > 3


def test_frames_without_a_duration_are_shown_as_long_as_browsers_show_them(coloured, tmp_path):
    views = [Image.fromarray(view) for view in films.views(3)]
    views[0].save(tmp_path / "a.webp", save_all=True, append_images=views[1:], duration=0)
    assert films.seconds(coloured(tmp_path / "a.webp", out="out.mp4")) == [0, Fraction(1, 10), Fraction(2, 10)]


def cut_short(path):
    whole = films.film(path.with_name("whole.mkv"), 60)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def without_index(path):
    whole = films.film(path.with_name("whole.mp4"), 30)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def without_frames(path):
    whole = films.film(path.with_name("whole.mkv"), 3)
    data = bytearray(whole.read_bytes())
    start = data.find(b"\x1fC\xb6u")  # the first cluster: frames of noise
    data[start + 20 :] = bytes(len(data) - start - 20)
    path.write_bytes(data)


def without_any(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for frame in films.tone(1024):
            container.mux(sound.encode(frame))


def playlist(path):
    films.film(path.with_name("x.ts"), 5, format="mpegts")
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nx.ts\n#EXT-X-ENDLIST\n")


def picture(path):
    films.film(path, pictures=[samples.camera()], codec="png", pixels="gray", format="image2")


@pytest.mark.parametrize(
    ("name", "make", "kind", "words"),
    [
        ("a.mp4", lambda path: path.write_text("no film at all"), NotAFilm, "a.mp4 is no film"),
        ("b.mp4", without_index, NotAFilm, "its beginning or index is missing"),
        ("c.m4a", films.voice, NotAFilm, "holds sound alone"),
        ("h.mp4", without_any, NotAFilm, "holds sound alone"),
        ("d.mkv", without_frames, BrokenFilm, "no frame that can be decoded"),
        ("e.png", picture, NotAFilm, "colorizer colorize takes it"),
        ("g.m3u8", playlist, NotAFilm, "is no film"),
        ("f.mp4", str, FileNotFoundError, "No such file"),
    ],
)
def test_what_is_no_film_is_said(coloured, tmp_path, name, make, kind, words):
    make(tmp_path / name)
    with pytest.raises(kind, match=words):
        coloured(tmp_path / name)
    assert not (tmp_path / "out.mkv").exists()


def test_of_a_film_that_is_cut_short_what_is_there_is_coloured(coloured, tmp_path):
    cut_short(tmp_path / "a.mkv")
    assert 10 < len(films.decoded(coloured(tmp_path / "a.mkv"))) < 60


def test_limits_are_said(coloured, tmp_path):
    source = films.film(tmp_path / "a.mkv", 9)
    with pytest.raises(FilmTooLong, match="more than 8 frames"):
        coloured(source, Wishes(most_frames=8))
    with pytest.raises(FilmTooLarge, match="96 x 64"):
        coloured(source, Wishes(most_pixels=5000))


class Stopped(Exception):
    pass


def test_a_run_that_was_stopped_goes_on_and_ends_as_if_it_had_not_been(coloured, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "PIECE", 10)
    source = films.film(tmp_path / "a.mkv", 18, size=(48, 32))
    whole = coloured(source, out="whole.mkv")

    def stop(state):
        if state.stage == "colours" and state.done > 10:
            raise Stopped

    with pytest.raises(Stopped) as stopped:
        coloured(source, tell=stop)
    assert not films.is_open(source), f"although {stopped.value!r} is held"
    seen = []
    again = coloured(source, tell=seen.append)
    first = next(state for state in seen if state.stage == "colours")
    assert first.resumed == 9 == first.done - 1
    assert not [state for state in seen if state.stage == "cuts"]
    for one, other in zip(films.decoded(whole), films.decoded(again), strict=True):
        assert np.array_equal(one.to_ndarray(), other.to_ndarray())
    assert not list(tmp_path.glob("*.partial"))


def test_a_folder_of_somebody_elses_stays(coloured, tmp_path):
    (tmp_path / "out.mkv.partial").mkdir()
    (tmp_path / "out.mkv.partial" / "diary.txt").write_text("mine")
    with pytest.raises(InputError, match="is not of this program"):
        coloured(films.film(tmp_path / "a.mkv", 3))
    assert (tmp_path / "out.mkv.partial" / "diary.txt").read_text() == "mine"


def test_cuts_are_found_and_colours_do_not_flicker(model, coloured, tmp_path):
    shots = [*films.views(17), *films.views(4, picture=samples.chelsea())]
    source = films.film(tmp_path / "a.mkv", pictures=shots)
    plan = colour_film(model, source, tmp_path / "out.mkv")
    assert plan.shots == [0, 17]

    def flicker(path):
        planes = [frame.to_ndarray(format="yuv444p").astype(int)[1:] for frame in films.decoded(path)]
        return np.mean([np.abs(b.mean((1, 2)) - a.mean((1, 2))) for a, b in pairwise(planes[:17])])

    each = coloured(source, Wishes(steady="none"), out="each.mkv")
    smoothed = coloured(source, Wishes(steady="mean"), out="mean.mkv")
    assert flicker(tmp_path / "out.mkv") < flicker(smoothed) < flicker(each)


def test_a_hint_spreads_through_its_shot_and_no_farther(model, coloured, tmp_path):
    shots = [*films.views(17), *films.views(4, picture=samples.chelsea())]
    source = films.film(tmp_path / "a.mkv", pictures=shots)
    plain = films.decoded(coloured(source))
    hint = read_timed_hint("0.48s:50%,50%=#1040ff")
    told = films.decoded(coloured(source, Wishes(hints=[hint]), out="told.mkv"))

    def blue(frame):
        return frame.to_ndarray(format="yuv444p")[1].astype(int)

    more = [(blue(b) - blue(a)).max() for a, b in zip(plain, told, strict=True)]
    assert min(more[:17]) > 20 > 3 > max(more[17:])


@pytest.mark.parametrize(
    ("written", "seconds", "place"),
    [
        ("12.4s:310,220=navy", 12.4, (310, 220, False)),
        ("1:02.5:40%,30%=#aa3b30", 62.5, (40, 30, True)),
        ("1:00:00:5,6=dark red", 3600, (5, 6, False)),
    ],
)
def test_hints_are_read_as_people_write_them(written, seconds, place):
    read = read_timed_hint(written)
    assert (read.seconds, (read.hint.x, read.hint.y, read.hint.per_cent)) == (seconds, place)


@pytest.mark.parametrize("written", ["navy", "310,220=navy", "12s:310=navy", "1s:5,5=keep", "1s:5,5=no such colour"])
def test_what_is_no_hint_is_said(written):
    with pytest.raises(InputError, match=r"hint|colour"):
        read_timed_hint(written)


def test_a_hint_outside_of_the_film_is_said(coloured, tmp_path):
    source = films.film(tmp_path / "a.mkv", 5)
    for written, words in [("9s:5,5=navy", "ends after 0.2 s"), ("0s:500,5=navy", "lies outside the photo of 96 x 64")]:
        with pytest.raises(InputError, match=words):
            coloured(source, Wishes(hints=[read_timed_hint(written)]))
        assert not list(tmp_path.glob("*.partial"))


def test_a_preview_shows_three_frames_of_each_shot(model, tmp_path):
    shots = [*films.views(17), *films.views(6, picture=samples.chelsea())]
    sheet = preview_film(model, films.film(tmp_path / "a.mkv", pictures=shots)).astype(int)
    assert sheet.shape == (2 * 213, 3 * 320, 3)
    for row in (0, 213):
        for column in (0, 320, 640):
            shown = sheet[row : row + 213, column : column + 320]
            assert np.abs(shown[..., 0] - shown[..., 2]).mean() > 3


def test_the_command_says_what_it_did_and_what_is_wrong(tmp_path, monkeypatch):
    """Names are relative, as people write them; one that looks like an address is a file's all the same."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(app, ["film", *map(str, arguments)], env={"COLUMNS": "300"})

    films.film(tmp_path / "12:30.mp4", 3)
    source, out = "12:30.mp4", "data:out.mp4"
    done = run(source, out)
    assert done.exit_code == 0, done.output
    assert f"wrote {out}: 3 frames in 1 shot" in done.output
    for arguments, words in [
        ((source, out), "is there already; --overwrite replaces it"),
        ((source, tmp_path / "b.mp4", "--hint", "1s:navy"), "behind the time, 'navy' is no hint"),
        ((source, tmp_path / "b.mp4", "--preview"), "name it .jpg or .png"),
        ((source, tmp_path / "b.webm"), "name it .mp4, .mkv, .mov"),
        ((source, tmp_path / "b.mp4", "--steady", "x"), "choose one of flow, mean, none"),
        ((source, tmp_path / "b.mp4", "--look", "x"), "choose one of natural, vivid, soft"),
        ((tmp_path / "none.mp4", tmp_path / "b.mp4"), "none.mp4: there is no such file"),
        ((films.film(tmp_path / "v.mkv", 3, sound="pcm_u8"), tmp_path / "b.mp4"), "which is copied; use .mkv"),
    ]:
        failed = run(*arguments)
        assert (failed.exit_code, words in failed.output) == (2, True), failed.output
