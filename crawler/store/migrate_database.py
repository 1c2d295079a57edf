"""Migrate a database to the current schema: a checked copy first, then all steps or none."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Collection
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import DiskFullError, StoreError
from crawler.store.database_files import remove_database, to_store_error
from crawler.store.schema import migrations

COPY = "-before-"
"""The part of the name of a copy before a migration, between the database and the first step."""

_CHECK = "foreign_key_check"  # after the last step
_NAMES = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'hashtrail'"


def migrate(db: Database, path: Path) -> None:
    """Apply all pending steps to the database of the file `path` in one transaction.

    An existing database is copied to `backups/` first. If a step fails, or the process is killed,
    the database does not change, and the version of Hashtrail that made it can still open it.

    Raises StoreError, which names the step that failed, and DiskFullError.
    """
    pending = migrations.pending(db)
    if not pending:
        return
    if migrations.applied(db):
        _copy_database(db, path, pending[0].name)
    _apply_all(db, path)


def pending_steps(db: Database) -> tuple[str, ...]:
    """Return the names of the steps that would migrate the database."""
    return tuple(migration.name for migration in migrations.pending(db))


def check_not_newer(db: Database, path: Path) -> None:
    """Raise StoreError if a newer Hashtrail has migrated the database of the file `path`.

    The message names the command that upgrades Hashtrail, and the newest backup that this version
    can open.
    """
    applied = {migration.name for migration in migrations.applied(db)}
    unknown = applied - _step_names()
    if unknown:
        steps = ", ".join(sorted(unknown))
        raise StoreError(
            f"{path} was made by a newer Hashtrail ({steps}). Nothing was changed.",
            f"Upgrade Hashtrail with: {upgrade_command()}{_downgrade_hint(path)}",
        )


def upgrade_command(prefix: str = sys.prefix) -> str:
    """Return the command that upgrades the installation in the environment at `prefix`."""
    if "pipx" in Path(prefix).parts:
        return "pipx upgrade hashtrail"
    if Path(prefix).parts[-3:-1] == ("uv", "tools"):
        return "uv tool upgrade hashtrail"
    return f"{Path(prefix) / 'bin' / 'python'} -m pip install --upgrade hashtrail"


def newest_readable_backup(path: Path) -> Path | None:
    """Return the newest backup of the database `path` that this version can open, if any."""
    backups = (path.parent / "backups").glob(f"{path.stem}-*.db")
    by_age = sorted(backups, key=lambda backup: backup.stat().st_mtime, reverse=True)
    steps = _step_names()
    return next((backup for backup in by_age if _is_readable(backup, steps)), None)


def _step_names() -> set[str]:
    return {migration.name for migration in migrations.pending(Database(memory=True))}


def _is_readable(backup: Path, steps: Collection[str]) -> bool:
    """Whether only these `steps` were applied to a backup."""
    address = f"{backup.resolve().as_uri()}?mode=ro&immutable=1"
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(address, uri=True)) as copy:
        return {name for (name,) in copy.execute(_NAMES)} <= set(steps)
    return False


def _downgrade_hint(path: Path) -> str:
    backup = newest_readable_backup(path)
    if backup is None:
        return ""
    return (
        "\nOr return to the newest backup that this version can open, without everything stored "
        f"since then: hashtrail restore {backup}"
    )


def _copy_database(db: Database, path: Path, step: str) -> Path:
    """Copy the database to `backups/` before the migration that begins with `step`."""
    copy = path.parent / "backups" / f"{path.stem}{COPY}{step}.db"
    draft = copy.with_suffix(".draft")
    copy.parent.mkdir(exist_ok=True)
    remove_database(draft)  # of a killed migration
    try:
        db.execute("VACUUM INTO ?", [str(draft)])
        _require_intact(draft)
        os.replace(draft, copy)
    finally:
        remove_database(draft)
    return copy


def _require_intact(copy: Path) -> None:
    """Raise sqlite3.DatabaseError if a copy is damaged."""
    with closing(sqlite3.connect(copy)) as db:
        message = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if message != "ok":
        raise sqlite3.DatabaseError(f"the copy {copy} is damaged: {message}")


def _apply_all(db: Database, path: Path) -> None:
    """Apply all pending steps, or none. `BEGIN IMMEDIATE` waits for another program that does."""
    step = ""
    try:
        db.conn.execute("BEGIN IMMEDIATE")
        broken = _broken_references(db)
        migrations.apply(db)
        _refuse_broken(_broken_references(db) - broken)
        db.conn.execute("COMMIT")
    except BaseException as error:
        if db.conn.in_transaction:  # a full disk has rolled back already
            step = next((migration.name for migration in migrations.pending(db)), _CHECK)
            db.conn.execute("ROLLBACK")
        if isinstance(error, sqlite3.DatabaseError):
            raise _migration_error(error, path, step) from error
        raise


def _broken_references(db: Database) -> set[tuple[object, ...]]:
    """Return (table, row id, parent, foreign key) of each row that refers to a missing row."""
    return set(db.execute("PRAGMA foreign_key_check").fetchall())


def _refuse_broken(references: Collection[tuple[object, ...]]) -> None:
    if references:
        tables = ", ".join(sorted({str(reference[0]) for reference in references}))
        raise sqlite3.IntegrityError(f"rows of {tables} would refer to rows that do not exist")


def _migration_error(error: sqlite3.DatabaseError, path: Path, step: str) -> StoreError:
    """Return the error of a migration that failed in `step`."""
    cause = to_store_error(error, path)
    if isinstance(cause, DiskFullError) or not step:
        return cause
    return StoreError(
        f"{path} cannot be upgraded: the step {step} failed: {error}. The database is unchanged.",
        "Install the version that you used before, and report this message. "
        f"A copy of the database is in {path.parent / 'backups'}.",
    )
