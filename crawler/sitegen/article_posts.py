"""Posts as an article's page shows them: near-identical ones folded, parts of one thread together
and in order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from crawler.sitegen.snapshot_reader import Row

_THREADS = (
    "SELECT id AS post_id, author_id, network, shared, published, url AS post_url, text, language, "
    "thread_key, author_name, author_handle FROM publishable_posts "
    "WHERE thread_key IS NOT NULL AND text <> '' "
    "ORDER BY thread_key, thread_position IS NULL, thread_position, shared, id"
)


@dataclass(frozen=True, slots=True)
class Share:
    """One post. The author's name is empty where consent does not cover it; `similar` say nearly
    the same, `thread` has every part, this one included.
    """

    post_id: int
    author_id: int | None
    author: str
    network: str
    shared: str
    dated: bool
    url: str
    text: str
    language: str
    similar: tuple[Share, ...] = ()
    thread: tuple[Share, ...] = ()


def read_threads(db: sqlite3.Connection) -> dict[str, tuple[Share, ...]]:
    """Every thread of which at least two parts may be shown, by its key: its parts in order of
    their positions, else of time.
    """
    found = (
        (key, tuple(map(_share, rows)))
        for key, rows in groupby(db.execute(_THREADS), key=lambda row: str(row["thread_key"]))
    )
    return {key: parts for key, parts in found if len(parts) > 1}


def group_posts(rows: list[Row], threads: Mapping[str, tuple[Share, ...]]) -> tuple[Share, ...]:
    """Posts about one article, earliest first, each thread once.

    A near-identical one stands under the one it resembles when that one is here too.
    """
    first = _first_of_threads(rows, threads)
    here = {row["post_id"] for row in rows}
    followers: dict[int, list[Share]] = {}
    for row in rows:
        if row["similar_to"] in here:
            followers.setdefault(row["similar_to"], []).append(_share(row))
    shown = [
        row
        for row in rows
        if row["similar_to"] not in here
        and first.get(row["thread_key"], row["post_id"]) == row["post_id"]
    ]
    return tuple(
        replace(
            _share(row),
            similar=tuple(followers.get(row["post_id"], ())),
            thread=threads.get(row["thread_key"], ()),
        )
        for row in shown
    )


def _first_of_threads(rows: list[Row], threads: Mapping[str, tuple[Share, ...]]) -> dict[str, int]:
    """For each thread the first of these posts that is in it."""
    return {
        row["thread_key"]: row["post_id"] for row in reversed(rows) if row["thread_key"] in threads
    }


def _share(row: Row) -> Share:
    return Share(
        post_id=row["post_id"],
        author_id=row["author_id"],
        author=row["author_name"] or row["author_handle"] or "",
        network=row["network"],
        shared=row["shared"],
        dated=row["published"] is not None,
        url=row["post_url"],
        text=row["text"],
        language=row["language"],
    )
