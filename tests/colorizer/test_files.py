"""`colorizer colorize` on people's own files: nothing is lost, nothing is written over, everything is said."""

import io
import os
import resource
import subprocess
import sys

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import ExifTags, Image
from skimage import data as samples
from typer.testing import CliRunner

from colorizer.cli import app
from colorizer.files.statuses import Status
from colorizer.files.walking import walk
from colorizer.photo.labels import SOURCE_TYPE
from tests.colorizer.scanned import COLOUR, GREY, has_colour, picture

# What is a source


def test_results_are_never_sources(scans, coloured):
    picture(scans / "a.png")
    picture(scans / "deep" / "b.png")
    for out in (scans / "coloured", scans / "again", scans):
        result, _ = coloured(scans, out=out)
        assert result.exit_code == Status.DONE, result.output
        made = [path for path in scans.rglob("*.jpg") if path.is_relative_to(out)]
        assert "2 coloured" in result.stdout
        assert made
    assert len(list(scans.rglob("*.jpg"))) == 6
    result, _ = coloured(scans / "coloured" / "a.jpg")
    assert "is a result of this program" in result.stderr
    assert "0 coloured" in result.stdout


def test_pictures_are_told_by_content_and_rubbish_is_passed_over(scans, coloured):
    for name in ("a.jfif", "b.jpe", "c.mpo", "d.heic", "e", "f.txt"):
        picture(scans / name, kind="JPEG")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._a.jpg", "__MACOSX/a.jpg", "@eaDir/b.jpg"):
        (scans / name).parent.mkdir(exist_ok=True)
        (scans / name).write_bytes(b"\0\1rubbish")
    result, files = coloured(scans)
    assert result.exit_code == Status.DONE, result.output
    assert files == ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.txt.jpg"]
    assert "6 coloured, 0 left out, 0 failed" in result.stdout


