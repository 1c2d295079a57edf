"""Read how the tables of the snapshot refer to each other, for diagrams of the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

# Columns that name rows of other tables without a foreign key: the table is a stored view, the row
# may be of two kinds, or the name may be of a row that does not exist any more.
_UNDECLARED = {
    "article_list": (("id", "articles"),),
    "posts": (("source", "sources"),),
    "run_sources": (("source", "sources"),),
    "source_coverage": (("source", "sources"),),
    "taggings": (("subject_id", "articles"), ("subject_id", "posts")),
    "topic_activity": (("topic", "topics"),),
    "topics": (("broader", "topics"),),
    "unlinked_posts": (("post_id", "posts"),),
}


@dataclass(frozen=True, slots=True)
class SchemaTable:
    """A table with its key columns and its references: pairs of a column and another table."""

    name: str
    keys: tuple[str, ...]
    references: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that identify rows of this table and of others, keys first."""
        return tuple(dict.fromkeys((*self.keys, *(column for column, _ in self.references))))


def read_schema_tables(conn: sqlite3.Connection, names: Iterable[str]) -> tuple[SchemaTable, ...]:
    """Return the tables with these `names` that exist in the database of `conn`.

    References to other tables than these are left out.
    """
    wanted = set(names)
    tables = []
    for name in sorted(wanted):
        columns = [tuple(row) for row in conn.execute(f'PRAGMA table_info("{name}")')]
        declared = [
            (str(row[3]), str(row[2])) for row in conn.execute(f'PRAGMA foreign_key_list("{name}")')
        ]
        references = {*declared, *_UNDECLARED.get(name, ())}
        shown = tuple(sorted(pair for pair in references if pair[1] in wanted))
        keys = sorted((int(column[5]), str(column[1])) for column in columns if column[5])
        if columns:
            tables.append(SchemaTable(name, tuple(key for _, key in keys), shown))
    return tuple(tables)
