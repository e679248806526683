"""The list of models, published weights over a real HTTP server, and how a file becomes a network."""

import hashlib
import io
import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from skimage import data as samples
from typer.testing import CliRunner

from colorizer import listing, loading
from colorizer.architectures import ARCHITECTURES, architecture
from colorizer.catalogue import CATALOGUE, Weights, WeightsError, weights_path
from colorizer.cli import app
from colorizer.download import CHUNK, DownloadError, download, get
from colorizer.loading import build, load_network
from colorizer.model import Colorizer

ROOT = Path(__file__).parents[2]

# Names in the released files: convolutions, then batch normalizations.
BLOCKS = [f"model{n}.{i}" for n in (1, 2) for i in (0, 2)] + [f"model{n}.{i}" for n in range(3, 8) for i in (0, 2, 4)]
NORMS = ["model1.4", "model2.4", *(f"model{n}.6" for n in range(3, 8))]
RELEASED = {
    "eccv16": ([*BLOCKS, *(f"model8.{i}" for i in (0, 2, 4, 6))], NORMS, {"model_out.weight"}),
    "siggraph17": (
        [
            *BLOCKS, "model8up.0", "model3short8.0", "model8.1", "model8.3", "model9up.0", "model2short9.0", "model9.1",
            "model10up.0", "model1short10.0", "model10.1", "model_class.0", "model_out.0",
        ],
        [*NORMS, "model8.5", "model9.3"],
        set(),
    ),
}  # fmt: skip


def released_keys(name):
    convolutions, norms, more = RELEASED[name]
    keys = {f"{layer}.{part}" for layer in (*convolutions, *norms) for part in ("weight", "bias")}
    return keys | more | {f"{layer}.running_{part}" for layer in norms for part in ("mean", "var")}


def random_file(name, path, *, counters=False):
    """Random weights as the releases hold them, with or without BatchNorm's counters, and a record that names them."""
    torch.manual_seed(0)
    own = architecture(name).build().state_dict()
    torch.save({key: own[key] for key in (own if counters else released_keys(name))}, path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(CATALOGUE[name], size=path.stat().st_size, sha256=digest)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COLORIZER_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@contextmanager
def serve(content, *, ranges=True, status=200, breaks=()):
    """An HTTP server that gives `content`; it breaks off after so many bytes of the first answers. Yields URL, log."""
    log, breaks = [], list(breaks)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers.get("Range")
            log.append(wanted)
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and ranges else 0
            if status != 200 or start >= len(content):
                self.send_error(status if status != 200 else 416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:][: breaks.pop(0) if breaks else None])

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/weights.pth", log
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


CONTENT = np.random.default_rng(0).bytes(9 * CHUNK + 17)
HALF = 4 * CHUNK
RECORD = Weights("small", "eccv16", "small.pth", "", "", size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())


@pytest.mark.parametrize("name", RELEASED)
def test_our_keys_are_those_of_the_release(name):
    own = {key for key in architecture(name).build().state_dict() if not key.endswith("num_batches_tracked")}
    assert own == released_keys(name)


def test_published_weights_come_over_http_and_colour(cache, tmp_path, monkeypatch):
    record = random_file("eccv16", tmp_path / "released.pth")
    with pytest.raises(FileNotFoundError, match="run `colorizer weights get eccv16`"):
        Colorizer.load("eccv16", device="cpu")
    content = (tmp_path / "released.pth").read_bytes()
    with serve(content, breaks=[100 * CHUNK]) as (url, log):
        monkeypatch.setitem(CATALOGUE, "eccv16", replace(record, urls=(url,)))
        result = CliRunner().invoke(app, ["weights", "get", "eccv16"])
    assert result.exit_code == 0, result.output
    assert log == [None, f"bytes={100 * CHUNK}-"]
    colorizer = Colorizer.load("eccv16", device="cpu")
    assert colorizer.colorize(samples.cat()).shape == samples.cat().shape
    assert colorizer.trained_rebalancing == 1
    stored = cache / record.file
    assert [path.name for path in cache.iterdir()] == [record.file]
    with stored.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\0\0\0")
    with pytest.raises(WeightsError, match="damaged: its sha256 is"):
        Colorizer.load("eccv16", device="cpu")


