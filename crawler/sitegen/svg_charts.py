"""Small column charts as SVG path data. The templates draw them and state the numbers in text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """The SVG paths of all columns but the last and of the last, and the size in pixels."""

    earlier: str
    last: str
    width: int
    height: int


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


def _column(left: float, width: float, column_height: int, height: int) -> str:
    return f"M{left:.4g} {height}v-{column_height}h{width:.3g}v{column_height}z"
