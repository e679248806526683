"""What each system learns from, one file per system; a recipe names one."""

from colorizer.training.objective import Objective
from colorizer.training.objectives.cgan18 import Adversarial
from colorizer.training.objectives.compact import TwoHeads
from colorizer.training.objectives.dahl16 import BlurredEuclidean
from colorizer.training.objectives.iizuka16 import ColourAndScene
from colorizer.training.objectives.larsson16 import Histograms
from colorizer.training.objectives.spaces import SpaceRegression
from colorizer.training.objectives.splitbrain import CrossChannels
from colorizer.training.objectives.zhang16 import Classification, GroupedClassification, Regression
from colorizer.training.objectives.zhang17 import UserGuided

OBJECTIVES: dict[str, type[Objective]] = {
    "cgan18": Adversarial,
    "compact": TwoHeads,
    "dahl16": BlurredEuclidean,
    "iizuka16": ColourAndScene,
    "larsson16": Histograms,
    "spaces": SpaceRegression,
    "splitbrain": CrossChannels,
    "zhang16": Classification,
    "zhang16-groups": GroupedClassification,
    "zhang16-l2": Regression,
    "zhang17": UserGuided,
}
