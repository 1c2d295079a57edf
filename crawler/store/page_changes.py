"""Which pages of the database file changed since its newest full backup.

SQLite appends changed pages to the write-ahead log. Only a checkpoint writes them into the file
itself, and only then may the log lose them. So as long as the file is in the state in which the
last recorded checkpoint left it, the log contains every page that changed since, in any program.
A checkpoint by another program changes that state. What it wrote is unknown, and the next backup is
a full one. Format of the log: https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import os
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

_RECORD = "changed_pages.json"
_LOG_HEADER = struct.Struct(">8xI4x8s8x")  # page size and salts
_FRAME_HEADER = struct.Struct(">I4x8s8x")  # page and salts
_CLOCK_TICK_SECONDS = 0.01  # two writes within one tick get the same time of change


@dataclass(frozen=True, slots=True)
class FileState:
    """The identity of a file, its size in bytes, and the time of its last change in nanoseconds."""

    inode: int
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A number of frames of the log, counted from the start of the log with these `salts`."""

    salts: str = ""
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of the file after its log was written back, and how far the log went."""

    state: FileState
    log: LogPosition


@dataclass(frozen=True, slots=True)
class PageChanges:
    """The pages that changed between the full backup `base`, with this digest, and a checkpoint."""

    checkpoint: Checkpoint
    base: str
    base_digest: str
    pages: tuple[int, ...] = ()


def load_changes(folder: Path) -> PageChanges | None:
    """Return the record in the `folder` of backups, or None if there is none that can be read."""
    try:
        return msgspec.json.decode((folder / _RECORD).read_bytes(), type=PageChanges)
    except (OSError, msgspec.MsgspecError):
        return None


def save_changes(folder: Path, changes: PageChanges) -> None:
    """Replace the record in the `folder` of backups with `changes`."""
    draft = folder / f"{_RECORD}.{os.getpid()}.draft"
    try:
        draft.write_bytes(msgspec.json.encode(changes))
        os.replace(draft, folder / _RECORD)
    finally:
        draft.unlink(missing_ok=True)


def is_recorded(path: Path) -> bool:
    """Whether the database at `path` has been written only by Hashtrail since its last full backup.

    Then the pages of its file are those of the checked backup, or come from the log, which has
    checksums.
    """
    changes = load_changes(path.parent / "backups")
    return changes is not None and changes.checkpoint.state == _file_state(path)


@contextmanager
def recorded_changes(
    db: sqlite3.Connection, path: Path, folder: Path
) -> Iterator[PageChanges | None]:
    """Write the log of the database at `path` into its file, and record the pages in `folder`.

    Yields what changed since the newest full backup, or None if that is unknown. In the block, the
    file is the state of the database that `db` reads.
    """
    with reading(db):
        yield _record_log(path, folder)


@contextmanager
def reading(db: sqlite3.Connection) -> Iterator[None]:
    """Keep what `db` reads: no checkpoint writes later changes into the file during the block.

    Yields nothing.
    """
    db.execute("BEGIN")
    try:
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
        yield
    finally:
        db.execute("COMMIT")


def write_log_back(path: Path) -> Checkpoint | None:
    """Write the log of the database at `path` into its file, while `reading`.

    Returns the checkpoint, or None if another program still reads an older state.
    """
    salts = _salts(_log_of(path))  # before the checkpoint: after it, the log may start again
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("SELECT 1 FROM sqlite_master").fetchone()
        busy, logged, written = writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if busy or logged != written:
        return None
    time.sleep(_CLOCK_TICK_SECONDS)
    return Checkpoint(_file_state(path), LogPosition(salts, logged))


def _file_state(path: Path) -> FileState:
    status = path.stat()
    return FileState(status.st_ino, status.st_size, status.st_ctime_ns)


def record_before_close(db: sqlite3.Connection) -> None:
    """Record the changed pages: the last connection that closes deletes the log of `db`.

    If that fails, the next backup is a full one.
    """
    with suppress(sqlite3.Error, OSError):
        path = Path(db.execute("PRAGMA database_list").fetchone()[2])
        if not db.in_transaction and _log_of(path).stat().st_size:
            with recorded_changes(db, path, path.parent / "backups"):
                pass


def _record_log(path: Path, folder: Path) -> PageChanges | None:
    changes = load_changes(folder)
    if changes is None or changes.checkpoint.state != _file_state(path):
        return None
    logged = _logged_pages(_log_of(path), changes.checkpoint.log)
    checkpoint = write_log_back(path)
    if checkpoint is None:
        return None
    pages = tuple(sorted({*changes.pages, *logged}))
    recorded = replace(changes, checkpoint=checkpoint, pages=pages)
    if recorded != changes:
        save_changes(folder, recorded)
    return recorded


def _logged_pages(log: Path, since: LogPosition) -> set[int]:
    """Return the pages in the `log` after a position, also those of changes that were rolled back.

    Frames that the log kept from before its last start have other salts.
    """
    pages: set[int] = set()
    with suppress(FileNotFoundError), log.open("rb", buffering=0) as file:
        header = file.read(_LOG_HEADER.size)
        if len(header) < _LOG_HEADER.size:
            return pages
        page_bytes, salts = _LOG_HEADER.unpack(header)
        frame_bytes = _FRAME_HEADER.size + page_bytes
        if since.salts == salts.hex():
            file.seek(since.frames * frame_bytes, os.SEEK_CUR)
        while len(frame := file.read(_FRAME_HEADER.size)) == _FRAME_HEADER.size:
            page, frame_salts = _FRAME_HEADER.unpack(frame)
            if frame_salts != salts:
                break
            pages.add(page)
            file.seek(page_bytes, os.SEEK_CUR)
    return pages


def _salts(log: Path) -> str:
    """Return the salts of the current start of the `log` as hexadecimal text; "" without a log."""
    with suppress(FileNotFoundError), log.open("rb", buffering=0) as file:
        header = file.read(_LOG_HEADER.size)
        if len(header) == _LOG_HEADER.size:
            return str(_LOG_HEADER.unpack(header)[1].hex())
    return ""


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
