"""The plainest filter against flicker, for comparison: the mean of chroma over neighbouring frames."""

import numpy as np

from colorizer.film.flow import Map


def mean(colours: list[Map], reach: int = 2) -> list[Map]:
    """Each frame's ab (rows, columns, 2) as the mean over the `reach` frames before and after it."""
    return [
        np.mean(colours[max(0, number - reach) : number + reach + 1], axis=0, dtype=np.float32)
        for number in range(len(colours))
    ]
