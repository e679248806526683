"""What a person changed on a photo: a short typed list, which is sent, stored and painted again at any size."""

from typing import Annotated, Literal

import numpy as np
from PIL import Image, ImageDraw
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from colorizer.errors import InputError
from colorizer.hints import KEEP, Hint, Mask, read_colour, read_hint_colour

MOST_HINTS = 100
"""Hints of one photo."""

MOST_REGIONS = 16
"""Hints with a box or an outline: each is one more run of the network."""

PerCent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
"""Of the photo's width or height, from its left or upper edge."""

ColourText = Annotated[str, Field(min_length=1, max_length=40, examples=["#aa3b30", "navy"])]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlacedHint(_Strict):
    """A colour that is known at a place, or "keep"; see `colorizer.Hint`."""

    x: PerCent
    y: PerCent
    colour: ColourText
    box: tuple[PerCent, PerCent, PerCent, PerCent] | None = Field(
        default=None, description="Left, top, right, bottom: outside of it the hint changes nothing."
    )
    outline: Annotated[list[tuple[PerCent, PerCent]], Field(min_length=3, max_length=60)] | None = Field(
        default=None, description="Corners of a polygon, outside of which the hint changes nothing."
    )

    @field_validator("colour")
    @classmethod
    def _known(cls, colour: str) -> str:
        return KEEP if read_hint_colour(colour) == KEEP else colour

    @model_validator(mode="after")
    def _one_region(self) -> "PlacedHint":
        if self.box is not None and self.outline is not None:
            raise InputError("give a hint a box or an outline, not both")
        if self.box is not None and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise InputError(f"a box is left, top, right, bottom, and {self.box} holds nothing")
        return self

    def on(self, width: int, height: int) -> Hint:
        """The hint on a photo of that size."""
        x, y = min(self.x / 100 * width, width - 1), min(self.y / 100 * height, height - 1)
        mask = self._mask(width, height)
        if mask is not None:
            mask[int(y), int(x)] = True  # a drawn edge may pass right through the place
        return Hint(x, y, self.colour, mask=mask)

    def _mask(self, width: int, height: int) -> Mask | None:
        corners = self.outline
        if self.box is not None:
            left, top, right, bottom = self.box
            rows, columns = (
                slice(round(a / 100 * size), round(b / 100 * size))
                for a, b, size in ((top, bottom, height), (left, right, width))
            )
            mask = np.zeros((height, width), np.bool_)
            mask[rows, columns] = True
            return mask
        if corners is None:
            return None
        image = Image.new("1", (width, height))
        ImageDraw.Draw(image).polygon([(x / 100 * width, y / 100 * height) for x, y in corners], fill=1)
        return np.array(image)


class Correction(_Strict):
    """Everything that a person changed on one photo; nothing changed is `Correction()`."""

    hints: Annotated[list[PlacedHint], Field(max_length=MOST_HINTS)] = []
    look: Literal["natural", "vivid", "soft"] = "natural"
    saturation: float = Field(default=1.0, ge=0, le=2, allow_inf_nan=False, description="Factor for all colours.")
    palette: Annotated[list[ColourText], Field(max_length=12)] = Field(
        default=[], description="Colours that the result should be made of."
    )
    seed: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Another plausible result for each number.")

    @field_validator("palette")
    @classmethod
    def _known(cls, palette: list[str]) -> list[str]:
        for colour in palette:
            read_colour(colour)
        return palette

    @field_validator("hints")
    @classmethod
    def _few_regions(cls, hints: list[PlacedHint]) -> list[PlacedHint]:
        if sum(hint.box is not None or hint.outline is not None for hint in hints) > MOST_REGIONS:
            raise InputError(f"at most {MOST_REGIONS} hints may have a box or an outline")
        return hints


UNCHANGED = Correction()