def test_other_files_of_a_folder_are_mentioned_and_no_failure(scans, coloured):
    picture(scans / "a.png")
    (scans / "notes.txt").write_text("my notes")
    result, _ = coloured(scans)
    assert result.exit_code == Status.DONE
    assert "notes.txt: This is not a picture" in result.stderr
    result, _ = coloured(scans / "notes.txt")
    assert result.exit_code == Status.SOME_FAILED


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.jpg", b"\xff\xd8\xff nothing more", "damaged"),
        ("empty.png", b"", "an empty file"),
        ("text.tif", b"hello", "not a picture"),
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture; save it as JPEG first"),
        ("work.psd", b"8BPS\0\1", "a Photoshop document"),
        ("scan.pdf", b"%PDF-1.7", "a PDF document; save its pages"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_is_done(scans, coloured, name, content, words):
    picture(scans / "a.png")
    (scans / name).write_bytes(content)
    result, files = coloured(scans, scans / "missing.jpg")
    assert result.exit_code == Status.SOME_FAILED
    assert files == ["a.jpg"]
    assert f"{name}: " in result.stderr
    assert words in result.stderr
    assert "missing.jpg: there is no such file or folder" in result.stderr
    assert "1 coloured, 0 left out, 2 failed" in result.stdout


def test_links_and_special_files_get_a_line_each(scans, coloured, tmp_path):
    picture(scans / "a.png")
    picture(tmp_path / "elsewhere" / "b.png")
    (scans / "linked").symlink_to(tmp_path / "elsewhere")
    (scans / "gone.png").symlink_to(tmp_path / "nothing.png")
    os.mkfifo(scans / "pipe")
    result, files = coloured(scans)
    assert files == ["a.jpg"]
    assert "linked: is a link to a folder" in result.stderr
    assert "gone.png: is a link that leads nowhere" in result.stderr
    assert "pipe: is neither a file nor a folder" in result.stderr
    assert result.exit_code == Status.SOME_FAILED
    assert coloured(scans / "linked")[1] == ["a.jpg", "b.jpg"]


def test_folders_that_cannot_be_searched_are_said(scans, coloured, monkeypatch):
    picture(scans / "secret" / "a.png")
    picture(scans / "b.png")
    search = os.scandir

    def refuse(path):  # root, who runs tests in containers, may read everything
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", str(path))
        return search(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result, files = coloured(scans)
    assert result.exit_code == Status.SOME_FAILED
    assert files == ["b.jpg"]
    assert f"{scans / 'secret'}: cannot be searched: Permission denied" in result.stderr


def test_a_file_that_is_named_twice_is_coloured_once(scans, coloured):
    picture(scans / "a.png")
    result, files = coloured(scans, scans / "a.png", scans)
    assert files == ["a.jpg"]
    assert "is named twice" in result.stderr


def test_colour_photos_in_a_folder_are_left_out_unless_forced(scans, coloured):
    picture(scans / "colour.png", COLOUR)
    sepia = (GREY[..., None] / 255 * [246, 228, 196]).astype(np.uint8)
    picture(scans / "sepia.png", sepia)
    result, files = coloured(scans)
    assert result.exit_code == Status.DONE
    assert files == ["sepia.jpg"]
    assert "colour.png: is in colour; --force colours it anew" in result.stderr
    assert coloured(scans, "--force")[1] == ["colour.jpg", "sepia.jpg"]
    assert coloured(scans / "colour.png", out=scans / "x")[1] == ["colour.jpg"]


def test_what_is_no_photograph_is_said_and_not_coloured(scans, coloured):
    photos = {
        "dot": np.full((1, 1), 128, np.uint8),
        "icon": GREY[:8, :8],
        "line": GREY[:3, :],
        "blank": np.full((200, 300), 244, np.uint8),
        "dark": np.zeros((40, 40), np.uint8),
        "faint": np.clip(GREY // 16 + 100, 0, 255).astype(np.uint8),
    }
    paths = {name: picture(scans / f"{name}.png", pixels) for name, pixels in photos.items()}
    result, files = coloured(scans)
    assert (result.exit_code, files) == (Status.DONE, ["faint.jpg"])
    said = " ".join(result.stderr.split())
    assert "dot.png: has 1 x 1 pixels, too few for a photograph: 16 a side are the least" in said
    assert "blank.png: is of one tone all over: there is nothing on it to colour" in said
    result, files = coloured(paths["icon"], paths["blank"], out=scans / "named")
    assert (result.exit_code, files) == (Status.SOME_FAILED, [])
    assert coloured(paths["icon"], "--force", out=scans / "forced")[1] == ["icon.jpg"]


# Pages, limits, failures


def test_every_page_of_a_tiff_is_coloured(scans, coloured):
    scans.mkdir()
    with tifffile.TiffWriter(scans / "album.tif") as writer:
        for pixels in (GREY[:60, :60], GREY, GREY[::-1]):
            writer.write(pixels, photometric="minisblack")
    result, files = coloured(scans)
    assert files == ["album.jpg"]
    assert "album.tif: holds 3 pictures; the largest, number 2, is taken, --pages takes all" in result.stderr
    picture(scans / "single.tif", kind="TIFF")
    result, files = coloured(scans, "--pages")
    assert files == ["album.jpg", "album.p1.jpg", "album.p2.jpg", "album.p3.jpg", "single.jpg"]
    assert "4 coloured" in result.stdout
    assert "4 left out" in coloured(scans, "--pages")[0].stdout


def test_the_limit_of_megapixels_can_be_raised_and_lowered(scans, coloured):
    photo = picture(scans / "a.png")
    result, files = coloured(photo, "--max-megapixels", "0.01")
    assert result.exit_code == Status.SOME_FAILED
    assert files == []
    assert "128 x 128 is more than the limit of 10,000 pixels. --max-megapixels raises it." in result.stderr


def test_a_result_is_whole_or_not_there(scans, coloured, tmp_path):
    photo = picture(scans / "a.png", samples.camera())
    picture(scans / "b.png", GREY[:20, :20])

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    command = [
        sys.executable,
        "-c",
        "from colorizer.cli import app; app()",
        "colorize",
        str(scans),
        "--out",
        str(coloured.out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=small, check=False)
    assert done.returncode == Status.SOME_FAILED, done.stderr
    assert [path.name for path in coloured.out.iterdir()] == ["b.jpg"]
    assert f"{photo}: File too large" in done.stderr
    assert "Traceback" not in done.stderr


def test_too_little_memory_for_one_photo_is_said_and_the_others_are_done(scans, coloured):
    photo = scans / "a.tif"
    scans.mkdir()
    tifffile.imwrite(photo, np.zeros((12_000, 12_000), np.uint8), compression="zlib")
    picture(scans / "b.png")
    script = (
        "import resource, sys, torch; from pathlib import Path\n"
        "from colorizer.cli import app; import colorizer.model, colorizer.files.batch, tifffile, imagecodecs\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * 4096\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 400 * 2**20,) * 2)\n"
        "app(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", script, "colorize", str(scans), "--out", str(coloured.out)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == Status.SOME_FAILED, done.stderr
    assert f"{photo}: needs more memory than there is" in done.stderr.replace("\n", "")
    assert [path.name for path in coloured.out.iterdir()] == ["b.jpg"]


def test_wrong_use_is_one_line(scans, coloured, tmp_path):
    photo = picture(scans / "a.png")
    file = tmp_path / "file"
    file.write_text("not a folder")
    for arguments, words in (
        ([photo, "--out", file], "is a file; name a folder"),
        ([photo, "--out", file / "below"], "below something that is no folder"),
        ([photo, "--out", tmp_path / "o", "--style", scans / "no.jpg"], "no.jpg"),
        ([photo, "--out", tmp_path / "o", "--look", "bright"], "choose one of natural"),
    ):
        result = CliRunner().invoke(app, ["colorize", *map(str, arguments)], env={"COLUMNS": "300"})
        assert result.exit_code == Status.WRONG_USE, result.output
        assert words in result.stderr


# What a result carries


def test_date_resolution_and_uprightness_are_kept_and_the_machine_is_named(scans, coloured):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.DateTime] = "1932:05:12 10:00:00"
    exif[ExifTags.Base.Artist] = "Grandfather"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "1932:05:12 09:00:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    pixels = GREY[:100]
    for kind, name in (("JPEG", "a.jpg"), ("TIFF", "b.tif"), ("PNG", "c.png")):
        picture(scans / name, pixels, kind, exif=exif, dpi=(600, 600))
    _, files = coloured(scans)
    assert files == ["a.jpg", "b.jpg", "c.jpg"]
    for name in files:
        with Image.open(coloured.out / name) as made:
            assert made.size == (100, 128), "upright"
            kept = made.getexif()
            assert ExifTags.Base.Orientation not in kept
            assert kept[ExifTags.Base.DateTime] == "1932:05:12 10:00:00"
            assert kept[ExifTags.Base.Artist] == "Grandfather"
            if name != "b.jpg":  # to which Pillow does not write them
                assert kept.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == "1932:05:12 09:00:00"
                assert kept.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"
            assert [round(value) for value in made.info["dpi"]] == [600, 600]
            said = made.getxmp()["xmpmeta"]["RDF"]["Description"]
            assert said["DigitalSourceType"] == SOURCE_TYPE
        assert has_colour(coloured.out / name)


def test_metadata_of_deep_tiffs_is_kept_too(scans, coloured):
    scans.mkdir()
    tifffile.imwrite(
        scans / "a.tif",
        GREY.astype(np.uint16) * 257,
        photometric="minisblack",
        resolution=(1200, 1200),
        resolutionunit="inch",
        datetime="1999:01:02 03:04:05",
        metadata=None,
    )
    coloured(scans)
    with Image.open(coloured.out / "a.jpg") as made:
        assert [round(value) for value in made.info["dpi"]] == [1200, 1200]
        assert made.getexif()[ExifTags.Base.DateTime] == "1999:01:02 03:04:05"


def test_damaged_metadata_costs_no_picture(scans, coloured):
    buffer = io.BytesIO()
    Image.fromarray(GREY).save(buffer, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(range(200)))
    scans.mkdir()
    (scans / "a.jpg").write_bytes(buffer.getvalue())
    (scans / "b.jxl").write_bytes(imagecodecs.jpegxl_encode(GREY, lossless=True))
    assert coloured(scans)[1] == ["a.jpg", "b.jpg"]


def test_walking_gives_every_picture_once_in_order(scans, tmp_path):
    for name in ("b.png", "a.png", "sub/c.png", "sub/deeper/d.png"):
        picture(scans / name)
    said = []
    found = list(walk([scans, scans / "a.png"], tmp_path / "out", lambda *what: said.append(what)))
    assert [one.relative.as_posix() for one in found] == ["a.png", "b.png", "sub/c.png", "sub/deeper/d.png"]
    assert [(path.name, failure) for path, _, failure in said] == [("a.png", False)]
