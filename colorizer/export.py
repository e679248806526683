"""Networks as ONNX files, for runtimes without PyTorch. Parity: tests/colorizer/test_export.py.

A file takes L (1, 1, H, W) in 0..100, H and W multiples of 32, and gives `logits` and `ab` as `Prediction` describes
them, in float32. A network with hints takes `hint` (1, 3, H, W) too. `compact` makes two files, since it encodes a
photo once and paints it often: the first gives what the second, NAME.paint.onnx, takes together with `hint` at a
quarter of the size. Left out are the global condition (palette, style) and everything after the network: decoding,
enlarging, joining with the photo's own L.
"""

import json
import logging
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from colorizer.catalogue import Loaded
from colorizer.networks import Network
from colorizer.networks.compact import Compact

STEP = 32
"""Height and width of the input are multiples of it."""

_SIZE = 192, 256  # of the example that is traced; no side of it is special


def export(loaded: Loaded, path: Path) -> list[Path]:
    """Write the network as ONNX to `path`, and for `compact` its second half beside it; returns what was written.

    The files' metadata: architecture, side and square (size of the copy that the network was trained on), rebalancing
    and decoding as in `Colorizer`. Raises ValueError where PyTorch cannot export the network or the extra `onnx` is
    not installed.
    """
    network, kind = loaded.network.eval().requires_grad_(False), loaded.architecture
    metadata = {
        "architecture": kind.name,
        "side": str(kind.side),
        "square": str(kind.square).lower(),
        "rebalancing": str(loaded.rebalancing),
        "decoding": json.dumps(asdict(loaded.decoding)) if loaded.decoding else "",
    }
    L, hint = torch.rand(1, 1, *_SIZE) * 100, torch.zeros(1, 3, *_SIZE)
    hint[:, :, 10:14, 20:24] = 1
    with torch.no_grad():
        network(L, hint if kind.hints else None)  # constants that are made once must not be made while tracing
        if not isinstance(network, Compact):
            inputs = {"L": L, "hint": hint} if kind.hints else {"L": L}
            return [_write(_Forward(network), inputs, path, metadata, STEP)]
        encoded = network.encode(L)
        half = {"trunk": encoded.trunk, "small_L": encoded.L, "encoded_ab": encoded.ab, "hint": network.quarter(hint)}
        return [
            _write(_Encode(network), {"L": L}, path, metadata, STEP),
            _write(_Paint(network), half, path.with_suffix(".paint.onnx"), metadata, STEP // network.stride),
        ]


class _Forward(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, L: Tensor, hint: Tensor | None = None) -> dict[str, Tensor]:
        said = self.network(L, hint)
        return {"ab": said.ab} if said.logits is None else {"logits": said.logits, "ab": said.ab}


class _Encode(nn.Module):
    def __init__(self, network: Compact) -> None:
        super().__init__()
        self.network = network

    def forward(self, L: Tensor) -> dict[str, Tensor]:
        encoded = self.network.encode(L)
        return {"logits": encoded.logits, "ab": encoded.ab, "trunk": encoded.trunk, "small_L": encoded.L}


class _Paint(nn.Module):
    def __init__(self, network: Compact) -> None:
        super().__init__()
        self.network = network

    def forward(self, trunk: Tensor, small_L: Tensor, encoded_ab: Tensor, hint: Tensor) -> dict[str, Tensor | None]:
        logits, ab, trust = self.network.heard(trunk, small_L, encoded_ab, hint)
        return {"logits": logits, "ab": ab, "trust": trust}


def _write(module: nn.Module, inputs: dict[str, Tensor], path: Path, metadata: dict[str, str], step: int) -> Path:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it reports each operator of torchvision as missing
    height, width = step * torch.export.Dim("h", min=1, max=128), step * torch.export.Dim("w", min=1, max=128)
    shapes: dict[str, Any] = {name: {2: height, 3: width} for name in inputs}
    try:
        with warnings.catch_warnings(action="ignore"):  # PyTorch warns of its own insides
            program = torch.onnx.export(
                module.eval(),
                kwargs=inputs,
                input_names=list(inputs),
                output_names=list(module(**inputs)),
                dynamic_shapes=shapes,
                dynamo=True,
                verbose=False,
            )
    except ModuleNotFoundError as error:
        raise ValueError(f"the export needs {error.name}: pip install 'colorizebot[onnx]'") from error
    except (torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"PyTorch cannot export {metadata['architecture']}: {reason}") from error
    program = cast(torch.onnx.ONNXProgram, program)  # the old exporter gives None, this one does not
    program.model.metadata_props.update(metadata)
    partial = path.with_suffix(".partial")
    program.save(partial, external_data=False)
    partial.replace(path)
    return path
