"""The block of convolutions that the networks of Zhang et al. 2016 and 2017 are made of."""

from torch import nn


def block(inputs: int, outputs: int, count: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    """`count` 3x3 convolutions, each with ReLU, the last one with `stride`, and a batch normalization at the end."""
    layers: list[nn.Module] = []
    for i in range(count):
        step = stride if i == count - 1 else 1
        layers += [nn.Conv2d(inputs, outputs, 3, step, padding=dilation, dilation=dilation), nn.ReLU()]
        inputs = outputs
    return nn.Sequential(*layers, nn.BatchNorm2d(outputs))
