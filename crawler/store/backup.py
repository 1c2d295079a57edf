"""Backups of the database: created while others read it, verified, and kept for limited time.

Seven days and four weeks are kept.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import CorruptStoreError, StoreError, store_error_from_os
from crawler.store.backup_checks import is_check_due, load_verification
from crawler.store.backup_manifest import (
    database_content,
    manifest_path,
    read_manifest,
    write_manifest,
)
from crawler.store.clock_skew import clock_doubt_reason
from crawler.store.database import database_path, open_store
from crawler.store.database_files import (
    BACKUP_STAMP,
    DIFFERENTIAL,
    FULL,
    backup_files,
    remove_database,
    to_store_error,
)
from crawler.store.differential_backup import (
    copy_whole,
    full_backup_of,
    whole_database,
    write_differential,
)
from crawler.store.migrate_database import COPY
from crawler.store.page_changes import (
    PageChanges,
    reading,
    recorded_changes,
    save_changes,
    write_log_back,
)
from crawler.store.schema import APPLICATION_ID
from crawler.utc_times import CLOCK_TOLERANCE

DAILY = 7
WEEKLY = 4
_NAME = re.compile(rf"-(\d{{8}}T\d{{6}}Z)(?:{FULL}|{DIFFERENTIAL})$")

_TimedBackup = tuple[datetime, Path]


def create_backup(db: Database, folder: Path, now: datetime) -> Path:
    """Back up the database into `folder` as `<name>-<UTC time>`, and delete old backups.

    The first backup of an ISO week is a full one, a file ending in `.db`. The others of the week
    contain only the pages that changed since (`.pages`). They are full if these pages are unknown
    or more than half of all, or if the last check of a backup failed.

    Nothing is deleted before the new backup is verified, and while the clock is doubtful. Returns
    the path of the backup. Raises StoreError and leaves no partial backup.
    """
    source = database_path(db)
    name = f"{source.stem}-{now.astimezone(UTC).strftime(BACKUP_STAMP)}"
    target = folder / f"{name}{FULL}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = _create_differential(db, source, target.with_suffix(DIFFERENTIAL), now)
        made = made or _create_full(db, source, target)
        if not clock_doubt_reason(db, now):
            _remove_expired(folder, source.stem, made, now)
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, source) from error
    except OSError as error:
        raise store_error_from_os(error, folder) from error
    return made


def _create_full(db: Database, source: Path, target: Path) -> Path:
    """Copy the open database at `source` to `target`, which appears only after verification.

    One read transaction covers the content, the copy and the state from which pages are recorded.
    """
    draft = target.with_suffix(".draft")
    try:
        with reading(db.conn):
            content = database_content(db.conn)
            with closing(sqlite3.connect(draft)) as copy:
                db.conn.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            checkpoint = write_log_back(source)
        check_backup(draft)
        manifest_path(target).unlink(missing_ok=True)
        os.replace(draft, target)
    finally:
        remove_database(draft)
    manifest = write_manifest(target, content)
    if checkpoint:
        save_changes(target.parent, PageChanges(checkpoint, target.name, manifest.sha256))
    return target


def _create_differential(db: Database, source: Path, target: Path, now: datetime) -> Path | None:
    """Write the pages that changed since the full backup of this week. None if it takes a full one.

    The result is verified: the file at `source` has no other pages than the full backup, and the
    pages are read back.
    """
    draft = target.with_suffix(".draft")
    try:
        with recorded_changes(db.conn, source, target.parent) as changes:
            if not changes or not _suffices(db, changes, target, now):
                return None
            is_checked = is_check_due(target.parent, now)
            content = database_content(db.conn) if is_checked else None
            write_differential(db.conn, source, changes, draft)
        manifest_path(target).unlink(missing_ok=True)
        os.replace(draft, target)
    finally:
        remove_database(draft)
    write_manifest(target, content)
    return target


def _suffices(db: Database, changes: PageChanges, target: Path, now: datetime) -> bool:
    """Whether a backup of the changed pages at `target` can replace a full one."""
    verification = load_verification(target.parent)
    if verification and verification.failed:
        return False
    base = target.with_name(changes.base)
    manifest = read_manifest(base)
    is_usable = (
        manifest
        and manifest.sha256 == changes.base_digest
        and base.is_file()
        and base.stat().st_size == manifest.bytes
    )
    is_of_week = _time(base).isocalendar()[:2] == now.astimezone(UTC).isocalendar()[:2]
    are_few = 2 * len(changes.pages) < db.execute("PRAGMA page_count").fetchone()[0]
    return bool(is_usable) and is_of_week and are_few and not target.with_suffix(FULL).exists()


def _remove_expired(folder: Path, stem: str, made: Path, now: datetime) -> None:
    """Remove the expired backups, except the full ones that other backups need."""
    backups = backup_files(folder, f"{stem}-*")
    expired = {*expired_backups(backups, now), *_expired_copies(backups, now)} - {made}
    needed = {full_backup_of(path) for path in backups if path not in expired}
    for old in expired - needed:
        remove_backup(old)


def remove_backup(path: Path) -> None:
    """Delete the backup `path` with its manifest, if they exist."""
    remove_database(path)
    manifest_path(path).unlink(missing_ok=True)


def _expired_copies(backups: Iterable[Path], now: datetime) -> list[Path]:
    """Return the copies before migrations that are older than the weekly backups may be."""
    oldest = (now - timedelta(weeks=WEEKLY)).timestamp()
    return [path for path in backups if COPY in path.name and path.stat().st_mtime < oldest]


def expired_backups(backups: Iterable[Path], now: datetime | None = None) -> list[Path]:
    """Return those of `backups` to delete.

    The newest of each of the last seven days that have one stays, and the newest of each of the
    last four ISO weeks. Backups later than `now` were made under a wrong clock. They count
    separately, so that they never displace others.
    """
    timed = [(_time(path), path) for path in backups if _NAME.search(path.name)]
    if now is None:
        return _expired(timed)
    latest = now + CLOCK_TOLERANCE
    past = [backup for backup in timed if backup[0] <= latest]
    future = [backup for backup in timed if backup[0] > latest]
    return [*_expired(past), *_expired(future)]


def _expired(timed: list[_TimedBackup]) -> list[Path]:
    newest_first = sorted(timed, reverse=True)
    days: dict[object, Path] = {}
    weeks: dict[object, Path] = {}
    for time, path in newest_first:
        days.setdefault(time.date(), path)
        weeks.setdefault(time.isocalendar()[:2], path)
    retained = {*list(days.values())[:DAILY], *list(weeks.values())[:WEEKLY]}
    return [path for _, path in newest_first if path not in retained]


def check_backup(path: Path, folder: Path | None = None) -> None:
    """Check that the file is an intact database of Hashtrail.

    Raises StoreError for another file, and CorruptStoreError for a damaged one. The message lists
    the backups in `folder`, by default the folder of the file.
    """
    hint_folder = folder or path.parent
    _require_file(path, hint_folder)
    with whole_database(path) as whole:
        _check_whole(whole, path, hint_folder)


def _require_file(path: Path, hint_folder: Path) -> None:
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file.", _choice(hint_folder))


def _check_whole(whole: Path, path: Path, hint_folder: Path) -> None:
    """Check the file `whole` of the database in the backup `path`."""
    messages = _integrity_messages(whole, path, hint_folder)
    if messages != ["ok"]:
        damage = "; ".join(messages)
        raise CorruptStoreError(f"{path} is damaged: {damage}.", _choice(hint_folder))


def _integrity_messages(whole: Path, path: Path, hint_folder: Path) -> list[str]:
    """Return the messages of SQLite's integrity check of `whole`, the database in `path`."""
    address = f"{whole.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as copy:
            if copy.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                message = f"{path} is not a backup of a Hashtrail database."
                raise StoreError(message, _choice(hint_folder))
            return [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]


