"""Names of results: no file is lost or written over, and a second run goes on where the first was stopped."""

import os
from pathlib import Path

import pytest

from colorizer.files.naming import AlreadyThere, Names
from colorizer.files.statuses import Status
from colorizer.photo.labels import Origin, machine_made, origin_of
from tests.colorizer.scanned import COLOUR, picture


def test_no_name_is_written_twice_and_no_photo_that_was_given_is_written_over(scans, coloured):
    photos = [
        picture(scans / "a.png"),
        picture(scans / "a.v2.jpg", kind="JPEG"),
        picture(scans / "A.jpeg", kind="JPEG"),
    ]
    before = {path: path.read_bytes() for path in photos}
    result, files = coloured(scans, "--variants", 2, out=scans)
    assert result.exit_code == Status.DONE, result.output
    assert {path: path.read_bytes() for path in photos} == before
    assert len(files) == 3 + 6
    result, files = coloured(scans, "--variants", 2, "--overwrite", out=scans)
    assert {path: path.read_bytes() for path in photos} == before
    assert len(files) == 3 + 6


def test_what_was_there_before_stays_without_overwrite(scans, coloured):
    photo = picture(scans / "a.png")
    mine = picture(coloured.out / "a.jpg", COLOUR, "JPEG")
    before = mine.read_bytes()
    assert coloured(photo)[1] == ["a.2.jpg", "a.jpg"]
    assert mine.read_bytes() == before
    result, files = coloured(photo)
    assert files == ["a.2.jpg", "a.jpg"]
    assert "was coloured before" in result.stderr
    coloured(photo, "--overwrite")
    assert mine.read_bytes() != before


def test_a_second_run_goes_on_where_the_first_was_stopped(scans, coloured):
    photos = [picture(scans / f"{name}.png") for name in "abc"]
    coloured(photos[0])
    first = (coloured.out / "a.jpg").stat().st_mtime_ns
    result, files = coloured(scans)
    assert result.exit_code == Status.DONE
    assert files == ["a.jpg", "b.jpg", "c.jpg"]
    assert (coloured.out / "a.jpg").stat().st_mtime_ns == first
    result, files = coloured(scans, "--variants", 2)
    assert files == ["a.jpg", "a.v2.jpg", "b.jpg", "b.v2.jpg", "c.jpg", "c.v2.jpg"]


def test_other_settings_make_another_result_beside_the_first(scans, coloured):
    photo = picture(scans / "a.png")
    coloured(photo)
    assert coloured(photo, "--look", "vivid")[1] == ["a.2.jpg", "a.jpg"]
    assert coloured(photo, "--look", "vivid")[1] == ["a.2.jpg", "a.jpg"]
    assert coloured(photo, "--hint", "50%,50% navy")[1] == ["a.2.jpg", "a.3.jpg", "a.jpg"]


def test_the_result_of_another_photo_of_that_name_is_not_taken_for_this_one(scans, coloured):
    coloured(picture(scans / "a.png"))
    _, files = coloured(picture(scans / "a.tif", kind="TIFF"))
    assert files == ["a.2.jpg", "a.jpg"]
    assert [origin_of(coloured.out / name).source for name in files] == ["a.tif", "a.png"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Scan 12.05.1932", "Scan 12.05.1932.jpg"),
        ("Mr. Smith", "Mr. Smith.jpg"),
        ("photo.TIF", "photo.jpg"),
        ("IMG_0001.HEIC", "IMG_0001.jpg"),
        ("no ending", "no ending.jpg"),
        (".hidden", ".hidden.jpg"),
        ("ünï [bold] 'q\"<&>", "ünï [bold] 'q\"<&>.jpg"),
    ],
)
def test_the_whole_name_stays(scans, coloured, name, expected):
    picture(scans / name)
    result, files = coloured(scans / name)
    assert files == [expected], result.output
    assert origin_of(coloured.out / expected).source == name
    assert "was coloured before" in coloured(scans / name)[0].stderr


def test_a_thousand_files_of_one_name_get_their_names_in_no_time(tmp_path, monkeypatch):
    looks = 0
    there = os.path.lexists

    def counted(path):
        nonlocal looks
        looks += 1
        return there(path)

    monkeypatch.setattr(os.path, "lexists", counted)
    sources = [tmp_path / str(number) / "scan.png" for number in range(1000)]
    names = Names(tmp_path / "out", sources)
    claimed = [names.claim(Origin("scan.png"), Path("scan.png"))[0][1] for _ in sources]
    assert len(set(claimed)) == 1000
    assert claimed[999].name == "scan.1000.jpg"
    assert looks == 1000


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "a.jpg").mkdir()
    claimed = Names(tmp_path, [], overwrite=True).claim(Origin("a.png"), Path("a.png"))
    assert claimed == [(1, tmp_path / "a.2.jpg")]


def test_claiming_what_is_there_says_so(tmp_path):
    out = tmp_path / "out"
    picture(out / "a.jpg", kind="JPEG", xmp=machine_made(Origin("a.png", "x")))
    with pytest.raises(AlreadyThere, match=r"a\.jpg is there already; --overwrite"):
        Names(out, []).claim(Origin("a.png", "x"), Path("a.png"))
