"""The files of a database: its journals, its backups, and the errors of using them."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import CorruptStoreError, DiskFullError, StoreError
from crawler.store.search_indexes import names_index
from crawler.utc_times import CLOCK_TOLERANCE

BACKUP_STAMP = "%Y%m%dT%H%M%SZ"
"""The time of a backup in its name, in UTC."""

FULL, DIFFERENTIAL = ".db", ".pages"
"""The suffixes of a full backup, and of one that needs a full backup."""

FILE_ERRORS = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
"""The result codes of SQLite for a file that cannot be read, written or opened."""

_LEAST_FREE_BYTES = 65_536


def remove_database(path: Path) -> None:
    """Delete the database file `path` with its journal files, if it exists."""
    for file in files_of_database(path):
        file.unlink(missing_ok=True)


def files_of_database(path: Path) -> tuple[Path, ...]:
    """Return the database file `path` and its journal files, of which not all need exist."""
    return tuple(path.with_name(path.name + suffix) for suffix in ("", "-journal", "-wal", "-shm"))


def timed_backups(path: Path, now: datetime | None = None) -> list[Path]:
    """Return the backups of the database `path`, oldest first: their names end in the UTC time.

    Backups later than `now` were made under a wrong clock. They come first.
    """
    backups = backup_files(path.parent / "backups", f"{path.stem}-[0-9]*")
    if now is None:
        return backups
    latest = f"{path.stem}-{(now + CLOCK_TOLERANCE).astimezone(UTC):{BACKUP_STAMP}}"
    return sorted(backups, key=lambda backup: backup.stem <= latest)


def backup_files(folder: Path, stem: str = "*") -> list[Path]:
    """Return the backups in a `folder` whose names without suffix match `stem`, sorted by name."""
    return sorted(path for suffix in (FULL, DIFFERENTIAL) for path in folder.glob(stem + suffix))


def restore_hint(path: Path) -> str:
    """Return the hint for a damaged database at `path`: the command that restores a backup."""
    backups = timed_backups(path)
    if not backups:
        return "There is no backup yet: move the file away and run: hashtrail nightly"
    return f"Restore the newest backup with: hashtrail restore {backups[-1]}"


def to_store_error(error: sqlite3.DatabaseError, path: Path) -> StoreError:
    """Return the StoreError that explains an `error` of SQLite on the file `path`."""
    if _concerns_search_index(error):
        return search_index_error(path, str(error))
    code = sqlite_code(error)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptStoreError(f"{path} is damaged: {error}.", restore_hint(path))
    if code == sqlite3.SQLITE_FULL or (code in FILE_ERRORS and _has_no_space(path)):
        return DiskFullError(str(path))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return StoreError(
            f"{path} cannot be written: {error}.",
            "Check the permissions of that file and of its folder.",
        )
    if code == sqlite3.SQLITE_BUSY:
        return StoreError(
            f"{path} is being written by another process.",
            "Wait until it has finished and run the same command again.",
        )
    disk = (
        "Check the disk that it is on, then run" if code in FILE_ERRORS else "Check the rows with"
    )
    return StoreError(f"{path}: {error}.", f"{disk}: hashtrail verify")


def search_index_error(path: Path, problem: str) -> StoreError:
    """Return the error for a damaged search index in the database at `path`, with its `problem`.

    Only collected rows need a backup. An index is made from them again.
    """
    return StoreError(
        f"{path}: a search index is damaged: {problem}. No collected row is affected.",
        "Make the index again with: hashtrail verify --repair",
    )


def _concerns_search_index(error: sqlite3.DatabaseError) -> bool:
    """Whether an error is about a virtual table; all those of the database are search indexes.

    Source: https://www.sqlite.org/rescode.html#corrupt_vtab
    """
    code = getattr(error, "sqlite_errorcode", 0)
    return code == sqlite3.SQLITE_CORRUPT_VTAB or bool(names_index(str(error)))


def sqlite_code(error: sqlite3.DatabaseError) -> int:
    """Return the primary result code of an `error`. Extended codes keep it in the low byte.

    Source: https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes
    """
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _has_no_space(path: Path) -> bool:
    """Whether the disk is full, although SQLite reports an input or output error.

    SQLite does so, for example, when its index of the log cannot grow.
    """
    return shutil.disk_usage(path.parent).free < _LEAST_FREE_BYTES
