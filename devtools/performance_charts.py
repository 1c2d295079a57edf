"""Charts of docs/PERFORMANCE.md: the figure of each side against the size, both on a log scale.

Sides differ in colour, dash and the label at their last point, so that no reader needs the colours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from crawler.svg_charts import number_text

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 460, 220
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 44, 150, 44
_LABEL_STEP = 15  # pixels between the labels of two sides
_DASHES = ("", "6 3", "2 3", "9 3 2 3")
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.note { fill: #57606a; }
.axis { stroke: #8c959f; }
.grid { stroke: #8c959f; opacity: .3; }
polyline { fill: none; stroke-width: 2; }
.s0 { stroke: #0550ae; fill: #0550ae; } .s1 { stroke: #953800; fill: #953800; }
.s2 { stroke: #116329; fill: #116329; } .s3 { stroke: #6639ba; fill: #6639ba; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .note { fill: #9198a1; }
  .s0 { stroke: #79c0ff; fill: #79c0ff; } .s1 { stroke: #ffa657; fill: #ffa657; }
  .s2 { stroke: #7ee787; fill: #7ee787; } .s3 { stroke: #d2a8ff; fill: #d2a8ff; }
}
"""


def cost_chart(title: str, x_name: str, unit: str, series: Mapping[str, Points]) -> str:
    """Return an SVG with a line for each of the `series`, by name: pairs of size and figure.

    `x_name` names what a size counts, and `unit` is that of the figures. Sizes and figures must be
    positive.
    """
    sizes = sorted({size for points in series.values() for size, _ in points})
    figures = [figure for points in series.values() for _, figure in points]
    x_low, x_high = _range(sizes)
    y_low, y_high = 10 ** math.floor(math.log10(min(figures))), 10 ** _ceiling(max(figures))

    def x(size: float) -> float:
        return _LEFT + _place(size, x_low, x_high) * _WIDTH

    def y(figure: float) -> float:
        return _TOP + (1 - _place(figure, y_low, y_high)) * _HEIGHT

    placed = {
        name: [(x(size), y(figure)) for size, figure in sorted(points)]
        for name, points in series.items()
    }
    body = _axes(sizes, y_low, y_high, x, y) + _lines(placed)
    return _document(title, _description(x_name, unit, series), body, x_name, unit)


def _document(title: str, description: str, body: str, x_name: str, unit: str) -> str:
    width, height = _LEFT + _WIDTH + _RIGHT, _TOP + _HEIGHT + _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="title desc"><title id="title">{escape(title)}</title>'
        f'<desc id="desc">{escape(description)}</desc><style>{_STYLE}</style>'
        f'<text x="0" y="16">{escape(title)}, {escape(unit)}</text>{body}'
        f'<text class="note" x="{_LEFT + _WIDTH / 2:g}" y="{height - 6}" text-anchor="middle">'
        f"{escape(x_name)}</text></svg>\n"
    )


def _description(x_name: str, unit: str, series: Mapping[str, Points]) -> str:
    """Return the data of the chart as sentences."""
    sentences = (
        f"{name}: "
        + ", ".join(
            f"{number_text(figure)} {unit} at {number_text(size)} {x_name}"
            for size, figure in sorted(points)
        )
        + "."
        for name, points in series.items()
    )
    return " ".join(sentences)


def _axes(sizes: Sequence[float], low: float, high: float, x: object, y: object) -> str:
    """Return the axes with a line for each power of ten and a label for each size."""
    assert callable(x)
    assert callable(y)
    bottom, right = _TOP + _HEIGHT, _LEFT + _WIDTH
    powers = range(round(math.log10(low)), round(math.log10(high)) + 1)
    rows = "".join(
        f'<path class="grid" d="M{_LEFT} {y(10.0**power):.1f}H{right}"/><text class="note" '
        f'x="{_LEFT - 8}" y="{y(10.0**power) + 4:.1f}" text-anchor="end">'
        f"{number_text(10.0**power)}</text>"
        for power in powers
    )
    columns = "".join(
        f'<text class="note" x="{x(size):.1f}" y="{bottom + 18}" text-anchor="middle">'
        f"{number_text(size)}</text>"
        for size in sizes
    )
    return f'{rows}{columns}<path class="axis" d="M{_LEFT} {bottom}H{right}"/>'


def _lines(placed: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    labels = _label_places({name: points[-1][1] for name, points in placed.items()})
    return "".join(
        _line(number, name, points, labels[name])
        for number, (name, points) in enumerate(placed.items())
    )


def _line(number: int, name: str, points: Sequence[tuple[float, float]], label_y: float) -> str:
    style, dash = f"s{number % 4}", _DASHES[number % 4]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    return (
        f'<polyline class="{style}" style="fill:none" stroke-dasharray="{dash}" points="{path}"/>'
        f'{dots}<text x="{points[-1][0] + 10:.1f}" y="{label_y + 4:.1f}">{escape(name)}</text>'
    )


def _label_places(ends: Mapping[str, float]) -> dict[str, float]:
    """Return the height of each label: at the end of its line, or below the label above it."""
    places: dict[str, float] = {}
    lowest = -math.inf
    for name, end in sorted(ends.items(), key=lambda item: item[1]):
        lowest = max(end, lowest + _LABEL_STEP)
        places[name] = lowest
    return places


def _range(sizes: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the axis of sizes; a single size is in the middle."""
    if sizes[0] == sizes[-1]:
        return sizes[0] / 2, sizes[0] * 2
    return sizes[0], sizes[-1]


def _ceiling(figure: float) -> int:
    return math.floor(math.log10(figure)) + 1


def _place(number: float, low: float, high: float) -> float:
    """Return where a number is between `low` (0) and `high` (1) on a log scale."""
    return math.log(number / low) / math.log(high / low)
