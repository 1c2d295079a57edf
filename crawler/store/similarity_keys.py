"""The stored keys of texts: which articles or posts may be similar to one, found by index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from sqlite_utils import Database

from crawler.store.changed_items import mark_everything_changed

KeyTable = Literal["text_keys", "post_keys"]

_COLUMNS: dict[KeyTable, str] = {"text_keys": "article_id", "post_keys": "post_id"}
_TABLES: dict[KeyTable, str] = {"text_keys": "articles", "post_keys": "posts"}


class StoredKeys:
    """The keys of all compared articles (`text_keys`) or posts (`post_keys`) in the database.

    Keys of a former text stay: a caller compares the texts themselves. Of a key that more than
    `most` items have, only those with the lowest ids are found: such a key is boilerplate.
    """

    def __init__(self, db: Database, table: KeyTable, most: int) -> None:
        self._conn = db.conn
        self._table = table
        column = _COLUMNS[table]
        self._find = f"SELECT {column} FROM {table} WHERE key = ? ORDER BY 1 LIMIT {most:d}"  # noqa: S608
        self._add = f"INSERT INTO {table} (key, {column}) VALUES (?, ?) ON CONFLICT DO NOTHING"  # noqa: S608

    def sharing(self, keys: Iterable[int], least: int) -> set[int]:
        """Return the ids of the items that have at least `least` of the `keys`."""
        counts = Counter(
            item_id for key in keys for (item_id,) in self._conn.execute(self._find, [key])
        )
        return {item_id for item_id, count in counts.items() if count >= least}

    def add(self, item_id: int, keys: Iterable[int]) -> None:
        """Store the `keys` of an item. The caller holds the transaction."""
        self._conn.executemany(self._add, [(key, item_id) for key in keys])

    def clear(self) -> None:
        """Delete all keys. The caller holds the transaction."""
        self._conn.execute(f"DELETE FROM {self._table}")  # noqa: S608


def delete_unused_keys(db: Database) -> None:
    """Delete the keys of articles and posts that are no longer stored, after an erasure.

    Those of links in texts are made again by the next run.
    """
    for table, column in _COLUMNS.items():
        db.conn.execute(
            f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM {_TABLES[table]})"  # noqa: S608
        )
    db.execute("DELETE FROM link_keys")
    mark_everything_changed(db, "identity")
