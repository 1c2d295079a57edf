"""Treemaps: areas proportional to weights that fill the whole rectangle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sitegen.treemap import Rectangle, treemap

AREA = Rectangle(10, 20, 300, 200)
WEIGHTS = st.lists(st.floats(0.5, 500), min_size=1, max_size=40)


def test_weights_give_known_rectangles() -> None:
    assert treemap([], AREA) == []
    assert treemap([8], AREA) == [AREA]
    assert treemap([1, 1], AREA) == [Rectangle(10, 20, 150, 200), Rectangle(160, 20, 150, 200)]


def test_example_of_the_paper_gives_its_first_column() -> None:
    first, second, *_ = treemap([6, 6, 4, 3, 2, 2, 1], Rectangle(0, 0, 6, 4))
    assert (first.width, first.height, second.y) == (3, 2, 2)


@given(WEIGHTS)
def test_areas_are_proportional_and_inside(weights: list[float]) -> None:
    boxes = treemap(weights, AREA)
    unit = AREA.width * AREA.height / sum(weights)
    for weight, box in zip(weights, boxes, strict=True):
        assert box.width * box.height == pytest.approx(weight * unit, rel=1e-6)
        assert box.x >= AREA.x - 1e-6
        assert box.y >= AREA.y - 1e-6
        assert box.x + box.width <= AREA.x + AREA.width + 1e-6
        assert box.y + box.height <= AREA.y + AREA.height + 1e-6


def test_rectangle_without_room_has_empty_parts() -> None:
    boxes = treemap([1, 2], Rectangle(0, 0, 0, 0))
    assert [(box.width, box.height) for box in boxes] == [(0, 0), (0, 0)]
    assert Rectangle(0, 0, 4, 10).inset(3, 20) == Rectangle(3, 20, 0, 0)
