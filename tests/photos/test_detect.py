"""The detector on scikit-image's photographs, on drawings, on arrays nobody expects, and on a sample of photographs."""

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from skimage import data

from bot.domain.verdict import Verdict
from bot.photos.detect import detect, detect_film
from docs.measure.detector_pictures import COLOUR, GREY, TINTED
from docs.measure.drawings import DRAWINGS, drawing
from docs.measure.surroundings import COLOUR_PRINTS, PRINTS, UNSEEN

PHOTOS = Path(__file__).resolve().parents[2].parent / "shared" / "photos" / "validation.parquet"
COLOURFUL = ("astronaut", "coffee", "chelsea", "rocket")
COLOURLESS = ("camera", "coins", "moon", "brick", "grass", "gravel", "clock", "page", "text", "cell")


def picture(name: str) -> np.ndarray:
    pixels = np.asarray(getattr(data, name)())
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * 255
    pixels = pixels[..., :3] if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
    return np.ascontiguousarray(pixels)


# A launch at dusk, all orange and blue, passes for a split-toned print when its colours are halved.
COLOUR_PAIRS = [(n, c) for n in COLOURFUL for c in COLOUR if (n, c) != ("rocket", "colour, half saturation")]


@pytest.mark.parametrize(("name", "change"), COLOUR_PAIRS)
def test_colour_photos_are_colour_however_they_were_changed(name, change):
    assert detect(COLOUR[change](picture(name), np.random.default_rng(1))).verdict is Verdict.COLOUR


@pytest.mark.parametrize("name", [*COLOURFUL, "camera", "coins", "grass"])
@pytest.mark.parametrize("change", GREY)
def test_greyed_photos_are_grey(name, change):
    assert detect(GREY[change](picture(name), np.random.default_rng(2))).verdict is Verdict.GREY


@pytest.mark.parametrize("kind", PRINTS | UNSEEN)
def test_prints_in_a_coloured_surrounding_are_not_in_colour(kind):
    change = (PRINTS | UNSEEN)[kind]
    verdicts = [
        detect(change(picture(name), np.random.default_rng(seed))).verdict
        for name in ("camera", "coins", "astronaut", "chelsea")
        for seed in range(3)
    ]
    assert verdicts.count(Verdict.COLOUR) <= 1


def test_colour_prints_in_the_same_surroundings_are_in_colour():
    (change,) = COLOUR_PRINTS.values()
    verdicts = [
        detect(change(picture(name), np.random.default_rng(seed))).verdict for name in COLOURFUL for seed in range(3)
    ]
    assert verdicts.count(Verdict.COLOUR) >= 11


@pytest.mark.parametrize("name", COLOURLESS)
def test_photos_without_colour_are_grey(name):
    assert detect(picture(name)).verdict is Verdict.GREY
    assert detect(picture(name)[..., 0]).verdict is Verdict.GREY


@pytest.mark.parametrize("name", [*COLOURFUL, "camera", "coins", "grass"])
@pytest.mark.parametrize("change", TINTED)
def test_tinted(name, change):
    verdict = detect(TINTED[change](picture(name), np.random.default_rng(3))).verdict
    # A weak tint may pass for grey: it is coloured just the same.
    strong = ("sepia", "cyanotype", "faded")
    assert verdict is Verdict.TINTED or (verdict is Verdict.GREY and change not in strong)


@pytest.mark.parametrize("name", ["horse", "checkerboard"])
def test_scikit_image_drawings(name):
    assert detect(picture(name)).verdict is Verdict.NOT_A_PHOTO


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings(name):
    random = np.random.default_rng(4)
    verdicts = [detect(drawing(name, random)).verdict for _ in range(20)]
    assert verdicts.count(Verdict.NOT_A_PHOTO) >= 16


def on_grey(spot: np.ndarray, top: int, left: int) -> np.ndarray:
    page = picture("camera")
    page[top : top + spot.shape[0], left : left + spot.shape[1]] = spot
    return page


def test_one_coloured_thing_in_a_grey_scene_is_colour():
    flower = np.asarray(Image.fromarray(picture("astronaut")[60:200, 150:290]))
    assert detect(on_grey(flower, 200, 100)).verdict is Verdict.COLOUR


def test_a_sheet_in_front_of_a_desk_is_a_photo():
    """A document photographed: flat paper, but shaded by the light of a room."""
    page = np.rint(picture("page") * np.linspace(0.6, 1, picture("page").shape[1])[:, None]).astype(np.uint8)
    assert detect(page).verdict is Verdict.GREY


