"""What `import colorizer` offers, and that it works as the README says."""

import ast
import builtins
import io
import re
import subprocess
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile
from skimage import data as samples

import colorizer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model():
    return colorizer.load(device="cpu")


@pytest.fixture(scope="module")
def pixels():
    return np.asarray(Image.fromarray(samples.astronaut()).convert("L").resize((120, 100)).convert("RGB"))


def python(code, cwd=None):
    return subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_exported_members():
    assert colorizer.__all__ == sorted(colorizer.__all__)
    assert [name for name in colorizer.__all__ if getattr(colorizer, name, None) is None] == []
    assert set(colorizer.__all__) <= set(dir(colorizer))
    public = {name for name in dir(colorizer) if not name.startswith("_")}
    modules = {name for name in public if type(getattr(colorizer, name)).__name__ == "module"}
    assert public - modules - {"TYPE_CHECKING", "Any", "import_module"} == set(colorizer.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'colorise'"):
        colorizer.colorise  # noqa: B018


def test_the_library_raises_errors_of_its_own():
    """No `raise ValueError(...)` and the like in its files: whoever catches ColorizerError catches all of them."""
    allowed = {"AttributeError", "MemoryError", "SystemExit"}  # of module attributes, of limits, of commands
    foreign = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {name}"
        for file in (ROOT / "colorizer").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if hasattr(builtins, name := ast.unparse(node.exc.func)) and name not in allowed
    ]
    assert foreign == []


def test_every_error_raised_on_purpose_has_one_base():
    for name in colorizer.__all__:
        member = getattr(colorizer, name)
        if isinstance(member, type) and issubclass(member, Exception):
            assert issubclass(member, colorizer.ColorizerError), name
    assert issubclass(colorizer.WeightsError, ValueError)
    assert issubclass(colorizer.PhotoError, ValueError)
    assert issubclass(colorizer.WeightsNotFound, FileNotFoundError)
    with pytest.raises(colorizer.ColorizerError, match="no weights are called 'best'"):
        colorizer.load("best")
    with pytest.raises(colorizer.ColorizerError, match="an HTML page"):
        colorizer.decode(b"<html>")


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import colorizer", ["numpy", "PIL", "torch"]),
        (
            "import colorizer; colorizer.Hint(1, 2, 'navy'); colorizer.decode; colorizer.available_models()",
            ["torch", "tifffile"],
        ),
        ("from colorizer.cli import app; app(['models'], standalone_mode=False)", ["numpy", "PIL", "torch", "scipy"]),
        ("import bot.cli", ["numpy", "torch", "sqlalchemy", "pydantic_settings", "praw", "uvicorn", "structlog"]),
    ],
)
def test_nothing_large_is_imported_before_it_is_used(statement, absent):
    said = python(f"{statement}; import sys; print('loaded', [name for name in {absent} if name in sys.modules])")
    assert said.endswith("loaded []\n")


def test_the_models_that_may_be_loaded(model):
    assert colorizer.available_models()[0] == "compact"
    assert "siggraph17" in colorizer.available_models()
    assert model.architecture.name == "compact"


def test_what_goes_in_comes_out(model, pixels, tmp_path):
    """A path, bytes and a Pillow image become a Pillow image, an array becomes an array; all with the same colours."""
    image = Image.fromarray(pixels)
    image.save(tmp_path / "photo.png", dpi=(300, 300))
    data = (tmp_path / "photo.png").read_bytes()
    array = model.colorize(pixels)
    assert isinstance(array, np.ndarray)
    for photo in (tmp_path / "photo.png", str(tmp_path / "photo.png"), data, image, image.convert("L")):
        result = model.colorize(photo)
        assert (type(result), result.mode, result.size) == (colorizer.Picture, "RGB", image.size)
        assert np.array_equal(np.asarray(result), array)
    for photo in (image, pixels):
        encoded = model.encode(photo)
        assert type(model.paint(encoded)) is type(model.colorize_batch([photo])[0]) is type(model.colorize(photo))
        assert [type(one) for one in model.variants(encoded, 2)] == [type(model.colorize(photo))] * 2
    styled = model.colorize(pixels, style=tmp_path / "photo.png")
    assert np.array_equal(styled, model.colorize(pixels, style=pixels))


