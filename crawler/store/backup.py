"""Copies to go back to: made while others read, checked before they count, thinned to seven days
and four weeks.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import CorruptStoreError, StoreError, store_error_from_os
from crawler.store.clock_check import clock_doubt_reason
from crawler.store.database import database_path, open_store, remove_database, to_store_error
from crawler.store.due_queries import CLOCK_TOLERANCE
from crawler.store.schema import APPLICATION_ID

DAILY = 7
WEEKLY = 4
_TIME = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"-(\d{8}T\d{6}Z)\.db$")


def create_backup(db: Database, folder: Path, now: datetime) -> Path:
    """Copy the database into `folder` as `<name>-<UTC time>.db`, check the copy, then thin out
    older ones.

    The copy just made stays, and nothing is thinned out while the clock is doubtful. Raises
    StoreError;
    no half copy stays.
    """
    source = database_path(db)
    target = folder / f"{source.stem}-{now.astimezone(UTC).strftime(_TIME)}.db"
    draft = target.with_suffix(".draft")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(draft)) as copy:
            db.conn.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        check_backup(draft)
        os.replace(draft, target)
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, source) from error
    except OSError as error:
        raise store_error_from_os(error, folder) from error
    finally:
        remove_database(draft)
    if not clock_doubt_reason(db, now):
        for old in expired_backups(folder.glob(f"{source.stem}-*.db"), now):
            if old != target:
                remove_database(old)
    return target


def expired_backups(backups: Iterable[Path], now: datetime | None = None) -> list[Path]:
    """The backups to remove: all but the newest of each of the last seven days that have one, and
    of
    each of the last four ISO weeks.

    Backups later than `now` were made under a wrong clock. They are thinned out among themselves,
    so
    that they never displace others.
    """
    timed = [(_time(path), path) for path in backups if _NAME.search(path.name)]
    latest = now + CLOCK_TOLERANCE if now else None
    past = [each for each in timed if latest is None or each[0] <= latest]
    return [*_superseded(past), *_superseded([each for each in timed if each not in past])]


def _superseded(timed: list[tuple[datetime, Path]]) -> list[Path]:
    newest_first = sorted(timed, reverse=True)
    days: dict[object, Path] = {}
    weeks: dict[object, Path] = {}
    for time, path in newest_first:
        days.setdefault(time.date(), path)
        weeks.setdefault(time.isocalendar()[:2], path)
    kept = {*list(days.values())[:DAILY], *list(weeks.values())[:WEEKLY]}
    return [path for _, path in newest_first if path not in kept]


def check_backup(path: Path, folder: Path | None = None) -> None:
    """Check that the file is an intact database of ours.

    Raises StoreError if it is not; the message lists the backups in `folder`, by default that of
    the file.
    """
    folder = folder or path.parent
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file.", _choice(folder))
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as copy:
            if copy.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise StoreError(
                    f"{path} is not a backup of a Hashtrail database.", _choice(folder)
                )
            told = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        told = [str(error)]
    if told != ["ok"]:
        raise CorruptStoreError(f"{path} is damaged: {'; '.join(told)}.", _choice(folder))


def restore_backup(
    chosen: Path,
    target: Path,
    now: datetime,
    prepare: Callable[[Database], None] | None = None,
) -> Path | None:
    """Put the backup `chosen` in place of the database `target`, in one step.

    `prepare` changes the copy of the backup while `target` is still in use, so that a restore that
    is killed leaves either the old database or the prepared one. Returns where the old file was put
    aside, None if there was none. The caller holds the run lock. Raises StoreError, with everything
    as it was, when the backup is not ours or is damaged.
    """
    check_backup(chosen, target.parent / "backups")
    draft = _draft_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_restore_draft(target)
        shutil.copyfile(chosen, draft)
        _prepare(draft, prepare)
        aside = _put_aside(target, now)
        os.replace(draft, target)
    except OSError as error:
        raise store_error_from_os(error, target) from error
    finally:
        remove_database(draft)
    return aside


def remove_restore_draft(target: Path) -> None:
    """Remove the draft of a restore that was killed: it may hold what was forgotten since."""
    remove_database(_draft_of(target))


def _draft_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.draft")


def _prepare(draft: Path, prepare: Callable[[Database], None] | None) -> None:
    """Bring the draft up to date and leave all of it in one file, without a log."""
    db = open_store(draft)  # an old schema is migrated and a newer one refused
    try:
        if prepare:
            prepare(db)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        db.close()


def _put_aside(target: Path, now: datetime) -> Path | None:
    """Copy a database to where it stays. Its own name is in use until the draft takes it."""
    if not target.exists():
        remove_database(target)
        return None
    stamp = now.astimezone(UTC).strftime(_TIME)
    aside = target.with_name(f"{target.stem}-replaced-{stamp}.db")
    remove_database(aside)  # of a restore in the same second
    _end_log(target)
    for suffix in ("-shm", "-wal", "-journal"):  # left by a damaged database
        part = target.with_name(target.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    try:
        shutil.copyfile(target, aside)
    except OSError:  # no space for a copy
        target.rename(aside)
    return aside


def _end_log(target: Path) -> None:
    """Write the log of an intact database into the file itself."""
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(target, isolation_level=None)) as db,
    ):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _time(path: Path) -> datetime:
    found = _NAME.search(path.name)
    assert found
    return datetime.strptime(found[1], _TIME).replace(tzinfo=UTC)


def _choice(folder: Path) -> str:
    names = sorted(path.name for path in folder.glob("*.db"))
    listed = f"Choose one of {folder}: {', '.join(names)}."
    return listed if names else f"{folder} contains no backups. Make one with: hashtrail backup"
