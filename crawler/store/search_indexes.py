"""The full-text search indexes of the database: their names, and whether they can be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from crawler.store.early_migrations import SEARCHED

SUFFIX = "_fts"
"""The end of the name of each index. The tables that store an index have longer names."""

INDEXES = (*(f"{table}{SUFFIX}" for table in SEARCHED), f"search{SUFFIX}")
"""All indexes."""

FILLED_INDEXES = (f"posts{SUFFIX}",)
"""The indexes that have the rows of their table. The others are empty except in a snapshot."""


def index_of(name: str) -> str:
    """Return the index that the table `name` is, or belongs to; "" for any other object.

    Each index stores its content in tables with longer names
    (https://www.sqlite.org/fts5.html#the_fts5_shadow_tables).
    """
    return next((i for i in INDEXES if name == i or name.startswith(f"{i}_")), "")


def names_index(message: str) -> str:
    """Return the index that a `message` of SQLite names; "" if it names none."""
    return next((index for index in INDEXES if index in message), "")


def unreadable_indexes(db: Database) -> Iterator[str]:
    """Yield the indexes in which no search is possible. The cost is one search for each."""
    for index in INDEXES:
        try:
            db.conn.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH 'a' LIMIT 1").fetchone()  # noqa: S608
        except sqlite3.DatabaseError:
            yield index


def mismatched_indexes(db: Database) -> Iterator[str]:
    """Yield the indexes that FTS5's own check refuses; rank 1 compares them with their rows.

    Source: https://www.sqlite.org/fts5.html#the_integrity_check_command
    """
    for index in INDEXES:
        rank = int(index in FILLED_INDEXES)
        statement = f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', {rank})"  # noqa: S608
        try:
            db.conn.execute(statement)
        except sqlite3.DatabaseError:
            yield index
