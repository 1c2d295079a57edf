"""Replace a database file by a changed copy, so that readers keep the old one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crawler.errors import store_error_from_os
from crawler.store.database_files import remove_database
from crawler.store.public_snapshot import draft_error


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
    """Copy `source` to the new file `target` in the kernel; they share blocks where it can.

    Raises OSError.
    """
    with source.open("rb") as original, target.open("xb") as copy:
        left = os.fstat(original.fileno()).st_size
        try:
            while copied := os.copy_file_range(original.fileno(), copy.fileno(), left):
                left -= copied
        except OSError:  # the file system cannot, or the disk is full
            pass
    if left:
        shutil.copyfile(source, target)
