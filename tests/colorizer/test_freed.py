"""Freed memory stays with the process where that can be asked for."""

import platform

from colorizer import freed


def test_glibc_is_asked_and_others_are_left_alone():
    assert freed.keep() == (platform.libc_ver()[0] == "glibc")
