"""Check a backup: restore it into a scratch folder, and compare it with its manifest."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import CorruptStoreError, HashtrailError, StoreError
from crawler.store.backup import restore_backup
from crawler.store.backup_checks import BackupCheck, BackupVerification
from crawler.store.backup_manifest import (
    BackupManifest,
    TableContent,
    database_content,
    file_digest,
    read_manifest,
)
from crawler.store.database import open_store
from crawler.store.differential_backup import copy_whole, whole_size
from crawler.store.migrate_database import pending_steps
from crawler.store.public_snapshot import write_snapshot

SCRATCH = "restore-check"
"""The name of the scratch folder next to the database. Only a killed check leaves it."""

SNAPSHOT_BYTES = 100_000_000  # the snapshot of a larger backup would take minutes
_COPIES = 3  # the restored database, its log or snapshot, and a reserve
_SHOWN = 5


def verify_backup(
    backup: Path, state: Path, now: datetime, *, with_snapshot: bool = True
) -> BackupVerification:
    """Restore a `backup` into a scratch folder in `state`, and return the result of each check.

    The database in use is not touched. `with_snapshot` also writes the public snapshot.
    Raises StoreError if the file does not exist or the scratch folder has too little space.
    """
    if not backup.is_file():
        raise StoreError(f"{backup}: there is no such file.", "Make one with: hashtrail backup")
    scratch = state / SCRATCH
    remove_scratch(state)
    _require_space(backup, state)
    try:
        scratch.mkdir(parents=True)
        checks = tuple(_checks(backup, scratch, now, with_snapshot))
    finally:
        remove_scratch(state)
    return BackupVerification(backup.name, now, checks)


def remove_scratch(state: Path) -> None:
    """Remove the scratch folder in `state`: it contains a copy of the database."""
    shutil.rmtree(state / SCRATCH, ignore_errors=True)


def _require_space(backup: Path, state: Path) -> None:
    try:
        needed = _COPIES * whole_size(backup)
    except CorruptStoreError:  # the checks report it
        return
    free = shutil.disk_usage(state).free
    if free < needed:
        raise StoreError(
            f"{backup.name} cannot be checked: {free // 1_000_000:,} MB are free on the disk of "
            f"{state}, and the check needs {needed // 1_000_000:,} MB.",
            "Free some space and run: hashtrail backup --verify",
        )


def _checks(
    backup: Path, scratch: Path, now: datetime, with_snapshot: bool
) -> Iterator[BackupCheck]:
    """Yield the result of each check, from the file up to the snapshot."""
    manifest = read_manifest(backup)
    yield _check_file(backup, manifest)
    whole, restored = scratch / "backup.db", scratch / "restored.db"
    try:
        copy_whole(backup, whole)
        pending = _restore(whole, restored, now)
    except (HashtrailError, OSError, sqlite3.DatabaseError) as error:
        yield BackupCheck("restore", "failed", _line(error))
        return
    yield BackupCheck("restore", "ok", _steps(pending))
    with closing(sqlite3.connect(restored)) as db:
        yield _check_integrity(db)
        yield _check_references(db)
    yield from _check_content(whole, manifest.tables if manifest else None)
    if with_snapshot:
        yield _check_snapshot(restored, scratch)


def _restore(backup: Path, target: Path, now: datetime) -> int:
    """Restore as `hashtrail restore` does. Return how many steps migrated the copy."""
    with closing(_open_unchanged(backup)) as copy:
        pending = len(pending_steps(Database(copy)))
    restore_backup(backup, target, now)
    return pending


def _steps(pending: int) -> str:
    migrated = f", and {pending} steps migrate it" if pending else ""
    return f"the current version opens it{migrated}"


def _open_unchanged(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _check_file(backup: Path, manifest: BackupManifest | None) -> BackupCheck:
    if manifest is None:
        detail = "made without a manifest: rows and content are not compared"
        return BackupCheck("file", "skipped", detail)
    size = backup.stat().st_size
    if size != manifest.bytes:
        detail = f"{size:,} bytes instead of {manifest.bytes:,}"
        return BackupCheck("file", "failed", detail)
    if file_digest(backup) != manifest.sha256:
        return BackupCheck("file", "failed", "its bytes changed since it was made")
    return BackupCheck("file", "ok", f"{size:,} bytes, unchanged since it was made")


def _check_integrity(db: sqlite3.Connection) -> BackupCheck:
    messages = [str(row[0]) for row in db.execute("PRAGMA integrity_check(3)")]
    if messages != ["ok"]:
        return BackupCheck("integrity", "failed", "; ".join(messages))
    return BackupCheck("integrity", "ok", "SQLite finds no damage")


def _check_references(db: sqlite3.Connection) -> BackupCheck:
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        return BackupCheck("references", "failed", f"{len(broken):,} broken in {tables}")
    return BackupCheck("references", "ok", "every referenced row exists")


def _check_content(
    whole: Path, expected: Mapping[str, TableContent] | None
) -> Iterator[BackupCheck]:
    """Compare rows and digests with those of the database when the backup was made."""
    if expected is None:
        yield BackupCheck("rows", "skipped", "not in a manifest")
        yield BackupCheck("content", "skipped", "not in a manifest")
        return
    with closing(_open_unchanged(whole)) as copy:
        stored = database_content(copy)
    yield _compare("rows", stored, expected, "rows")
    yield _compare("content", stored, expected, "digest")


def _compare(
    name: str,
    stored: Mapping[str, TableContent],
    expected: Mapping[str, TableContent],
    value: str,
) -> BackupCheck:
    """Compare one value of all tables with the expected one."""
    tables = sorted(stored.keys() | expected.keys())
    different = [
        table
        for table in tables
        if getattr(stored.get(table), value, None) != getattr(expected.get(table), value, None)
    ]
    if different:
        more = f" and {len(different) - _SHOWN} more" if different[_SHOWN:] else ""
        shown = ", ".join(different[:_SHOWN])
        return BackupCheck(name, "failed", f"other {name} in {shown}{more}")
    count = sum(content.rows for content in stored.values())
    detail = f"{count:,} rows of {len(tables)} tables as in the database at that time"
    return BackupCheck(name, "ok", detail)


def _check_snapshot(restored: Path, scratch: Path) -> BackupCheck:
    """Write the public snapshot of the restored database."""
    if restored.stat().st_size > SNAPSHOT_BYTES:
        limit = f"larger than {SNAPSHOT_BYTES // 1_000_000:,} MB"
        return BackupCheck("snapshot", "skipped", limit)
    try:
        db = open_store(restored)
        try:
            public = write_snapshot(db, scratch / "public.db")
        finally:
            db.close()
    except HashtrailError as error:
        return BackupCheck("snapshot", "failed", _line(error))
    return BackupCheck("snapshot", "ok", f"{public.stat().st_size:,} bytes can be published")


def _line(error: Exception) -> str:
    message = error.message if isinstance(error, HashtrailError) else str(error)
    return " ".join(message.split()).rstrip(".")
