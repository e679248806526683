"""The table of network architectures: what each can do, without importing PyTorch.

A new network is a file in `colorizer/networks/` and a row here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from colorizer.errors import InputError
from colorizer.looks import REGRESSION, Decoding

if TYPE_CHECKING:
    from colorizer.networks.network import Network


LONGEST = 4
"""Length to height up to which a photo is seen at once; longer ones tile by tile, see `colorizer.panorama`."""

MOST = 32
"""Length to height of the longest copy; a photo that is longer still gets a lower one."""

UNIT = 64
"""Pixels: the length of a long copy is a multiple, which every network's stride divides."""


@dataclass(frozen=True)
class Architecture:
    """A network with its abilities. What belongs to one set of weights is in `colorizer.catalogue.Weights`.

    name: By which it is chosen.
    network: Module below `colorizer.networks` and class, which is built without arguments: "compact:Compact".
    parameters: How many it has, as published where that was published; a test counts them.
    source: Paper or project.
    hints: Whether it takes colours that are known at places.
    condition: Whether it takes a global condition (palette, style), see `colorizer.bins.global_condition`.
    side: Length in pixels of the shorter side of the copy that it was trained on.
    square: Whether the photo is stretched to a square of that side, as published.
    decoding: How its colours are read where its weights say nothing.
    levels: Whether faded photos are stretched to the full range of L for it, see `colorizer.levels`.
    bfloat16: Whether it keeps its colours when computed in bfloat16, which is faster on some processors.
    calibrated: Whether its confidence has been measured and may be told to people.
    two_files: Whether ONNX export writes encoding and painting as separate files.
    """

    name: str
    network: str
    parameters: int
    source: str
    hints: bool = False
    condition: bool = False
    side: int = 256
    square: bool = True
    decoding: Decoding = REGRESSION
    levels: bool = False
    bfloat16: bool = False
    calibrated: bool = False
    two_files: bool = False

    def build(self) -> "Network":
        """The network with random weights."""
        module, _, name = self.network.partition(":")
        return cast("Network", getattr(import_module(f"colorizer.networks.{module}"), name)())

    def input_size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of the copy that the network sees of a photo of that size."""
        if self.square:
            return self.side, self.side
        if max(height, width) > LONGEST * min(height, width):
            return _long_size(height, width, self.side)
        scale = self.side / min(height, width)
        return max(1, round(height * scale)), max(1, round(width * scale))


def _long_size(height: int, width: int, side: int) -> tuple[int, int]:
    """Height and width of the copy of a photo longer than `LONGEST`."""
    short, long = sorted((height, width))
    scale = min(side / short, MOST * side / long)
    length = max(UNIT, round(long * scale / UNIT) * UNIT)
    across = max(1, round(short * scale))
    return (across, length) if height <= width else (length, across)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Row = TypeVar("Row", bound=_Named)


def by_name(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by their name. Raises InputError for a name that occurs twice."""
    table: dict[str, Row] = {}
    for row in rows:
        if row.name in table:
            raise InputError(f"two rows are called {row.name!r}")
        table[row.name] = row
    return table


_IIZUKA = "Iizuka, Simo-Serra, Ishikawa 2016, ACM TOG 35(4)"
_LARSSON = "Larsson, Maire, Shakhnarovich 2016, arXiv:1603.06668"
_NAZERI = "Nazeri, Ng, Ebrahimi 2018, arXiv:1803.05400"
_ZHANG_2016 = "Zhang, Isola, Efros 2016, arXiv:1603.08511"
_ZHANG_2017 = "Zhang et al. 2017, arXiv:1705.02999"
_SPLIT_BRAIN = "Zhang, Isola, Efros 2017, arXiv:1611.09842"

ARCHITECTURES = by_name(
    (
        Architecture("cgan18", "cgan18:Cgan18", 42_019_074, _NAZERI, square=False),
        Architecture(
            "compact",
            "compact:Compact",
            6_959_739,
            "this project",
            hints=True,
            condition=True,
            side=192,
            square=False,
            decoding=Decoding(),
            levels=True,
            bfloat16=True,
            calibrated=True,
            two_files=True,
        ),
        Architecture("crosschannel", "splitbrain:CrossChannel", 15_215_945, _SPLIT_BRAIN, side=180, square=False),
        Architecture("dahl16", "dahl16:Dahl16", 8_586_945, "Dahl 2016, tinyclouds.org/colorize"),
        Architecture("eccv16", "eccv16:Eccv16", 32_236_011, _ZHANG_2016),
        Architecture("iizuka16", "iizuka16:Iizuka16", 42_367_343, _IIZUKA, square=False),
        Architecture("larsson16", "larsson16:Larsson16", 147_053_440, _LARSSON, square=False),
        Architecture("plain", "plain:Plain", 4_748_217, "this project", side=96, square=False),
        Architecture("plain-clusters", "plain:PlainClusters", 4_729_952, "this project", side=96, square=False),
        Architecture("plain-grid20", "plain:PlainGrid20", 4_732_942, "this project", side=96, square=False),
        Architecture("plain-groups", "plain:PlainGroups", 4_749_625, "this project", side=96, square=False),
        Architecture("plain-lch", "plain:PlainLCh", 4_728_067, "this project", side=96, square=False),
        Architecture("plain-oklab", "plain:PlainOklab", 4_728_002, "this project", side=96, square=False),
        Architecture("plain-regression", "plain:PlainRegression", 4_728_002, "this project", side=96, square=False),
        Architecture("plain-ycbcr", "plain:PlainYCbCr", 4_728_002, "this project", side=96, square=False),
        Architecture("siggraph17", "siggraph17:Siggraph17", 34_187_027, _ZHANG_2017, hints=True),
        Architecture(
            "siggraph17-global", "siggraph17_global:Siggraph17Global", 35_140_179, _ZHANG_2017, condition=True
        ),
        Architecture("splitbrain", "splitbrain:SplitBrain", 30_001_261, _SPLIT_BRAIN, side=180, square=False),
    )
)


def architecture(name: str) -> Architecture:
    """The architecture of that name. Raises InputError that lists the known names."""
    if name not in ARCHITECTURES:
        raise InputError(f"no network is called {name!r}; known: {', '.join(sorted(ARCHITECTURES))}")
    return ARCHITECTURES[name]


def name_of(network: type) -> str:
    """The name by which a class of networks is chosen; the class's own where it is in no row."""
    names = {row.network.partition(":")[2]: row.name for row in ARCHITECTURES.values()}
    return names.get(network.__name__, network.__name__)
