"""Differential backups: the pages of the database that changed since a full backup.

The file begins with a line of JSON, the header; the pages follow. With the full backup that the
header names, they give the file of the database as it was, byte by byte.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from crawler.errors import CorruptStoreError
from crawler.store.backup_manifest import (
    file_digest,
    manifest_path,
    read_manifest,
    write_manifest,
)
from crawler.store.copy_pages import copy_pages
from crawler.store.database_files import DIFFERENTIAL, FULL, remove_database, to_store_error
from crawler.store.page_changes import PageChanges

_HINT = "Choose another backup."
_MOST_PAGES = 0xFFFFFFFE  # https://www.sqlite.org/limits.html


@dataclass(frozen=True, slots=True)
class DifferentialHeader:
    """The full backup `base` with its digest, the size of the database, and the changed pages."""

    base: str
    base_digest: str
    page_bytes: Annotated[int, msgspec.Meta(ge=512, le=65_536)]
    page_count: Annotated[int, msgspec.Meta(ge=1, le=_MOST_PAGES)]
    pages: tuple[int, ...]


def write_differential(
    db: sqlite3.Connection, path: Path, changes: PageChanges, draft: Path
) -> None:
    """Write the `changes` of the database `db` at `path` to the file `draft`, and verify it.

    The caller keeps the file unchanged meanwhile. Raises OSError, and CorruptStoreError if the
    draft has other bytes than were written.
    """
    (page_bytes,), (page_count,) = (
        db.execute(f"PRAGMA {name}").fetchone() for name in ("page_size", "page_count")
    )
    # A full backup has another first page: it contains the journal mode.
    pages = tuple(page for page in sorted({1, *changes.pages}) if page <= page_count)
    header = DifferentialHeader(changes.base, changes.base_digest, page_bytes, page_count, pages)
    line = msgspec.json.encode(header) + b"\n"
    if copy_pages(path, draft, line, page_bytes, pages) != file_digest(draft):
        raise CorruptStoreError(
            f"{draft} has other bytes than were written to it.", "Check the disk."
        )


def full_backup_of(backup: Path) -> Path:
    """Return the full backup that a `backup` needs: itself, or the one that its header names.

    A backup with a damaged header cannot be restored and needs only itself.
    """
    if backup.suffix == DIFFERENTIAL:
        with suppress(CorruptStoreError):
            return backup.with_name(_header(backup).base)
    return backup


def whole_size(backup: Path) -> int:
    """Return the size in bytes of the database in a `backup`.

    Raises OSError, and CorruptStoreError for a damaged header.
    """
    if backup.suffix != DIFFERENTIAL:
        return backup.stat().st_size
    header = _header(backup)
    return header.page_count * header.page_bytes


def copy_whole(backup: Path, target: Path) -> None:
    """Copy the database in a `backup` to `target`: one file without a log.

    Raises OSError, DiskFullError, and CorruptStoreError for a differential backup that is damaged
    or lacks its full backup.
    """
    if backup.suffix != DIFFERENTIAL:
        shutil.copyfile(backup, target)
        return
    header = _header(backup)
    manifest = read_manifest(backup)
    if manifest and manifest.sha256 != file_digest(backup):
        raise CorruptStoreError(f"{backup} has other bytes than its manifest states.", _HINT)
    base = backup.with_name(header.base)
    if not base.is_file() or file_digest(base) != header.base_digest:
        raise CorruptStoreError(f"{backup} needs {base.name}, which is lost or changed.", _HINT)
    shutil.copyfile(base, target)
    _apply(backup, header, target)
    try:
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, backup) from error


@contextmanager
def whole_database(backup: Path, folder: Path | None = None) -> Iterator[Path]:
    """Yield the file of the whole database in a `backup`: itself, or a copy for this block.

    The copy is in `folder`, by default in that of the backup. Raises the errors of `copy_whole`.
    """
    if backup.suffix != DIFFERENTIAL:
        yield backup
        return
    draft = (folder or backup.parent) / f"{backup.stem}-whole-{os.getpid()}.db.draft"
    try:
        copy_whole(backup, draft)
        yield draft
    finally:
        remove_database(draft)


def whole_databases(databases: Iterable[Path], folder: Path) -> Iterator[Path]:
    """Yield the files of whole `databases`, one at a time. Copies are in `folder`.

    Backups that are damaged are skipped.
    """
    for path in databases:
        with suppress(CorruptStoreError), whole_database(path, folder) as whole:
            yield whole


def make_full(backup: Path) -> Path:
    """Replace a differential `backup` with a full one of the same name. Return its path."""
    full = backup.with_suffix(FULL)
    manifest = read_manifest(backup)
    with whole_database(backup) as whole:
        manifest_path(full).unlink(missing_ok=True)
        os.replace(whole, full)
    write_manifest(full, manifest.tables if manifest else None)
    backup.unlink()
    return full


def _apply(backup: Path, header: DifferentialHeader, target: Path) -> None:
    with backup.open("rb") as pages, target.open("r+b") as database:
        pages.readline()
        database.truncate(header.page_count * header.page_bytes)
        for number in header.pages:
            data = pages.read(header.page_bytes)
            if len(data) < header.page_bytes:
                raise CorruptStoreError(f"{backup} is cut short.", _HINT)
            database.seek((number - 1) * header.page_bytes)
            database.write(data)


def _header(backup: Path) -> DifferentialHeader:
    try:
        with backup.open("rb") as file:
            header = msgspec.json.decode(file.readline(), type=DifferentialHeader)
    except msgspec.MsgspecError as error:
        raise CorruptStoreError(f"{backup} is damaged: {error}.", _HINT) from error
    if not header.base or Path(header.base).name != header.base:
        raise CorruptStoreError(f"{backup} is damaged: {header.base} is not a file name.", _HINT)
    if not all(1 <= page <= header.page_count for page in header.pages):
        raise CorruptStoreError(f"{backup} is damaged: it names pages beyond the last.", _HINT)
    return header
