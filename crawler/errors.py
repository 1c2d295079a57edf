"""The errors that Hashtrail raises on purpose, each with its exit code.

HashtrailError                     1
├── ConfigurationError            78   a settings, sources or topic file says something we cannot
use
├── UsageError                    64   the command line asks for something that does not exist
├── InputError                     1   a file given to us cannot be read as what it claims to be
├── StoreError                     1   the database cannot be used
│   ├── CorruptStoreError          1   … because its bytes are damaged; names the backup to restore
│   └── DiskFullError              1   … or another file cannot be written, because the disk is full
├── BuildError                     1   the site would be broken; the published one stays
└── LockHeldError                 75   another run is at work
"""

from __future__ import annotations

import errno
import sqlite3


class HashtrailError(Exception):
    """What went wrong in one sentence, and what to do next in another."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigurationError(HashtrailError):
    """A settings, sources or topic file says something that cannot be used; the message names the
    file and the line or key.
    """

    exit_code = 78


class UsageError(HashtrailError):
    """The command line asks for something that does not exist."""

    exit_code = 64


class InputError(HashtrailError):
    """A file given to us cannot be read as what it claims to be; the message names the file and the
    line.
    """


class StoreError(HashtrailError):
    """The database cannot be opened, read or written."""


class CorruptStoreError(StoreError):
    """The database is damaged; the hint is the command that restores the newest good backup."""


class DiskFullError(StoreError):
    """The disk is full. Raised for every file that Hashtrail writes, not for the database alone."""

    def __init__(self, place: str) -> None:
        kept = "Everything finished before is kept and the published site is untouched"
        hint = f"{kept}. Free some space and run the same command again."
        super().__init__(f"Disk full: {place} cannot be written, because the disk is full.", hint)


def is_disk_full(error: BaseException) -> bool:
    """Whether the system (ENOSPC, EDQUOT) or SQLite (SQLITE_FULL) had no space to write."""
    if isinstance(error, sqlite3.DatabaseError):
        return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def store_error_from_os(error: OSError, place: object) -> StoreError:
    """An error of the system while `place` (a path) was written, in words."""
    if is_disk_full(error):
        return DiskFullError(str(place))
    return StoreError(f"{place}: {error.strerror}.", "Check the permissions of that folder.")


class BuildError(HashtrailError):
    """The site that was built would be broken; the published one is untouched."""


class LockHeldError(HashtrailError):
    """Another run holds the lock; the message names it."""

    exit_code = 75
