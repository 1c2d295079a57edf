"""Read and write single rows of the table `articles`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

EMPTY = ("", "[]", None)
"""The values of columns that count as missing."""


def article_row(db: Database, article_id: int) -> dict[str, Any]:
    """Return the columns of an article; raises KeyError if no article has this id."""
    cursor = db.execute("SELECT * FROM articles WHERE id = ?", [article_id])
    row = cursor.fetchone()
    if row is None:
        raise KeyError(article_id)
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


def update_article(db: Database, article_id: int, values: Mapping[str, Any]) -> None:
    """Write `values` (column -> value) to the row of an article."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    db.conn.execute(
        f"UPDATE articles SET {assignments} WHERE id = :id",  # noqa: S608
        {**values, "id": article_id},
    )
