"""The machine's own troubles: a clock that is set, a disk without room, memory that runs out."""

import contextlib
import errno
import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import requests
import time_machine
from safetensors.torch import save_file
from skimage import data as samples
from sqlalchemy import event
from structlog.testing import capture_logs

from bot.demo.posts import BOT
from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater
from bot.domain.stages import Stage
from bot.pipeline.shortage import shortage
from bot.store import jobs
from bot.store.reply_log import latest_jobs
from colorizer.architectures import architecture
from colorizer.catalogue import WeightsError, WeightsNotFound
from colorizer.memory import on_processor
from colorizer.model import Colorizer
from tests.patience import PATIENCE, wait_until
from tests.pipeline.endings import ended


def test_a_clock_that_is_set_back_an_hour_stops_nothing(world, asked, bot):
    """Neither polling nor a job that waits to be tried again."""
    world.faults.add("/comments/*", "status", status=429, retry_after=1)
    finished, later = [], []
    clock = contextlib.ExitStack()

    def meanwhile(job, step):
        if step.result == "later" and not later:
            clock.enter_context(time_machine.travel(datetime.now(UTC) - timedelta(hours=1), tick=True))
            later.append(world.comment(asked.fullname, "mia", f"u/{BOT} vivid").fullname)
        if job.finished_at is not None:
            finished.append(job.summons)
            if len(finished) == 2:
                running.stop()

    with bot(reddit={"poll_seconds": 1}, observer=meanwhile) as running, clock:
        hopeless = threading.Timer(PATIENCE, running.stop)
        hopeless.start()
        try:
            running.run()
        finally:
            hopeless.cancel()
    assert sorted(finished) == sorted([asked.fullname, *later])


@contextlib.contextmanager
def disk_at(folder, megabytes):
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(mounted.stderr)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def small_disk(tmp_path):
    """A folder of the bot's on a disk of 2 MiB."""
    with disk_at(tmp_path / "bot" / "jobs", 2) as folder:
        yield folder


@pytest.fixture
def disk_of_all(tmp_path):
    """All that the bot writes, its database too, on a disk of 16 MiB."""
    with disk_at(tmp_path / "bot", 16) as folder:
        yield folder


def fill(path):
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_a_full_disk_loses_nothing(world, asked, bot, small_disk):
    filler = small_disk / "filler"
    fill(filler)
    with bot(work={"attempts": 1, "retry_seconds": 0.01}) as running:
        running.poll()
        running.work()
        (job,) = latest_jobs(running.engine)
        assert (job.outcome, job.attempts) == (None, 1)
        assert "the disk is full" in job.error
        assert not list(small_disk.glob("*/*.partial")), "half a file would take the room that is left"
        filler.unlink()
        (job,) = ended(running)
        assert job.outcome == "colorized"


def test_nothing_is_fetched_while_the_disk_is_full(world, asked, bot, photo, small_disk, monkeypatch):
    monkeypatch.setattr("bot.store.files._TRIED_EVERY", 0)
    filler = small_disk / "filler"
    fill(filler)
    with bot(work={"retry_seconds": 0.01}) as running, capture_logs() as lines:
        running.poll()
        running.work()
        posts = [world.post_image("AskForColour", "henry", "Attic", photo, "image/jpeg").fullname for _ in range(2)]
        later, stop = (
            world.comment(post, who, f"u/{BOT} {words}").fullname
            for post, who, words in zip(posts, ("mia", "karl"), ("vivid", "stop"), strict=True)
        )
        running.poll()
        while running.work():  # what needs no room goes on
            pass
        wait_until(lambda: all(jobs.now() >= job.not_before for job in latest_jobs(running.engine)))
        assert not running.work()
        found = {job.summons: (job.stage, job.attempts, job.outcome) for job in latest_jobs(running.engine)}
        assert found[asked.fullname] == (Stage.FETCH, 1, None)
        assert found[later] == (Stage.FETCH, 0, None)
        assert found[stop] == (Stage.FINISH, 0, Outcome.STOPPED)
        assert sum("/i.redd.it/" in call["path"] for call in world.calls) == 1
        filler.unlink()
        assert {job.outcome for job in ended(running)} == {"colorized", "stopped"}
    said = [line["event"] for line in lines]
    assert (said.count("disk_full"), said.count("disk_has_room")) == (1, 1)


def test_a_job_waits_for_weights_that_were_damaged_after_the_start(world, asked, bot, tmp_path, monkeypatch):
    kind = architecture("compact")
    monkeypatch.chdir(tmp_path)
    save_file(kind.build().state_dict(), "attic", {"architecture": kind.name, "rebalancing": "0"})
    whole = (tmp_path / "attic").read_bytes()
    asked.body = f"u/{BOT} model attic"
    with bot(colorizer={"others": ("attic",)}, work={"attempts": 1, "retry_seconds": 0.01}) as running:
        (tmp_path / "attic").write_bytes(whole[:1000])
        running.poll()
        running.work()
        (job,) = latest_jobs(running.engine)
        assert job.outcome is None
        assert "the weights of a model cannot be used: attic is not a safetensors file" in job.error
        (tmp_path / "attic").write_bytes(whole)
        (job,) = ended(running)
        assert job.outcome == "colorized"


