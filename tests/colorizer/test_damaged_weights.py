"""Damaged weights are refused, whoever reads them: colours would be nonsense, and nobody would know why."""

import hashlib
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from colorizer import catalogue, loading
from colorizer.catalogue import CATALOGUE, WeightsError, weights_path
from colorizer.runtime.network import OnnxNetwork

LOADERS = [loading.load, OnnxNetwork]


def test_the_sum_of_the_packaged_weights_is_the_catalogues():
    found = hashlib.sha256(weights_path("compact").read_bytes()).hexdigest()
    assert CATALOGUE["compact"].sha256 == found, "new weights: put their sum into colorizer/catalogue.py"


@pytest.fixture
def packaged(tmp_path, monkeypatch):
    """A copy of the packaged weights, in their place."""
    copy = shutil.copy(weights_path("compact"), tmp_path)
    monkeypatch.setattr(catalogue, "_folder", lambda: tmp_path)
    return tmp_path / copy


@pytest.mark.parametrize("load", LOADERS)
def test_one_flipped_bit_of_the_packaged_weights_is_noticed(packaged, load):
    load("compact")
    with packaged.open("r+b") as file:
        file.seek(7_000_000)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 0x40]))
    with pytest.raises(WeightsError, match=r"compact\.safetensors is not the file of compact, or is damaged"):
        load("compact")


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize("number", [float("nan"), float("-inf")])
def test_weights_that_are_no_numbers_are_refused(tmp_path, load, number):
    state = load_file(weights_path("compact"))
    name = next(key for key, value in state.items() if value.dim() == 4)
    state[name].view(-1)[5] = torch.tensor(number)
    file = tmp_path / "mine.safetensors"
    save_file(state, file, {"architecture": "compact", "rebalancing": "0.5"})
    with pytest.raises(WeightsError, match=rf"mine\.safetensors is damaged.*NaN or infinite numbers in .*{name}"):
        load(file)
