"""What the layers of a network know of pictures: a linear classifier on the frozen features of each.

The test of Zhang, Isola, Efros 2017 for split-brain autoencoders: features of a layer are pooled to about 9,000 numbers
a picture, and the classifier is to tell the pictures' groups. What the same network knows with random weights is the
figure to compare with.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.errors import InputError
from colorizer.lab import rgb_to_lab
from colorizer.networks.splitbrain import CrossChannel
from colorizer.training.photos import PhotoSet, square

NUMBERS = 9000
"""Features of a picture after pooling, at most."""


@dataclass(frozen=True)
class Probed:
    """Share of held-out pictures that are told rightly from a layer's features, trained and with random weights."""

    layer: str
    accuracy: float
    random: float


def probe(network: CrossChannel, photos: PhotoSet, *, side: int = 180, seed: int = 0) -> list[Probed]:
    """Accuracy at each layer: every other picture of a group is learned from, the others are asked.

    side: of the central square that is shown, in pixels. seed: of the random weights. Raises InputError where there
    are fewer than two groups, or a group of one picture.
    """
    labels = torch.tensor(photos.labels())
    sizes = labels.bincount()
    if len(sizes) < 2 or int(sizes.min()) < 2:
        raise InputError(f"a probe needs two groups of two pictures at least, not {sizes.tolist()}")
    place = torch.stack([(labels[:i] == label).sum() for i, label in enumerate(labels)])
    asked = place % 2 == 1
    torch.manual_seed(seed)
    device = next(network.parameters()).device
    untrained = type(network)().to(device)
    trained_features = pooled(network, photos, side)
    random_features = pooled(untrained, photos, side)
    return [
        Probed(
            layer, _accuracy(trained_features[layer], labels, asked), _accuracy(random_features[layer], labels, asked)
        )
        for layer in trained_features
    ]


@torch.inference_mode()
def pooled(network: CrossChannel, photos: PhotoSet, side: int) -> dict[str, Tensor]:
    """Features (pictures, numbers) of each layer, from a network whose batch statistics are left alone."""
    network.eval()
    device = next(network.parameters()).device
    found: dict[str, list[Tensor]] = {}
    for photo in photos:
        lab = rgb_to_lab(torch.from_numpy(np.array(square(photo, side))).permute(2, 0, 1)[None] / 255)
        for layer, features in network.layers(lab.to(device)).items():
            rows = max(1, min(features.shape[2], int((NUMBERS / features.shape[1]) ** 0.5)))
            found.setdefault(layer, []).append(F.adaptive_avg_pool2d(features, rows).flatten().cpu())
    return {layer: torch.stack(rows) for layer, rows in found.items()}


def _accuracy(features: Tensor, labels: Tensor, asked: Tensor, decay: float = 1e-3) -> float:
    """Of a softmax regression on standardized features, fitted to the pictures that are not asked."""
    known = features[~asked]
    features = (features - known.mean(dim=0)) / (known.std(dim=0) + 1e-5)
    weight = torch.zeros(features.shape[1], int(labels.max()) + 1, requires_grad=True)
    bias = torch.zeros(weight.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        said = F.cross_entropy(features[~asked] @ weight + bias, labels[~asked])
        value = said + decay * weight.square().sum()
        torch.autograd.backward(value)
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        said = (features[asked] @ weight + bias).argmax(dim=1)
    return float((said == labels[asked]).float().mean())
