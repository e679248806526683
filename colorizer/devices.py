"""Devices by the names that people write. PyTorch is imported when it is asked: settings are checked without it."""

import re
from typing import TYPE_CHECKING

from colorizer.errors import InputError

if TYPE_CHECKING:
    import torch


def device_name(text: str) -> str:
    """The device as PyTorch calls it: "auto", "cpu", "cuda" or "cuda:N". Raises InputError for another."""
    name = text.strip().lower()
    if not re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?", name):
        raise InputError(f"device {text!r}: write auto, cpu, cuda for a graphics card, or cuda:1 for the second")
    return name


def device_here(text: str) -> "torch.device":
    """The device of that name; "auto" is CUDA where there is one. Raises InputError where there is no such device."""
    import torch

    name = device_name(text)
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name == "auto":
        return torch.device("cuda" if count else "cpu")
    if name != "cpu" and not count:
        raise InputError(f"device {text!r}: PyTorch finds no CUDA device here; use cpu or auto")
    if name != "cpu" and int(name.partition(":")[2] or 0) >= count:
        raise InputError(f"device {text!r}: there are {count} CUDA devices here, of which cuda:0 is the first")
    return torch.device(name)
