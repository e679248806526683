"""Training on a folder of real photographs, small enough for a test."""

import csv
import os
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
from safetensors.torch import load_file, save_file
from skimage import data as samples

from colorizer.catalogue import WeightsError
from colorizer.errors import InputError
from colorizer.loading import load_network
from colorizer.model import Colorizer
from colorizer.training import hints
from colorizer.training.ageing import age
from colorizer.training.batches import Batches
from colorizer.training.checkpoint import read_checkpoint
from colorizer.training.crops import HeldCrops, ReadCrops
from colorizer.training.loop import Trainer
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import HintRecipe, load_recipe, parse_recipe
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


def test_sources_are_drawn_by_the_power_of_their_size(folder):
    photos = PhotoSet.open([folder])
    weights = photos.weights(power=0)
    by_source = {g: sum(w for w, of in zip(weights, photos.sources, strict=True) if of == g) for g in photos.sources}
    assert by_source == pytest.approx({"people": 1 / 3, "animals": 1 / 3, "things": 1 / 3})
    assert photos.weights(power=1) == pytest.approx(np.full(5, 0.2))


def test_a_shard_names_the_source_of_each_picture(folder, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    picture = (folder / "animals" / "cat.jpg").read_bytes()
    columns = {"image": [picture] * 3, "group": ["animal"] * 3, "source": ["zoo", "zoo", "farm"]}
    parquet.write_table(arrow.table(columns), tmp_path / "with.parquet")
    parquet.write_table(arrow.table({key: columns[key] for key in ("image", "group")}), tmp_path / "without.parquet")
    photos = PhotoSet.open([tmp_path / "with.parquet", tmp_path / "without.parquet"])
    assert photos.sources == ["zoo", "zoo", "farm", "animal", "animal", "animal"]
    assert len(photos.only(["zoo"])) == 2
    assert photos.without(["zoo", "animal"]).sources == ["farm"]


def test_left_out_sources_are_never_trained_on_but_measured(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("colorizer.training.loop.CHECKPOINT_EVERY", 2)
    recipe = small(steps=2)
    recipe = replace(recipe, data=replace(recipe.data, left_out=("animals",), unused=("people",)))
    drawn = []

    class Watched(Trainer):
        def train(self, batch):
            drawn.append(batch.L)
            return super().train(batch)

    Watched(recipe, tmp_path).run(PhotoSet.open([folder]), workers=0)
    things = PhotoSet.open([folder / "things"])
    only = Batches(things, recipe)
    assert all(torch.equal(batch, only[step].L) for step, batch in enumerate(drawn))
    (row,) = csv.DictReader((tmp_path / "left_out.csv").read_text().splitlines())
    assert row["step"] == "2"
    assert float(row["classification"]) > 0
    everything = replace(recipe, data=replace(recipe.data, unused=("people", "things")))
    with pytest.raises(ValueError, match="leaves out or does not use every source"):
        Trainer(everything, tmp_path / "none").run(PhotoSet.open([folder]), workers=0)


def test_hints_are_true_means_of_their_patches():
    ab = torch.randn(200, 2, 64, 64).cumsum(-1)
    published = HintRecipe(share=1, geometric=0.125, many=0, reveal=0, condition=0)
    hint = hints.simulate(ab, published, torch.Generator().manual_seed(0))
    given = hint[:, 2:] == 1
    assert (hint[:, :2].masked_select(~given) == 0).all()
    assert (given.sum(dim=(1, 2, 3)) == 0).float().mean() == pytest.approx(0.125, abs=0.06)
    one = replace(published, geometric=0.999, many=1)
    for picture, colours in zip(hints.simulate(ab, one, torch.Generator().manual_seed(1)), ab, strict=True):
        places = (picture[2] == 1).nonzero()
        (top, left), (bottom, right) = places.amin(0), places.amax(0) + 1
        if len(places) == (bottom - top) * (right - left) <= 81 and bottom - top == right - left:  # a single patch
            patch = colours[:, top:bottom, left:right].mean(dim=(1, 2)) / 110
            assert torch.allclose(picture[:2, top, left], patch, atol=1e-4)
    whole = hints.simulate(ab[:1], replace(published, reveal=1), torch.Generator().manual_seed(0))
    assert torch.allclose(whole[:, :2] * 110, ab[:1], atol=1e-4)


def test_a_counterfactual_hint_recolours_one_thing_and_says_what_must_stay():
    L = torch.full((64, 1, 96, 96), 50.0)
    ab = torch.zeros(64, 2, 96, 96)
    L[:, :, 24:60, 20:72], ab[:, 0, 24:60, 20:72] = 80, 40  # a red box on grey ground
    changed, hint, outside, stays = hints.recolour(L, ab, torch.Generator().manual_seed(0))
    given = hint[:, 2] == 1
    some = given.flatten(1).any(dim=1)
    assert some.sum() > 5  # those whose random place fell into the box; the ground is too large for a thing
    moved = (changed - ab).norm(dim=1) > 1
    assert not (moved & (outside[:, 0] == 1)).any()
    for picture in some.nonzero().flatten():
        inside = given[picture]
        assert torch.allclose(hint[picture, :2, inside] * 110, changed[picture, :, inside], atol=3)
        assert not (inside & (outside[picture, 0] == 1)).all()
    assert 0 < stays.sum() < outside.sum()
    assert torch.equal(changed[~some], ab[~some])
    assert outside[~some].sum() == 0


def test_ageing_keeps_lightness_in_range():
    L = torch.rand(50, 1, 40, 50) * 100
    aged = age(L, torch.Generator().manual_seed(0))
    assert aged.shape == L.shape
    assert 0 <= float(aged.min()) <= float(aged.max()) <= 100
    assert (aged != L).flatten(1).any(dim=1).all()


def test_pictures_held_on_the_device_give_the_crops_that_read_ones_do(folder):
    data = replace(small().data, batch=16, zoom=1.0, source_power=1.0)
    squares = [folder / "animals" / "cat.jpg"]
    held = HeldCrops(PhotoSet.open(squares), data, torch.device("cpu"))
    crops, group = held.draw(torch.Generator().manual_seed(0))
    assert crops.shape == (16, 3, 64, 64)
    assert crops.dtype == torch.uint8
    assert group.tolist() == [0] * 16
    read, _ = ReadCrops(PhotoSet.open(squares), data).draw(torch.Generator().manual_seed(0))
    assert abs(float(crops.float().mean()) - float(read.float().mean())) < 3
    assert len({crop.numpy().tobytes() for crop in crops}) > 8  # other places, and turned over
    again, _ = held.draw(torch.Generator().manual_seed(0))
    assert torch.equal(crops, again)


def test_grey_pictures_are_not_held(folder):
    photos = PhotoSet.open([folder / "things"])
    held = HeldCrops(photos, replace(small().data, batch=64), torch.device("cpu"))
    crops, _ = held.draw(torch.Generator().manual_seed(0))
    spread = crops.float().amax(dim=1) - crops.float().amin(dim=1)
    assert (spread.amax(dim=(1, 2)) > 5).all()
    with pytest.raises(ValueError, match="all pictures are grey"):
        HeldCrops(PhotoSet.open([folder / "things" / "grey.png"]), small().data, torch.device("cpu"))


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
    assert float(rows[0]["learning_rate"]) > 0
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
    with pytest.raises(ValueError, match=r"photos.tar.gz is none of these"):
        PhotoSet.open([tmp_path / "photos.tar.gz"])
    (tmp_path / "photos.tar.gz").rename(tmp_path / "packed.tar")
    with pytest.raises(ValueError, match=r"packed.tar: not a plain tar file"):
        PhotoSet.open([tmp_path / "packed.tar"])


def test_sigterm_saves_and_the_command_goes_on(folder, tmp_path):
    packaged = resources.files("colorizer.training").joinpath("recipes/compact.toml").read_text()
    recipe = tmp_path / "small.toml"
    recipe.write_text(packaged.replace("batch = 32", "batch = 2").replace("crop = 192", "crop = 64"))
    command = [sys.executable, "-c", "from colorizer.cli import app; app()", "train", str(recipe)]
    command += ["--data", str(folder), "--out", str(tmp_path), "--steps", "100000", "--workers", "1"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    scalars = tmp_path / "scalars.csv"
    try:
        wait_until(lambda: scalars.exists() and scalars.read_text(), process)
        os.killpg(process.pid, signal.SIGTERM)  # as `timeout` and systemd do it: to the reading processes as well
        output, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert "Traceback" not in output
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert "leaves out sources of which there is no picture: bsds500, flickr8k-part" in output
    resumed = subprocess.run(
        [*command[:-4], "--steps", str(state["step"]), "--workers", "0"], capture_output=True, text=True, check=True
    )
    assert f"resuming at step {state['step']}" in resumed.stdout
    assert scalars.read_text().startswith("step,images_per_second,learning_rate,")
    assert not list(tmp_path.glob("*.partial"))
    assert (tmp_path / "compact.safetensors").stat().st_mode & 0o044


def test_a_loss_that_is_no_number_is_never_saved(folder, tmp_path):
    Trainer(plain(steps=1), tmp_path).run(PhotoSet.open([folder]), workers=0)
    before = {path: path.read_bytes() for path in (tmp_path / "checkpoint.pt", tmp_path / "plain.safetensors")}
    trainer = Trainer(plain(steps=3), tmp_path)
    trainer.resume()
    next(trainer.network.parameters()).data.fill_(float("nan"))
    with pytest.raises(InputError, match="no number any more at step 3: give a lower rate"):
        trainer.run(PhotoSet.open([folder]), workers=0)
    assert trainer.saved == 1
    assert {path: path.read_bytes() for path in before} == before


def test_what_was_learned_before_a_picture_that_cannot_be_read_is_kept(folder, tmp_path):
    (tmp_path / "bad.jpg").write_bytes((folder / "animals" / "cat.jpg").read_bytes()[:2000])
    photos = PhotoSet.open([folder / "animals" / "cat.jpg"] * 9 + [tmp_path / "bad.jpg"])
    trainer = Trainer(plain(steps=50), tmp_path / "run")
    with pytest.raises(InputError, match=r"bad\.jpg: cannot be read as a picture"):
        trainer.run(photos, workers=0)
    assert torch.load(trainer.checkpoint, weights_only=True)["step"] == trainer.saved == trainer.step > 0


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\3\4 cut short"])
def test_a_damaged_checkpoint_is_named(tmp_path, content):
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(InputError, match=r"checkpoint\.pt is damaged or no checkpoint"):
        read_checkpoint(tmp_path, "plain", torch.device("cpu"))


def test_wrong_numbers_in_a_recipe_are_named(tmp_path):
    values = load_recipe("siggraph17").as_dict()
    with pytest.raises(ValueError, match="distance must be 'l1' or 'huber', not 'l2'"):
        parse_recipe(values | {"loss": values["loss"] | {"distance": "l2"}}, "mine.toml")
    with pytest.raises(ValueError, match="no method 'lion'"):
        Trainer(replace(plain(), optimizer=replace(plain().optimizer, method="lion")), tmp_path)


METADATA = {"architecture": "compact", "rebalancing": "0.5", "samples": "100"}


def test_a_run_begins_with_a_weights_file_and_says_what_that_lacks(folder, tmp_path):
    first = Trainer(small(steps=1), tmp_path / "first")
    first.run(PhotoSet.open([folder]), workers=0)
    file = tmp_path / "first" / "compact.safetensors"
    whole = load_file(file) | {"corrected.leave.bias": torch.zeros(128)}  # a part that is no longer there
    save_file(whole, with_more := tmp_path / "more.safetensors", metadata=METADATA)
    assert load_network(with_more)[1]["samples"] == "100"
    weights = {key: value for key, value in whole.items() if not key.startswith("affinity.")}
    save_file(weights, older := tmp_path / "older.safetensors", metadata=METADATA)
    second = Trainer(small(steps=1), tmp_path / "second")
    lacking = second.start_from(older)
    assert lacking
    assert all(key.startswith("affinity.") for key in lacking)
    assert torch.allclose(second.average["bins.weight"], first.average["bins.weight"], atol=1e-3)
    second.run(PhotoSet.open([folder]), workers=0)
    assert load_network(tmp_path / "second" / "compact.safetensors")[1]["samples"] == "102"
    with pytest.raises(ValueError, match=r"older\.safetensors holds weights of compact, not of plain"):
        Trainer(plain(), tmp_path / "third").start_from(older)
    for other in (folder / "animals" / "cat.jpg", Path(__file__)):
        with pytest.raises(WeightsError, match="is not a safetensors file, so name one"):
            Trainer(small(), tmp_path / "fourth").start_from(other)
