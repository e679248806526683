"""What an evaluation looks like: contact sheets, the curve of hints, and one page with everything in it."""

import base64
import io
import math
from collections.abc import Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from PIL import Image, ImageDraw, ImageFont

from colorizer.evaluation.hints import COUNTS, PUBLISHED
from colorizer.evaluation.report import Report
from colorizer.pixels import Pixels

HEIGHT = 160  # pixels of a photograph on a sheet
_GAP, _TITLE = 6, 34
_COLOURS = ("#0b66c3", "#c2410c", "#15803d", "#7e22ce", "#b45309", "#0e7490")


class ContactSheets:
    """Photographs in rows, one column for each of `titles`, some rows to a sheet."""

    def __init__(self, titles: Sequence[str], *, rows: int = 8) -> None:
        self._titles = titles
        self._rows = rows
        self._strips: list[list[Image.Image]] = []

    def add(self, pictures: Sequence[Pixels]) -> None:
        """A row: pictures of one photograph, uint8 (height, width, 3), in the order of the titles."""
        images = [Image.fromarray(pixels) for pixels in pictures]
        width = round(images[0].width * HEIGHT / images[0].height)
        self._strips.append([image.resize((width, HEIGHT), Image.Resampling.LANCZOS) for image in images])

    def sheets(self) -> list[Image.Image]:
        """The sheets, RGB; none before the first photograph."""
        return [self._sheet(self._strips[i : i + self._rows]) for i in range(0, len(self._strips), self._rows)]

    def _sheet(self, strips: list[list[Image.Image]]) -> Image.Image:
        # A panorama would make the column of all others as wide as itself: it is shown smaller instead.
        cell_width = min(max(strip[0].width for strip in strips), 2 * HEIGHT)
        size = (len(self._titles) * (cell_width + _GAP) - _GAP, _TITLE + len(strips) * (HEIGHT + _GAP) - _GAP)
        sheet = Image.new("RGB", size, "white")
        draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
        for column, title in enumerate(self._titles):
            left = column * (cell_width + _GAP)
            draw.multiline_text((left, 2), _wrapped(title, font, cell_width), fill="black", font=font, spacing=1)
            for row, strip in enumerate(strips):
                image = strip[column].copy()
                image.thumbnail((cell_width, HEIGHT))
                sheet.paste(image, (left, _TITLE + row * (HEIGHT + _GAP)))
        return sheet


def _wrapped(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines[:2])


def hint_chart(report: Report) -> str:
    """PSNR against the number of hints as SVG, with the published curve of SIGGRAPH17; "" without curves."""
    if not report.curves:
        return ""
    lines = {name: [figure.value for figure in curve] for name, curve in report.curves.items()}
    lines["SIGGRAPH17, published"] = list(PUBLISHED)
    values = [value for line in lines.values() for value in line]
    low, high = math.floor(min(values)), math.ceil(max(values))
    left, right, top, bottom = 44, 470, 12, 250

    def x(count: int) -> float:
        # Logarithmic, with no hints where 0.4 would be, as in the published figure.
        return left + (right - left) * math.log((count or 0.4) / 0.4) / math.log(COUNTS[-1] / 0.4)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    parts = []
    for value in range(low, high + 1, max(1, (high - low) // 6)):
        parts.append(f'<path d="M{left} {y(value):.1f}H{right}" stroke="currentColor" opacity=".15"/>')
        parts.append(f'<text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value}</text>')
    parts += [f'<text x="{x(n):.1f}" y="{bottom + 18}" text-anchor="middle">{n}</text>' for n in COUNTS]
    parts.append(f'<text x="{(left + right) / 2}" y="{bottom + 36}" text-anchor="middle">hints</text>')
    parts.append(f'<text x="{right + 12}" y="{top + 4}">PSNR, dB</text>')
    for i, (name, line) in enumerate(lines.items()):
        published = i == len(lines) - 1
        colour = "currentColor" if published else _COLOURS[i % len(_COLOURS)]
        points = " ".join(f"{x(count):.1f},{y(value):.1f}" for count, value in zip(COUNTS, line, strict=True))
        dashes = ' stroke-dasharray="5 4"' if published else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        height = top + 30 + 20 * i
        parts.append(f'<path d="M{right + 12} {height - 4}h18" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts.append(f'<text x="{right + 36}" y="{height}">{Markup.escape(name)}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 296" width="720" height="296" role="img" '
        'aria-label="PSNR against the number of hints" font-family="sans-serif" font-size="12" fill="currentColor">'
        f"{''.join(parts)}</svg>\n"
    )


def page(report: Report, *, title: str, sheets: Sequence[Image.Image]) -> str:
    """One HTML page without links to anything: table, explanations, curve of hints, contact sheets."""
    template = resources.files("colorizer.evaluation").joinpath("templates/report.html").read_text()
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    return environment.from_string(template).render(
        title=title,
        report=report,
        columns=report.columns(),
        chart=Markup(hint_chart(report)),  # noqa: S704 - made above, names escaped there
        counts=COUNTS,
        published=PUBLISHED,
        sheets=[_data_url(sheet) for sheet in sheets],
    )


def _data_url(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, subsampling=0)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
