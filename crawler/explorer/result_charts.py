"""The chart of a named query, from the columns that its file names."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.explorer.result_table import plain_text
from crawler.named_queries.query_files import QueryChart
from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.summary_sentences import SqlValue
from crawler.svg_charts import (
    BarChart,
    LineChart,
    MatrixChart,
    bar_chart,
    line_chart,
    matrix_chart,
)

FEWEST_ROWS = 2
"""A chart of one row shows nothing that its table does not."""


def result_chart(
    result: QueryResult, topics: Mapping[str, str]
) -> BarChart | LineChart | MatrixChart | None:
    """Return the chart of a result, None if it has none, too few rows or other columns.

    `topics` has the labels of topics by slug.
    """
    chart = result.query.chart
    if chart is None or not set(chart.columns.values()) <= set(result.columns):
        return None
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if len(rows) < FEWEST_ROWS:
        return None
    if chart.kind == "bars":
        return bar_chart(
            [(_text(chart, "label", row, topics), _number(chart, "value", row)) for row in rows]
        )
    if chart.kind == "lines":
        return line_chart(
            [
                (
                    _text(chart, "x", row, topics),
                    _number(chart, "y", row),
                    _text(chart, "series", row, topics),
                )
                for row in rows
            ]
        )
    return matrix_chart(
        [
            (
                _text(chart, "row", row, topics),
                _text(chart, "column", row, topics),
                _number(chart, "value", row),
            )
            for row in rows
        ]
    )


def _text(
    chart: QueryChart, role: str, row: Mapping[str, SqlValue], topics: Mapping[str, str]
) -> str:
    """The label of a point; empty for the series of a chart without series."""
    column = chart.columns.get(role)
    if column is None:
        return ""
    value = row[column]
    label = topics.get(value) if isinstance(value, str) and "topic" in column else None
    return label or plain_text(column, value) or "unknown"


def _number(chart: QueryChart, role: str, row: Mapping[str, SqlValue]) -> float:
    value = row[chart.columns[role]]
    return float(value) if isinstance(value, int | float) else 0.0
