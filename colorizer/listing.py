"""The list of models: every architecture, and the weights that there are for it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from colorizer.architectures import ARCHITECTURES, Architecture
from colorizer.catalogue import CATALOGUE, Weights, cache_folder, packaged_weights

PACKAGED, CACHED, TO_GET, NONE = "packaged", "in the cache", "to get", "none"


@dataclass(frozen=True)
class Model:
    """A row of the list.

    name: What `load` and `--weights` take, or the architecture where there are no weights.
    architecture: Name of the network.
    parameters: How many the network has.
    input: Size of the copy that it sees, in words.
    hints: Whether it takes hints.
    weights: PACKAGED, CACHED, TO_GET or NONE.
    licence: Of the weights.
    source: Of the weights, else of the architecture.
    """

    name: str
    architecture: str
    parameters: int
    input: str
    hints: bool
    weights: str
    licence: str
    source: str


def models() -> list[Model]:
    """Every architecture, once for each set of weights; those with weights first."""
    used = {record.architecture for record in CATALOGUE.values()}
    rows = [_row(ARCHITECTURES[record.architecture], record) for record in CATALOGUE.values()]
    return rows + [_row(row, None) for name, row in sorted(ARCHITECTURES.items()) if name not in used]


def as_json() -> str:
    """The list as JSON: an array of objects with the fields of `Model`."""
    return json.dumps([asdict(row) for row in models()], indent=1)


def show(console: Console) -> None:
    """Print the list as a table."""
    table = Table("name", "million\nparameters", "input", "hints", "weights", "licence", "source", box=None)
    for number, column in enumerate(table.columns):
        column.no_wrap, column.overflow = number < 5, "fold"
    for row in models():
        hints, size = "yes" if row.hints else "no", f"{row.parameters / 1e6:.1f}"
        table.add_row(row.name, size, row.input, hints, row.weights, row.licence, row.source)
    console.print(table)
    console.print(f"Cache: {cache_folder()}. What is to get: colorizer weights get NAME", soft_wrap=True)


def markdown() -> str:
    """The list as in docs/models.md: the same on every machine, so without the state of the cache."""
    rows = models()
    published = [record for record in CATALOGUE.values() if record.urls]
    return f"""# Models

Written by `colorizer models --markdown docs/models.md`. All networks are written for this project, under its licence
(BSD-2-Clause); the weights have their own.

{
        _table(
            ("name", "architecture", "parameters", "input", "hints", "weights", "licence of the weights", "source"),
            [
                (
                    f"`{row.name}`",
                    row.architecture,
                    f"{row.parameters:,}",
                    row.input,
                    "yes" if row.hints else "no",
                    f"`colorizer weights get {row.name}`" if row.weights in (CACHED, TO_GET) else row.weights,
                    row.licence,
                    row.source,
                )
                for row in rows
            ],
        )
    }

"none": no weights that may be passed on are known; train your own with `colorizer train`. Weights are used by name,
`colorizer colorize --weights eccv16`, or as the file that training wrote.

## Published weights

{
        _table(
            ("name", "file", "bytes", "sha256", "rebalancing in training", "mask of hints", "addresses"),
            [
                (
                    f"`{record.name}`",
                    record.file,
                    f"{record.size:,}" if record.size else "not published",
                    record.sha256 or "not published",
                    f"{record.rebalancing:g}",
                    _mask(record),
                    " ".join(f"<{url}>" for url in record.urls),
                )
                for record in published
            ],
        )
    }

`colorizer weights get NAME` tries the addresses in turn, resumes what broke off, checks size and sum as the file
comes, then keys and shapes, and only then gives the file its name. Files are kept in `$COLORIZER_HOME`, else in
`colorizer/` below `$XDG_CACHE_HOME` or `~/.cache`, and are checked again each time they are loaded. Without network:
fetch the file by other means and run `colorizer weights get NAME --file FILE`.

Where no sum is published, only size, keys and shapes tell a right file from a wrong one, and a broken download starts
anew instead of being resumed.

What the mask of a hint means belongs to the weights: those converted from Caffe take 0 and 1, those trained again in
PyTorch take -0.5 and 0.5. Callers always give 0 and 1; the network subtracts what its weights need.
"""


def _row(architecture: Architecture, record: Weights | None) -> Model:
    if record is None:
        state = NONE
    elif record.name in packaged_weights():
        state = PACKAGED
    else:
        state = CACHED if (cache_folder() / record.file).is_file() else TO_GET
    side = architecture.side
    return Model(
        name=record.name if record else architecture.name,
        architecture=architecture.name,
        parameters=architecture.parameters,
        input=f"{side} x {side}" if architecture.square else f"shorter side {side}",
        hints=architecture.hints,
        weights=state,
        licence=record.licence if record else "",
        source=record.source if record else architecture.source,
    )


def _mask(record: Weights) -> str:
    if not ARCHITECTURES[record.architecture].hints:
        return ""
    return f"{0 - record.mask_centre:g} and {1 - record.mask_centre:g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
