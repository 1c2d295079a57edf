"""The errors that Hashtrail raises deliberately, each with its exit code.

HashtrailError                     1
├── ConfigurationError            78   a settings, source or topic file has an invalid value
├── UsageError                    64   the command line names something that does not exist
├── InputError                     1   a file does not have the format that it claims to have
├── StoreError                     1   the database cannot be used
│   ├── CorruptStoreError          1   … because it is damaged; the hint names the backup
│   └── DiskFullError              1   … or another file cannot be written: the disk is full
├── BuildError                     1   the new site would be broken; the published one stays
├── PublishError                   3   the site is built, but was not copied to its target


│   └── GateError                  1   … because a publish gate refused it
└── LockHeldError                 75   another run is active
"""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

from crawler.url_userinfo import without_userinfo


class HashtrailError(Exception):
    """An error with a `message` of one sentence and a `hint` with the next step.

    User names and passwords of URLs are removed from both: they are printed, logged and stored.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = without_userinfo(message)
        self.hint = without_userinfo(hint)
        super().__init__(self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the error without its constructor, which may take other arguments."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[HashtrailError], arguments: tuple[Any, ...], state: dict[str, Any]
) -> HashtrailError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(state)
    return error


class ConfigurationError(HashtrailError):
    """A settings, source or topic file has an invalid value; the message names the place."""

    exit_code = 78


class UsageError(HashtrailError):
    """The command line names something that does not exist."""

    exit_code = 64


class InputError(HashtrailError):
    """A file does not have the format that it claims to have; the message names the line."""


class StoreError(HashtrailError):
    """The database cannot be opened, read or written."""


class CorruptStoreError(StoreError):
    """The database is damaged; the hint is the command that restores the newest good backup."""


class DiskFullError(StoreError):
    """The disk is full. Raised for every file that Hashtrail writes, not for the database alone."""

    def __init__(self, place: str) -> None:
        saved = "Completed work is saved and the published site is unchanged"
        hint = f"{saved}. Free some space and run the same command again."
        super().__init__(f"Disk full: {place} cannot be written, because the disk is full.", hint)


def is_disk_full(error: BaseException) -> bool:
    """Whether `error` means that the disk is full (ENOSPC, EDQUOT, SQLITE_FULL)."""
    if isinstance(error, sqlite3.DatabaseError):
        return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_refused(error: OSError) -> bool:
    """Whether `error` is a refused access, as on a read-only disk (EACCES, EPERM, EROFS)."""
    return error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)


def is_misplaced(error: OSError) -> bool:
    """Whether `error` means that something else is at a path, or above it."""
    return error.errno in (
        errno.EEXIST,
        errno.EISDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENOTDIR,
    )


def store_error_from_os(error: OSError, place: object) -> StoreError:
    """Return the StoreError for an operating system `error` while writing the path `place`."""
    if is_disk_full(error):
        return DiskFullError(str(place))
    if is_misplaced(error):
        hint = "Move what is at this path or above it, and run the command again."
        return StoreError(f"{place}: {error.strerror}.", hint)
    return StoreError(
        f"{place}: {error.strerror}.", "Check its permissions and whether its disk is writable."
    )


class BuildError(HashtrailError):
    """The new site would be broken. The published site is unchanged."""


class PublishError(HashtrailError):
    """The built site could not be published to its target. The site on this machine is complete."""

    exit_code = 3


class GateError(BuildError):
    """The publish gate named `gate` refused the new site."""

    def __init__(self, gate: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.gate = gate


class LockHeldError(HashtrailError):
    """Another run holds the lock. The message names the run."""

    exit_code = 75
