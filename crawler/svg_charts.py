"""Geometry of charts: columns, bars, lines and heat maps. The templates draw them as SVG.

The site has small column charts, and results of queries have the others. Positions of bars and
lines are percentages of the width, so that text keeps its size on every screen. A matrix has fixed
positions, and narrow screens scroll it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_BARS = 12
MOST_SERIES = 8
MOST_MATRIX_LABELS = 12
LONGEST_LABEL = 44  # characters of a label in a chart
HEAT_LEVELS = 4

_BAR_STEP = 40  # pixels from bar to bar
_LONGEST_BAR = 84  # percent of the width; the number follows the bar
_SQUARE_WIDTH, _SQUARE_HEIGHT = 38, 26  # pixels
_LABEL_WIDTH, _LABEL_HEIGHT = 7.5, 5.6  # pixels of a character, upright and rotated
_LABEL_SPACE = 20  # pixels
_MATRIX_LABEL = 24  # characters
_MOST_PERIODS = 400
_STEPS = (1, 2, 4, 6, 8, 10)  # tops of an axis, times a power of ten
_WEEK = re.compile(r"[1-9]\d{3}-W\d\d")
_MONTH = re.compile(r"[1-9]\d{3}-\d\d")


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """The SVG paths of all columns but the last and of the last, and the size in pixels."""

    earlier: str
    last: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its number as text, its length in percent and its upper edge."""

    label: str
    number: str
    length: float
    y: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars in the order of the rows. `omitted` bars are not drawn."""

    bars: tuple[Bar, ...]
    height: int
    omitted: int
    kind: str = "bars"


@dataclass(frozen=True, slots=True)
class LineSeries:
    """One series: its label and the points of its line, in percent from the left upper corner."""

    label: str
    points: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of an axis and its place in percent."""

    label: str
    place: float


