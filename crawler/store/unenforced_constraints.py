"""Constraints that SQLite does not enforce: schema objects, and types and formats of values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from sqlite_utils import Database

from crawler.models.articles import ArticleState
from crawler.models.posts import Consent
from crawler.store.database import open_memory
from crawler.store.json_columns import is_json_column
from crawler.store.search_indexes import index_of

Problem = tuple[str, str]
"""(subject, problem in words)"""

_OBJECTS = """SELECT type, name FROM sqlite_master
    WHERE type <> 'index' OR sql IS NOT NULL ORDER BY type, name"""
_TABLES = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_fts*'
    AND name NOT GLOB 'sqlite*' AND name NOT GLOB '_sqlite*' ORDER BY name"""
_COLUMNS = "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid"
# Times that the clock of this machine wrote, as ISO 8601 in UTC.
_TIMES = {
    "aliases": ("added_at",),
    "articles": ("first_seen", "last_checked", "next_check", "state_since"),
    "fetches": ("at",),
    "posts": ("last_checked", "next_check", "seen_at"),
    "runs": ("finished", "started"),
}
_NAMES = {
    ("articles", "state"): tuple(ArticleState),
    ("authors", "consent"): tuple(Consent),
    ("posts", "consent"): tuple(Consent),
}
_URLS = {("articles", "url")}
_STORAGE = {"TEXT": ("text",), "INTEGER": ("integer",), "REAL": ("integer", "real")}
_MOST_SHOWN = 20  # rows of one column


class _Column(NamedTuple):
    """A column: its name, its declared type, and its position in the primary key, or 0."""

    name: str
    type: str
    key_position: int


class _InvalidValues(NamedTuple):
    """An SQL condition that finds invalid values of a column, and the problem in words."""

    condition: str
    problem: str


def missing_schema_objects(db: Database) -> Iterator[Problem]:
    """Yield the tables, columns, views, indexes and triggers that a database does not contain.

    The columns of a search index are not read: SQLite cannot do so if the index is damaged.
    """
    complete = open_memory()
    stored = set(db.execute(_OBJECTS).fetchall())
    for object_type, name in complete.execute(_OBJECTS).fetchall():
        if (object_type, name) not in stored:
            yield name, f"this {object_type} of the schema is missing"
        elif object_type == "table" and not index_of(name):
            for column in _missing_columns(db, complete, name):
                yield f"{name}.{column}", "this column of the schema is missing"
    complete.close()


def _missing_columns(db: Database, complete: Database, table: str) -> list[str]:
    stored = {column.name for column in _columns(db, table)}
    return [column.name for column in _columns(complete, table) if column.name not in stored]


def invalid_values(db: Database) -> Iterator[Problem]:
    """Yield the values that do not have the type of their column or the required format.

    Formats are JSON, times, URLs and the names of an enumeration.
    """
    complete = open_memory()
    tables = [name for (name,) in complete.execute(_TABLES).fetchall()]
    complete.close()
    for table in tables:
        columns = _columns(db, table)
        key = " || ' ' || ".join(row.name for row in columns if row.key_position) or "rowid"
        for column in columns:
            for invalid in _invalid_values_of(table, column):
                yield from _find_rows(db, table, key, column.name, invalid)


def _columns(db: Database, table: str) -> list[_Column]:
    return [_Column(*row) for row in db.execute(_COLUMNS, [table])]


def _invalid_values_of(table: str, column: _Column) -> Iterator[_InvalidValues]:
    """Yield the conditions that find invalid values of a column."""
    yield from _invalid_storage(column)
    yield from _invalid_formats(table, column.name)
    names = _NAMES.get((table, column.name))
    if names:
        yield _InvalidValues(f"{column.name} NOT IN ({_sql_list(*names)})", "is unknown")


def _invalid_storage(column: _Column) -> Iterator[_InvalidValues]:
    if column.type in _STORAGE:
        condition = f"typeof({column.name}) NOT IN ({_sql_list(*_STORAGE[column.type], 'null')})"
        yield _InvalidValues(condition, f"is not stored as {column.type}")


def _invalid_formats(table: str, column: str) -> Iterator[_InvalidValues]:
    if is_json_column(table, column):
        yield _InvalidValues(f"json_valid({column}) IS NOT 1", "is not JSON")
    if column in _TIMES.get(table, ()):
        yield _InvalidValues(_invalid_time(column), "is not a time")
    if (table, column) in _URLS:
        condition = f"{column} NOT LIKE 'http://_%' AND {column} NOT LIKE 'https://_%'"
        yield _InvalidValues(condition, "is not a web URL")


def _invalid_time(column: str) -> str:
    return (
        f"{column} IS NOT NULL AND (julianday({column}) IS NULL"
        f" OR {column} NOT LIKE '____-__-__T__:__:__Z')"
    )


def _sql_list(*names: str) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _find_rows(
    db: Database, table: str, key: str, column: str, invalid: _InvalidValues
) -> Iterator[Problem]:
    query = f"SELECT {key} FROM {table} WHERE {invalid.condition} LIMIT {_MOST_SHOWN}"  # noqa: S608
    try:
        for (row_key,) in db.execute(query):
            yield f"{table} {row_key}", f"{column} {invalid.problem}"
    except sqlite3.DatabaseError as error:
        yield table, f"cannot be read: {error}"
