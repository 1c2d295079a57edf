"""Squarified treemaps: rectangles whose areas are proportional to weights.

Algorithm: Bruls, Huizing, van Wijk, "Squarified Treemaps" (2000), sections 3.1 and 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle by its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, sides: float, top: float) -> Rectangle:
        """Return the rectangle without a border of `sides`, and of `top` at its upper side."""
        width, height = self.width - 2 * sides, self.height - sides - top
        return Rectangle(self.x + sides, self.y + top, max(width, 0.0), max(height, 0.0))


def treemap(weights: Sequence[float], area: Rectangle) -> list[Rectangle]:
    """Return a rectangle for each of `weights` in the same order; together they fill `area`.

    The weights are positive. Those sorted from the highest to the lowest give the squarest
    rectangles.
    """
    scale = area.width * area.height / sum(weights) if weights else 0.0
    sizes = [weight * scale for weight in weights]
    rectangles: list[Rectangle] = []
    while sizes:
        length = _row_length(sizes, min(area.width, area.height))
        row, area = _place_row(sizes[:length], area)
        rectangles += row
        sizes = sizes[length:]
    return rectangles


def _row_length(sizes: Sequence[float], side: float) -> int:
    """Return how many of the next areas give the squarest row along `side`."""
    length, worst = 1, _worst_ratio(sizes[:1], side)
    while length < len(sizes):
        longer = _worst_ratio(sizes[: length + 1], side)
        if longer > worst:
            break
        length, worst = length + 1, longer
    return length


def _worst_ratio(row: Sequence[float], side: float) -> float:
    """Return the highest aspect ratio of a row of areas along `side`."""
    total = sum(row)
    if not total or not side:
        return float("inf")
    return max(side**2 * max(row) / total**2, total**2 / (side**2 * min(row)))


def _place_row(row: Sequence[float], area: Rectangle) -> tuple[list[Rectangle], Rectangle]:
    """Return the rectangles of a row along the shorter side, and the remaining area."""
    total = sum(row)
    if area.width >= area.height:
        width = total / area.height if area.height else 0.0
        heights = [size / width if width else 0.0 for size in row]
        tops = [area.y + sum(heights[:place]) for place in range(len(row))]
        placed = [
            Rectangle(area.x, top, width, height) for top, height in zip(tops, heights, strict=True)
        ]
        left = Rectangle(area.x + width, area.y, max(area.width - width, 0.0), area.height)
        return placed, left
    height = total / area.width if area.width else 0.0
    widths = [size / height if height else 0.0 for size in row]
    lefts = [area.x + sum(widths[:place]) for place in range(len(row))]
    placed = [
        Rectangle(left, area.y, width, height) for left, width in zip(lefts, widths, strict=True)
    ]
    below = Rectangle(area.x, area.y + height, area.width, max(area.height - height, 0.0))
    return placed, below
