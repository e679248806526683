"""Convolutions that take less time on a processor, in a network that learns no more.

oneDNN reads weights in an order of its own, into which PyTorch brings them at each call, and it can compute the
activation along with the convolution. For small maps both together take as long as the convolution. `torch.compile`
spares them too, but takes half a minute first. The values are the same.
"""

import platform
from typing import Any

import torch
from torch import Tensor, nn

from colorizer.networks.layers import Pointwise

_ACTIVATIONS: dict[type[nn.Module], tuple[str, list[float]]] = {
    nn.Identity: ("none", []),
    nn.ReLU6: ("hardtanh", [0.0, 6.0]),
    nn.SiLU: ("swish", []),
}
"""How oneDNN calls them in PyTorch, and their numbers."""


def available() -> bool:
    """Whether this PyTorch has them, on a processor on which that was measured."""
    return platform.machine() in ("x86_64", "AMD64") and all(
        hasattr(torch.ops.mkldnn, part) for part in ("_reorder_convolution_weight", "_convolution_pointwise")
    )


class Packed(nn.Module):
    """A convolution and the activation after it.

    convolution: padded with zeros or not at all.
    activation: Identity, ReLU6 or SiLU.
    """

    def __init__(self, convolution: nn.Conv2d, activation: nn.Module | None = None) -> None:
        super().__init__()
        self.weight, self.bias = convolution.weight, convolution.bias
        self._activation = _ACTIVATIONS[type(activation or nn.Identity())]
        self._how = tuple(map(list, (convolution.padding, convolution.stride, convolution.dilation)))
        self._groups = convolution.groups
        self._packed: Tensor | None = None  # made at the first call: nothing can copy it

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_packed": None}

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, C, H, W), to (B, channels, h, w)."""
        if self._packed is None:
            self._packed = torch.ops.mkldnn._reorder_convolution_weight(self.weight, *self._how, self._groups, x.shape)
        found: Tensor = torch.ops.mkldnn._convolution_pointwise(
            x, self._packed, self.bias, *self._how, self._groups, *self._activation, ""
        )
        return found


def pack(network: nn.Module) -> None:
    """Pack the convolutions of a network in place; those in a `Sequential` together with the activations after them.

    A convolution that does more than convolve says with a method `packed` how that is done.
    """
    for part in list(network.modules()):
        children = list(part.named_children())
        for (name, layer), rest in ((child, children[n:]) for n, child in enumerate(children, start=1)):
            if not isinstance(layer, nn.Conv2d) or isinstance(layer, Pointwise):
                continue
            if packed := getattr(layer, "packed", None):
                setattr(part, name, packed())
                continue
            after, activation = _next(rest) if isinstance(part, nn.Sequential) else (None, None)
            setattr(part, name, Packed(layer, activation))
            if after is not None:
                setattr(part, after, nn.Identity())


def _next(layers: list[tuple[str, nn.Module]]) -> tuple[str | None, nn.Module | None]:
    """The activation that comes first of these layers, but for those that do nothing; its name and itself."""
    for name, layer in layers:
        if not isinstance(layer, nn.Identity):
            return (name, layer) if type(layer) in _ACTIVATIONS else (None, None)
    return None, None
