"""Lay out the diagram of the schema: boxes of tables and lines of their references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.store.schema_relations import SchemaTable

_WIDTH, _TITLE, _ROW = 146, 24, 17  # pixels
_GAP_X, _GAP_Y = 38, 18  # pixels
# The tables from left to right: sources, posts, people, articles, evidence and topics. A table
# that is not listed follows in the last column.
_PLACES = (
    ("sources", "run_sources", "runs", "run_measures", "fetches", "source_coverage"),
    ("posts", "post_hashtags", "links", "cards", "unlinked_posts"),
    ("authors", "shares", "sharers", "article_sharers", "aliases", "article_links"),
    (
        "articles",
        "article_list",
        "stories",
        "related_articles",
        "article_changes",
        "curation_decisions",
        "curation_log",
    ),
    ("taggings", "evidence", "article_entities", "entities", "topic_articles"),
    ("topics", "topic_names", "topic_pairs", "topic_activity", "reading_list"),
)


@dataclass(frozen=True, slots=True)
class Box:
    """A table in the diagram: its place in pixels and its columns with their baselines."""

    name: str
    x: int
    y: int
    height: int
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SchemaDiagram:
    """Boxes and the SVG paths of the lines between them, with the size in pixels.

    `references` are the lines as text: table, column and the table that it refers to.
    """

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    references: tuple[tuple[str, str, str], ...]
    width: int
    height: int
    box_width: int = _WIDTH
    title_height: int = _TITLE


def schema_diagram(tables: Sequence[SchemaTable]) -> SchemaDiagram:
    """Return the diagram of `tables`, with a line from each reference to its table."""
    boxes = _boxes({table.name: table for table in tables})
    references = [
        (table.name, column, target) for table in tables for column, target in table.references
    ]
    lines = [
        _line(boxes[name], boxes[target], column)
        for name, column, target in references
        if target != name
    ]
    width = max((box.x + _WIDTH for box in boxes.values()), default=0) + _GAP_X // 2 - 16
    height = max((box.y + box.height for box in boxes.values()), default=0)
    return SchemaDiagram(tuple(boxes.values()), tuple(lines), tuple(references), width, height)


def _boxes(tables: dict[str, SchemaTable]) -> dict[str, Box]:
    placed = {name for column in _PLACES for name in column}
    unplaced = tuple(name for name in tables if name not in placed)
    columns = (*_PLACES[:-1], (*_PLACES[-1], *unplaced))
    boxes = {}
    for place, names in enumerate(columns):
        y = 0
        for name in names:
            if name not in tables:
                continue
            box = _box(tables[name], place * (_WIDTH + _GAP_X), y)
            boxes[name] = box
            y += box.height + _GAP_Y
    return boxes


def _box(table: SchemaTable, x: int, y: int) -> Box:
    rows = tuple(
        (column, y + _TITLE + _ROW * number) for number, column in enumerate(table.columns, 1)
    )
    return Box(table.name, x, y, _TITLE + _ROW * len(rows) + 8, rows)


def _line(start: Box, end: Box, column: str) -> str:
    """The SVG path from a column of one box to the title of another."""
    y = next(baseline for name, baseline in start.rows if name == column) - 4
    to = end.y + _TITLE // 2
    is_left, is_right = end.x < start.x, end.x > start.x
    x = start.x if is_left else start.x + _WIDTH
    end_x = end.x if is_right else end.x + _WIDTH
    bend = 22
    first = x - bend if is_left else x + bend
    second = end_x - bend if is_right else end_x + bend
    return f"M{x} {y}C{first} {y} {second} {to} {end_x} {to}"
