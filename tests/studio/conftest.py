"""What the studio's tests share: one model, a photo, and the two applications on loopback."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

import colorizer
from bot.serving import BackgroundServer
from colorizer.studio.local import studio_app
from colorizer.studio.serve import serve_app


@pytest.fixture(scope="session")
def model():
    return colorizer.load(device="cpu")


@pytest.fixture(scope="session")
def grey():
    """A photo of 300 x 260 pixels without colour, as an array."""
    return np.asarray(Image.fromarray(samples.astronaut()).convert("L").resize((300, 260)).convert("RGB"))


@pytest.fixture(scope="session")
def jpeg(grey):
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture
def photo(jpeg, tmp_path):
    """The photo as a file alone in its folder."""
    path = tmp_path / "album" / "grandmother.jpg"
    path.parent.mkdir()
    path.write_bytes(jpeg)
    return path


@pytest.fixture
def studio(model, photo):
    """Address of the studio's page on the photo."""
    app, path = studio_app(model, photo)
    with BackgroundServer(lambda _: app) as server:
        yield server.url + path


@pytest.fixture(scope="session")
def api(model):
    """Address of the HTTP API."""
    with BackgroundServer(lambda _: serve_app(model)) as server:
        yield server.url
