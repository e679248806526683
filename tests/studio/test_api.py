"""The HTTP API as a program uses it, and what it refuses."""

import http.client
import io
import json

import httpx
import numpy as np
import pytest
from PIL import Image

import colorizer
from colorizer.photo import Photo
from colorizer.studio.correction import Correction
from colorizer.studio.opened import Opened
from colorizer.studio.painter import Painter
from colorizer.studio.recent import Recent
from tests import hostile

RED = {"x": 40, "y": 70, "colour": "#aa3322"}


@pytest.fixture(scope="module")
def sent(api, jpeg):
    """A client below the address of a photo that was sent."""
    answer = httpx.post(f"{api}/photos", content=jpeg, timeout=None)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["width"], answer.json()["height"]) == (300, 260)
    with httpx.Client(base_url=f"{api}{answer.json()['studio']}", timeout=None) as client:
        yield client


def pixels(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_a_photo_is_sent_once_and_painted_as_the_library_paints_it(sent, model, jpeg):
    wishes = {"hints": [RED], "look": "vivid", "saturation": 1.0}
    painted = pixels(sent.post("paint", json=wishes).content)
    expected = model.colorize(jpeg, [colorizer.Hint(120, 182, "#aa3322")], look="vivid")
    assert np.abs(painted - pixels(_jpeg(expected))).max() == 0
    again = pixels(sent.post("paint", json={}).content)
    assert np.abs(painted - again).mean() > 1


def _jpeg(picture):
    return colorizer.encode_jpeg(np.asarray(picture))


def test_suggestions_are_colours_with_shares(sent):
    found = sent.post("suggest", json={"x": 40, "y": 70, "most": 3}).json()
    assert len(found) == 3
    assert sorted((one["share"] for one in found), reverse=True) == [one["share"] for one in found]
    assert all(one["colour"].startswith("#") for one in found)


def test_a_region_a_variant_and_saturation_come_out_as_the_library_makes_them(sent, model, jpeg, grey):
    boxed = RED | {"box": [30, 60, 60, 90]}
    painted = pixels(sent.post("paint", json={"hints": [boxed], "seed": 3}).content)
    hint = colorizer.Hint(120, 182, "#aa3322", box=(90, 156, 180, 234))
    expected = model.variants(jpeg, 4, hints=[hint])[3]
    assert np.abs(painted - pixels(_jpeg(expected))).max() == 0
    plain = pixels(sent.post("paint", json={"saturation": 0}).content)
    assert np.abs(plain - grey).mean() < 2


def test_a_palette_is_seen_as_it_is_painted(model, grey):
    """The page shows a small copy, encoded again for each palette; the picture is made from the photo itself."""
    large = np.asarray(Image.fromarray(grey).resize((2400, 2080)))
    photo = Opened("large", "large.jpg", lambda: Photo(large, "JPEG"))
    painter, correction = Painter(model), Correction(palette=["navy", "#dcc83c"])
    _, _, [shown] = painter.colours(photo, correction)
    [expected] = model.colours(model.encode(large, palette=["navy", "#dcc83c"]))
    assert float((shown.ab - expected.ab).abs().max()) < 0.01
    [plain] = model.colours(model.encode(large))
    assert float((shown.ab - plain.ab).abs().mean()) > 1


def test_what_is_kept_of_many_palettes_stays_within_its_bound(model, grey):
    photo = Opened("photo", "photo.jpg", lambda: Photo(grey, "JPEG"))
    painter = Painter(model, most_bytes=30_000_000)
    sizes = []
    for blue in range(100, 109):
        painter.colours(photo, Correction(palette=[f"#2040{blue:02x}"]))
        sizes.append(painter.kept_bytes)
    assert sizes[0] > grey.nbytes + 4 * 313 * 48 * 64  # a photo and the logits of its copy, and more
    assert max(sizes) <= 30_000_000
    assert sizes[-1] == sizes[-2]  # those of before went


def test_one_request_colours_a_picture(api, jpeg):
    options = {"hint": ["40%,70% navy"], "palette": "navy,#aa3b30", "look": "soft"}
    answer = httpx.post(f"{api}/colorize", content=jpeg, params=options, timeout=None)
    assert answer.headers["content-type"] == "image/jpeg"
    assert pixels(answer.content).shape == (260, 300, 3)
    misspelt = httpx.post(f"{api}/colorize", content=jpeg, params={"hints": "40%,30% navy"}, timeout=None)
    assert misspelt.status_code == 422
    assert misspelt.json()["error"] == "hints: no such wish; known: hint, look, saturation, palette, seed"


def test_the_api_describes_itself(api):
    page = httpx.get(api).text
    described = httpx.get(f"{api}/openapi.json").json()["paths"]
    assert {"/photos", "/colorize", "/photos/{photo}/suggest", "/photos/{photo}/paint"} <= set(described)
    for path in described:
        assert path in page
    assert "script" not in page


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("paint", {"hints": [RED | {"x": 101}]}, "hints.0.x: Input should be less than or equal to 100"),
        ("paint", {"hints": [RED | {"colour": "navyy"}]}, "'navyy' is no colour"),
        ("paint", {"hints": [RED | {"box": [10, 10, 20, 20], "outline": [[1, 1], [2, 2], [3, 1]]}]}, "not both"),
        ("paint", {"hints": [RED | {"box": [90, 10, 10, 90]}]}, "hints.0: a box is left, top, right, bottom, and"),
        ("paint", {"hints": [RED] * 101}, "at most 100 items"),
        ("paint", {"hints": [RED | {"box": [10, 10, 90, 90]}] * 17}, "at most 16 hints"),
        ("paint", {"hints": "many"}, "hints: Input should be a valid list"),
        ("paint", {"look": "loud"}, "look: Input should be 'natural', 'vivid' or 'soft'"),
        ("paint", {"saturation": 3}, "less than or equal to 2"),
        ("paint", {"palette": ["nothing"]}, "'nothing' is no colour"),
        ("paint", {"model": "eccv16"}, "model: Extra inputs are not permitted"),
        ("suggest", {"x": "left", "y": 3}, "x: Input should be a valid number"),
        ("suggest", {"x": 3}, "y: Field required"),
        ("colours", b'{"hints": [', "the body is no JSON"),
        ("colours", b'{"saturation": NaN}', "saturation"),
        ("colours", b"[" * 90_000, "error parsing the body"),
        ("done", {}, "nothing to do here"),
    ],
)
def test_what_cannot_be_understood_is_said(sent, path, body, message):
    content = body if isinstance(body, bytes) else json.dumps(body)
    answer = sent.post(path, content=content, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert message in answer.json()["error"]


def test_what_is_no_usable_picture_is_refused(api):
    for name, data in hostile_pictures():
        answer = httpx.post(f"{api}/photos", content=data, timeout=None)
        assert answer.status_code == 422, name
        assert answer.json()["error"], name
    unknown = httpx.get(f"{api}/photos/0123/about")
    assert (unknown.status_code, "send it again" in unknown.json()["error"]) == (404, True)


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("/photos", ("Content-Length", "50000001"), 413),
        ("/photos/0123/paint", ("Content-Length", "100001"), 413),
        ("/photos", ("Transfer-Encoding", "chunked"), 411),
    ],
)
def test_a_body_is_bounded_before_it_is_read(api, path, header, status):
    connection = http.client.HTTPConnection(api.removeprefix("http://"))
    connection.putrequest("POST", path)
    connection.putheader(*header)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == status
    assert json.load(answer)["error"]
    connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_other_sites_pages_reach_nothing(sent, headers, status):
    assert sent.post("colours", json={}, headers=headers).status_code == status


