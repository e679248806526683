"""From a grey photograph of any size to a coloured one: `Colorizer`.

The network sees a small copy of the photo's lightness. What it answers is chroma only, which `upsample.join` enlarges
to the full size and joins with the photo's own L.
"""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor

from colorizer import bins
from colorizer.lab import lightness
from colorizer.networks import build
from colorizer.networks.compact import Compact
from colorizer.upsample import join

Pixels = npt.NDArray[np.uint8]

SHORT_SIDE = 192
"""Shorter side, in pixels, of the copy that the network sees; photos were about that large in training."""

LONGEST_SIDE = 768
"""Longest side of that copy; only panoramas reach it."""


@dataclass(frozen=True)
class Decoding:
    """How colours are read from the network's two heads.

    rebalancing: power of the class rebalancing that the distribution is brought to, whatever it was trained with
    (0: the true prior, duller; 1: as published, more colourful). temperature: of the annealed mean. regression:
    weight of the regression head in the mix, 0..1.
    """

    rebalancing: float = 0.6
    temperature: float = 0.38
    regression: float = 0.3


class WeightsError(ValueError):
    """A weights file that does not fit; the message names the file, the architecture and the keys that differ."""


class Colorizer:
    """Colours photographs with one network. Safe to share between threads."""

    def __init__(
        self, network: Compact, *, device: torch.device, trained_rebalancing: float, decoding: Decoding | None = None
    ) -> None:
        self.device = device
        self.decoding = decoding or Decoding()
        self.network = network.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        self._trained_rebalancing = trained_rebalancing
        self._log_weights = bins.rebalancing_weights(bins.prior()).log().view(1, -1, 1, 1).to(device)

    @classmethod
    def load(cls, weights: str | Path = "compact", *, device: str = "auto") -> "Colorizer":
        """A colorizer with packaged weights (by name) or a .safetensors file (by path).

        device: "cpu", "cuda" or "auto" (CUDA where there is one). Raises WeightsError, FileNotFoundError.
        """
        path = Path(weights)
        if not path.suffix:
            path = Path(str(resources.files("colorizer").joinpath(f"weights/{weights}.safetensors")))
        if not path.is_file():
            raise FileNotFoundError(f"no weights at {path}; packaged: {', '.join(packaged_weights()) or 'none'}")
        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        if chosen.startswith("cuda") and not torch.cuda.is_available():
            raise ValueError(f"device {device!r}: PyTorch finds no CUDA device here; use cpu or auto")
        network, metadata = load_network(path)
        return cls(network, device=torch.device(chosen), trained_rebalancing=float(metadata["rebalancing"]))

    def colorize(self, pixels: Pixels, *, hint: Tensor | None = None) -> Pixels:
        """The photo in colour, same shape.

        pixels: uint8 sRGB (height, width, 3); whatever colour it has is dropped, its L is kept (to the rounding of
        8 bits). hint: float (3, h, w) at the size of `network_size`: ab / 110 and a mask, 0 where nothing is given.
        Raises ValueError for another shape or type.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ValueError(f"expected uint8 pixels of shape (height, width, 3), got {pixels.dtype} {pixels.shape}")
        L = small_lightness(pixels)
        ab = self.chroma(L[None], None if hint is None else hint[None])[0]
        return join(pixels, ab.cpu(), guide=L)

    @torch.inference_mode()
    def chroma(self, L: Tensor, hint: Tensor | None = None, decoding: Decoding | None = None) -> Tensor:
        """L (B, 1, H, W) in 0..100 and hints (B, 3, H, W) to ab (B, 2, ceil(H / 4), ceil(W / 4))."""
        logits, regression = self.network(L.to(self.device), None if hint is None else hint.to(self.device))
        return self.decode(logits, regression, decoding or self.decoding)

    def decode(self, logits: Tensor, regression: Tensor, decoding: Decoding) -> Tensor:
        """Logits (B, 313, h, w) and regression (B, 2, h, w) to ab (B, 2, h, w)."""
        ab = regression * decoding.regression
        if decoding.regression < 1:
            shift = decoding.rebalancing - self._trained_rebalancing
            colours = bins.annealed_mean(logits + shift * self._log_weights, decoding.temperature)
            ab = ab + (1 - decoding.regression) * colours
        return ab


def packaged_weights() -> list[str]:
    """Names of the weights in the package."""
    folder = Path(str(resources.files("colorizer").joinpath("weights")))
    return sorted(path.stem for path in folder.glob("*.safetensors"))


def load_network(path: Path) -> tuple[Compact, dict[str, str]]:
    """The network that a .safetensors file describes, with its weights, in float32, and the file's metadata.

    metadata: `architecture`, `rebalancing` (its power in training) and `samples` (pictures seen in training).
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 - not a dict
    except SafetensorError as error:
        raise WeightsError(f"{path} is not a safetensors file: {error}") from error
    if not {"architecture", "rebalancing"} <= metadata.keys():
        raise WeightsError(f"{path} was not written by `colorizer train`: its metadata name no architecture")
    architecture = metadata["architecture"]
    network = build(architecture)
    wanted = {key for key in network.state_dict() if not key.endswith("num_batches_tracked")}
    if wanted != state.keys():
        missing, unexpected = sorted(wanted - state.keys()), sorted(state.keys() - wanted)
        raise WeightsError(
            f"{path} does not fit {architecture}: {len(missing)} missing keys {missing[:5]}, "
            f"{len(unexpected)} unexpected keys {unexpected[:5]}"
        )
    network.load_state_dict(state, strict=False)  # only BatchNorm's counters are absent, checked above
    return network, metadata


def network_size(height: int, width: int) -> tuple[int, int]:
    """Height and width of the copy that the network sees of a photo of that size."""
    scale = min(SHORT_SIDE / min(height, width), LONGEST_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def small_lightness(pixels: Pixels) -> Tensor:
    """L (1, h, w) in 0..100 of the copy that the network sees, area-averaged from uint8 (height, width, 3)."""
    height, width = network_size(*pixels.shape[:2])
    image = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)
    return lightness(torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255)
