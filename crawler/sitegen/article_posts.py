"""Posts on an article's page: near-identical ones grouped, parts of a thread in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from crawler.group_by_key import group_by
from crawler.sitegen.snapshot_reader import Row

_THREADS = """
SELECT id AS post_id, author_id, network, shared, published, url AS post_url, text, language,
    thread_key, author_name, author_handle
FROM publishable_posts WHERE thread_key IS NOT NULL AND text <> ''
ORDER BY thread_key, thread_position IS NULL, thread_position, shared, id
"""


@dataclass(frozen=True, slots=True)
class SharedPost:
    """One post that shares an article.

    `author` is empty if the author may not be named. `dated` tells whether `shared` is the
    publication time; otherwise it is when the post was first seen. `similar` are near-identical
    posts. `thread` has every part of the thread, this one included.
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
    similar: tuple[SharedPost, ...] = ()
    thread: tuple[SharedPost, ...] = ()


def read_threads(db: sqlite3.Connection) -> dict[str, tuple[SharedPost, ...]]:
    """Return the threads with at least two publishable parts, by key.

    The parts are ordered by position, and without positions by time.
    """
    rows_by_thread = groupby(db.execute(_THREADS), key=lambda row: str(row["thread_key"]))
    threads = {key: tuple(map(_share, rows)) for key, rows in rows_by_thread}
    return {key: parts for key, parts in threads.items() if len(parts) > 1}


def group_posts(
    rows: list[Row], threads: Mapping[str, tuple[SharedPost, ...]]
) -> tuple[SharedPost, ...]:
    """Return the posts about one article (`rows`), earliest first, each of `threads` once.

    A near-identical post is in `similar` of the post that it resembles, if that is in `rows`.
    """
    first_parts = _first_parts(rows, threads)
    post_ids = {row["post_id"] for row in rows}
    similar = group_by(
        (row for row in rows if row["similar_to"] in post_ids), itemgetter("similar_to")
    )
    shown = (
        row
        for row in rows
        if row["similar_to"] not in post_ids
        and first_parts.get(row["thread_key"], row["post_id"]) == row["post_id"]
    )
    return tuple(
        replace(
            _share(row),
            similar=tuple(map(_share, similar.get(row["post_id"], ()))),
            thread=threads.get(row["thread_key"], ()),
        )
        for row in shown
    )


def _first_parts(rows: list[Row], threads: Mapping[str, tuple[SharedPost, ...]]) -> dict[str, int]:
    """Return for each thread the first of these posts that belongs to it."""
    in_threads = [row for row in rows if row["thread_key"] in threads]
    return {row["thread_key"]: row["post_id"] for row in reversed(in_threads)}


def _share(row: Row) -> SharedPost:
    return SharedPost(
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
