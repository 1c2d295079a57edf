"""Every schema that a version of Hashtrail recorded in its databases, with a row in each table.

`schemas/versions.jsonl` lists the steps that each version added, oldest first.
`schemas/objects.jsonl` lists each object with the numbers of the versions that contain it. A test
that runs with HASHTRAIL_ACCEPT=1 appends the current schema.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from crawler.store.database import open_memory
from crawler.store.schema import APPLICATION_ID

FOLDER = Path(__file__).with_name("schemas")
_VERSIONS, _OBJECTS = FOLDER / "versions.jsonl", FOLDER / "objects.jsonl"
_TYPES = ("table", "index", "view", "trigger")
_STORED = """SELECT type, name, sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' ORDER BY rowid"""
_TIME = "2026-05-04T02:00:00Z"
_VALUES: dict[str, Any] = {
    "article_ids": "[1]",
    "confidence": "certain",
    "consent": "full",
    "digest": "d1",
    "directives": "{}",
    "headings": "[]",
    "hidden": 0,
    "key": "https://a.example/leases",
    "lead_article_id": 1,
    "level": "full",
    "migration_set": "hashtrail",
    "provenance": "{}",
    "query": "SELECT 1",
    "slug": "leases",
    "state": "ok",
    "subject_kind": "article",
    "text": "A lease expires by itself.",
    "title": "Leases beat locks",
    "topic": "leases",
    "url": "https://a.example/leases",
    "visibility": "public",
}
_LISTS = ("aliases", "authors", "formerly", "hashtags", "hops", "related", "start_here")
_OBJECT_COLUMNS = ("counts", "field_sources", "measured")
_TIMES = ("added_at", "at", "counted_at", "first_seen", "last_checked", "seen_at", "started")

SchemaObject = tuple[str, str, str]
"""(type, name, SQL)"""


def versions() -> list[list[str]]:
    """Return the applied steps of each recorded version, oldest version first."""
    applied: list[list[str]] = []
    for line in _VERSIONS.read_text(encoding="utf-8").splitlines():
        applied.append([*(applied[-1] if applied else []), *json.loads(line)])
    return applied


def current_objects() -> set[SchemaObject]:
    """Return the objects of the current schema."""
    return set(map(tuple, open_memory().execute(_STORED).fetchall()))


def current_steps() -> list[str]:
    """Return the names of all steps, in their order."""
    steps = open_memory().execute("SELECT name FROM _sqlite_migrations ORDER BY id")
    return [name for (name,) in steps]


def objects(version: int) -> list[SchemaObject]:
    """Return the objects of the schema with this number, in the order of creation."""
    rows = [row for row in _recorded_objects() if version in row["versions"]]
    stored = [(row["type"], row["name"], row["sql"]) for row in rows]
    return sorted(stored, key=lambda stored_object: _TYPES.index(stored_object[0]))


def record_current() -> None:
    """Append the current schema to the recorded versions."""
    known, number = versions(), len(versions())
    added = [step for step in current_steps() if step not in known[-1]]
    with _VERSIONS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(added) + "\n")
    rows = _recorded_objects()
    by_object = {(row["type"], row["name"], row["sql"]): row for row in rows}
    for kind, name, sql in sorted(current_objects()):
        row = by_object.setdefault(
            (kind, name, sql), {"type": kind, "name": name, "versions": [], "sql": sql}
        )
        row["versions"].append(number)
    lines = [json.dumps(row) for row in by_object.values()]
    _OBJECTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def build_database(path: Path, version: int) -> None:
    """Write a database with the schema of this number and a row in each table to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("BEGIN")
        virtual = [name for _, name, sql in objects(version) if sql.startswith("CREATE VIRTUAL")]
        for kind, name, sql in objects(version):
            if not name.startswith(tuple(f"{table}_" for table in virtual)) or kind != "table":
                db.execute(sql)
        for step in versions()[version]:
            statement = "INSERT INTO _sqlite_migrations VALUES (NULL, 'hashtrail', ?, ?)"
            db.execute(statement, [step, _TIME])
        for kind, name, _ in objects(version):
            if kind == "table" and not name.startswith((*virtual, "_sqlite")):
                _insert_row(db, name)
        db.execute("COMMIT")
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def _recorded_objects() -> list[dict[str, Any]]:
    return [json.loads(line) for line in _OBJECTS.read_text(encoding="utf-8").splitlines()]


def _insert_row(db: sqlite3.Connection, table: str) -> None:
    columns = db.execute("SELECT name, type FROM pragma_table_info(?)", [table]).fetchall()
    values = [_value(table, *column) for column in columns]
    names, places = ", ".join(name for name, _ in columns), ", ".join("?" * len(columns))
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)


def _value(table: str, column: str, declared: str) -> Any:
    """Return a value that all checks of the schema accept."""
    if column in _VALUES:
        return _VALUES[column]
    if column in _LISTS:
        return "[]"
    if column in _OBJECT_COLUMNS:
        return "{}"
    if column in _TIMES:
        return _TIME
    if declared.startswith("TEXT"):
        return None if column.endswith("_until") else f"{table} {column}"
    return b"value" if declared.startswith("BLOB") else 1
