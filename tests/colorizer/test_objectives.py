"""What each system learns from: the published constants, and that every recipe really trains."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data as samples

from colorizer import bins
from colorizer.architectures import architecture
from colorizer.lab import rgb_to_lab
from colorizer.networks.eccv16 import Eccv16
from colorizer.networks.larsson16 import Larsson16, decode
from colorizer.networks.plain import PlainGroups
from colorizer.networks.siggraph17 import Siggraph17
from colorizer.training import optimizer as optimizers
from colorizer.training.batches import Batches
from colorizer.training.loop import Trainer
from colorizer.training.objective import Batch
from colorizer.training.objectives import OBJECTIVES
from colorizer.training.objectives.dahl16 import blur
from colorizer.training.objectives.larsson16 import Histograms, histograms
from colorizer.training.objectives.zhang17 import grid_labels
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import load_recipe, recipe_names

pytestmark = pytest.mark.slow

STEPS = {"compact": 6, "eccv16-l2": 6, "eccv16-no-rebalance": 2, "siggraph17-classification": 2, "splitbrain": 2}


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    for name in ("astronaut", "cat", "coffee", "rocket"):
        (root / name).mkdir()
        Image.fromarray(getattr(samples, name)()).resize((160, 128)).save(root / name / "1.png")
    return PhotoSet.open([root])


def recipe(name, **changes):
    """The recipe at two pictures of 64 pixels, at a rate that a few steps can feel."""
    full = load_recipe(name)
    method = "adam" if full.optimizer.method in ("adadelta", "sgd") else full.optimizer.method
    betas = full.optimizer.betas if len(full.optimizer.betas) == 2 else (0.9, 0.999)
    quick: dict[str, Any] = {
        "betas": betas,
        "rate": 3e-4 if "siggraph17" in name or name == "compact" else 1e-3,
        "steps": 100,
        "warmup": 1,
        "decay": 1,
        "drops": (),
    }
    return replace(
        full,
        data=replace(full.data, batch=2, crop=64),
        encoder=full.encoder and replace(full.encoder, imagenet=False, freeze_blocks=0),
        optimizer=replace(full.optimizer, method=method, **quick),
        **changes,
    )


def objective(name):
    chosen = load_recipe(name)
    return OBJECTIVES[chosen.objective](chosen.loss)


@pytest.mark.parametrize("name", sorted(set(recipe_names()) - {"larsson16", "compact-gpu", "compact-gpu-start"}))
def test_a_recipe_learns_a_repeated_batch(name, photos, tmp_path):
    trainer = Trainer(recipe(name), tmp_path)
    batch = Batches(photos, trainer.recipe)[0]
    history = [trainer.train(batch) for _ in range(STEPS.get(name, 3))]
    trainer.step = 0  # the dropout of the first step again
    history.append(trainer.train(batch))
    watched = ["l1"] if name == "cgan18" else list(history[0])  # the two halves of a GAN work against each other
    course = [sum(losses[key].item() for key in watched) for losses in history]
    assert all(np.isfinite(course))
    assert course[-1] < 0.95 * course[0]


def test_the_stages_of_compact_on_a_gpu_learn_all_but_which_places_are_averaged(tmp_path):
    for name in ("compact-gpu-start", "compact-gpu"):
        network: Any = Trainer(recipe(name), tmp_path).network
        assert not any(parameter.requires_grad for parameter in network.affinity.parameters())
        assert network.bins.weight.requires_grad
        assert network.spread.key.weight.requires_grad


def test_larsson_learns_a_repeated_batch_with_narrow_top_layers(photos):
    torch.manual_seed(0)
    chosen = recipe("larsson16")
    network, learned = Larsson16(width=64), Histograms(chosen.loss)
    optimizer = optimizers.build(network, learned, chosen.optimizer, None)
    batch = Batches(photos, chosen)[0]
    course = []
    for step in range(5):
        for group in optimizer.param_groups:
            group["lr"] = 1e-5  # the published rate is for whole batches of large pictures
        torch.manual_seed(1)  # the same places and the same dropout each time
        (losses,) = learned.updates(network, batch, step)
        optimizer.zero_grad()
        sum(losses.values()).backward()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
        torch.nn.utils.clip_grad_norm_(network.parameters(), chosen.optimizer.clip)  # as the loop does
        optimizer.step()
        course.append(float(sum(losses.values()).detach()))
    assert course[-1] < course[0]


def test_published_rebalancing_weighs_the_classes():
    network = Eccv16()
    for name, least, most in (("eccv16", 0.0965, 6.175), ("eccv16-no-rebalance", 1.0, 1.0)):
        learned = objective(name)
        learned.prepare(network)
        assert float(learned.class_weights.min()) == pytest.approx(least, abs=1e-4)
        assert float(learned.class_weights.max()) == pytest.approx(most, abs=1e-3)
        assert float(learned.class_weights @ bins.prior()) == pytest.approx(1, abs=1e-5)


def test_classification_keeps_the_mean_over_bins_and_folds_the_temperature_into_what_is_stored():
    torch.manual_seed(0)
    network: Any = Eccv16().eval()
    learned = objective("eccv16")
    learned.prepare(network)
    assert torch.allclose(network.model_out.weight[..., 0, 0].T * 110, bins.centres(), atol=1e-4)
    assert not network.model_out.weight.requires_grad
    with torch.inference_mode():
        network.model8[6].weight *= 50  # else all logits of a fresh network are alike
        L = torch.rand(1, 1, 32, 32) * 100
        expected = bins.annealed_mean(network(L).logits, 0.38)
        network.load_state_dict(learned.export(network.state_dict()))
        assert torch.allclose(network(L).ab, expected, atol=1e-2)
    objective("eccv16-l2").prepare(regression := Eccv16())
    assert regression.model_out.weight.requires_grad


def test_grid_labels_are_those_of_the_529_bins():
    axis = torch.arange(-110.0, 111, 10)
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="ij"))[None]
    assert torch.equal(grid_labels(grid).flatten(), torch.arange(529))
    assert torch.equal(grid_labels(grid.clamp(-100, 100) + 4).flatten(), grid_labels(grid.clamp(-100, 100)).flatten())


def test_the_distribution_of_siggraph17_does_not_shape_what_it_reads(photos):
    batch = Batches(photos, recipe("siggraph17"))[0]
    for name, shaped in (("siggraph17", False), ("siggraph17-classification", True)):
        network: Any = Siggraph17()
        learned = objective(name)
        learned.prepare(network)
        (losses,) = learned.updates(network, batch, 0)
        losses["classification"].backward()
        assert network.model_class[0].weight.grad.abs().sum() > 0
        assert (network.model4[0].weight.grad is not None) is shaped


def test_the_mask_convention_of_the_recipe_reaches_network_and_metadata():
    chosen = load_recipe("siggraph17")
    learned = OBJECTIVES["zhang17"](replace(chosen.loss, mask_centre=0.5))
    learned.prepare(network := Siggraph17())
    assert network.mask_centre == 0.5
    assert learned.metadata() == {"mask_centre": "0.5"}


def test_true_histograms_are_those_of_the_window():
    ab = torch.zeros(1, 2, 20, 20)
    ab[:, 0, :, :10], ab[:, 1, :, 10:] = 50, -30  # reds on the left, blues on the right
    batch = Batch(torch.full((1, 1, 20, 20), 40.0), ab, *(torch.zeros(1),) * 5)
    hue, chroma, amount, light = histograms(batch, torch.tensor([[[4, 10], [10, 10], [19, 0]]]), 7)
    assert torch.allclose(hue.sum(-1), torch.ones(1, 3))
    assert torch.allclose(chroma.sum(-1), torch.ones(1, 3))
    assert hue[0, 0, 0] == pytest.approx(1)  # wholly red
    assert hue[0, 1, 0] == pytest.approx(3 * 50 / (3 * 50 + 4 * 30), abs=1e-4)  # by their chroma
    assert chroma[0, 1].nonzero().flatten().tolist() == [30 * 32 // 110, 50 * 32 // 110]
    assert amount[0].tolist() == pytest.approx([50 / 110, 30 / 110, 30 / 110])
    assert light[0].tolist() == pytest.approx([0.4] * 3)
    assert torch.allclose(decode(hue.log(), chroma.log())[0, 0], torch.tensor([50.0, 0.0]), atol=8)


def test_a_gan_moves_one_side_at_a_time(photos, tmp_path):
    trainer = Trainer(recipe("cgan18"), tmp_path)
    batch = Batches(photos, trainer.recipe)[0]
    generator, judge = trainer.network, trainer.objective.discriminator
    moved = []
    for losses in trainer.objective.updates(generator, batch, 0):
        trainer.optimizer.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        moved.append([any(p.grad is not None for p in side.parameters()) for side in (generator, judge)])
    assert moved == [[False, True], [True, False]]


def test_blur_is_gaussian_and_keeps_what_is_even():
    spot = torch.zeros(1, 1, 5, 5)
    spot[..., 2, 2] = 16
    assert torch.equal(blur(spot, (1, 2, 1))[0, 0, 1:4, 1:4], torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]))
    assert torch.allclose(blur(torch.ones(2, 2, 6, 7), (1, 4, 6, 4, 1)), torch.ones(2, 2, 6, 7))


def test_groups_are_scenes_and_too_many_are_refused(photos):
    assert photos.labels() == [0, 1, 2, 3]
    batch = Batches(photos, replace(recipe("iizuka16"), data=replace(recipe("iizuka16").data, batch=20)))[0]
    assert set(batch.group.tolist()) == {0, 1, 2, 3}
    many = PhotoSet([b""] * 206, [str(i) for i in range(206)])
    with pytest.raises(ValueError, match="206 groups"):
        objective("iizuka16").check(many)


def test_a_recipe_whose_parts_do_not_fit_is_refused(tmp_path):
    with pytest.raises(ValueError, match="objective trains dahl16, not plain"):
        Trainer(replace(load_recipe("dahl16"), network="plain"), tmp_path)
    with pytest.raises(ValueError, match="but dahl16 has no encoder"):
        Trainer(replace(load_recipe("dahl16"), encoder=load_recipe("compact").encoder), tmp_path)


@pytest.mark.parametrize("table", [bins.hull(20), bins.hull(30), bins.clusters(32)])
def test_other_bins_take_soft_codes_and_give_them_back(table):
    assert float(table.prior.sum()) == pytest.approx(1, abs=1e-5)
    assert float(table.prior.min()) > 0
    lab = rgb_to_lab(torch.from_numpy(samples.coffee()[::8, ::8].copy()).permute(2, 0, 1) / 255)
    index, weight = bins.encode_pixels(lab[None, 1:], k=5, sigma=5, table=table)
    assert torch.allclose(weight.sum(-1), torch.ones(index.shape[:-1]))
    assert index.max() < len(table.centres)
    logits = torch.full((1, len(table.centres), *index.shape[1:3]), -30.0)
    logits.scatter_(1, index.permute(0, 3, 1, 2), weight.log().permute(0, 3, 1, 2).clamp_min(-30))
    found = bins.annealed_mean(logits, 1.0, table)
    assert (found[0] - lab[1:]).norm(dim=0).mean() < 10


def test_published_prior_on_coarser_bins():
    assert len(bins.hull(20).centres) == 78
    assert torch.equal(bins.hull(10).centres, bins.centres())
    assert torch.allclose(bins.hull(10).prior, bins.prior())
    neutral = (bins.hull(20).centres == 0).all(dim=1)
    # (0, 0) keeps its 20.1 %, half of its four neighbours on the axes and a quarter of the four at the corners.
    near = bins.centres().abs().amax(dim=1) <= 10
    share = 0.5 ** (bins.centres()[near] != 0).sum(dim=1)
    assert float(bins.hull(20).prior[neutral]) == pytest.approx(float(bins.prior()[near] @ share), abs=1e-6)
    with pytest.raises(ValueError, match="25"):
        bins.hull(25)


def test_a_network_that_is_told_groups_begins_as_one_that_is_told_nothing():
    network = PlainGroups().eval()
    L = torch.linspace(0, 100, 64 * 64).view(1, 1, 64, 64)
    untold = network(L).logits
    network.told = 3
    assert torch.equal(network(L).logits, untold)
    with torch.no_grad():
        network.group.weight[3] = 1.0
    assert not torch.allclose(network(L).logits, untold)
    network.told = None
    assert torch.equal(network(L).logits, untold)


def test_more_groups_than_the_network_knows_are_refused():
    photos = PhotoSet([b""] * 11, [f"group {number}" for number in range(11)])
    with pytest.raises(ValueError, match="11 groups of photographs; at most 10: group 0, group 1"):
        OBJECTIVES["zhang16-groups"](load_recipe("experiment-groups").loss).check(photos)


def test_architectures_of_the_experiment_share_their_backbone():
    names = ("plain", "plain-grid20", "plain-clusters", "plain-regression", "plain-ycbcr", "plain-oklab", "plain-lch")
    with torch.device("meta"):
        built = [dict(architecture(name).build().named_parameters()) for name in names]
    backbones = [{key: p.shape for key, p in of.items() if not key.startswith("head.")} for of in built]
    assert all(backbone == backbones[0] for backbone in backbones)
    budgets = {
        (r.data, r.optimizer, r.encoder) for r in map(load_recipe, recipe_names()) if r.network.startswith("plain")
    }
    assert len(budgets) == 1
