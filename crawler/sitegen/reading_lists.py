"""The reading lists of topics, as the snapshot contains them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from crawler.sitegen.snapshot_reader import Row

_PICKS = "SELECT * FROM reading_list ORDER BY topic, position"


@dataclass(frozen=True, slots=True)
class ListedPick:
    """One work of a reading list, as its file describes it.

    `article_id` is None before the work is fetched for the first time; `year` is None if unknown.
    """

    url: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    kind: str
    why: str
    article_id: int | None


def read_reading_lists(db: sqlite3.Connection) -> dict[str, tuple[ListedPick, ...]]:
    """Return topic -> its picks in reading order; topics without a list are missing."""
    lists: dict[str, tuple[ListedPick, ...]] = {}
    for row in db.execute(_PICKS):
        lists[row["topic"]] = (*lists.get(row["topic"], ()), _pick(row))
    return lists


def _pick(row: Row) -> ListedPick:
    return ListedPick(
        url=row["url"],
        title=row["title"],
        authors=tuple(json.loads(row["authors"])),
        year=row["year"],
        kind=row["kind"],
        why=row["why"],
        article_id=row["article_id"],
    )
