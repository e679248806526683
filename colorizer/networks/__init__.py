"""Network architectures, one per file; importing this package fills the registry."""

from colorizer.networks import compact, dahl16, eccv16, iizuka16, larsson16, siggraph17
from colorizer.networks.registry import ARCHITECTURES, Architecture, Network, Prediction, architecture

__all__ = ["ARCHITECTURES", "Architecture", "Network", "Prediction", "architecture"]
_MODULES = (compact, dahl16, eccv16, iizuka16, larsson16, siggraph17)
