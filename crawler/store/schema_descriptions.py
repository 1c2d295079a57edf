"""Store the descriptions of tables and columns in the snapshot, so that they travel with it."""

from __future__ import annotations

import sqlite3

from crawler.store.table_meanings import table_meanings

SCHEMA_DESCRIPTIONS = """
CREATE TABLE schema_descriptions (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, description TEXT NOT NULL,
    PRIMARY KEY (table_name, column_name)
) WITHOUT ROWID;
"""
"""The table as a CREATE statement. It is empty except in a snapshot."""

_NAMES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"


def store_schema_descriptions(copy: sqlite3.Connection) -> None:
    """Fill `schema_descriptions` of the snapshot `copy` for the tables and views that it has.

    A row without a column name describes the table.
    """
    names = {str(name) for (name,) in copy.execute(_NAMES)}
    rows = [
        (name, column, plain_description(text))
        for name, meanings in table_meanings().items()
        if name in names
        for column, text in {"": meanings.meaning, **meanings.public_columns()}.items()
    ]
    copy.executemany("INSERT INTO schema_descriptions VALUES (?, ?, ?)", rows)


def plain_description(text: str) -> str:
    """Return a meaning without its Markdown."""
    return text.replace("`", "")
