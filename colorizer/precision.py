"""Networks in bfloat16, on processors with instructions for it.

There a forward pass takes about half the time, and ab changes by a fifth of a unit (docs/bench.md). Other processors
emulate bfloat16, which is slower than float32.
"""

from typing import Any

import torch
from torch import Tensor

from colorizer.networks import Network, Prediction


def computes_bfloat16(device: torch.device) -> bool:
    """Whether a device is a processor with instructions for bfloat16 (AVX512-BF16 or AMX)."""
    if device.type != "cpu" or not hasattr(torch.cpu, "get_capabilities"):  # older PyTorch has no such function
        return False
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


class InBfloat16(Network):
    """A network that computes in bfloat16 on the CPU and predicts in float32.

    Its steps are joined and it is converted in place: autocast alone would convert weights or activations at each call.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        network.join_steps()  # while its weights have all their digits
        self.network = network.bfloat16()

    def see(self, L: Tensor) -> Any:
        """See `Network`."""
        return self.network.see(L.bfloat16())

    def encode_seen(self, seen: Any, condition: Tensor | None = None) -> Any:
        """See `Network`."""
        return self.network.encode_seen(seen, None if condition is None else condition.bfloat16())

    def paint(self, encoded: Any, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        with torch.autocast("cpu", torch.bfloat16):  # attention to hints is computed in float32
            logits, ab, *heard = self.network.paint(encoded, hint)
        logits, trust, shift = (None if one is None else one.float() for one in (logits, *heard))
        return Prediction(logits, ab.float(), trust, shift)

    def forward(self, L: Tensor, hint: Tensor | None = None, condition: Tensor | None = None) -> Prediction:
        """See `Network`."""
        return self.paint(self.encode(L, condition), hint)
