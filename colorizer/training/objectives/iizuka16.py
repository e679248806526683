"""Iizuka, Simo-Serra, Ishikawa 2016: colours and what the scene is, learned together.

The scene of a picture is its group: its folder, or the column `group` of a Parquet shard. Groups take the first of the
205 outputs, in alphabetical order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional as F

from colorizer.errors import InputError
from colorizer.networks.iizuka16 import AB_RANGE, SCENES, Iizuka16
from colorizer.training.numbers import Weight
from colorizer.training.objective import Batch, Objective
from colorizer.training.photos import PhotoSet


@dataclass(frozen=True)
class ColourAndSceneSettings:
    """Weights.

    scene: weight of the scene's cross-entropy; the colours' error has 1.
    """

    scene: Weight


class ColourAndScene(Objective):
    """Mean squared error of ab, scaled to 0..1, and cross-entropy of the scene."""

    Settings = ColourAndSceneSettings
    networks = (Iizuka16,)

    def __init__(self, settings: ColourAndSceneSettings) -> None:
        super().__init__()
        self.settings = settings

    def check(self, photos: PhotoSet) -> None:
        """Raises InputError where there are more groups than outputs."""
        if (count := len(set(photos.groups))) > SCENES:
            raise InputError(f"the data have {count} groups, and iizuka16 tells {SCENES} scenes at most: merge folders")

    def updates(self, network: Iizuka16, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        with self.mixed(batch.L):
            described = network.describe(batch.L)
            ab = network.colours(batch.L, described).float()
            scene = network.scene(described).float()
        truth = F.adaptive_avg_pool2d(batch.ab, (ab.shape[2], ab.shape[3]))
        yield {
            "colour": F.mse_loss(ab / (2 * AB_RANGE), truth / (2 * AB_RANGE)),
            "scene": F.cross_entropy(scene, batch.group) * self.settings.scene,
        }
