"""Network architectures, one per file, and the registry that builds them by name."""

from collections.abc import Callable

from colorizer.networks.compact import Compact

REGISTRY: dict[str, Callable[[], Compact]] = {"compact": Compact}
"""Architecture name -> builder of the network with random weights."""


def build(name: str) -> Compact:
    """The network of that name, with random weights. Raises ValueError that lists the known names."""
    if name not in REGISTRY:
        raise ValueError(f"no network is called {name!r}; known: {', '.join(sorted(REGISTRY))}")
    return REGISTRY[name]()
