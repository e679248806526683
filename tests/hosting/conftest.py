"""Pictures for the hosts, and a clock that only goes when it is told to."""

import io

import pytest
from PIL import Image

from bot.hosting.host import Picture
from tests.hosting.imgur_double import ImgurDouble

KEY = "Zm9vYmFyYmF6cXV4"


class Clock:
    now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def imgur_server():
    double = ImgurDouble()
    with double.serve():
        yield double


@pytest.fixture
def imgur(imgur_server):
    """Imgur's double, empty and well."""
    imgur_server.reset()
    return imgur_server


@pytest.fixture(scope="session")
def jpeg():
    out = io.BytesIO()
    Image.linear_gradient("L").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def picture(jpeg):
    """Makes a picture; the same one each time unless told otherwise."""

    def make(key=KEY, **changes):
        values = {"content": jpeg, "title": "A street in 1910, in colour", "nsfw": False}
        return Picture(key, **(values | changes))

    return make
