"""What makes training fast on a CPU changes nothing that is learned."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from colorizer.networks.depthwise import depthwise
from colorizer.training.loop import Trainer
from colorizer.training.objective import Batch
from colorizer.training.objectives import compact
from colorizer.training.recipe import load_recipe


@pytest.mark.parametrize(("side", "stride", "padding"), [(5, 1, 2), (5, 2, 2), (3, 1, 1), (3, 2, 1), (3, 2, 0)])
@pytest.mark.parametrize(("dtype", "apart"), [(torch.float32, 1e-5), (torch.bfloat16, 0.02)])
def test_depthwise_gradients_are_those_of_the_plain_convolution(side, stride, padding, dtype, apart):
    torch.manual_seed(0)
    inputs = torch.randn(2, 32, 8, 10), torch.randn(32, 1, side, side), torch.randn(32)
    x, weight, bias = (one.to(dtype).requires_grad_() for one in inputs)
    exact = [one.detach().float().requires_grad_() for one in (x, weight, bias)]
    found = depthwise(x, weight, bias, stride, padding)
    wanted = F.conv2d(exact[0], exact[1], exact[2], stride, padding, groups=32)
    push = torch.randn_like(wanted)
    (found.float() * push).sum().backward()
    (wanted * push).sum().backward()
    assert (found.float() - wanted).norm() < apart * wanted.norm()
    for one, other in zip((x, weight, bias), exact, strict=True):
        assert (one.grad.float() - other.grad).norm() < apart * other.grad.norm()


@pytest.fixture(scope="module")
def batches():
    torch.manual_seed(0)
    return [drawn() for _ in range(2)]


def drawn(size=6, side=64):
    """Pictures with no hint, with few and with many."""
    ab = F.interpolate(torch.randn(size, 2, 4, 4) * 30, size=(side, side), mode="bilinear")
    mask = torch.rand(size, 1, side, side) < torch.tensor([0, 0.001, 0.002, 0.004, 0.01, 0.1]).view(-1, 1, 1, 1)
    L = F.interpolate(torch.rand(size, 1, 8, 8) * 100, size=(side, side), mode="bilinear")
    hint = torch.cat([ab / 110, torch.ones_like(L)], dim=1) * mask
    nowhere = torch.zeros_like(L)
    outside = nowhere.clone()
    outside[1:3, :, :, :20] = 1
    return Batch(L, ab, hint, torch.zeros(size, 316), torch.zeros(size, dtype=torch.long), outside, nowhere)


def course(batches, folder, **options):
    """The losses of each step, and the gradient of the last."""
    recipe = load_recipe("compact")
    recipe = replace(
        recipe,
        encoder=replace(recipe.encoder, imagenet=False, freeze_blocks=7),
        optimizer=replace(recipe.optimizer, warmup=1, decay=1),
    )
    trainer = Trainer(recipe, folder, **options)
    losses = [{name: float(loss) for name, loss in trainer.train(batch).items()} for batch in batches]
    moved = [parameter.grad for parameter in trainer.network.parameters() if parameter.grad is not None]
    return losses, torch.cat([gradient.flatten() for gradient in moved])


@pytest.fixture(scope="module")
def exact(batches, tmp_path_factory):
    return course(batches, tmp_path_factory.mktemp("exact"), precision="float32")


def test_bfloat16_takes_the_course_of_float32(batches, exact, tmp_path):
    found, gradient = course(batches, tmp_path, precision="bfloat16")
    for one, other in zip(found, exact[0], strict=True):
        assert one == pytest.approx(other, rel=0.03, abs=0.01)
    assert F.cosine_similarity(gradient, exact[1], dim=0) > 0.98


def test_hints_heard_in_parts_say_what_they_say_together(batches, exact, tmp_path, monkeypatch):
    monkeypatch.setattr(compact, "PARTS", 1)
    together, gradient = course(batches, tmp_path, precision="float32")
    for one, other in zip(together, exact[0], strict=True):
        assert one == pytest.approx(other, rel=1e-3)
    assert F.cosine_similarity(gradient, exact[1], dim=0) > 0.999


def test_an_unknown_precision_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no precision 'half'; known: auto, float32, bfloat16"):
        Trainer(load_recipe("compact"), tmp_path, precision="half")
