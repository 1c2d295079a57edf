"""Open the database (WAL, foreign keys), check that it is valid, and write in transactions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.errors import CorruptStoreError, StoreError, store_error_from_os
from crawler.store.database_files import (
    files_of_database,
    restore_hint,
    search_index_error,
    timed_backups,
    to_store_error,
)
from crawler.store.migrate_database import check_not_newer, migrate
from crawler.store.page_changes import is_recorded, record_before_close
from crawler.store.schema import APPLICATION_ID, migrations
from crawler.store.search_indexes import names_index, unreadable_indexes

_ROW_ERRORS = sqlite3.DataError | sqlite3.IntegrityError | sqlite3.ProgrammingError
_BUSY_SECONDS = 30.0
_MOST_REPORTS = 20  # of a check; SQLite 3.44 also reports each search index
_RESTING_LOG_BYTES = 4 * 1024 * 1024  # the log after its restart
_LOG_PAGES = 65_536  # the log is written back at 256 MB, or earlier by a backup
_ROWS_PER_STATEMENT = (1000, 200, 40, 8, 1)
_BULK_CACHE_KIB = 128 * 1024


def open_store(path: Path) -> Database:
    """Return the database at `path`, created or migrated as needed.

    Before a migration, a copy of the file is written to `backups/`.

    Raises StoreError if the file cannot be used or is from a newer version, and
    CorruptStoreError, which names the backup to restore, if it is damaged.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_not_emptied(path)
        if not any(file.exists() for file in files_of_database(path)):
            _create(path)
        db = _connect(path)
        _claim(db, path)
        check_not_newer(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        migrate(db, path)
        return db
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, path) from error
    except OSError as error:
        raise store_error_from_os(error, path) from error


def open_existing(path: Path) -> Database:
    """Return the database at `path`. Raises StoreError if it does not exist."""
    if not path.exists():
        raise StoreError(
            f"{path}: there is no database yet.",
            "Make one with: hashtrail nightly, or restore a backup with: hashtrail restore FILE",
        )
    return open_store(path)


def open_to_read(path: Path) -> Database:
    """Return the existing database at `path`, which other processes write meanwhile."""
    return Database(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))


def check_intact(db: Database) -> None:
    """Raise CorruptStoreError, which names the backup to restore, if the file is damaged.

    Raises StoreError, which names the command that repairs it, if only a search index is damaged.
    The check takes about two seconds for a gigabyte. It is left out if the file is in the state
    that the backups recorded: each full backup is checked.
    """
    path = database_path(db)
    if is_recorded(path):
        return
    try:
        reports = [str(row[0]) for row in db.execute(f"PRAGMA quick_check({_MOST_REPORTS})")]
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, path) from error
    damage = [report for report in reports if report != "ok" and not names_index(report)]
    if damage:
        raise CorruptStoreError(f"{path} is damaged: {damage[0]}.", restore_hint(path))
    damaged_indexes = list(unreadable_indexes(db))
    if damaged_indexes:
        raise search_index_error(path, f"{', '.join(damaged_indexes)} cannot be searched")


def open_memory() -> Database:
    """Return an empty database in memory with the current schema, for checks and previews."""
    db = Database(sqlite3.connect(":memory:", isolation_level=None))
    db.conn.deserialize(_empty_database())
    db.execute("PRAGMA foreign_keys = ON")
    return db


