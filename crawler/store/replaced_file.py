"""Replace a database file by a changed copy, so that readers keep the old one."""

from __future__ import annotations

import fcntl
import mmap
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crawler.errors import store_error_from_os
from crawler.store.database_files import remove_database
from crawler.store.public_snapshot import draft_error

_FICLONE = 0x40049409  # of linux/fs.h
_DIRECT = getattr(os, "O_DIRECT", 0)
_BUFFER_BYTES = 4 * 1024 * 1024
_BLOCK_BYTES = 4096


@contextmanager
def replaced_file(target: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a copy of the database file `target`, in a transaction.

    Without an error, the copy then replaces the file by one rename. A kill at any moment leaves
    the old file. Raises StoreError.
    """
    draft = target.with_name(f"{target.name}.draft")
    remove_database(draft)
    try:
        clone_file(target, draft)
        with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode = OFF")  # a lost draft is written again
            copy.execute("PRAGMA cache_size = -65536")  # KiB
            copy.execute("PRAGMA secure_delete = ON")
            copy.execute("BEGIN")
            yield copy
            copy.execute("COMMIT")
        os.replace(draft, target)
    except sqlite3.DatabaseError as error:
        raise draft_error(error, target) from error
    except OSError as error:
        raise store_error_from_os(error, target) from error
    finally:
        remove_database(draft)


def clone_file(source: Path, target: Path) -> None:
    """Copy `source` to the new file `target`: they share blocks if the file system can.

    Otherwise the disk copies past the cache of the kernel, which would cost the time of a processor
    for each byte. Raises OSError.
    """
    if not (_share_blocks(source, target) or _copy_past_cache(source, target)):
        shutil.copyfile(source, target)


def _share_blocks(source: Path, target: Path) -> bool:
    """Let `target` share the blocks of `source`. Return False if the file system cannot."""
    with source.open("rb") as original, target.open("wb") as copy:
        try:
            fcntl.ioctl(copy.fileno(), _FICLONE, original.fileno())
        except OSError:
            return False
    return True


def _copy_past_cache(source: Path, target: Path) -> bool:
    """Copy by direct input and output. Return False if it is not possible, or if the disk is full.

    Such a copy reads and writes whole blocks from a buffer that begins at a page of the memory.
    """
    if not _DIRECT:
        return False
    try:
        with (
            _opened(source, os.O_RDONLY) as original,
            _opened(target, os.O_WRONLY) as copy,
            mmap.mmap(-1, _BUFFER_BYTES) as buffer,
            memoryview(buffer) as view,
        ):
            size, done = os.fstat(original).st_size, 0
            while done < size:
                read = os.preadv(original, [view], done)
                end = -(-read // _BLOCK_BYTES) * _BLOCK_BYTES
                if not read or os.pwritev(copy, [view[:end]], done) != end:
                    return False
                done += read
            os.truncate(copy, size)
    except OSError:
        return False
    return True


@contextmanager
def _opened(path: Path, access: int) -> Iterator[int]:
    descriptor = os.open(path, access | _DIRECT)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
