"""One photo at a time, people's first."""

import threading

from bot.pipeline.gate import Gate
from tests.patience import wait_until


def test_one_passes_at_a_time_and_people_go_first():
    gate, passed, threads = Gate(), [], []

    def walk(name, urgent):
        with gate.passing(urgent=urgent):
            passed.append(name)

    def waiting(count):
        return lambda: len(gate._tickets) == count

    with gate.passing(urgent=False):
        for number, (name, urgent) in enumerate([("scan 1", False), ("scan 2", False), ("ida", True), ("max", True)]):
            threads.append(threading.Thread(target=walk, args=(name, urgent)))
            threads[-1].start()
            wait_until(waiting(number + 1))
        assert passed == []
    for thread in threads:
        thread.join()
    assert passed == ["ida", "max", "scan 1", "scan 2"]