def test_the_mask_convention_travels_with_the_weights(tmp_path):
    path = tmp_path / CATALOGUE["siggraph17-retrained"].file
    random_file("siggraph17", path, counters=True)
    retrained = loading.load(path).network.eval()  # known by its file name
    converted = build(CATALOGUE["siggraph17"], path).eval()
    L, hint = torch.rand(1, 1, 16, 16) * 100, torch.zeros(1, 3, 16, 16)
    with torch.inference_mode():
        for given, meant in ((0.0, -0.5), (1.0, 0.5)):
            hint[:, 2] = meant
            expected = converted(L, hint).ab
            hint[:, 2] = given
            assert torch.equal(retrained(L, hint).ab, expected)


def test_a_download_goes_on_where_it_broke_off(tmp_path):
    partial, seen = tmp_path / "small.pth.partial", []
    with serve(CONTENT, breaks=[HALF, CHUNK + 1000]) as (url, log):
        download(replace(RECORD, urls=(url,)), partial, progress=lambda done, total: seen.append((done, total)))
    assert partial.read_bytes() == CONTENT
    assert log == [None, f"bytes={HALF}-", f"bytes={HALF + CHUNK}-"]
    assert seen == sorted(seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_later_run_goes_on_too(tmp_path):
    partial = tmp_path / "small.pth.partial"
    partial.write_bytes(CONTENT[:HALF])
    with serve(CONTENT) as (url, log):
        download(replace(RECORD, urls=(url,)), partial)
        download(replace(RECORD, urls=(url,)), partial)
    assert partial.read_bytes() == CONTENT
    assert log == [f"bytes={HALF}-"], "what is whole is not asked for again"


@pytest.mark.parametrize("beginning", [CONTENT[:HALF], b"x" * HALF, CONTENT + b"more"])
@pytest.mark.parametrize("ranges", [True, False])
def test_whatever_lies_there_the_right_file_comes_out_in_the_end(tmp_path, beginning, ranges):
    partial = tmp_path / "small.pth.partial"
    partial.write_bytes(beginning)
    with serve(CONTENT, ranges=ranges) as (url, _):
        download(replace(RECORD, urls=(url, url)), partial)
    assert partial.read_bytes() == CONTENT


def test_without_a_published_sum_a_broken_download_starts_anew(tmp_path):
    partial = tmp_path / "small.pth.partial"
    with serve(CONTENT, breaks=[HALF]) as (url, log):
        download(replace(RECORD, sha256="", urls=(url,)), partial)
    assert partial.read_bytes() == CONTENT
    assert log == [None, None]


def test_the_next_address_is_tried(tmp_path):
    partial = tmp_path / "small.pth.partial"
    wrong = CONTENT[:HALF] + bytes([CONTENT[HALF] ^ 1]) + CONTENT[HALF + 1 :]
    with (
        serve(b"", status=404) as (gone, _),
        serve(CONTENT[:HALF]) as (short, _),
        serve(wrong) as (corrupt, _),
        serve(CONTENT, breaks=[0, 0]) as (breaks_off, _),
        serve(CONTENT) as (good, _),
    ):
        download(replace(RECORD, urls=(breaks_off, gone, short, corrupt, good)), partial)
        assert partial.read_bytes() == CONTENT
        partial.unlink()
        with pytest.raises(DownloadError) as caught:
            download(replace(RECORD, urls=(breaks_off, gone, short, corrupt)), partial)
    message = str(caught.value)
    assert f"{gone}: 404" in message
    assert f"{short} offers {HALF:,} bytes, but small has {len(CONTENT):,}" in message
    assert f"{corrupt} is not the file of small, or is damaged" in message
    assert f"{breaks_off}: the connection broke off\n" in message
    assert not partial.exists()


def test_without_network_the_message_names_the_addresses_and_the_way_out(cache):
    closed = ("http://127.0.0.1:9/one.pth", "http://127.0.0.1:9/two.pth")
    with pytest.raises(DownloadError) as caught:
        get(replace(RECORD, urls=closed))
    for text in (*closed, "no connection", "colorizer weights get small --file small.pth"):
        assert text in str(caught.value)
    assert list(cache.iterdir()) == []


def test_a_wrong_file_is_never_taken(cache, tmp_path):
    mine = tmp_path / "mine.pth"
    for name, content, message in (
        ("eccv16", b"not weights", r"mine\.pth is not the file of eccv16: 11 bytes instead of 128,976,165"),
        ("siggraph17-retrained", b"not weights", "is not a file of PyTorch weights"),
        (
            "siggraph17-retrained",
            _saved({"model1.0.weight": torch.zeros(3), "extra": torch.zeros(1)}),
            r"does not fit siggraph17: 97 missing keys \['model1.0.bias', .*1 unexpected keys \['extra'\], "
            r"1 wrong shapes \['model1.0.weight \(3,\) instead of \(64, 4, 3, 3\)'\]",
        ),
        ("siggraph17-retrained", _saved([1, 2]), "holds no state dict"),
        ("siggraph17-retrained", _saved({"model1": Weights}), "is not a file of PyTorch weights: Weights only"),
    ):
        mine.write_bytes(content)
        with pytest.raises(WeightsError, match=message):
            get(CATALOGUE[name], file=mine)
        assert list(cache.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        get(CATALOGUE["eccv16"], file=tmp_path / "nowhere.pth")
    with pytest.raises(ValueError, match="part of the package"):
        get(CATALOGUE["compact"])


def test_records_say_what_is_known():
    for name, record in CATALOGUE.items():
        assert record.name == name
        assert record.architecture in ARCHITECTURES
        assert record.licence
        assert all(url.startswith(("https://", "http://colorization.eecs.berkeley.edu/")) for url in record.urls)
    assert CATALOGUE["eccv16"].sha256.startswith("9b330a0b")
    assert CATALOGUE["siggraph17"].sha256.startswith("df00044c")
    parameters = ARCHITECTURES["eccv16"].parameters
    assert 0 < CATALOGUE["eccv16"].size - 4 * parameters < 50_000
    _, metadata = load_network(weights_path("compact"))
    assert float(metadata["rebalancing"]) == CATALOGUE["compact"].rebalancing


def test_every_architecture_is_on_the_list_and_the_page_is_what_the_command_writes(cache, tmp_path):
    result = CliRunner().invoke(app, ["models", "--json"])
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert {row["architecture"] for row in rows.values()} == set(ARCHITECTURES)
    assert rows["compact"]["weights"] == listing.PACKAGED
    assert rows["eccv16"]["weights"] == listing.TO_GET
    assert "eccv16" in CliRunner().invoke(app, ["models"]).stdout
    page = tmp_path / "models.md"
    CliRunner().invoke(app, ["models", "--markdown", str(page)])
    assert page.read_text() == (ROOT / "docs/models.md").read_text(), "run colorizer models --markdown docs/models.md"


def test_unknown_weights_are_one_clear_line():
    result = CliRunner().invoke(app, ["weights", "get", "vgg99"])
    assert result.exit_code == 2
    assert "no weights are called 'vgg99'; known: compact, eccv16" in result.stderr.replace("\n", " ")


def _saved(value):
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def test_the_mask_convention_travels_with_trained_weights(tmp_path):
    network = architecture("siggraph17").build()
    state = {key: value for key, value in network.state_dict().items() if not key.endswith("num_batches_tracked")}
    metadata = {"architecture": "siggraph17", "rebalancing": "0", "mask_centre": "0.5"}
    save_file(state, tmp_path / "mine.safetensors", metadata)
    assert load_network(tmp_path / "mine.safetensors")[0].mask_centre == 0.5
