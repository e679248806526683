"""Network architectures, one per file; `colorizer.architectures` is the table of them."""

from colorizer.architectures import ARCHITECTURES, Architecture, architecture
from colorizer.networks.network import Network, Prediction

__all__ = ["ARCHITECTURES", "Architecture", "Network", "Prediction", "architecture"]
