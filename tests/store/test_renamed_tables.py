"""A database with the former names of tables and columns is migrated, restored and erased."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.erasure.erase_database_text import erase_from_backup
from crawler.store.backup import restore_backup
from crawler.store.database import open_memory, open_store
from crawler.store.erase_rows import import_tombstones
from crawler.store.schema_renames import RENAMED_TABLES
from crawler.store.verify_database import find_inconsistencies

SCRIPT = Path(__file__).with_name("database_before_renames.sql")
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
OBJECTS = "SELECT type, name FROM sqlite_master WHERE name NOT GLOB 'sqlite_*'"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database file as the code before the renames made it."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(SCRIPT.read_text(encoding="utf-8"))
    return path


def test_opened_database_has_the_objects_and_columns_of_a_new_one(old: Path) -> None:
    db, new = open_store(old), open_memory()
    assert set(db.execute(OBJECTS)) == set(new.execute(OBJECTS))
    for kind, name in new.execute(OBJECTS).fetchall():
        if kind in ("table", "view"):
            columns = f"SELECT * FROM pragma_table_info('{name}')"
            assert db.execute(columns).fetchall() == new.execute(columns).fetchall(), name
    db.close()


def test_opened_database_keeps_the_rows_of_every_renamed_table(old: Path) -> None:
    with closing(sqlite3.connect(old)) as before:
        rows = {former: _rows(before, former) for former in RENAMED_TABLES}
    db = open_store(old)
    assert {former: _rows(db.conn, name) for former, name in RENAMED_TABLES.items()} == rows
    assert all(rows.values())
    db.close()


def test_opened_database_keeps_the_values_of_renamed_columns(old: Path) -> None:
    db = open_store(old)
    columns = "annotated, story_id, suspected_state, agreeing_checks, last_counted_at"
    assert db.execute(f"SELECT {columns} FROM articles WHERE id = 1").fetchone() == (
        "tagger-1",
        1,
        "gone",
        2,
        "2026-05-03T02:00:00Z",
    )
    assert db.execute("SELECT annotated FROM posts").fetchall() == [("tagger-1",)] * 2
    assert db.execute("SELECT object FROM curation_decisions").fetchall() == [("locking",)]
    assert db.execute("SELECT other_url FROM not_merged").fetchall() == [
        ("https://b.example/fencing",)
    ]
    assert not [
        finding for finding in find_inconsistencies(db) if finding.check in ("schema", "references")
    ]
    db.close()


def test_changed_text_marks_the_items_of_a_migrated_database_as_due(old: Path) -> None:
    db = open_store(old)
    db.execute("UPDATE articles SET text = 'Another text.' WHERE id = 2")
    assert db.execute("SELECT annotated FROM articles WHERE id = 2").fetchone() == ("",)
    db.execute("UPDATE posts SET text = 'Another text.' WHERE id = 1")
    due = "SELECT id FROM articles WHERE annotated = ''"
    assert db.execute(due).fetchall() == [(1,), (2,)]  # the post is evidence of article 1
    db.close()


def test_backup_with_former_names_is_restored(old: Path, tmp_path: Path) -> None:
    restore_backup(old, tmp_path / "hashtrail.db", NOW)
    db = open_store(tmp_path / "hashtrail.db")
    assert db.table("tombstones").count == 1
    db.close()


def test_tombstones_of_a_database_with_former_names_are_carried_over(old: Path) -> None:
    assert import_tombstones(open_memory(), [old]) == 1


def test_backup_with_former_names_loses_what_is_erased_and_stays(old: Path) -> None:
    erased = erase_from_backup(old, {"https://a.example/leases"}, "on request", NOW)
    assert erased
    assert b"a.example/leases" not in old.read_bytes()
    db = open_store(old)
    assert db.execute("SELECT id FROM articles").fetchall() == [(2,)]
    db.close()


def test_backup_with_former_names_is_not_rewritten_if_it_has_nothing_to_erase(old: Path) -> None:
    before = old.read_bytes()
    assert erase_from_backup(old, {"https://elsewhere.example/"}, "on request", NOW) == 0
    assert old.read_bytes() == before


def _rows(db: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
