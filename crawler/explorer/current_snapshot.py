"""The snapshot that the explorer serves: a new file takes its place only if it is readable."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable
from contextlib import closing
from pathlib import Path

from crawler.store.schema import APPLICATION_ID

_TABLES = "SELECT count(*) FROM sqlite_master WHERE name IN ('articles', 'posts', 'topics')"
_NEEDED_TABLES = 3


class CurrentSnapshot:
    """Follows the file of the snapshot at `path`.

    A file that is damaged, empty or incomplete is ignored, and the snapshot before it stays in use.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._examined: Hashable = None
        self._current: Hashable = None

    def identity(self) -> Hashable:
        """Return a value that changes when the snapshot is replaced.

        It is None while the file is missing, or if no readable file was there yet.
        """
        identity = _file_identity(self._path)
        if identity is None:
            self._examined = self._current = None
        elif identity != self._examined:
            self._examined = identity
            if is_snapshot(self._path):
                self._current = identity
        return self._current


def is_snapshot(path: Path) -> bool:
    """Return whether the file at `path` is a readable database of Hashtrail with its tables."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            (application_id,) = db.execute("PRAGMA application_id").fetchone()
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
            (tables,) = db.execute(_TABLES).fetchone()
        is_whole = path.stat().st_size >= pages * page_bytes
    except (OSError, sqlite3.Error):
        return False
    return is_whole and (application_id, tables) == (APPLICATION_ID, _NEEDED_TABLES)


def _file_identity(snapshot: Path) -> Hashable:
    """Values that change when the file is replaced; None while it is missing."""
    try:
        status = snapshot.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
