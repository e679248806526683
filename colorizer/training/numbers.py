"""What the numbers of a recipe may be: types with their bounds, which `recipe.parse_recipe` holds them to."""

import math
from typing import Annotated, NamedTuple


class Bounds(NamedTuple):
    """From `least`, or above it, to `most`."""

    least: float
    most: float = math.inf
    above: bool = False

    def __contains__(self, number: object) -> bool:
        """Whether a number lies within; what is no finite number does not."""
        if not isinstance(number, int | float) or not math.isfinite(number) or (self.above and number == self.least):
            return False
        return self.least <= number <= self.most

    def __str__(self) -> str:
        """In words, behind "must be"."""
        if self.most < math.inf:
            return f"{'above ' if self.above else ''}{self.least:g} to {self.most:g}"
        return f"above {self.least:g}" if self.above else f"{self.least:g} or more"


Share = Annotated[float, Bounds(0, 1)]
Weight = Annotated[float, Bounds(0)]
Positive = Annotated[float, Bounds(0, above=True)]
Count = Annotated[int, Bounds(1)]
Number = Annotated[int, Bounds(0)]
Bins = Annotated[int, Bounds(1, 313)]
"""How many of the 313 bins."""
