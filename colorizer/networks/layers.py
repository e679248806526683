"""What several parts of a network are built of."""

from typing import TypeVar

import torch
from torch import nn

Layer = TypeVar("Layer", nn.Linear, nn.Conv2d)


def constant(layer: Layer, bias: float = 0.0) -> Layer:
    """Set the weights to zero and the bias to `bias`, so that the layer starts as a constant."""
    with torch.no_grad():
        layer.weight.zero_()
        if layer.bias is not None:
            layer.bias.fill_(bias)
    return layer
