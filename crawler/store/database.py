"""Opening the database: WAL, foreign keys, `BEGIN IMMEDIATE`; refusing what is not ours or is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.errors import CorruptStoreError, StoreError
from crawler.model import APPLICATION_ID
from crawler.store.schema import migrations

_BUSY_SECONDS = 30.0


def open_store(path: Path) -> Database:
    """The database at `path`, made or migrated as needed. Raises StoreError, or CorruptStoreError that names the backup to restore."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        db = _connect(path)
        _check_ours(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        migrations.apply(db)
        return db
    except sqlite3.DatabaseError as error:
        raise _explained(error, path) from None


def open_memory() -> Database:
    """A fresh database in memory, with the whole schema; for tests and for previews."""
    db = Database(sqlite3.connect(":memory:", isolation_level=None))
    db.execute("PRAGMA foreign_keys = ON")
    migrations.apply(db)
    return db


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """One all-or-nothing write; inside another one it joins it.

    `BEGIN IMMEDIATE`: a deferred transaction that upgrades fails at once when another connection wrote meanwhile (https://www.sqlite.org/lang_transaction.html).
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise
    db.conn.execute("COMMIT")


def inserted(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Insert one row and return its id."""
    row_id = db.table(table).insert(dict(row)).last_rowid
    assert row_id is not None
    return row_id


def _connect(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    db = Database(connection)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _check_ours(db: Database, path: Path) -> None:
    found = db.execute("PRAGMA application_id").fetchone()[0]
    if found == APPLICATION_ID:
        return
    if found or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError(f"{path} is a SQLite database, but not one of Hashtrail's.", "Move it away, or name another workspace with --workspace.")


def _explained(error: sqlite3.DatabaseError, path: Path) -> StoreError:
    text = str(error)
    if "malformed" in text or "not a database" in text:
        return CorruptStoreError(f"{path} is damaged: {text}.", _restore_hint(path))
    return StoreError(f"{path}: {text}.", "Check the free disk space and the permissions of that folder.")


def _restore_hint(path: Path) -> str:
    backups = sorted((path.parent / "backups").glob("*.db*"))
    if not backups:
        return "There is no backup yet: move the file away and run: hashtrail nightly"
    return f"Restore the newest backup with: hashtrail restore {backups[-1]}"
