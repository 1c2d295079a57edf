"""Constraints that SQLite does not enforce: objects of the schema, types and forms of values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from crawler.models.articles import ArticleState
from crawler.models.posts import Consent
from crawler.store.database import open_memory

Problem = tuple[str, str]
"""(subject, problem in words)"""

_OBJECTS = """SELECT type, name FROM sqlite_master
    WHERE type <> 'index' OR sql IS NOT NULL ORDER BY type, name"""
_TABLES = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_fts*'
    AND name NOT GLOB 'sqlite*' AND name NOT GLOB '_sqlite*' ORDER BY name"""
_COLUMNS = "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid"
_JSON = {
    "articles": ("authors", "directives", "field_sources", "headings"),
    "fetches": ("hops",),
    "posts": ("counts", "provenance"),
    "runs": ("counts",),
    "topics": ("aliases", "formerly", "hashtags", "measured", "related", "start_here"),
}
# Times that our own clock wrote, as ISO 8601 in UTC.
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


def missing_schema_objects(db: Database) -> Iterator[Problem]:
    """The tables, columns, views, indexes and triggers of the schema that a database lacks."""
    complete = open_memory()
    stored = set(db.execute(_OBJECTS).fetchall())
    for kind, name in complete.execute(_OBJECTS).fetchall():
        if (kind, name) not in stored:
            yield name, f"this {kind} of the schema is missing"
        elif kind == "table":
            columns = {column for column, *_ in db.execute(_COLUMNS, [name])}
            for column, *_ in complete.execute(_COLUMNS, [name]).fetchall():
                if column not in columns:
                    yield f"{name}.{column}", "this column of the schema is missing"
    complete.close()


def invalid_values(db: Database) -> Iterator[Problem]:
    """The values of another type than their column, or that are no JSON, time or known name."""
    complete = open_memory()
    tables = [name for (name,) in complete.execute(_TABLES).fetchall()]
    complete.close()
    for table in tables:
        columns = db.execute(_COLUMNS, [table]).fetchall()
        key = " || ' ' || ".join(name for name, _, part in columns if part) or "rowid"
        for name, kind, _ in columns:
            for condition, problem in _conditions(table, name, kind):
                yield from _matching(db, table, key, condition, f"{name} {problem}")


def _conditions(table: str, column: str, kind: str) -> Iterator[Problem]:
    """(condition that finds invalid values of a column, problem)"""
    if kind in _STORAGE:
        allowed = ", ".join(f"'{name}'" for name in (*_STORAGE[kind], "null"))
        yield f"typeof({column}) NOT IN ({allowed})", f"is not stored as {kind}"
    if column in _JSON.get(table, ()):
        yield f"json_valid({column}) IS NOT 1", "is not JSON"
    if column in _TIMES.get(table, ()):
        yield (
            f"{column} IS NOT NULL AND (julianday({column}) IS NULL"
            f" OR {column} NOT LIKE '____-__-__T__:__:__Z')",
            "is no time",
        )
    if (table, column) in _URLS:
        yield f"{column} NOT LIKE 'http://_%' AND {column} NOT LIKE 'https://_%'", "is no web URL"
    if (table, column) in _NAMES:
        known = ", ".join(f"'{name}'" for name in _NAMES[table, column])
        yield f"{column} NOT IN ({known})", "is unknown"


def _matching(
    db: Database, table: str, key: str, condition: str, problem: str
) -> Iterator[Problem]:
    query = f"SELECT {key} FROM {table} WHERE {condition} LIMIT {_MOST_SHOWN}"  # noqa: S608
    try:
        for (row,) in db.execute(query):
            yield f"{table} {row}", problem
    except sqlite3.DatabaseError as error:
        yield table, f"cannot be read: {error}"
