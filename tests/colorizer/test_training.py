"""Training on a folder of real photographs, small enough for a test."""

import csv
import signal
import subprocess
import sys
import tarfile
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples

from colorizer.loading import load_network
from colorizer.model import Colorizer
from colorizer.training.batches import Batches, age, simulate_hints
from colorizer.training.loop import Trainer
from colorizer.training.optimizer import set_rates
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import HintRecipe, load_recipe, parse_recipe, recipe_names
from tests.patience import PATIENCE, wait_until

pytestmark = pytest.mark.slow


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
        encoder=replace(recipe.encoder, imagenet=False, freeze_blocks=0),
        data=replace(recipe.data, batch=2, crop=64),
        optimizer=replace(recipe.optimizer, steps=steps, warmup=1, decay=2),
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
            first.train(Batches(photos, first.recipe)[step])
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


def plain(name="experiment-classification", steps=2, **changes):
    recipe = load_recipe(name)
    return replace(
        recipe,
        data=replace(recipe.data, batch=2, crop=64),
        encoder=recipe.encoder and replace(recipe.encoder, imagenet=False),
        optimizer=replace(recipe.optimizer, steps=steps, warmup=1, decay=1),
        **changes,
    )


@pytest.mark.parametrize(
    "name", ["experiment-classification", "experiment-grid20", "experiment-clusters", "experiment-l2", "crosschannel"]
)
def test_what_was_trained_colours_photographs(name, folder, tmp_path):
    recipe = plain(name, steps=1)
    trainer = Trainer(recipe, tmp_path)
    trainer.train(Batches(PhotoSet.open([folder]), recipe)[0])
    trainer.save_weights(path := tmp_path / "mine.safetensors")
    colorizer = Colorizer.load(path)
    pixels = samples.cat()[:96, :120]
    coloured = colorizer.colorize(pixels)
    assert coloured.shape == pixels.shape
    L = colorizer.small_lightness(pixels)[None]
    assert torch.allclose(colorizer.network(L).ab, trainer.averaged()(L).ab, atol=0.5)
    assert colorizer.trained_rebalancing == getattr(recipe.loss, "alpha", 0.0)


