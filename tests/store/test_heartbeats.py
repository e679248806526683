from datetime import UTC, datetime, timedelta

from bot.domain.health import MAX_IDLE, POLLER, WORKER, Pulse, problems
from bot.store.heartbeats import WORKER_SECONDS, Heart, Pulses


class Clocks:
    """A wall clock that may be set, and one that only goes forward."""

    def __init__(self):
        self.wall = datetime.now(UTC)
        self.monotonic = 100.0

    def passed(self, seconds):
        self.wall += timedelta(seconds=seconds)
        self.monotonic += seconds


def test_a_process_starts_beats_and_stops(engine):
    heart, pulses = Heart(engine, "gpu-1"), Pulses(engine)
    heart.start(WORKER, WORKER_SECONDS)
    assert [(pulse.name, pulse.state) for pulse in pulses.read()] == [("gpu-1", "starting")]
    heart.beat(WORKER, 12)
    assert [(pulse.state, pulse.job_id) for pulse in pulses.read()] == [("busy", 12)]
    heart.beat(WORKER)
    assert [(pulse.state, pulse.job_id) for pulse in pulses.read()] == [("idle", None)]
    heart.stop()
    assert [pulse.state for pulse in pulses.read()] == ["stopped"]
    heart.start(WORKER, WORKER_SECONDS)
    assert [pulse.state for pulse in pulses.read()] == ["starting"]


def test_an_idle_worker_writes_now_and_then_and_a_change_at_once(engine):
    clocks, written = Clocks(), []
    heart = Heart(engine, "one", clock=lambda: clocks.monotonic)
    heart.start(WORKER, WORKER_SECONDS)

    def beat(job=None):
        before = Pulses(engine).read()[0]
        heart.beat(WORKER, job)
        after = Pulses(engine).read()[0]
        written.append((before.begun, before.job_id) != (after.begun, after.job_id) or after.age < before.age)

    beat()
    beat()
    beat(5)
    beat()
    assert written == [True, False, True, True]


def test_ages_go_on_when_the_clock_is_set_back(engine):
    clocks = Clocks()
    heart = Heart(engine, "one")
    heart.start(WORKER, WORKER_SECONDS)
    heart.beat(WORKER)
    pulses = Pulses(engine, monotonic=lambda: clocks.monotonic, wall=lambda: clocks.wall)
    assert pulses.read()[0].alive
    clocks.wall -= timedelta(days=1)
    clocks.monotonic += MAX_IDLE + 10
    assert not pulses.read()[0].alive


def test_ages_do_not_jump_when_the_clock_is_set_forward(engine):
    clocks = Clocks()
    heart = Heart(engine, "one")
    heart.start(WORKER, WORKER_SECONDS)
    pulses = Pulses(engine, monotonic=lambda: clocks.monotonic, wall=lambda: clocks.wall)
    assert pulses.read()[0].alive
    clocks.wall += timedelta(days=1)
    assert pulses.read()[0].alive


def test_one_process_that_works_is_enough_and_a_slow_rhythm_is_no_silence():
    dead = Pulse(WORKER, "a", age=5000, every=10)
    busy = Pulse(WORKER, "b", age=500, every=10, job_id=3)
    slow = Pulse(POLLER, "c", age=2000, every=900)
    assert problems([dead, busy, slow]) == []
    assert problems([dead, slow]) == ["nothing works on jobs: 83 min have passed since its last success"]
    assert problems([busy, Pulse(POLLER, "c", age=2000, every=30, begun=False)]) == [
        "nothing polls Reddit: 33 min have passed since its start"
    ]
