"""Proxies and a .netrc of the machine are not the bot's: it asks directly, with its own credentials."""

import re
from pathlib import Path

import pytest

from bot.demo.posts import BOT
from bot.hosting.imgur import ImgurHost
from bot.photos.albums import Albums
from tests.hosting.imgur_double import CLIENT_ID, ImgurDouble
from tests.pipeline.endings import outcomes

BOT_CODE = Path(__file__).parents[2] / "bot"


@pytest.fixture
def strange_environment(tmp_path, monkeypatch):
    """Variables that lead to a port where nobody listens, and a stranger's credentials for this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password stranger\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))


def test_reddit_and_photos_are_asked_directly(world, asked, bot, strange_environment):
    with bot() as running:
        assert outcomes(running) == ["colorized"]
    (reply,) = world.replies_by(BOT)
    assert reply.parent == asked.fullname


def test_imgur_is_asked_directly(photo, strange_environment):
    double = ImgurDouble()
    with double.serve():
        double.albums["old"] = [photo]
        assert len(Albums(CLIENT_ID, double.url).photos("old")) == 1
        ImgurHost(CLIENT_ID, api_url=double.url).check()
        assert double.pictures == {}, "the probe was fetched and deleted"


def test_there_is_one_way_to_ask():
    others = r"requests\.(get|post|put|head|delete|request|Session)\("
    found = [path.name for path in BOT_CODE.rglob("*.py") if re.search(others, path.read_text())]
    found.remove("pytest_plugin.py")  # of the sandbox, which is a package of its own
    assert found == ["outgoing.py"]
