"""Networks as ONNX files, for runtimes without PyTorch. Parity: tests/colorizer/test_export.py.

A file takes L (1, 1, H, W) in 0..100, H and W multiples of 32, and gives `logits` and `ab` as `Prediction` describes
them, in float32. A network with hints takes `hint` (1, 3, H, W) too. `compact` makes two files, since it encodes a
photo once and paints it often: the first gives what the second, NAME.paint.onnx, takes together with `hint` at a
quarter of the size, and the second gives the `shift` and the `trust` of `Prediction`. Left out are the global condition
(palette, style) and everything after the network: decoding, enlarging, joining with the photo's own L.
"""

import json
import logging
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from colorizer.errors import InputError
from colorizer.importing import explained
from colorizer.loading import Loaded
from colorizer.networks import Network
from colorizer.networks.compact import Compact
from colorizer.whole_files import replacing

STEP = 32
"""Height and width of the input are multiples of it."""

_SIZES = (192, 256), (64, 96)  # of the picture that is traced, and of the one that the file is checked with


def export(loaded: Loaded, path: Path) -> list[Path]:
    """Write the network as ONNX to `path`, and for `compact` its second half beside it; returns what was written.

    The files' metadata: architecture, side and square (size of the copy that the network was trained on), rebalancing
    and decoding as in `Colorizer`. Raises InputError where PyTorch cannot export the network and
    MissingPackage without the extra `export`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    network, architecture = loaded.network.eval().requires_grad_(False), loaded.architecture
    metadata = {
        "architecture": architecture.name,
        "side": str(architecture.side),
        "square": str(architecture.square).lower(),
        "rebalancing": str(loaded.rebalancing),
        "decoding": json.dumps(asdict(loaded.decoding)),
    }
    with torch.no_grad():
        pictures = [_picture(*size) for size in _SIZES]
        if not architecture.two_files:
            examples = [{"L": L, "hint": hint} if architecture.hints else {"L": L} for L, hint in pictures]
            return [_write(_Forward(network), examples, path, metadata, STEP)]
        network = cast(Compact, network)
        halves = []
        for L, hint in pictures:
            encoded = network.encode(L)
            halves.append(
                {"trunk": encoded.trunk, "small_L": encoded.L, "ab": encoded.ab, "hint": network.quarter(hint)}
            )
        return [
            _write(EncodeHalf(network), [{"L": L} for L, _ in pictures], path, metadata, STEP),
            _write(PaintHalf(network), halves, path.with_suffix(".paint.onnx"), metadata, STEP // network.stride),
        ]


def _picture(height: int, width: int) -> tuple[Tensor, Tensor]:
    """L and a hint."""
    generator = torch.Generator().manual_seed(0)
    hint = torch.zeros(1, 3, height, width)
    hint[:, :2, 10:14, 20:24], hint[:, 2, 10:14, 20:24] = 0.3, 1
    return torch.rand(1, 1, height, width, generator=generator) * 100, hint


class _Forward(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, L: Tensor, hint: Tensor | None = None) -> dict[str, Tensor]:
        found = self.network(L, hint)
        return {"ab": found.ab} if found.logits is None else {"logits": found.logits, "ab": found.ab}


class EncodeHalf(nn.Module):
    """A photo, and a global condition where one is told, to what is painted with hints."""

    def __init__(self, network: Compact) -> None:
        super().__init__()
        self.network = network

    def forward(self, L: Tensor, condition: Tensor | None = None) -> dict[str, Tensor]:
        """See `Compact.encode`."""
        encoded = self.network.encode(L, condition)
        return {"logits": encoded.logits, "ab": encoded.ab, "trunk": encoded.trunk, "small_L": encoded.L}


class PaintHalf(nn.Module):
    """What `EncodeHalf` gives, and hints, to what the hints change."""

    def __init__(self, network: Compact) -> None:
        super().__init__()
        self.network = network

    def forward(self, trunk: Tensor, small_L: Tensor, ab: Tensor, hint: Tensor) -> dict[str, Tensor]:
        """See `Compact.listen`."""
        shift, trust = self.network.listen(trunk, small_L, ab, hint)
        return {"shift": shift, "trust": trust}


Example = dict[str, Tensor]
"""Inputs by name."""


def _write(module: nn.Module, examples: list[Example], path: Path, metadata: dict[str, str], step: int) -> Path:
    """Trace the module with the first example; the file gets its name once it agrees with it on the second."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it reports each operator of torchvision as missing
    module.eval()
    outputs = module(**examples[0])  # also fills caches, which tracing would fill with tensors without values
    height, width = step * torch.export.Dim("h", min=1, max=128), step * torch.export.Dim("w", min=1, max=128)
    shapes: dict[str, Any] = {name: {2: height, 3: width} for name in examples[0]}
    name = metadata["architecture"]
    try:
        with warnings.catch_warnings(action="ignore"):  # PyTorch warns about its own code
            program = torch.onnx.export(
                module,
                kwargs=examples[0],
                input_names=list(examples[0]),
                output_names=list(outputs),
                dynamic_shapes=shapes,
                dynamo=True,
                verbose=False,
            )
        program = cast(torch.onnx.ONNXProgram, program)  # the old exporter gives None, this one does not
        program.model.metadata_props.update(metadata)
        with replacing(path) as partial:
            program.save(partial, external_data=False)
            _check(partial, module, examples[1], name)
    except ModuleNotFoundError as error:
        raise explained(error) from error
    except (torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"PyTorch cannot export {name}: {reason}") from error
    return path


def _check(file: Path, module: nn.Module, example: Example, name: str) -> None:
    """Raise InputError where the file gives other values: a trace may have fixed what depends on the size."""
    import onnxruntime

    expected = module(**example)
    session = onnxruntime.InferenceSession(file)
    found = session.run(list(expected), {key: value.numpy() for key, value in example.items()})
    for (output, value), other in zip(expected.items(), found, strict=True):
        if value.shape != other.shape or not torch.allclose(value, torch.from_numpy(other), rtol=1e-3, atol=0.05):
            raise InputError(f"{name} cannot be exported for any size: {output} is not what PyTorch gives")
