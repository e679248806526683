"""What several parts of a network are built of."""

from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

Layer = TypeVar("Layer", bound=nn.Linear | nn.Conv2d)


def constant(layer: Layer, bias: float = 0.0) -> Layer:
    """Set the weights to zero and the bias to `bias`, so that the layer starts as a constant."""
    with torch.no_grad():
        layer.weight.zero_()
        if layer.bias is not None:
            layer.bias.fill_(bias)
    return layer


def fold(part: nn.Module) -> None:
    """Put each normalization of a part into the convolution right before it: for a network that learns no more."""
    children = list(part.named_children())
    for (name, convolution), (next_name, norm) in pairwise(children):
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            setattr(part, name, fuse_conv_bn_eval(convolution.eval(), norm.eval()))
            setattr(part, next_name, nn.Identity())


class Pointwise(nn.Conv2d):
    """A convolution of 1 x 1; on a GPU a matrix product.

    Hints differ in number from batch to batch, and for every new shape cuDNN would choose anew how to convolve.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, inputs, h, w), to (B, outputs, h, w)."""
        return self.product(x) if x.is_cuda else super().forward(x)

    def product(self, x: Tensor) -> Tensor:
        """The same as a matrix product."""
        return F.linear(x.permute(0, 2, 3, 1), self.weight.flatten(1), self.bias).permute(0, 3, 1, 2)


def without_autocast(device: torch.device) -> AbstractContextManager[object]:
    """A context in which the types of tensors decide; on the device `meta`, which has shapes alone, nothing is cast."""
    if torch.amp.is_autocast_available(device.type):
        return torch.autocast(device.type, enabled=False)
    return nullcontext()
