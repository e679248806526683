"""The table of an evaluation: printed, as JSON, as CSV. docs/evaluation.md defines its columns."""

import csv
import io
import json
from dataclasses import asdict, dataclass

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from colorizer.evaluation.hints import COUNTS, PUBLISHED
from colorizer.evaluation.statistics import Figure


@dataclass(frozen=True)
class Column:
    """A column: key of its figure, heading, explanation, decimals, whether it has a sign, whether its interval shows.

    part: which of `PARTS` it belongs to.
    """

    key: str
    title: str
    meaning: str
    part: int
    decimals: int = 1
    signed: bool = False
    interval: bool = False

    def value(self, figure: Figure | None) -> str:
        """The figure as tables show it."""
        return "-" if figure is None else f"{figure.value:{'+' if self.signed else ''}.{self.decimals}f}"

    def ends(self, figure: Figure | None) -> str:
        """The ends of its interval, "" without one."""
        if figure is None or figure.low is None or figure.high is None or figure.low == figure.high:
            return ""
        return f"{figure.low:.{self.decimals}f} to {figure.high:.{self.decimals}f}"


PARTS = {1: "against the truth", 2: "colourfulness", 3: "what a classifier sees"}

COLUMNS = (
    Column("psnr", "PSNR", "dB over RGB; higher is better", 1, 2),
    Column("gain", "gain", "dB of PSNR over the grey photograph", 1, 2, signed=True, interval=True),
    Column("ssim", "SSIM", "structural similarity, 0 to 1", 1, 3),
    Column("auc", "AuC", "area under the share of pixels within 0 to 150 ab units of the truth, 0 to 100", 1),
    Column("auc_rebalanced", "AuC reb.", "the same, pixels weighted by 1 / prior of their true colour", 1),
    Column("ab_error", "ab error", "mean distance to the true ab; lower is better", 1),
    Column("colourfulness", "CF", "colourfulness, Hasler and Suesstrunk 2003, signed", 2),
    Column("colourfulness_difference", "ΔCF", "its mean less that of the true photographs", 2, signed=True),
    Column("colourfulness_per_photo", "|ΔCF|", "mean of its distance to the truth, photograph by photograph", 2),
    Column("colourfulness_absolute", "CF abs", "colourfulness of absolute values, as DDColor measures it", 2),
    Column("colourfulness_absolute_difference", "ΔCF abs", "its mean less that of the truth", 2, signed=True),
    Column("colourfulness_absolute_per_photo", "|ΔCF| abs", "mean of its distance to the truth", 2),
    Column("top1", "top-1", "% of labelled photographs that a classifier names rightly", 3, interval=True),
    Column("agreement", "agree", "% of photographs that it names as it names the true one", 3, interval=True),
    Column("agreement_won", "won back", "% of the way from grey to true in that", 3),
    Column("probability", "prob.", "mean probability, %, that it gives to its name for the true one", 3),
    Column("probability_won", "won back", "% of the way from grey to true in that", 3),
    Column("frechet", "Frechet (Lite0 features)", "Frechet distance to the true photographs' features", 3, 2),
)


@dataclass(frozen=True)
class Row:
    """A row's name and its figures by column key; what could not be measured is absent."""

    name: str
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Report:
    """What was measured. labelled: photographs with an ImageNet class. curves: PSNR at each of `hints.COUNTS`."""

    photographs: int
    labelled: int
    rows: list[Row]
    curves: dict[str, list[Figure]]
    notes: list[str]

    def columns(self) -> list[Column]:
        """The columns that some row has a figure for."""
        return [column for column in COLUMNS if any(column.key in row.figures for row in self.rows)]

    def json(self) -> str:
        """All figures with their intervals, as JSON."""
        return json.dumps(
            {
                "photographs": self.photographs,
                "labelled": self.labelled,
                "rows": [{"name": row.name} | {k: asdict(f) for k, f in row.figures.items()} for row in self.rows],
                "hints": {
                    name: [{"hints": n} | asdict(figure) for n, figure in zip(COUNTS, curve, strict=True)]
                    for name, curve in self.curves.items()
                },
                "notes": self.notes,
            },
            indent=1,
        )

    def csv(self) -> str:
        """A line for each row; each column with the ends of its interval."""
        out = io.StringIO()
        columns = self.columns()
        names = [name for c in columns for name in (c.key, f"{c.key}_low", f"{c.key}_high")]
        writer = csv.DictWriter(out, ["name", *names], restval="", lineterminator="\n")
        writer.writeheader()
        for row in self.rows:
            line: dict[str, str | float] = {"name": row.name}
            for key, figure in row.figures.items():
                ends = {key: figure.value, f"{key}_low": figure.low, f"{key}_high": figure.high}
                line |= {name: round(end, 4) for name, end in ends.items() if end is not None}
            writer.writerow(line)
        return out.getvalue()

    def print(self, console: Console) -> None:
        """The table, in parts where the terminal is too narrow for the whole, then curves of hints and notes."""
        title = f"{self.photographs:,} photographs"
        tables = [self._table(title, self.columns())]
        if Measurement.get(console, console.options.update(width=1000), tables[0]).maximum > console.width:
            parts = {part: [column for column in self.columns() if column.part == part] for part in PARTS}
            tables = [self._table(f"{title}: {PARTS[part]}", columns) for part, columns in parts.items() if columns]
        for table in tables:
            console.print(table)
        if self.curves:
            console.print(self._curve_table())
        console.print("In brackets: 95 % confidence interval. What the columns mean: docs/evaluation.md", style="dim")
        for note in self.notes:
            console.print(note)

    def _table(self, title: str, columns: list[Column]) -> Table:
        table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title_justify="left")
        table.add_column("", max_width=28)
        for column in columns:
            table.add_column(column.title, justify="right", max_width=16)
        for row in self.rows:
            table.add_row(row.name, *(_cell(column, row.figures.get(column.key)) for column in columns))
        return table

    def _curve_table(self) -> Table:
        table = Table("dB at hints", title="PSNR against hints", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.title_justify = "left"
        for count in COUNTS:
            table.add_column(str(count), justify="right")
        for name, curve in self.curves.items():
            table.add_row(name, *(f"{figure.value:.2f}" for figure in curve))
        table.add_row("SIGGRAPH17, published", *(f"{value:.2f}" for value in PUBLISHED), style="dim")
        return table


def _cell(column: Column, figure: Figure | None) -> str:
    ends = column.ends(figure) if column.interval else ""
    return f"{column.value(figure)}\n({ends})" if ends else column.value(figure)
