"""Depthwise convolutions that learn fast on a CPU.

Two of their gradients are slow in oneDNN 3.12. For the weights of 3 x 3 kernels it has code of its own; those of 5 x 5
take up to 4 times as long as they need, in bfloat16 up to 45 times. So they are put together from the gradients of
kernels of 3 x 3 at the four corners of the larger one. For the input of a convolution with a stride it has no fast code
in bfloat16; that gradient is computed in float32.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

_PART = 3


def depthwise(x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    """As `F.conv2d` with as many groups as channels; in the precision of autocast, where that is on.

    x: (B, C, H, W).
    weight: (C, 1, 3, 3) or (C, 1, 5, 5).
    bias: (C,).
    """
    if not (torch.is_grad_enabled() and weight.requires_grad and x.device.type == "cpu"):
        return F.conv2d(x, weight, bias, stride, padding, groups=len(weight))
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else x.dtype
    convolved: Tensor = _Depthwise.apply(  # type: ignore[no-untyped-call]
        x.to(dtype), weight.to(dtype), bias.to(dtype), stride, padding
    )
    return convolved


class _Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return F.conv2d(x, weight, bias, stride, padding, groups=len(weight))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None, None]:
        x, weight = ctx.saved_tensors
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        to_x = _to_input(gradient, x, weight, ctx.stride, ctx.padding) if ctx.needs_input_grad[0] else None
        return to_x, _to_weight(gradient, x, weight, ctx.stride, ctx.padding), gradient.sum((0, 2, 3)), None, None


def _to_input(gradient: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    if stride == 1:
        return _gradients(gradient, x, weight, stride, padding, 0)
    return _gradients(gradient.float(), x.float(), weight.float(), stride, padding, 0).to(x.dtype)


def _to_weight(gradient: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    side = weight.shape[-1]
    if side == _PART:
        return _gradients(gradient, x, weight, stride, padding, 1)
    padded = F.pad(x, [padding] * 4)
    rows, columns = (stride * (length - 1) + _PART for length in gradient.shape[2:])
    found = torch.empty_like(weight)
    corners = (slice(0, _PART), slice(side - _PART, side))
    for down in corners:
        for across in corners:
            seen = padded[:, :, down.start : down.start + rows, across.start : across.start + columns]
            part = weight[:, :, down, across].contiguous()
            found[:, :, down, across] = _gradients(gradient, seen, part, stride, 0, 1)
    return found


def _gradients(gradient: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int, which: int) -> Tensor:
    """The gradient of the input (`which` is 0) or of the weights (1), as PyTorch computes it."""
    found: Tensor = torch.ops.aten.convolution_backward(
        gradient,
        x,
        weight,
        None,
        [stride] * 2,
        [padding] * 2,
        [1, 1],
        False,
        [0, 0],
        len(weight),
        [which == 0, which == 1, False],
    )[which]
    return found