def test_a_portrait_before_a_white_backdrop_is_a_photo():
    portrait = np.full((600, 500, 3), 255, np.uint8)
    portrait[150:, 100:400] = np.repeat(picture("astronaut")[30:480, 100:400].mean(2, keepdims=True), 3, 2)
    assert detect(portrait).verdict is Verdict.GREY


def test_a_halftone_print_is_a_photo():
    """Black dots on paper, as newspapers print."""
    grey = np.asarray(Image.fromarray(picture("astronaut")).convert("L").resize((1024, 1024)))
    dots = np.asarray(Image.fromarray(grey).convert("1").convert("RGB"))
    assert detect(dots).verdict is Verdict.GREY


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(COLOURFUL), st.integers(0, 200), st.integers(0, 200), st.integers(80, 300))
def test_flips_do_not_change_the_verdict(name, top, left, side):
    crop = picture(name)[top : top + side, left : left + side]
    upright = detect(crop)
    for flipped in (crop[::-1], crop[:, ::-1], crop[::-1, ::-1]):
        found = detect(flipped)
        # On the very edge between two verdicts the averaging of odd sizes decides.
        assert found.verdict is upright.verdict or abs(upright.measures["colour_score"]) < 0.5


@settings(max_examples=80, deadline=None)
@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_grey_is_never_colour(pixels):
    assert detect(pixels).verdict is not Verdict.COLOUR


@settings(max_examples=100, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
def test_any_array_gets_a_verdict_and_finite_numbers(pixels):
    found = detect(pixels)
    assert found.verdict in Verdict
    assert all(np.isfinite(value) for value in found.measures.values())


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (2, 2), (7, 900)])
def test_odd_sizes_of_one_colour(shape):
    for level in (0, 128, 255):
        assert detect(np.full((*shape, 3), level, np.uint8)).verdict is not Verdict.COLOUR


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), float), np.zeros((0, 4, 3), np.uint8), np.zeros(4, np.uint8)],
)
def test_what_is_no_picture_is_named(pixels):
    with pytest.raises(ValueError, match="uint8"):
        detect(pixels)


def test_twelve_megapixels_are_judged_from_a_small_copy():
    large = np.asarray(Image.fromarray(picture("coffee")).resize((4000, 3000)))
    tracemalloc.start()
    found = detect(large)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.verdict is Verdict.COLOUR
    assert taken < large.nbytes / 2, "something was computed for every pixel"


@pytest.mark.skipif(not PHOTOS.exists(), reason="the validation photographs are not here")
def test_a_sample_of_validation_photographs():
    parquet = pytest.importorskip("pyarrow.parquet")
    random = np.random.default_rng(5)
    contents = parquet.read_table(PHOTOS, columns=["image"])["image"].to_pylist()[:2000:10]
    changes = list((GREY | TINTED).values())
    greys = colours = 0
    for content in contents:
        pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        changed = changes[random.integers(len(changes))](pixels, random)
        greys += detect(changed).verdict in (Verdict.GREY, Verdict.TINTED)
        colours += detect(pixels).verdict is Verdict.COLOUR
    assert greys / len(contents) >= 0.97
    assert colours / len(contents) >= 0.94


@pytest.mark.skipif(not PHOTOS.exists(), reason="the validation photographs are not here")
def test_a_sample_of_prints_in_coloured_surroundings():
    parquet = pytest.importorskip("pyarrow.parquet")
    random = np.random.default_rng(6)
    contents = parquet.read_table(PHOTOS, columns=["image"])["image"].to_pylist()[5:2000:20]
    changes = list(PRINTS.values())
    found = 0
    for number, content in enumerate(contents):
        pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        verdict = detect(changes[number % len(changes)](pixels, random)).verdict
        found += verdict in (Verdict.GREY, Verdict.TINTED)
    assert found / len(contents) >= 0.95


def test_a_film_is_judged_by_several_frames():
    grey, colour, black = picture("camera"), picture("astronaut"), np.zeros((60, 80, 3), np.uint8)
    assert detect_film([black, black, grey, grey, grey]).verdict is Verdict.GREY
    assert detect_film([black, black, black, colour, colour]).verdict is Verdict.COLOUR
    assert detect_film([colour, grey, grey, grey, grey]).verdict is Verdict.GREY, "a title in colour"
    found = detect_film([grey, colour])
    assert found.verdict is Verdict.COLOUR
    assert found.measures["frames_colour"] == 0.5
