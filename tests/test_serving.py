"""How a process hears that it is to stop."""

import signal
import threading

from bot.serving import stop_on_signal
from tests.patience import PATIENCE


def test_a_signal_that_the_system_gives_to_another_thread_is_heard():
    told, done = threading.Event(), threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    with stop_on_signal(told.set):
        sender = threading.Timer(0.05, signal.pthread_kill, (other.ident, signal.SIGTERM))  # while the main one waits
        sender.start()
        assert told.wait(PATIENCE)
    sender.join()
    done.set()
    other.join()


def test_handlers_and_the_wakeup_file_are_as_before_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signal(lambda: None):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
    assert signal.set_wakeup_fd(-1) == -1
