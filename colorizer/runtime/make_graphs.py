"""Writes the graphs of this package: `python -m colorizer.runtime.make_graphs`, when `networks/compact.py` changed.

They are traced by PyTorch and hold no weights but their names, so they fit every file of weights of that network. Needs
the extra `export`.
"""

import json
import logging
import warnings
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from colorizer.architectures import architecture
from colorizer.bins import CONDITION
from colorizer.export import EncodeHalf, PaintHalf
from colorizer.networks.compact import Compact
from colorizer.runtime.network import NAME, STEP, STRIDE

FOLDER = Path(__file__).with_name("graphs")


@torch.no_grad()
def main() -> None:
    """Write both halves, and which weights each needs."""
    torch.manual_seed(0)
    network = cast(Compact, architecture(NAME).build().eval().requires_grad_(False))
    L = torch.rand(1, 1, 192, 256) * 100
    hint = torch.zeros(1, 3, 192, 256)
    hint[:, :, 10:14, 20:24] = 0.3
    encoded = network.encode(L)
    halves: list[tuple[str, nn.Module, dict[str, Tensor], int]] = [
        ("encode", EncodeHalf(network), {"L": L, "condition": torch.zeros(1, CONDITION)}, STEP),
        (
            "paint",
            PaintHalf(network),
            {"trunk": encoded.trunk, "small_L": encoded.L, "ab": encoded.ab, "hint": network.quarter(hint)},
            STEP // STRIDE,
        ),
    ]
    FOLDER.mkdir(exist_ok=True)
    names = {half: _write(half, module, example, step) for half, module, example, step in halves}
    (FOLDER / "weights.json").write_text(json.dumps(names, indent=1) + "\n")


def _write(half: str, module: nn.Module, example: dict[str, Tensor], step: int) -> list[str]:
    """Trace one half; the names of its weights."""
    import onnx

    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    outputs = module(**example)
    height, width = step * torch.export.Dim("h", min=1, max=128), step * torch.export.Dim("w", min=1, max=128)
    shapes: dict[str, Any] = {name: {2: height, 3: width} if one.ndim == 4 else {} for name, one in example.items()}
    with warnings.catch_warnings(action="ignore"):  # PyTorch warns about its own code
        program = torch.onnx.export(
            module,
            kwargs=example,
            input_names=list(example),
            output_names=list(outputs),
            dynamic_shapes=shapes,
            dynamo=True,
            verbose=False,
            optimize=False,  # it would fold weights into others; ONNX Runtime does that when it has them
        )
    model = cast(torch.onnx.ONNXProgram, program).model_proto
    named = []
    known = dict(module.named_parameters()) | dict(module.named_buffers())
    for weight in model.graph.initializer:
        if weight.name in known and weight.data_type == onnx.TensorProto.FLOAT:
            named.append(weight.name)
            weight.ClearField("raw_data")
            weight.data_location = onnx.TensorProto.EXTERNAL
            weight.external_data.add(key="location", value="weights")
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    model.graph.ClearField("value_info")
    model.graph.ClearField("metadata_props")
    (FOLDER / f"{NAME}.{half}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    return named


if __name__ == "__main__":
    main()
