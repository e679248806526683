"""The network `compact` in ONNX Runtime: its graphs from this package, its weights from a .safetensors file."""

import json
import struct
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from safetensors.numpy import load_file

from colorizer.architectures import architecture
from colorizer.catalogue import CATALOGUE, WeightsError, check_finite, verify, weights_path
from colorizer.errors import InputError
from colorizer.looks import Decoding
from colorizer.numpy_lab import Floats
from colorizer.runtime.decoding import COUNT, Prediction

NAME = "compact"
STEP, STRIDE = 32, 4


class Encoded(NamedTuple):
    """A photo before hints: what the painting half takes, and the prediction without hints."""

    trunk: Floats
    light: Floats
    plain: Prediction


class OnnxNetwork:
    """The two halves of the network. rebalancing, decoding: as `colorizer.loading.Loaded` has them."""

    def __init__(self, weights: str | Path) -> None:
        path = weights_path(weights)
        record = CATALOGUE.get(str(weights))
        if record is not None:
            verify(record, path)
        metadata = _metadata(path)
        if metadata.get("architecture") != NAME:
            kind = metadata.get("architecture", path.name)
            raise InputError(f"{kind} runs in PyTorch only; ONNX Runtime has {NAME} (--runtime torch)")
        self.rebalancing = float(metadata["rebalancing"])
        self.decoding: Decoding = record.decoding if record else architecture(NAME).decoding
        arrays = {f"network.{key}": value.astype(np.float32) for key, value in load_file(path).items()}
        check_finite(path, [key for key, value in arrays.items() if not np.isfinite(value).all()])
        self._encode, self._paint = (_session(half, arrays, path) for half in ("encode", "paint"))

    def encode(self, L: Floats, condition: Floats | None) -> Encoded:
        """L (1, H, W) in 0..100, any size, and a global condition (316,)."""
        rows, columns = (-(-side // STRIDE) for side in L.shape[1:])
        padded = np.pad(L, [(0, 0), (0, -L.shape[1] % STEP), (0, -L.shape[2] % STEP)], mode="edge")
        given = np.zeros(COUNT + 3, np.float32) if condition is None else condition
        found = self._encode.run(["trunk", "small_L", "logits", "ab"], {"L": padded[None], "condition": given[None]})
        trunk, light, logits, ab = (one[0, :, :rows, :columns] for one in found)
        return Encoded(trunk, light, Prediction(logits, ab))

    def paint(self, encoded: Encoded, hint: Floats | None) -> Prediction:
        """With hints (3, H, W), see `colorizer.networks.Network`."""
        if hint is None or not (hint[2] > 0).any():
            return encoded.plain
        maps = {"trunk": encoded.trunk, "small_L": encoded.light, "ab": encoded.plain.ab, "hint": _quarter(hint)}
        given = {name: np.ascontiguousarray(one[None]) for name, one in maps.items()}
        shift, trust = (one[0] for one in self._paint.run(["shift", "trust"], given))
        return encoded.plain._replace(shift=shift, trust=trust)


def _quarter(hint: Floats) -> Floats:
    """Hints at a quarter of the size, rounded up: the mean of the given colours, and 1 where any was given."""
    padded = np.pad(hint, [(0, 0), (0, -hint.shape[1] % 4), (0, -hint.shape[2] % 4)])
    mean = padded.reshape(3, padded.shape[1] // 4, 4, padded.shape[2] // 4, 4).mean(axis=(2, 4))
    given = mean[2:] > 0
    return np.concatenate([mean[:2] / np.maximum(mean[2:], 1e-6), given]).astype(np.float32)


def _metadata(path: Path) -> dict[str, str]:
    """What a .safetensors file says of itself; nothing for another file."""
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= 10_000_000:
            return {}
        try:
            found: dict[str, str] = json.loads(file.read(length)).get("__metadata__", {})
        except (ValueError, AttributeError):
            return {}
    return found


def _session(half: str, arrays: dict[str, Floats], path: Path) -> onnxruntime.InferenceSession:
    """A session of a graph that has the names of its weights and not their values."""
    graph = resources.files("colorizer").joinpath(f"runtime/graphs/{NAME}.{half}.onnx").read_bytes()
    names = json.loads(resources.files("colorizer").joinpath("runtime/graphs/weights.json").read_text())[half]
    missing = [name for name in names if name not in arrays]
    if missing:
        raise WeightsError(f"{path} does not fit {NAME}: it lacks {', '.join(missing[:5])}")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(arrays[name]) for name in names]
    options.add_external_initializers(names, values)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
