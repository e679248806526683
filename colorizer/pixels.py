"""The types of pictures in memory."""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""sRGB, uint8, shape (height, width, 3)."""

RGB = tuple[int, int, int]
"""An sRGB colour, 0 to 255 each."""