def test_the_page_brings_its_own_files_and_a_strict_policy(sent):
    page = sent.get("")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    script = sent.get("page/studio.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert sent.get("page/studio.js", headers={"If-None-Match": script.headers["etag"]}).status_code == 304
    for name in ("../router.py", "..%2Frouter.py", "studio.html", "none.js"):
        assert sent.get(f"page/{name}").status_code == 404


def test_what_is_kept_has_a_bound():
    recent = Recent(100)
    for number in range(5):
        recent.put(number, str(number), 40)
        assert recent.get(0) == "0"  # used again and again, so it stays
    assert (len(recent), recent.bytes) == (2, 80)
    assert [recent.get(number) for number in range(5)] == ["0", None, None, None, "4"]
    recent.put("large", "large", 1000)
    assert (len(recent), recent.bytes) == (1, 1000)


def test_a_correction_is_the_same_after_it_was_stored():
    correction = Correction.model_validate({"hints": [RED | {"outline": [[30, 60], [50, 60], [40, 90]]}], "seed": 4})
    assert Correction.model_validate_json(correction.model_dump_json(exclude_defaults=True)) == correction


def hostile_pictures():
    """Some of those that must not cost more than a refusal; `tests/photos` and `tests/colorizer` have them all."""
    yield "text", b"hello"
    yield "html", b"<!doctype html><html></html>"
    yield "nothing", b""
    yield "row bomb", hostile.thin_png()
    yield "scan bomb", hostile.empty_scans(4_000)
    yield "pixel bomb", hostile.plain_jpeg(20_000, 20_000)