def test_a_run_draws_the_same_photographs_and_writes_scalars_for_tensorboard(folder, tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    Trainer(plain(steps=20), tmp_path).run(PhotoSet.open([folder]), workers=0, samples_every=10)
    sheets = sorted((tmp_path / "samples").iterdir())
    assert [sheet.name for sheet in sheets] == ["0000010.png", "0000020.png"]
    first, last = (np.array(Image.open(sheet)) for sheet in sheets)
    assert first.shape == (3 * 64, 5 * 64, 3)
    assert np.array_equal(first[:64], last[:64])
    assert np.array_equal(first[128:], last[128:])
    assert np.ptp(first[:64].astype(int), axis=2).max() <= 1  # grey
    truth = np.array(
        Image.open(folder / "animals" / "cat.jpg").resize((64, 64), Image.Resampling.BICUBIC, (16, 0, 144, 128))
    )
    assert np.abs(first[128:, :64].astype(int) - truth).mean() < 1
    (events,) = (tmp_path / "tensorboard").iterdir()
    written = accumulator.EventAccumulator(str(events)).Reload()
    rows = list(csv.DictReader((tmp_path / "scalars.csv").read_text().splitlines()))
    assert (
        [event.step for event in written.Scalars("loss/classification")] == [int(row["step"]) for row in rows] == [20]
    )
    assert written.Scalars("loss/classification")[0].value == pytest.approx(float(rows[0]["classification"]), abs=1e-3)


def test_a_run_begins_with_the_weights_of_another(folder, tmp_path):
    first = Trainer(plain(), tmp_path / "first")
    first.train(Batches(PhotoSet.open([folder]), first.recipe)[0])
    first.average = {key: value.clone() for key, value in first.network.state_dict().items()}
    first.save()
    second = Trainer(plain("experiment-rebalanced", seed=1), tmp_path / "second")
    second.start_from(tmp_path / "first")
    assert second.step == 0
    for key, value in second.network.state_dict().items():
        assert torch.equal(value, first.average[key])
    other = Trainer(plain("experiment-l2"), tmp_path / "first")
    for begin in (other.resume, lambda: other.start_from(tmp_path / "first")):
        with pytest.raises(ValueError, match=r"first holds a run of plain, not of plain-regression"):
            begin()
    with pytest.raises(ValueError, match="no run there"):
        other.start_from(tmp_path / "second")


def test_a_tar_file_is_a_folder_in_one_file(folder, tmp_path):
    for name in ("photos.tar", "photos.tar.gz"):
        with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as tar:
            tar.add(folder, arcname="photos")
    packed, unpacked = PhotoSet.open([tmp_path / "photos.tar"]), PhotoSet.open([folder])
    assert sorted(packed.groups) == sorted(unpacked.groups)
    assert packed.spread(2).groups
    ours = sorted(np.array(image).tobytes() for image in packed)
    assert ours == sorted(np.array(image).tobytes() for image in unpacked)
    with pytest.raises(ValueError, match=r"photos.tar.gz: not a"):
        PhotoSet.open([tmp_path / "photos.tar.gz"])
    (tmp_path / "photos.tar.gz").rename(tmp_path / "packed.tar")
    with pytest.raises(ValueError, match=r"packed.tar: not a plain tar file"):
        PhotoSet.open([tmp_path / "packed.tar"])


def test_sigterm_saves_and_the_command_goes_on(folder, tmp_path):
    packaged = resources.files("colorizer.training").joinpath("recipes/compact.toml").read_text()
    recipe = tmp_path / "small.toml"
    recipe.write_text(packaged.replace("batch = 32", "batch = 2").replace("crop = 128", "crop = 64"))
    command = [sys.executable, "-c", "from colorizer.cli import app; app()", "train", str(recipe)]
    command += ["--data", str(folder), "--out", str(tmp_path), "--steps", "100000", "--workers", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    scalars = tmp_path / "scalars.csv"
    try:
        wait_until(lambda: scalars.exists() and scalars.read_text(), process)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0, output
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    resumed = subprocess.run(
        [*command[:-4], "--steps", str(state["step"]), "--workers", "0"], capture_output=True, text=True, check=True
    )
    assert f"resuming at step {state['step']}" in resumed.stdout
    assert scalars.read_text().startswith("step,images_per_second,classification,regression\n")
    assert not list(tmp_path.glob("*.partial"))
    assert (tmp_path / "compact.safetensors").stat().st_mode & 0o044


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": {}}, r"mine.toml \[data\]: missing keys"),
        ({"colour": 1}, "unknown keys.*colour"),
        ({"data": 3}, r"\[data\] must be a section"),
        ({"objective": "beauty"}, "no objective 'beauty'; known: cgan18, compact"),
        ({"objective": "zhang16"}, r"\[loss\]: missing keys \['sigma', 'temperature'\], unknown keys \['regression'\]"),
        ({"seed": "x"}, "seed must be of type int, not 'x'"),
    ],
)
def test_a_wrong_recipe_names_the_keys(change, message):
    values = load_recipe("compact").as_dict() | change
    with pytest.raises(ValueError, match=message):
        parse_recipe(values, "mine.toml")


def test_wrong_numbers_in_a_recipe_are_named(tmp_path):
    values = load_recipe("siggraph17").as_dict()
    with pytest.raises(ValueError, match="distance must be 'l1' or 'huber', not 'l2'"):
        parse_recipe(values | {"loss": values["loss"] | {"distance": "l2"}}, "mine.toml")
    with pytest.raises(ValueError, match="no method 'lion'"):
        Trainer(replace(plain(), optimizer=replace(plain().optimizer, method="lion")), tmp_path)


def test_every_packaged_recipe_reads_back_what_it_says():
    for name in recipe_names():
        recipe = load_recipe(name)
        assert parse_recipe(recipe.as_dict(), name) == recipe


def test_the_page_names_every_recipe():
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text()
    assert [name for name in recipe_names() if f"`{name}`" not in page] == []


def test_the_rate_warms_up_drops_and_decays():
    recipe = replace(load_recipe("compact").optimizer, steps=100, warmup=10, decay=20, drops=(50,), drop=0.1, rate=1.0)
    optimizer = torch.optim.SGD([{"params": [torch.zeros(1)], "base": 1.0}])
    course = {}
    for step in (0, 9, 49, 50, 90, 99):
        set_rates(optimizer, recipe, step)
        course[step] = optimizer.param_groups[0]["lr"]
    assert course == pytest.approx({0: 0.1, 9: 1.0, 49: 1.0, 50: 0.1, 90: 0.05, 99: 0.005})


def test_wrong_data_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        PhotoSet.open([tmp_path / "nowhere"])
    with pytest.raises(ValueError, match="no pictures"):
        PhotoSet.open([tmp_path])