def test_resolution_is_kept_and_saved(model, pixels, tmp_path):
    Image.fromarray(pixels).save(tmp_path / "photo.jpg", dpi=(300, 200))
    result = model.colorize(tmp_path / "photo.jpg")
    for name in ("coloured.jpg", "coloured.png", "coloured.tif"):
        result.save(tmp_path / name)
        with Image.open(tmp_path / name) as saved:
            assert saved.info["dpi"] == pytest.approx((300, 200), abs=0.02)
    exif = Image.Exif()
    exif[ExifTags.Base.Artist], exif[ExifTags.Base.Orientation] = "Aunt Ida", 6
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif)
    opened = Image.open(tmp_path / "turned.jpg")
    for photo in (tmp_path / "turned.jpg", opened):
        model.colorize(photo).save(tmp_path / "upright.jpg")
        with Image.open(tmp_path / "upright.jpg") as saved:
            assert saved.size == (100, 120)
            assert saved.getexif()[ExifTags.Base.Artist] == "Aunt Ida"
            assert saved.getexif().get(ExifTags.Base.Orientation, 1) == 1
            assert saved.info["jfif_density"] == (1, 1), "nothing was said of it"
    assert opened.getexif()[ExifTags.Base.Orientation] == 6, "it is somebody's own"


def test_formats_that_pillow_cannot_read_are_photographs_too(model, pixels, tmp_path):
    (tmp_path / "photo.jxl").write_bytes(imagecodecs.jpegxl_encode(pixels, lossless=True))
    assert np.array_equal(np.asarray(model.colorize(tmp_path / "photo.jxl")), model.colorize(pixels))


@pytest.mark.parametrize(
    ("photo", "hints", "message"),
    [
        (3, None, "a photograph is a path, bytes, a Pillow image or an array, not int"),
        (np.zeros((4, 4, 3), np.float32), None, "expected uint8 pixels"),
        (np.zeros((4, 4, 3), np.uint8), [(1, 2, "navy")], "a hint is a colorizer.Hint, not"),
        (
            np.zeros((4, 4, 3), np.uint8),
            colorizer.Hint(1, 2, "navy"),
            r"hints are a list of colorizer\.Hint, such as",
        ),
        (np.zeros((4, 4, 3), np.uint8), (hint for hint in ()), "hints are a list"),
        (np.zeros((4, 4, 3), np.uint8), [colorizer.Hint(4, 2, "navy")], "outside the photo of 4 x 4"),
        (b"", None, "an empty file"),
    ],
)
def test_wrong_input_is_named(model, photo, hints, message):
    with pytest.raises(colorizer.ColorizerError, match=message):
        model.colorize(photo, hints)


def test_what_is_given_alone_where_a_list_is_meant_is_named(model, pixels):
    with pytest.raises(colorizer.InputError, match=r"a palette is a list of colours, such as \['navy'\]"):
        model.colorize(pixels, palette="navy")
    assert model.suggest(pixels, (1, 2), 0) == []


def test_a_saved_jpeg_keeps_colour_at_full_resolution(model, pixels, tmp_path):
    result = model.colorize(Image.fromarray(pixels))
    result.save(tmp_path / "coloured.jpg")
    stream = io.BytesIO()
    result.save(stream, "JPEG")
    for ending in ("jpe", "jfif"):
        result.save(tmp_path / f"coloured.{ending}")
        assert (tmp_path / f"coloured.{ending}").read_bytes() == stream.getvalue()
    result.save(tmp_path / "small.jpg", quality=40)
    assert stream.getvalue() == (tmp_path / "coloured.jpg").read_bytes()
    assert len(stream.getvalue()) > (tmp_path / "small.jpg").stat().st_size
    with Image.open(tmp_path / "coloured.jpg") as saved:
        assert isinstance(saved, JpegImageFile)
        assert saved.layer[0][1:3] == saved.layer[1][1:3] == (1, 1)  # sampling of Y and Cb: 4:4:4
        assert np.abs(np.asarray(saved, int) - np.asarray(result, int)).mean() < 3


def test_the_profile_of_a_photo_is_applied(model, pixels):
    """A photo in a wide colour space looks in the result as it looks in a viewer, which is in sRGB."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    image = ImageCms.profileToProfile(
        Image.fromarray(pixels), ImageCms.createProfile("sRGB"), profile, outputMode="LAB"
    )
    result = model.colorize(image)
    assert "icc_profile" not in result.info
    assert np.abs(np.asarray(result, int) - model.colorize(pixels)).mean() < 2


@pytest.mark.parametrize("page", ["README.md", "colorizer/README.md", "docs/library.md"])
def test_the_python_blocks_of_a_page_run_one_after_the_other(page, pixels, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    assert blocks[0].startswith("import colorizer\n")
    Image.fromarray(np.kron(pixels, np.ones((4, 4, 1), np.uint8))).save(tmp_path / "grandmother.jpg")
    Image.fromarray(samples.rocket()).save(tmp_path / "summer.jpg")
    python("\n".join(blocks), cwd=tmp_path)
    with Image.open(tmp_path / "coloured.jpg") as coloured:
        assert coloured.size == (480, 400)
