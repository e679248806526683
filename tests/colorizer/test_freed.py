"""Freed memory stays with the process, and idle helpers end, where that can be asked for."""

import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from colorizer import freed
from tests.patience import wait_until


def test_glibc_is_asked_and_others_are_left_alone():
    assert freed.keep() == (platform.libc_ver()[0] == "glibc")


@pytest.mark.skipif(not torch.backends.openmp.is_available() or platform.system() != "Linux", reason="no helpers here")
def test_helpers_of_a_thread_end_when_told_to():
    def computed():
        threads = torch.get_num_threads()
        torch.set_num_threads(3)
        torch.rand(1000, 1000).add(1)
        torch.set_num_threads(threads)
        with_helpers = running()
        assert freed.end_helpers()
        wait_until(lambda: running() == with_helpers - 2)

    def running():
        return sum(1 for _ in Path("/proc/self/task").iterdir())

    with ThreadPoolExecutor(1) as pool:
        pool.submit(computed).result()
