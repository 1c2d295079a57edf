"""Posts on an article's page: near-identical ones grouped, parts of a thread in order."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from operator import itemgetter

from crawler.group_by_key import group_by
from crawler.sitegen.snapshot_reader import Row

_THREAD = """
SELECT id AS post_id, author_id, network, shared, published, url AS post_url, text, language,
    thread_key, author_name, author_handle
FROM publishable_posts WHERE thread_key = ? AND text <> ''
ORDER BY thread_position IS NULL, thread_position, shared, id
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


class PublicThreads:
    """The threads of the snapshot `db` with at least two publishable parts, by key.

    The parts are ordered by position, and without positions by time.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._last: tuple[str, tuple[SharedPost, ...]] = ("", ())

    def of(self, key: str | None) -> tuple[SharedPost, ...]:
        """Return the parts of the thread `key`; none for an unknown thread or a single part."""
        if not key:
            return ()
        if key != self._last[0]:
            parts = tuple(map(_share, self._db.execute(_THREAD, (key,))))
            self._last = (key, parts if len(parts) > 1 else ())
        return self._last[1]


def group_posts(rows: list[Row], threads: PublicThreads) -> tuple[SharedPost, ...]:
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
        _share(
            row,
            similar=tuple(map(_share, similar.get(row["post_id"], ()))),
            thread=threads.of(row["thread_key"]),
        )
        for row in shown
    )


def _first_parts(rows: list[Row], threads: PublicThreads) -> dict[str, int]:
    """Return for each thread the first of these posts that belongs to it."""
    in_threads = [row for row in rows if threads.of(row["thread_key"])]
    return {row["thread_key"]: row["post_id"] for row in reversed(in_threads)}


def _share(
    row: Row, similar: tuple[SharedPost, ...] = (), thread: tuple[SharedPost, ...] = ()
) -> SharedPost:
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
        similar=similar,
        thread=thread,
    )