def restore_backup(
    chosen: Path,
    target: Path,
    now: datetime,
    prepare: Callable[[Database], None] | None = None,
) -> Path | None:
    """Replace the database `target` with the backup `chosen`, in one step.

    `prepare` changes the copy of the backup while `target` is still in use, so that a restore that
    is killed leaves either the old database or the prepared one. The caller holds the run lock.

    Returns the path of the replaced database, or None if there was none. Raises StoreError, and
    changes nothing, if the backup is damaged or is not a database of Hashtrail.
    """
    folder = target.parent / "backups"
    _require_file(chosen, folder)
    draft = _draft_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_restore_draft(target)
        copy_whole(chosen, draft)  # the folder of the backup may be read-only
        _check_whole(draft, chosen, folder)
        _prepare(draft, prepare)
        replaced = _keep_replaced(target, now)
        os.replace(draft, target)
    except OSError as error:
        raise store_error_from_os(error, target) from error
    finally:
        remove_database(draft)
    return replaced


def remove_restore_draft(target: Path) -> None:
    """Remove the draft of a killed restore of `target`: it may contain data erased since then."""
    remove_database(_draft_of(target))


def _draft_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.draft")


def _prepare(draft: Path, prepare: Callable[[Database], None] | None) -> None:
    """Migrate and prepare the draft, and leave all of it in one file, without a log."""
    db = open_store(draft)  # an old schema is migrated and a newer one refused
    try:
        if prepare:
            prepare(db)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        db.close()


def _keep_replaced(target: Path, now: datetime) -> Path | None:
    """Copy the database that is replaced. Its own name is in use until the draft takes it."""
    if not target.exists():
        remove_database(target)
        return None
    stamp = now.astimezone(UTC).strftime(BACKUP_STAMP)
    copy = target.with_name(f"{target.stem}-replaced-{stamp}.db")
    remove_database(copy)  # of a restore in the same second
    _checkpoint(target)
    _move_logs(target, copy)
    try:
        shutil.copyfile(target, copy)
    except OSError:  # no space for a copy
        target.rename(copy)
    return copy


def _move_logs(target: Path, copy: Path) -> None:
    """Move the log files that a damaged database left next to its copy."""
    for suffix in ("-shm", "-wal", "-journal"):
        part = target.with_name(target.name + suffix)
        if part.exists():
            part.rename(copy.with_name(copy.name + suffix))


def _checkpoint(target: Path) -> None:
    """Write the log of an intact database into the file itself."""
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(target, isolation_level=None)) as db,
    ):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _time(path: Path) -> datetime:
    match = _NAME.search(path.name)
    assert match
    return datetime.strptime(match[1], BACKUP_STAMP).replace(tzinfo=UTC)


def _choice(folder: Path) -> str:
    """Return the hint that lists the backups of a folder."""
    names = [path.name for path in backup_files(folder)]
    if not names:
        return f"{folder} contains no backups. Make one with: hashtrail backup"
    return f"Choose one of {folder}: {', '.join(names)}."
