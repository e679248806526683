"""Network architectures, one per file; importing this package fills the registry."""

from colorizer.networks import (
    cgan18,
    compact,
    dahl16,
    eccv16,
    iizuka16,
    larsson16,
    plain,
    siggraph17,
    siggraph17_global,
    splitbrain,
)
from colorizer.networks.registry import ARCHITECTURES, Architecture, Network, Prediction, architecture

__all__ = ["ARCHITECTURES", "Architecture", "Network", "Prediction", "architecture"]
_MODULES = (
    cgan18, compact, dahl16, eccv16, iizuka16, larsson16, plain, siggraph17, siggraph17_global, splitbrain,
)  # fmt: skip
