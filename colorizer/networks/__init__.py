"""Network architectures, one per file; `colorizer.architectures` is the table of them."""

from colorizer.networks.network import Network, Prediction

__all__ = ["Network", "Prediction"]
