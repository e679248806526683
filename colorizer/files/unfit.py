"""Files that are pictures and no photographs: on them a network sees nothing, and invents strong colours."""

import numpy as np

from colorizer.pixels import Pixels

LEAST_SIDE = 16
"""Pixels of the shorter side; what is lower is an icon, a spacer or a line."""

_LEAST_RANGE = 6
"""Levels of 255 between the darkest and the lightest place; an empty page has fewer."""

_LOOKED_AT = 300
"""Rows and columns, evenly spread, that are looked at."""


def why_unfit(pixels: Pixels) -> str | None:
    """Why there is nothing to colour on a picture, as the end of a sentence that begins with its name; else None."""
    height, width = pixels.shape[:2]
    if min(height, width) < LEAST_SIDE:
        return f"has {width} x {height} pixels, too few for a photograph: {LEAST_SIDE} a side are the least"
    places = pixels[:: -(-height // _LOOKED_AT), :: -(-width // _LOOKED_AT)]
    if int(np.ptp(places.mean(axis=2))) < _LEAST_RANGE:
        return "is of one tone all over: there is nothing on it to colour"
    return None
