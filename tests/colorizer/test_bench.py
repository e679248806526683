"""The benchmark at sizes that take no time; its figures count only at full size, from the command."""

import json
import platform
import re
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data as samples
from typer.testing import CliRunner

from colorizer import loading
from colorizer.architectures import architecture
from colorizer.bench import cuda, networks, photo, report, turns
from colorizer.bench.turns import ratio, take_turns
from colorizer.cli import app
from colorizer.model import Colorizer
from colorizer.photo import decode, encode_jpeg
from colorizer.precision import InBfloat16, computes_bfloat16
from colorizer.upsample import join

pytestmark = pytest.mark.slow


def quiet(text):
    assert text


def test_everyone_has_a_turn_in_each_round():
    calls = []

    def turn(name):
        calls.append(name)
        time.sleep(0.001)

    contestants = {name: partial(turn, name) for name in "abc"}
    seconds = take_turns(contestants, 4, quiet)
    assert calls[::2] == calls[1::2], "each is called once to warm up"
    timed = calls[1::2]
    assert [sorted(timed[i : i + 3]) for i in range(0, 12, 3)] == [["a", "b", "c"]] * 4
    assert len({tuple(timed[i : i + 3]) for i in range(0, 12, 3)}) > 1, "the order changes"
    assert all(len(values) == 4 and min(values) >= 0.001 for values in seconds.values())


def test_noise_that_hits_a_whole_round_leaves_the_ratio():
    assert ratio([2.0, 2.0, 20.0, 2.0], [1.0, 1.0, 10.0, 1.1]) == 2


@pytest.mark.parametrize(("name", "billions"), [("eccv16", 41.8), ("siggraph17", 75)])
def test_operations_are_those_that_are_known(name, billions):
    counted = cuda.operations_of(architecture(name).build(), 256) / 2e9  # multiply-adds at 256 x 256
    assert counted == pytest.approx(billions, rel=0.015)


def test_variants_say_nearly_the_same_colours():
    variants = [name for name in networks.VARIANTS if "compiled" not in name and "ONNX" not in name]
    found = networks.measured(
        ("compact",), sides=(64,), variants=variants, rounds=1, progress=quiet, reference="compact"
    )
    rows = [row for rows in found for row in rows]
    assert [row.variant for row in rows] == variants
    assert rows[0].difference == 0
    assert rows[0].speed == 1
    assert rows[1].difference < 1e-3
    assert all(0 < row.difference < 1 for row in rows[2:])
    assert all(row.milliseconds > 0 for row in rows)


def test_a_variant_that_cannot_run_is_left_out_with_the_reason(monkeypatch):
    monkeypatch.setenv("PATH", "")
    variants = ["float32", "float32, compiled"]
    found = networks.measured(
        ("compact",), sides=(32,), variants=variants, rounds=1, progress=quiet, reference="compact"
    )
    rows = [row for rows in found for row in rows]
    assert {row.variant: row.skipped for row in rows} == {"float32": "", "float32, compiled": "no C++ compiler"}


def test_the_whole_and_its_parts_are_measured():
    (row,) = photo.measure_whole(("compact",), size=(800, 600), rounds=3, progress=quiet)
    assert row.pixels == 480_000
    assert min(row.decoding, row.small, row.network, row.joining, row.encoding, row.together, row.several) > 0


def test_the_parts_that_are_measured_make_the_whole():
    colorizer, data = photo.colorizer_of("compact"), photo.jpeg(800, 600)
    pixels = decode(data).pixels
    L = colorizer.small_lightness(pixels)
    ab = colorizer.chroma(L[None])[0]
    sure = colorizer.confidence(colorizer.encode(pixels))[None]
    coloured = join(pixels, ab, guide=L, detail=sure)
    whole = decode(photo.one(colorizer, data)).pixels.astype(int)
    assert np.abs(decode(encode_jpeg(coloured)).pixels - whole).mean() < 1


def test_photos_done_several_at_a_time_are_the_same():
    colorizer, data = photo.colorizer_of("compact"), photo.jpeg(120, 80)
    results = photo.overlapped(colorizer, [data] * 5, 3)
    assert len(results) == 5
    alone = decode(photo.one(colorizer, data)).pixels.astype(int)
    for result in results:
        assert np.abs(decode(result).pixels - alone).mean() < 1


def test_a_fresh_process_starts_and_its_memory_is_its_own():
    ballast = np.ones(2**28, np.uint8)  # 256 MiB that are not the child's
    (start,) = photo.measure_starts(("compact",), large=(640, 480), rounds=1, progress=quiet)
    del ballast
    assert start.together >= start.importing + start.loading + start.first > 0
    assert 100 < start.peak_small <= start.peak_large < 700


def test_what_is_written_for_cuda_runs_without():
    device = cuda.measure(
        ("compact",), device="cpu", batches=(1, 2), side=32, matrix=64, photo=(64, 48), rounds=1, progress=quiet
    )
    assert [row.batch for row in device.throughput] == [1, 2]
    assert all(row.images_per_second > 0 for row in device.throughput)
    assert device.milliseconds["compact"] > 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda():
    device = cuda.measure(("compact", "eccv16"), batches=(1, 8), rounds=3, progress=quiet)
    assert all(0 < row.share < 1 for row in device.throughput)


