"""The diagram of the schema: every listed table has a box, every reference a line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.explorer.schema_diagram import schema_diagram
from crawler.explorer.table_pages import DIAGRAM_TABLES
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from crawler.store.schema_relations import SchemaTable, read_schema_tables


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SchemaTable, ...]]:
    folder: Path = tmp_path_factory.mktemp("kb")
    db = open_store(folder / "hashtrail.db")
    snapshot = sqlite3.connect(write_snapshot(db, folder / "public.db"))
    yield read_schema_tables(snapshot, DIAGRAM_TABLES)
    snapshot.close()
    db.close()


def test_every_listed_table_has_a_box_and_no_boxes_overlap(
    tables: tuple[SchemaTable, ...],
) -> None:
    diagram = schema_diagram(tables)
    assert {box.name for box in diagram.boxes} == set(DIAGRAM_TABLES)
    for box in diagram.boxes:
        below = [other for other in diagram.boxes if other.x == box.x and other.y > box.y]
        assert all(other.y >= box.y + box.height for other in below)


def test_references_are_foreign_keys_and_undeclared_ones(tables: tuple[SchemaTable, ...]) -> None:
    references = set(schema_diagram(tables).references)
    assert ("evidence", "tagging_id", "taggings") in references
    assert ("taggings", "subject_id", "articles") in references
    assert ("taggings", "subject_id", "posts") in references


def test_new_table_with_a_reference_follows_in_the_last_column() -> None:
    diagram = schema_diagram(
        [
            SchemaTable("articles", ("id",), ()),
            SchemaTable("new_table", ("id",), (("article_id", "articles"),)),
        ]
    )
    boxes = {box.name: box for box in diagram.boxes}
    assert boxes["new_table"].x > boxes["articles"].x
    assert len(diagram.lines) == 1