@dataclass(frozen=True, slots=True)
class LineChart:
    """Series over a common axis. `omitted` series are not drawn."""

    lines: tuple[LineSeries, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    omitted: int
    kind: str = "lines"


@dataclass(frozen=True, slots=True)
class MatrixLabel:
    """A label of a row or column and its place in pixels."""

    label: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class MatrixSquare:
    """A square: its number as text, its heat (up to HEAT_LEVELS), and its left upper corner."""

    number: str
    level: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class MatrixChart:
    """A heat map with numbers. `omitted` rows and columns are not drawn."""

    rows: tuple[MatrixLabel, ...]
    columns: tuple[MatrixLabel, ...]
    squares: tuple[MatrixSquare, ...]
    width: int
    height: int
    omitted: int
    square_width: int = _SQUARE_WIDTH - 2
    square_height: int = _SQUARE_HEIGHT - 2
    kind: str = "matrix"


def column_chart(counts: Sequence[int], width: int, height: int) -> ColumnChart:
    """Return a chart of `width` x `height` pixels with one column per number, oldest first.

    The highest of `counts` fills the height. A zero is one pixel high, so that it is visible.
    """
    step = width / max(len(counts), 1)
    highest = max(max(counts, default=0), 1)
    column_width = max(step - 1, 1)
    columns = [
        _column(number * step, column_width, max(round(count / highest * height), 1), height)
        for number, count in enumerate(counts)
    ]
    return ColumnChart("".join(columns[:-1]), "".join(columns[-1:]), width, height)


def bar_chart(values: Sequence[tuple[str, float]]) -> BarChart:
    """Return a chart of the first MOST_BARS of `values`: label and number of each bar."""
    shown = values[:MOST_BARS]
    highest = max((_drawn(number) for _, number in shown), default=0)
    bars = (
        Bar(
            shorten(label, LONGEST_LABEL),
            number_text(number),
            round(_drawn(number) / highest * _LONGEST_BAR, 2) if highest > 0 else 0,
            place * _BAR_STEP,
        )
        for place, (label, number) in enumerate(shown)
    )
    return BarChart(tuple(bars), len(shown) * _BAR_STEP, len(values) - len(shown))


def line_chart(points: Sequence[tuple[str, float, str]]) -> LineChart:
    """Return a chart of `points`: place on the x axis, number, and label of the series.

    The series with the highest sums are drawn, at most MOST_SERIES. Weeks and months without a
    point count as zero.
    """
    sums: defaultdict[str, float] = defaultdict(float)
    for _, number, series in points:
        sums[series] += _drawn(number)
    shown = _most(sums, MOST_SERIES)
    axis = _axis(place for place, _, _ in points)
    numbers = {(series, place): _drawn(number) for place, number, series in points}
    highest = _round_up(max(numbers.values(), default=0))
    lines = (
        LineSeries(
            shorten(series, LONGEST_LABEL),
            " ".join(
                f"{_percent(index, len(axis) - 1)},"
                f"{_percent(highest - numbers.get((series, place), 0), highest)}"
                for index, place in enumerate(axis)
            ),
        )
        for series in shown
    )
    return LineChart(tuple(lines), _x_ticks(axis), _y_ticks(highest), len(sums) - len(shown))


def matrix_chart(values: Sequence[tuple[str, str, float]]) -> MatrixChart:
    """Return a heat map of `values`: row, column and number of each square.

    The rows and columns with the highest sums are drawn, at most MOST_MATRIX_LABELS each.
    """
    rows, omitted_rows = _largest((row, number) for row, _, number in values)
    columns, omitted_columns = _largest((column, number) for _, column, number in values)
    left, top = _label_space(rows, _LABEL_WIDTH), _label_space(columns, _LABEL_HEIGHT)
    x_of = {label: left + place * _SQUARE_WIDTH for place, label in enumerate(columns)}
    y_of = {label: top + place * _SQUARE_HEIGHT for place, label in enumerate(rows)}
    drawn = {
        (row, column): number
        for row, column, number in values
        if row in y_of and column in x_of and _drawn(number) > 0
    }
    highest = max(drawn.values(), default=0)
    squares = (
        MatrixSquare(
            number_text(number),
            math.ceil(number / highest * HEAT_LEVELS),
            x_of[column],
            y_of[row],
        )
        for (row, column), number in drawn.items()
    )
    return MatrixChart(
        tuple(MatrixLabel(shorten(label, _MATRIX_LABEL), 0, y) for label, y in y_of.items()),
        tuple(MatrixLabel(shorten(label, _MATRIX_LABEL), x, top) for label, x in x_of.items()),
        tuple(squares),
        left + len(columns) * _SQUARE_WIDTH + top // 2,
        top + len(rows) * _SQUARE_HEIGHT,
        omitted_rows + omitted_columns,
    )


def number_text(number: float) -> str:
    """Return a number with separators of thousands and at most three decimals."""
    if number != number or number in (math.inf, -math.inf):
        return str(number)
    return f"{round(number):,}" if number == round(number) else f"{round(number, 3):,}"


def shorten(label: str, longest: int) -> str:
    """Return a label of at most `longest` characters, with an ellipsis where it is cut."""
    return label if len(label) <= longest else f"{label[: longest - 1].rstrip()}…"


def _largest(numbers: Iterable[tuple[str, float]]) -> tuple[list[str], int]:
    """The labels with the highest sums, and how many are left out.

    Weeks and months are in their order, other labels by their sums.
    """
    sums: defaultdict[str, float] = defaultdict(float)
    for label, number in numbers:
        sums[label] += _drawn(number)
    largest = _most(sums, MOST_MATRIX_LABELS)
    if any(all(map(pattern.fullmatch, largest)) for pattern in (_WEEK, _MONTH)):
        largest.sort()
    return largest, len(sums) - len(largest)


def _drawn(number: float) -> float:
    """The number that a chart draws: numbers below zero and without a place count as zero."""
    return number if 0 < number < math.inf else 0


def _most(sums: Mapping[str, float], most: int) -> list[str]:
    """The labels with the highest sums; of equal ones those that came first."""
    return sorted(sums, key=lambda label: -sums[label])[:most]


def _label_space(labels: Sequence[str], character: float) -> int:
    """The pixels for the longest label."""
    longest = max((len(shorten(label, _MATRIX_LABEL)) for label in labels), default=0)
    return round(longest * character) + _LABEL_SPACE


def _axis(places: Iterable[str]) -> list[str]:
    """The distinct places in ascending order, with the weeks or months between them."""
    axis = sorted(set(places))
    for pattern, step in ((_WEEK, _next_week), (_MONTH, _next_month)):
        if axis and all(map(pattern.fullmatch, axis)):
            return _filled(axis, step)
    return axis


def _filled(axis: list[str], next_place: Callable[[str], str]) -> list[str]:
    """The places from the first to the last; `axis` unchanged if one is not a week or month."""
    filled = axis[:1]
    try:
        while filled[-1] < axis[-1] and len(filled) < _MOST_PERIODS:
            filled.append(next_place(filled[-1]))
    except ValueError:
        return axis
    return filled if set(axis) <= set(filled) else axis


def _next_week(week: str) -> str:
    year, number = week.split("-W")
    after = date.fromisocalendar(int(year), int(number), 1) + timedelta(days=7)
    return f"{after.isocalendar().year}-W{after.isocalendar().week:02d}"


def _next_month(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _percent(part: float, whole: float) -> str:
    return f"{part / whole * 100:.4g}" if whole > 0 else "50"


def _x_ticks(axis: Sequence[str]) -> tuple[Tick, ...]:
    """The first, the middle and the last place."""
    last = len(axis) - 1
    places = sorted({0, last // 2, last}) if last >= 2 else range(len(axis))
    return tuple(Tick(axis[place], float(_percent(place, last))) for place in places)


def _y_ticks(highest: float) -> tuple[Tick, ...]:
    return tuple(
        Tick(number_text(number), float(_percent(highest - number, highest)))
        for number in (highest, highest / 2, 0)
    )


def _round_up(number: float) -> float:
    """The next number whose half is a short number too, at least 2."""
    if number <= 2:
        return 2
    power = 10.0 ** math.floor(math.log10(number))
    return next(step * power for step in _STEPS if step * power >= number)


def _column(left: float, width: float, column_height: int, height: int) -> str:
    return f"M{left:.4g} {height}v-{column_height}h{width:.3g}v{column_height}z"
