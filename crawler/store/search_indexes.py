"""The full-text search indexes of the database: their names, and whether they are usable."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from crawler.store.early_migrations import SEARCHED

SUFFIX = "_fts"
"""The end of the name of each index. The tables that store an index have longer names."""

INDEXES = (*(f"{table}{SUFFIX}" for table in SEARCHED), f"search{SUFFIX}")
"""All indexes. They are empty except in a snapshot."""

_PARTS = ("config", "data", "docsize", "idx")  # the tables of each index


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
    """Yield the indexes that cannot be searched and filled. The cost is one search for each.

    The search in an empty index reads only some of the tables that store it.
    """
    for index in INDEXES:
        try:
            db.conn.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH 'a' LIMIT 1").fetchone()  # noqa: S608
            for part in _PARTS:
                db.conn.execute(f"SELECT 1 FROM {index}_{part} LIMIT 1").fetchone()  # noqa: S608
        except sqlite3.DatabaseError:
            yield index


def has_rows(db: Database, index: str) -> bool:
    """Whether a readable `index` has rows, which it should have in a snapshot only.

    Source: https://www.sqlite.org/fts5.html#the_fts5_shadow_tables (`docsize`)
    """
    row = db.conn.execute(f"SELECT 1 FROM {index}_docsize LIMIT 1").fetchone()  # noqa: S608
    return row is not None
