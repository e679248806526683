"""Whether a picture is grey or toned, or has colours of its own; also of a grey print in a coloured surrounding."""

from colorizer.greyness.judge import Greyness, judge

__all__ = ["Greyness", "judge"]
