"""Training on a folder of real photographs, small enough for a test."""

import csv
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples

from colorizer.catalogue import load_network
from colorizer.training.batches import Batches, age, simulate_hints
from colorizer.training.loop import Trainer
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import HintRecipe, load_recipe, parse_recipe


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    for group, name in (("people", "astronaut"), ("animals", "cat"), ("things", "coffee"), ("things", "rocket")):
        (root / group).mkdir(exist_ok=True)
        Image.fromarray(getattr(samples, name)()).resize((160, 128)).save(root / group / f"{name}.jpg")
    Image.fromarray(samples.camera()).convert("RGB").save(root / "things" / "grey.png")
    return root


def small(steps=4):
    recipe = load_recipe("compact")
    return replace(
        recipe,
        imagenet_encoder=False,
        data=replace(recipe.data, batch=2, crop=64),
        optimizer=replace(recipe.optimizer, steps=steps, warmup=1, decay=2, freeze_blocks=0),
    )


def test_batches_are_reproducible_and_never_grey(folder):
    batches = Batches(PhotoSet.open([folder]), small())
    first, again, other = batches[3], batches[3], batches[4]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.L, other.L)
    assert first.L.shape == (2, 1, 64, 64)
    assert (first.ab.abs().amax(dim=(1, 2, 3)) > 5).all()


def test_groups_are_drawn_by_the_power_of_their_size(folder):
    photos = PhotoSet.open([folder])
    weights = photos.weights(power=0)
    by_group = {g: sum(w for w, of in zip(weights, photos.groups, strict=True) if of == g) for g in set(photos.groups)}
    assert by_group == pytest.approx({"people": 1 / 3, "animals": 1 / 3, "things": 1 / 3})
    assert photos.weights(power=1) == pytest.approx(np.full(5, 0.2))


def test_hints_are_true_means_of_their_patches():
    ab = torch.randn(2, 64, 64).cumsum(-1)
    published = HintRecipe(share=1, geometric=0.125, many=0, reveal=0, condition=0)
    counts = []
    for seed in range(200):
        hint = torch.zeros(3, 64, 64)
        simulate_hints(hint, ab, published, np.random.default_rng(seed))
        given = hint[2] == 1
        counts.append(float(given.sum()))
        assert (hint[:2, ~given] == 0).all()
    assert sum(count == 0 for count in counts) / 200 == pytest.approx(0.125, abs=0.06)
    reveal = torch.zeros(3, 64, 64)
    simulate_hints(
        reveal, ab, HintRecipe(share=1, geometric=0.125, many=0, reveal=1, condition=0), np.random.default_rng(0)
    )
    assert torch.allclose(reveal[:2] * 110, ab, atol=1e-4)


def test_ageing_keeps_lightness_in_range():
    L = torch.rand(1, 40, 50) * 100
    for seed in range(50):
        aged = age(L, np.random.default_rng(seed))
        assert aged.shape == L.shape
        assert 0 <= float(aged.min()) <= float(aged.max()) <= 100


def test_a_resumed_run_ends_where_an_unbroken_one_does(folder, tmp_path):
    torch.use_deterministic_algorithms(True)
    try:
        photos = PhotoSet.open([folder])
        whole = Trainer(small(), tmp_path / "whole")
        whole.run(photos, workers=0)
        first = Trainer(small(), tmp_path / "parts")
        for step in range(2):
            first._train(Batches(photos, first.recipe)[step])
        first.save()
        second = Trainer(small(), tmp_path / "parts")
        assert second.resume()
        assert second.step == 2
        second.run(photos, workers=0)
    finally:
        torch.use_deterministic_algorithms(False)
    expected, found = whole.network.state_dict(), second.network.state_dict()
    assert all(torch.allclose(found[key], value, atol=1e-4) for key, value in expected.items())


def test_weights_written_by_training_load_and_say_what_they_are(folder, tmp_path):
    trainer = Trainer(small(steps=1), tmp_path)
    trainer.average["refine8.1.running_var"] += 300_000  # beyond half precision, as in real runs
    trainer.run(PhotoSet.open([folder]), workers=0)
    network, metadata = load_network(tmp_path / "compact.safetensors")
    assert metadata == {"architecture": "compact", "rebalancing": "0.5", "samples": "2"}
    for key, value in network.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            assert torch.allclose(value, trainer.average[key], rtol=2e-3, atol=1e-4)


def test_sigterm_saves_and_the_command_goes_on(folder, tmp_path):
    command = [sys.executable, "-c", "from colorizer.cli import app; app()", "train", "compact"]
    command += ["--data", str(folder), "--out", str(tmp_path), "--steps", "100000", "--workers", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    scalars = tmp_path / "scalars.csv"
    try:
        while not (scalars.exists() and scalars.read_text()):
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, output
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    resumed = subprocess.run(
        [*command[:-4], "--steps", str(state["step"]), "--workers", "0"], capture_output=True, text=True, check=True
    )
    assert f"resuming at step {state['step']}" in resumed.stdout
    assert next(csv.reader([scalars.read_text()])) == ["step", "images_per_second", "classification", "regression"]
    assert not list(tmp_path.glob("*.partial"))
    assert (tmp_path / "compact.safetensors").stat().st_mode & 0o044


@pytest.mark.parametrize(
    ("change", "message"),
    [({"data": {}}, "missing keys"), ({"colour": 1}, "unknown keys.*colour")],
)
def test_a_wrong_recipe_names_the_keys(change, message):
    values = load_recipe("compact").as_dict() | change
    with pytest.raises(ValueError, match=message):
        parse_recipe(values, "mine.toml")


def test_wrong_data_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        PhotoSet.open([tmp_path / "nowhere"])
    with pytest.raises(ValueError, match="no pictures"):
        PhotoSet.open([tmp_path])
