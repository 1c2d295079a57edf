"""Create a damaged full-text search index again, empty, from the schema."""

from __future__ import annotations

from contextlib import closing

from sqlite_utils import Database

from crawler.store.database import open_memory
from crawler.store.search_indexes import index_of

_TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name GLOB '*_fts*'"


def rebuild_index(db: Database, index: str) -> None:
    """Drop the search `index` with its own tables, and create it by the schema.

    SQLite cannot drop an index that it cannot open. So its own tables become those of an empty
    index first.
    """
    with closing(open_memory().conn) as new:
        definitions = {name: sql for name, sql in new.execute(_TABLES) if index_of(name) == index}
        definition = definitions.pop(index)
        for name, sql in definitions.items():
            rows = new.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
            _replace_table(db, name, sql, rows)

    for name in (index, *definitions):
        db.execute(f"DROP TABLE IF EXISTS {name}")
    db.execute(definition)


def _replace_table(db: Database, name: str, sql: str, rows: list[tuple[object, ...]]) -> None:
    db.execute(f"DROP TABLE IF EXISTS {name}")
    db.execute(sql)
    for row in rows:
        places = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO {name} VALUES ({places})", row)  # noqa: S608
