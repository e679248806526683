"""How colours are read from a network's prediction, and the looks that people may ask for."""

from dataclasses import dataclass, replace

from colorizer.errors import InputError

LOOKS = ("natural", "vivid", "soft")
"""How colourful a result may be asked to be."""


@dataclass(frozen=True)
class Decoding:
    """How colours are read from a network's two heads, the distribution over ab bins and the ab regression.

    rebalancing: Power of the class rebalancing that the distribution is brought to, whatever it was trained with.
        0 is the true prior (duller), 1 as published by Zhang et al. 2016 (more colourful).
    temperature: Of the annealed mean, above 0; see `colorizer.bins.annealed_mean`.
    regression: Weight of the regression head in the mix, 0 to 1. Where hints decide, that head counts alone.
    fading: How far low confidence takes chroma away, 0 to 1; see `colorizer.decoding.faded`.
    chroma: Factor for ab at the end.
    """

    rebalancing: float = 0.65
    temperature: float = 0.38
    regression: float = 0.0
    fading: float = 0.0
    chroma: float = 1.0


REGRESSION = Decoding(regression=1.0)
"""The network's own ab and nothing else: how the published networks are decoded."""


def in_look(decoding: Decoding, look: str) -> Decoding:
    """The decoding for one of LOOKS, from the one that the network ships with.

    A network with a distribution is read closer to its rare colours (vivid) or to its mean (soft), which measures
    better than more or less chroma everywhere; other networks get more or less chroma.

    Raises InputError for another look.
    """
    if look not in LOOKS:
        raise InputError(f"look {look!r}: choose one of {', '.join(LOOKS)}")
    if look == "natural":
        return decoding
    if decoding.regression == 1:
        return replace(decoding, chroma=1.3 if look == "vivid" else 0.7)
    if look == "vivid":
        return replace(decoding, rebalancing=decoding.rebalancing + 0.2)
    return replace(decoding, rebalancing=decoding.rebalancing - 0.3, regression=0.3)
