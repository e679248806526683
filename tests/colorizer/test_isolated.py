"""Decoding in a process of its own: what a picture does there costs the caller a named error and nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from skimage import data as samples

from colorizer.photo import (
    BrokenImage,
    CodecCrashed,
    IsolatedDecoder,
    Limits,
    NotAnImage,
    TooCostly,
    TooManyPixels,
    decode,
    encode_jpeg,
)
from tests import hostile

pytestmark = pytest.mark.slow

PHOTO = encode_jpeg(samples.astronaut())


@pytest.fixture(scope="module")
def decoder():
    with IsolatedDecoder() as decoder:
        yield decoder


@pytest.fixture
def limited(decoder):
    """The same with other limits for one test."""
    before = decoder.limits

    def limit(**changes):
        decoder.limits = replace(before, **changes)
        return decoder

    yield limit
    decoder.limits = before


@pytest.fixture(scope="module")
def slow():
    """A JPEG that takes seconds."""
    return hostile.empty_scans(90)


def while_decoding(decoder, act):
    """Call `act` with the id of the decoding process when it is at work."""

    def wait():
        while decoder.pid is None:
            time.sleep(0.01)
        process = psutil.Process(decoder.pid)
        started = process.cpu_times().user
        while process.cpu_times().user < started + 0.3:
            time.sleep(0.01)
        act(process.pid)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_pixels_are_those_of_decode(decoder):
    for content in (PHOTO, encode_jpeg(samples.coins()[..., None].repeat(3, axis=2))):
        mine, theirs = decode(content), decoder.decode(content)
        assert theirs.format == mine.format
        assert np.array_equal(theirs.pixels, mine.pixels)
        assert theirs.pixels.flags["C_CONTIGUOUS"]
        Image.fromarray(theirs.pixels)


def test_earlier_pixels_stay_when_the_process_goes_on(decoder):
    first = decoder.decode(PHOTO).pixels
    kept = first.copy()
    decoder.decode(encode_jpeg(255 - samples.astronaut()))
    decoder.close()
    assert np.array_equal(first, kept)


def test_one_process_serves_many_pictures(decoder):
    decoder.decode(PHOTO)
    pid = decoder.pid
    for content, error in ((b"\xff\xd8\xff nothing", BrokenImage), (b"<html>", NotAnImage)):
        with pytest.raises(error):
            decoder.decode(content)
    decoder.decode(PHOTO)
    assert decoder.pid == pid


def test_errors_say_what_they_say_in_this_process(decoder):
    for content in (PHOTO[:2000], hostile.thin_png(), b"GIF89a"):
        with pytest.raises(ValueError, match=r".") as mine:
            decode(content)
        with pytest.raises(type(mine.value)) as theirs:
            decoder.decode(content)
        assert str(theirs.value) == str(mine.value)


@pytest.mark.parametrize("limits", [{"seconds": 0.2}, {"seconds": 10.0, "patience": 0.02}])
def test_what_takes_too_long_is_killed_and_named(limited, limits, slow):
    with pytest.raises(TooCostly, match="JPEG takes longer"):
        limited(**limits, seconds_per_megapixel=0.0).decode(slow)
    assert limited().decode(PHOTO).size == (512, 512)


def test_the_time_allowed_grows_with_the_size_up_to_a_cap():
    limits = Limits(seconds=3, seconds_per_megapixel=0.5, most_seconds=10)
    assert [limits.allowed(*size) for size in ((0, 0), (2000, 1000), (7000, 7000))] == [3, 4, 10]


def test_what_takes_too_much_memory_is_named(limited):
    content = hostile.plain_jpeg(5000, 4000)
    with pytest.raises(TooCostly, match="32 MiB of memory"):
        limited(memory=32 * 2**20).decode(content)
    assert limited().decode(content).size == (5000, 4000)


def test_jpegs_of_countless_scans_are_refused_unseen():
    with pytest.raises(TooCostly, match="100 scans"):
        decode(hostile.empty_scans(2000))


def test_the_number_of_scans_does_not_trouble_ordinary_files():
    for options in ({"progressive": True}, {"restart_marker_rows": 1}, {"exif": b"Exif\0\0" + 3000 * b"\xff\xda"}):
        assert decode(hostile.plain_jpeg(64, 64, **options)).size == (64, 64)


@pytest.mark.parametrize("make", [hostile.thin_png, lambda: hostile.thin_png(65_501, 2)])
def test_sides_are_limited_too(make):
    with pytest.raises(TooManyPixels, match="side is longer than the limit of 65,500"):
        decode(make())


def test_a_crash_of_a_codec_is_named_and_the_next_picture_is_decoded(decoder, slow):
    thread = while_decoding(decoder, lambda pid: os.kill(pid, signal.SIGSEGV))
    with pytest.raises(CodecCrashed, match=r"JPEG makes its codec crash \(SIGSEGV\)"):
        decoder.decode(slow)
    thread.join()
    assert decoder.decode(PHOTO).size == (512, 512)


def test_who_is_killed_for_another_ones_memory_gets_a_second_try(decoder, slow):
    thread = while_decoding(decoder, lambda pid: os.kill(pid, signal.SIGKILL))
    assert decoder.decode(slow).size == (7000, 7000)
    thread.join()


def test_a_process_that_died_while_idle_is_replaced(decoder):
    decoder.decode(PHOTO)
    process = psutil.Process(decoder.pid)
    process.kill()
    process.wait()
    assert decoder.decode(PHOTO).size == (512, 512)


def test_threads_wait_for_each_other(decoder):
    sizes = []
    threads = [threading.Thread(target=lambda: sizes.append(decoder.decode(PHOTO).size)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [(512, 512)] * 4


def test_the_process_knows_no_secrets_and_ends_with_its_owner():
    script = (
        "import sys; from colorizer.photo import IsolatedDecoder\n"
        "decoder = IsolatedDecoder(); decoder.decode(sys.stdin.buffer.read())\n"
        "print(decoder.pid, flush=True); print(open(f'/proc/{decoder.pid}/environ').read(), flush=True)\n"
        "print('torch' in open(f'/proc/{decoder.pid}/maps').read(), flush=True)\n"
        "import os; os._exit(1)\n"
    )
    environment = os.environ | {"COLORIZEBOT_REDDIT__PASSWORD": "hunter2"}
    done = subprocess.run(
        [sys.executable, "-c", script], input=PHOTO, capture_output=True, env=environment, check=False
    )
    pid, known, torch = done.stdout.decode().splitlines()
    assert "hunter2" not in known
    assert torch == "False"
    process = Path(f"/proc/{pid}")
    for _ in range(600):
        if not process.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")
