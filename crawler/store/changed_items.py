"""The articles and posts that changed since a step over all of them derived its results.

Triggers of the database record each change, whatever program or command makes it. A step reads the
ids, derives the results that they concern, and deletes them in the transaction that stores these
results. So a night costs what is new, and a step that is killed or fails does not lose a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from crawler.store.database import transaction
from crawler.store.schema_changed_items import EVERYTHING, Change, mark
from crawler.store.sql_values import to_json

__all__ = [
    "EVERYTHING",
    "Change",
    "change_batches",
    "changed_ids",
    "forget_changes",
    "list_everything_changed",
    "mark_everything_changed",
]

_BATCH = 500


def changed_ids(db: Database, change: Change) -> list[int]:
    """Return the ids with a `change`, in order; EVERYTHING is the first if it is among them."""
    rows = db.execute("SELECT id FROM changed_items WHERE change = ? ORDER BY id", [change])
    return [item_id for (item_id,) in rows]


def forget_changes(db: Database, change: Change, ids: Iterable[int]) -> None:
    """Delete the record of a `change` of these `ids`, because their results are stored."""
    with transaction(db):
        db.conn.execute(
            "DELETE FROM changed_items WHERE change = ? AND id IN (SELECT value FROM json_each(?))",
            [change, to_json(list(ids))],
        )


def mark_everything_changed(db: Database, change: Change) -> None:
    """Record a `change` of every article or post."""
    with transaction(db):
        db.conn.execute(mark(change, str(EVERYTHING)))


def list_everything_changed(db: Database, change: Change) -> bool:
    """Replace the mark for a `change` of everything by the id of each row.

    Return whether there was a mark.

    A step over everything can then store its results in parts, and a killed one continues.
    """
    marked = db.execute(
        "SELECT 1 FROM changed_items WHERE change = ? AND id = ?", [change, EVERYTHING]
    ).fetchone()
    if not marked:
        return False
    table = "posts" if change == "post" else "articles"
    with transaction(db):
        db.conn.execute(
            f"INSERT INTO changed_items (change, id) SELECT ?, id FROM {table} WHERE true "  # noqa: S608
            "ON CONFLICT DO NOTHING",
            [change],
        )
        forget_changes(db, change, [EVERYTHING])
    return True


def change_batches(db: Database, change: Change) -> Iterator[list[int]]:
    """Yield the ids with a `change` in batches; the caller forgets each before the next.

    EVERYTHING is not expected: call `list_everything_changed` before.
    """
    batch = "SELECT id FROM changed_items WHERE change = ? ORDER BY id LIMIT ?"
    while ids := [item_id for (item_id,) in db.execute(batch, [change, _BATCH])]:
        yield ids