def test_a_full_disk_below_the_database_loses_nothing(world, asked, bot, disk_of_all):
    with bot(work={"retry_seconds": 0.01}) as running:
        running.poll()
        filler = disk_of_all / "filler"
        fill(filler)
        for _ in range(3):
            running.work()
            running.poll()
        assert world.replies_by(BOT) == []
        filler.unlink()
        running.poll()
        (job,) = ended(running)
        assert job.outcome == "colorized"
        assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]


def test_a_result_that_cannot_be_written_after_the_comment_gives_no_second(world, asked, bot, monkeypatch):
    """As with a database that is locked, full or restarted just then."""
    real = requests.adapters.HTTPAdapter.send
    with bot(work={"retry_seconds": 0.01}) as running:
        event.listen(running.engine, "connect", lambda one, _: one.execute("PRAGMA busy_timeout=50"))
        running.engine.dispose()
        running.poll()
        other = sqlite3.connect(running.engine.url.database, isolation_level=None)

        def send(self, request, **options):
            answer = real(self, request, **options)
            if request.path_url.startswith("/api/comment"):
                other.execute("BEGIN IMMEDIATE")
            return answer

        monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
        assert not running.work()
        assert len(world.replies_by(BOT)) == 1
        other.rollback()
        (job,) = ended(running)
        assert (job.outcome, job.reply) == ("colorized", world.replies_by(BOT)[0].fullname)
        assert len(world.replies_by(BOT)) == 1
        other.close()


LITTLE_MEMORY = """
import resource
import numpy as np, torch
from PIL import Image
from skimage import data
from bot.pipeline.shortage import within_memory
from colorizer import Colorizer

torch.set_num_threads(1)
colorizer = Colorizer.load(device="cpu")
panorama = np.repeat(np.array(Image.fromarray(data.camera()).resize((2700, 300)))[..., None], 3, 2)

def try_with(megabytes):
    tried = []

    def colour(one):
        tried.append(one)
        return one.colorize(panorama)

    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 2**20, -1))
    try:
        result = within_memory(colorizer, colour, 7)
        print("chroma", np.ptp(result.astype(int), axis=2).mean(), result.shape == panorama.shape)
    except (MemoryError, RuntimeError) as error:
        print("gave up", type(error).__name__)
    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    return len(tried)

megabytes = 400
while try_with(megabytes) == 1:
    megabytes = int(megabytes * 0.75)
try_with(10)
"""


def test_a_photo_is_coloured_with_less_memory_and_never_grey():
    """Under the system's own limit, which gets lower and lower."""
    # Memory that was freed goes back to the system, else it would be there in spite of the limit.
    environment = os.environ | {"MALLOC_MMAP_THRESHOLD_": "1000000", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
    child = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY], env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert child.returncode == 0, child.stderr
    lines = child.stdout.splitlines()
    chroma = [line.split() for line in lines if line.startswith("chroma")]
    (with_less,) = [line for line in lines if "coloured_with_less_memory" in line]
    assert "with a smaller copy for the network" in with_less
    assert "job=7" in with_less
    assert len(chroma) >= 2, "at first there was enough"
    assert min(float(line[1]) for line in chroma) > 20
    assert {line[2] for line in chroma} == {"True"}
    assert lines[-1].startswith("gave up"), lines


def test_what_a_graphics_card_has_no_room_for_is_computed_on_the_processor():
    colorizer, photo = Colorizer.load(device="cpu"), np.repeat(samples.camera()[..., None], 3, axis=2)
    copy = on_processor(colorizer)
    assert copy.network is not colorizer.network
    assert np.array_equal(copy.colorize(photo), colorizer.colorize(photo))


@pytest.mark.parametrize(
    ("error", "short"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data"), "the disk is full at /data"),
        (OSError(errno.EROFS, "Read-only file system"), "the disk is full"),
        (MemoryError(), "short of memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "short of memory"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "short of memory"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"), "of memory"),
        (RuntimeError("could not create a primitive"), "short of memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "short of memory"),
        (WeightsNotFound("no weights are called 'best'"), "no weights are called 'best'"),
        (WeightsError("a.pth is not a file of PyTorch weights"), "a.pth is not a file of PyTorch weights"),
        (OSError(errno.ENOENT, "No such file"), None),
        (RuntimeError("shape mismatch"), None),
    ],
)
def test_which_failures_are_the_machines(error, short):
    found = shortage(error)
    if short is None:
        assert found is None
    else:
        assert isinstance(found, RetryLater)
        assert short in found.reason
        assert (found.then, found.tries) == (Outcome.FAILED, None)
