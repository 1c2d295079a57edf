"""The targets of all links of a site, in a temporary database: they may be more than fit in memory.

SQLite keeps a small part of it in memory and deletes the file with the connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice

from crawler.sitegen.page_links import ids_of_page

_TEMPORARY = ""
_SCHEMA = "CREATE TABLE target (path TEXT NOT NULL, anchor TEXT NOT NULL, page TEXT NOT NULL)"
_DISTINCT = "SELECT path, anchor, page, min(rowid) FROM target GROUP BY path, anchor"
_BATCH = 1_000
_Row = tuple[str, str, str]
_Target = tuple[str, list[tuple[str, str]]]


class LinkTargets:
    """The targets of links, and for each of them the first page that links to it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(_TEMPORARY, isolation_level=None)
        self._db.execute(_SCHEMA)
        self._rows: list[_Row] = []

    def add(self, page: str, targets: Iterable[tuple[str, str]]) -> None:
        """Store the `targets` of a `page`: a path from the top of the site, and an anchor or ''."""
        self._rows += [(path, anchor, page) for path, anchor in targets]
        if len(self._rows) >= _BATCH:
            self._store_rows()

    def broken_links(
        self, missing: Callable[[Iterable[str]], set[str]], read: Callable[[str], bytes]
    ) -> Iterator[str]:
        """Yield the problem of each target that does not exist.

        `missing` returns the paths that the site lacks, `read` the bytes of the file at a path.
        """
        self._store_rows()
        targets = self._by_path()
        while batch := list(islice(targets, _BATCH)):
            lacking = missing(path for path, _ in batch)
            for path, pages in batch:
                if path in lacking:
                    yield broken_link(pages[0][1], path)
                elif any(anchor for anchor, _ in pages):
                    yield from _broken_anchors(path, pages, read(path))

    def _by_path(self) -> Iterator[_Target]:
        """Yield each path with its anchors and their pages, in the order in which they came."""
        rows = self._db.execute(f"{_DISTINCT} ORDER BY path, 4")
        for path, group in groupby(rows, key=lambda row: str(row[0])):
            yield path, [(anchor, page) for _, anchor, page, _ in group]

    def _store_rows(self) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO target VALUES (?, ?, ?)", self._rows)
        self._db.execute("COMMIT")
        self._rows.clear()


def broken_link(page: str, target: str) -> str:
    """Return the problem that a `page` links to a `target` that does not exist."""
    return f"{page} links to {target}, which does not exist"


def _broken_anchors(path: str, pages: list[tuple[str, str]], data: bytes) -> Iterator[str]:
    ids = set(ids_of_page(data))
    for anchor, page in pages:
        if anchor and anchor.encode() not in ids:
            yield broken_link(page, f"{path}#{anchor}")
