"""Small charts as plain shapes: numbers in, SVG path data out.

The templates draw them, with their numbers in words beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """A row of columns: the path of all but the last, the path of the last, and the size they need
    in pixels.
    """

    earlier: str
    last: str
    width: int
    height: int


def column_chart(counts: Sequence[int], width: int, height: int) -> ColumnChart:
    """One column per number, oldest first, the tallest as high as the chart; a zero is a foot of
    one pixel, so that a quiet week is seen as one.
    """
    step = width / max(len(counts), 1)
    top = max(max(counts, default=0), 1)
    shapes = [
        _column(place * step, max(step - 1, 1), max(round(count / top * height), 1), height)
        for place, count in enumerate(counts)
    ]
    return ColumnChart("".join(shapes[:-1]), "".join(shapes[-1:]), width, height)


def _column(left: float, width: float, tall: int, height: int) -> str:
    return f"M{left:.4g} {height}v-{tall}h{width:.3g}v{tall}z"
