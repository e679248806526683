"""Networks that compute in bfloat16 where the processor does so by itself.

There a forward pass takes about half the time, and ab moves by a fifth of a unit (docs/bench.md). Elsewhere bfloat16 is
emulated, and slower than float32.
"""

from typing import Any

import torch
from torch import Tensor

from colorizer.networks import Network, Prediction


def computes_bfloat16(device: torch.device) -> bool:
    """Whether the processor multiplies bfloat16 by itself (AVX512-BF16, AMX); False for what is no processor."""
    if device.type != "cpu" or not hasattr(torch.cpu, "get_capabilities"):  # an older PyTorch cannot say
        return False
    said = torch.cpu.get_capabilities()
    return bool(said.get("avx512_bf16") or said.get("amx_bf16"))


class InBfloat16(Network):
    """A network that computes in bfloat16 on the CPU; what it predicts is float32.

    The network itself is turned, in place: with autocast alone, weights or activations would be turned at each call.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network.bfloat16()

    def encode(self, L: Tensor, condition: Tensor | None = None) -> Any:
        """See `Network`."""
        return self.network.encode(L.bfloat16(), None if condition is None else condition.bfloat16())

    def paint(self, encoded: Any, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        with torch.autocast("cpu", torch.bfloat16):  # hints are weighed in float32
            logits, ab, trust = self.network.paint(encoded, hint)
        return Prediction(
            None if logits is None else logits.float(), ab.float(), None if trust is None else trust.float()
        )

    def forward(self, L: Tensor, hint: Tensor | None = None, condition: Tensor | None = None) -> Prediction:
        """See `Network`."""
        return self.paint(self.encode(L, condition), hint)
