"""Batches that a build has finished: if it is interrupted, the next one continues with them.

The database is a cache: without it, or with other inputs, a build makes every page.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from crawler.models.outcomes import Failure
from crawler.sitegen.site_manifest import BuildInputs, SiteState, content_digest
from crawler.sitegen.site_trees import SiteTrees
from crawler.sitegen.staged_files import StagedFile

_SCHEMA = """
CREATE TABLE build (basis TEXT NOT NULL, folder TEXT NOT NULL);
CREATE TABLE batch (key TEXT PRIMARY KEY, files BLOB NOT NULL, failures BLOB NOT NULL);
"""
_FILE_NAME = "finished-batches.db"
_KEPT = "CREATE TEMP TABLE kept (path TEXT PRIMARY KEY) WITHOUT ROWID"
_UNREADABLE = (sqlite3.Error, msgspec.MsgspecError)
_encode = msgspec.msgpack.Encoder().encode
_files = msgspec.msgpack.Decoder(list[StagedFile]).decode
_failures = msgspec.msgpack.Decoder(list[Failure]).decode


class FinishedBatches:
    """The finished batches of a build, in a database next to the `trees` of the site.

    `basis` names all that their files depend on; an empty one is unknown. `folder` is the name of
    the folder with the files of an interrupted build, empty if none has this basis. `keys` are
    those of the batches that this build continues with.
    """

    def __init__(self, trees: SiteTrees, basis: str) -> None:
        self._trees = trees
        self._path = trees.builds / _FILE_NAME
        self._basis = basis
        self._db: sqlite3.Connection | None = None
        self.keys: frozenset[str] = frozenset()
        self.folder = self._read_folder()

    def start(self) -> None:
        """Record batches from now on, and continue with those of an interrupted build.

        Of its files, those of other batches are removed.
        """
        try:
            if self.folder:
                self._resume()
            else:
                self._start_over()
        except _UNREADABLE:
            self._start_over()
        _remove_files(self._trees.staging, self._db if self.keys else None)

    def add(self, key: str, made: Sequence[object]) -> None:
        """Record that this build has finished the batch `key`, with the files that it `made`.

        Files without a key are not recorded. Before `start`, nothing is recorded.
        """
        if self._db is None or not key:
            return
        files = _encode([value for value in made if isinstance(value, StagedFile)])
        failures = _encode([value for value in made if isinstance(value, Failure)])
        with suppress(sqlite3.Error):
            self._db.execute(
                "INSERT OR REPLACE INTO batch VALUES (?, ?, ?)", (key, files, failures)
            )

    def made(self) -> Iterator[StagedFile | Failure]:
        """Yield the files and failures of the batches with the `keys`."""
        for key in sorted(self.keys):
            files, failures = self._read(key)
            yield from files
            yield from failures

    def discard(self) -> None:
        """Remove the batches of this build, whose files are removed."""
        if self.folder == self._trees.staging.name:
            self.remove()

    def remove(self) -> None:
        """Remove the database."""
        self.close()
        self.keys, self.folder = frozenset(), ""
        for suffix in ("", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the database."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _read_folder(self) -> str:
        if not self._path.exists():
            return ""
        with suppress(sqlite3.Error), closing(_connect(self._path)) as db:
            basis, folder = db.execute("SELECT basis, folder FROM build").fetchone() or ("", "")
            if self._basis and basis == self._basis:
                return str(folder)
        return ""

    def _start_over(self) -> None:
        self.remove()
        with suppress(sqlite3.Error):
            self._db = _connect(self._path)
            self._db.executescript(_SCHEMA)
            self._name_folder(self._db)

    def _resume(self) -> None:
        self._trees.take_staged(self.folder)
        self._db = _connect(self._path)
        self._name_folder(self._db)
        self._remove_incomplete(self._db)
        self.keys = frozenset(key for (key,) in self._db.execute("SELECT key FROM batch"))

    def _name_folder(self, db: sqlite3.Connection) -> None:
        self.folder = self._trees.staging.name
        db.execute("DELETE FROM build")
        db.execute("INSERT INTO build VALUES (?, ?)", (self._basis, self.folder))

    def _remove_incomplete(self, db: sqlite3.Connection) -> None:
        """Remove the batches with a missing or damaged file, and list the files of the others."""
        staging = self._trees.staging
        db.execute(_KEPT)
        for (key,) in db.execute("SELECT key FROM batch").fetchall():
            files, _ = self._read(key)
            written = [file.row for file in files if file.is_written]
            if all(_digest(staging / row.path) == row.digest for row in written):
                paths = ((row.path,) for row in written)
                db.executemany("INSERT INTO kept VALUES (?)", paths)
            else:
                db.execute("DELETE FROM batch WHERE key = ?", (key,))

    def _read(self, key: str) -> tuple[list[StagedFile], list[Failure]]:
        assert self._db is not None
        query = "SELECT files, failures FROM batch WHERE key = ?"
        files, failures = self._db.execute(query, (key,)).fetchone()
        return _files(files), _failures(failures)


def batch_basis(inputs: BuildInputs, published: SiteState) -> str:
    """Return what files of batches depend on: the `inputs` of the new site and the published one.

    It is empty if the snapshot is unknown.
    """
    facts = (inputs, published.number, published.tree)
    return content_digest(msgspec.json.encode(facts)).hex() if inputs.snapshot else ""


def _connect(path: Path) -> sqlite3.Connection:
    """Open the database at `path`, which need not survive a power failure."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    return db


def _digest(path: Path) -> bytes:
    """Return the digest of the file at `path`; it is empty if the file cannot be read."""
    try:
        return content_digest(path.read_bytes())
    except OSError:
        return b""


def _remove_files(folder: Path, listed: sqlite3.Connection | None) -> None:
    """Remove the files in `folder`, except those in the table `kept` of `listed`."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            if not listed or not _is_listed(listed, os.path.relpath(path, folder)):
                os.unlink(path)


def _is_listed(db: sqlite3.Connection, path: str) -> bool:
    return db.execute("SELECT 1 FROM kept WHERE path = ?", (path,)).fetchone() is not None
