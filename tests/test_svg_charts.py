"""Geometry of charts: bars, lines and heat maps, also of extreme numbers and many labels."""

from __future__ import annotations

import math

import pytest

from crawler.svg_charts import (
    MOST_BARS,
    MOST_MATRIX_LABELS,
    MOST_SERIES,
    bar_chart,
    line_chart,
    matrix_chart,
    number_text,
)


def test_longest_bar_is_that_of_the_highest_number() -> None:
    chart = bar_chart([("a", 10), ("b", 5), ("c", 0)])
    assert [bar.length for bar in chart.bars] == [84, 42, 0]
    assert [bar.y for bar in chart.bars] == [0, 40, 80]
    assert (chart.height, chart.omitted) == (120, 0)


def test_bars_above_the_limit_are_counted_as_omitted() -> None:
    chart = bar_chart([(str(number), number) for number in range(MOST_BARS + 3)])
    assert (len(chart.bars), chart.omitted) == (MOST_BARS, 3)


def test_weeks_without_a_point_are_zero_also_across_a_year() -> None:
    chart = line_chart([("2025-W52", 4, ""), ("2026-W02", 2, "")])
    assert chart.lines[0].points == "0,0 50,100 100,50"
    assert [(tick.label, tick.place) for tick in chart.x_ticks] == [
        ("2025-W52", 0),
        ("2026-W01", 50),
        ("2026-W02", 100),
    ]
    assert [tick.label for tick in chart.y_ticks] == ["4", "2", "0"]


def test_months_without_a_point_are_zero() -> None:
    chart = line_chart([("2025-11", 1, ""), ("2026-02", 2, "")])
    assert chart.lines[0].points.count(",100") == 2


@pytest.mark.parametrize("place", ["2026-W99", "9999-W52", "2026-77"])
def test_impossible_week_is_a_place_of_the_axis(place: str) -> None:
    chart = line_chart([("2026-W01", 1, ""), (place, 2, "")])
    assert chart.x_ticks[-1].label in ("2026-W01", place)


def test_series_with_the_highest_sums_are_drawn() -> None:
    points = [(str(week), number, f"s{number}") for week in (1, 2) for number in range(12)]
    chart = line_chart(points)
    assert [line.label for line in chart.lines] == [
        f"s{n}" for n in range(11, 11 - MOST_SERIES, -1)
    ]
    assert chart.omitted == 12 - MOST_SERIES


def test_matrix_has_the_largest_labels_and_the_heat_of_each_number() -> None:
    cells = [(f"r{row}", f"c{column}", row * column) for row in range(20) for column in range(20)]
    chart = matrix_chart(cells)
    assert len(chart.rows) == len(chart.columns) == MOST_MATRIX_LABELS
    assert (chart.rows[0].label, chart.omitted) == ("r19", 16)
    heat = {square.number: square.level for square in chart.squares}
    assert (heat["361"], heat["64"]) == (4, 1)


def test_months_of_a_matrix_are_in_their_order() -> None:
    chart = matrix_chart([("a", "2026-02", 9), ("a", "2025-12", 1), ("a", "2026-01", 5)])
    assert [label.label for label in chart.columns] == ["2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize("number", [-5, 0, 0.001, 1e308, math.inf, -math.inf, math.nan])
def test_extreme_numbers_give_charts_without_invalid_coordinates(number: float) -> None:
    lines = line_chart([("1", number, "a"), ("2", 1, "a")])
    bars = bar_chart([("a", number), ("b", 1)])
    matrix_chart([("a", "b", number), ("b", "b", 1)])
    coordinates = " ".join([lines.lines[0].points, *(str(bar.length) for bar in bars.bars)])
    assert "nan" not in coordinates
    assert "inf" not in coordinates


@pytest.mark.parametrize("draw", [bar_chart, line_chart, matrix_chart])
def test_no_rows_give_an_empty_chart(draw: object) -> None:
    assert callable(draw)
    assert draw([]).omitted == 0


@pytest.mark.parametrize(
    ("number", "text"),
    [(1204, "1,204"), (0.12345, "0.123"), (2.0, "2"), (1234.5, "1,234.5"), (math.nan, "nan")],
)
def test_number_has_separators_and_at_most_three_decimals(number: float, text: str) -> None:
    assert number_text(number) == text