@pytest.fixture(scope="module")
def figures():
    """A report with made-up rows, for what follows from them."""
    rows = [
        networks.Row("compact", report.shipped(), 256, 10.0, 9.0, 0.1, 0.2),
        networks.Row("eccv16", "float32", 256, 90.0, 1.0, 0.1, 0.0),
        networks.Row("eccv16", "bfloat16", 256, 45.0, 2.0, 0.1, 0.1),
        networks.Row("eccv16", "float32, compiled", 256, skipped="no C++ compiler"),
    ]
    whole = [photo.Whole("compact", 12_000_000, 2, 1000, 100, 20, 50, 700, 130, 900)]
    starts = [photo.Start("compact", 1.5, 0.2, 0.1, 1.9, 300, 700)]
    weights = {"compact": "real", "eccv16": "random"}
    return report.Report(report.machine(), weights, rows, whole, starts, None, 7)


def test_targets_follow_from_the_figures(figures):
    assert [(t.found, t.reached) for t in figures.targets()] == [
        ("9.0 x", False),
        ("4.5 x", True),
        ("770 ms; the network alone 50, the join 700", False),
    ]


def test_what_takes_long_has_fewer_turns(monkeypatch):
    monkeypatch.setattr(turns, "LONG", 0.1)
    calls = []

    def turn(name, seconds):
        calls.append(name)
        time.sleep(seconds)

    seconds = take_turns({"short": partial(turn, "short", 0.001), "long": partial(turn, "long", 0.3)}, 3, quiet)
    assert {name: len(values) for name, values in seconds.items()} == {"short": 3, "long": 2}
    assert calls.count("long") == 3, "one call before its first turn, none before the others"


def test_a_run_that_is_stopped_leaves_what_it_has(monkeypatch, tmp_path):
    monkeypatch.setattr(networks, "SIDES", (64, 96))
    monkeypatch.setattr(networks, "VARIANTS", {"float32": networks.VARIANTS["float32"]})

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(photo, "measure_whole", stopped)
    page, data = tmp_path / "bench.md", tmp_path / "bench.json"
    result = CliRunner().invoke(
        app, ["bench", "compact", "--rounds", "1", "--markdown", str(page), "--json", str(data)]
    )
    assert result.exit_code == 130
    assert {row["side"] for row in json.loads(data.read_text())["networks"]} == {64, 96}
    assert "Not measured yet: photos of 12 megapixels, fresh processes" in page.read_text()
    assert "networks at 96" in result.stderr


def test_the_page_says_what_ran_where(figures):
    page = figures.markdown()
    assert "| eccv16 | float32, compiled | 256 | left out: no C++ compiler |" in page
    assert "weights: compact real, eccv16 random" in page
    assert torch.__version__ in page
    assert not platform.node() or not re.search(rf"\b{re.escape(platform.node())}\b", page)
    assert json.loads(figures.json())["networks"][0]["milliseconds"] == 10
    written = (Path(__file__).parents[2] / "docs/bench.md").read_text()
    for title, head, _ in figures.tables():
        assert f"## {title}\n\n| {' | '.join(head)} |" in written, "run colorizer bench --markdown docs/bench.md"


@torch.inference_mode()
def test_bfloat16_moves_no_colour_that_one_could_see():
    network = loading.load("compact").network.eval()
    halved = InBfloat16(loading.load("compact").network.eval())
    for photograph in (samples.astronaut(), samples.cat(), samples.coffee()):
        L = Colorizer.load(device="cpu").small_lightness(photograph)[None]
        hint = torch.zeros(1, 3, *L.shape[2:])
        hint[:, :, 50:56, 60:66] = 0.5
        for given in (None, hint):
            expected, found = network(L, given), halved(L, given)
            assert found.ab.dtype == found.logits.dtype == torch.float32
            assert (found.ab - expected.ab).norm(dim=1).mean() < 1


def test_only_processors_that_have_bfloat16_use_it():
    assert not computes_bfloat16(torch.device("cuda"))
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    has = "avx512_bf16" in flags or "amx_bf16" in flags
    assert computes_bfloat16(torch.device("cpu")) == has or not flags
    network = Colorizer.load(device="cpu").network
    assert any(isinstance(part, InBfloat16) for part in network.modules()) == computes_bfloat16(torch.device("cpu"))


@pytest.mark.parametrize("command", [["models"], ["weights", "get"], ["export"], ["bench"]])
def test_help_has_an_example(command):
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"})
    assert f"Example: colorizer {' '.join(command)}" in result.output


def test_unknown_models_are_refused():
    result = CliRunner().invoke(app, ["bench", "vgg99"])
    assert result.exit_code == 2
    assert "no network is called 'vgg99'" in result.stderr.replace("\n", " ")