@cache
def _empty_database() -> bytes:
    """A database file with the current schema, made once: a hundred migrations take 0.1 s."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        db = Database(connection)
        _claim(db, Path(":memory:"))
        migrations.apply(db)
        return connection.serialize()


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """Run the block as one all-or-nothing write; an inner transaction joins the outer one.

    Yields nothing. Raises StoreError for an error of the database file. `BEGIN IMMEDIATE`: a
    deferred transaction that upgrades fails at once when another connection wrote meanwhile
    (https://www.sqlite.org/lang_transaction.html).
    """
    if db.conn.in_transaction:
        yield
        return
    try:
        db.conn.execute("BEGIN IMMEDIATE")
        yield
        db.conn.execute("COMMIT")
    except BaseException as error:
        if db.conn.in_transaction:  # a full disk has rolled back already
            db.conn.execute("ROLLBACK")
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _ROW_ERRORS):
            raise to_store_error(error, database_path(db)) from error
        raise


@contextmanager
def bulk_writes(db: Database) -> Iterator[None]:
    """Keep more pages in memory while the block stores rows.

    Yields nothing. Without it, an index with millions of keys is read again for each transaction.
    """
    usual = db.execute("PRAGMA cache_size").fetchone()[0]
    db.execute(f"PRAGMA cache_size = {-_BULK_CACHE_KIB}")
    try:
        yield
    finally:
        db.execute(f"PRAGMA cache_size = {usual}")


@contextmanager
def read_transaction(db: Database) -> Iterator[None]:
    """Read one state of the database in the block, whatever other programs write meanwhile.

    Yields nothing.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.execute("COMMIT")


@contextmanager
def savepoint(db: Database) -> Iterator[None]:
    """Roll back only this part of a transaction if the block raises.

    Yields nothing.
    """
    db.conn.execute("SAVEPOINT item")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:  # a full disk has rolled back already
            db.conn.execute("ROLLBACK TO item")
            db.conn.execute("RELEASE item")
        raise
    db.conn.execute("RELEASE item")


def insert_values(
    db: Database,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    on_conflict: str = "",
    places: str = "",
) -> None:
    """Insert `rows` with these `columns` into `table`, many per statement.

    `on_conflict` is the clause for rows whose key is stored. `places` is the SQL of the values of a
    row, by default one parameter for each. A statement for many rows needs half the time of one for
    each row: SQLite copies the pages that a statement changes once, so that it can undo it. The
    connection keeps its last statements with their values, so there are statements of few sizes.
    """
    places = f"({places or ', '.join('?' * len(columns))})"
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    start = 0
    for size in _ROWS_PER_STATEMENT:
        if len(rows) - start < size:
            continue
        statement = f"{into} VALUES {', '.join([places] * size)} {on_conflict}"
        while len(rows) - start >= size:
            db.conn.execute(statement, [*chain.from_iterable(rows[start : start + size])])
            start += size


def insert_rows(db: Database, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which have the same columns in the same order, into `table`."""
    if rows:
        insert_values(db, table, list(rows[0]), [list(row.values()) for row in rows])


def database_path(db: Database) -> Path:
    """Return the file of an open database; an empty path for a database in memory."""
    return Path(db.execute("PRAGMA database_list").fetchone()[2])


def insert_row(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Insert one `row` into `table` and return its id."""
    statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
    row_id = db.execute(statement, list(row.values())).lastrowid
    assert row_id is not None
    return row_id


class _Store(Database):
    """A database that records its changed pages before the log with them is deleted."""

    def close(self) -> None:
        """Close the connection."""
        record_before_close(self.conn)
        super().close()


def _create(path: Path) -> None:
    """Write an empty database to `path`, unless another process creates one meanwhile.

    On a file system without hard links nothing is written: the migrations then create the file.
    """
    empty = _empty_database()
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as file:
            file.write(empty)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _connect(path: Path) -> Database:
    db = _Store(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None))
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA journal_size_limit = {_RESTING_LOG_BYTES}")
    db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    return db


def _check_not_emptied(path: Path) -> None:
    """Raise CorruptStoreError for an empty file if backups exist.

    SQLite treats a file of zero bytes as a new database. With backups, it is a lost one.
    """
    if path.is_file() and path.stat().st_size == 0 and timed_backups(path):
        raise CorruptStoreError(f"{path} is empty (zero bytes).", restore_hint(path))


def _claim(db: Database, path: Path) -> None:
    """Mark a new file as a Hashtrail database before anything else is written.

    Raises StoreError for a SQLite file of another application.
    """
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    if application_id == APPLICATION_ID:
        return
    if application_id or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError(
            f"{path} is a SQLite database, but not one of Hashtrail's.",
            "Move it away, or name another workspace with --workspace.",
        )
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
