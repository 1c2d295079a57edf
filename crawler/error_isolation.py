"""Error isolation: an error in one item becomes a Failure of that item alone."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from crawler.errors import HashtrailError, InputError
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean_line

I = TypeVar("I")  # noqa: E741
R = TypeVar("R")

_MACHINE = frozenset({
    errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EROFS,
})  # fmt: skip
# Errors of SQLite that come from the values of a row. All others concern the file or the disk.
_ROW = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.ProgrammingError)
_LONGEST_REASON = 300


def concerns_item(error: Exception) -> bool:
    """Whether an error can come from the item in hand.

    False for errors of the machine (full disk, damaged database, no file handles) and for errors
    in Hashtrail's own files: repeating them for each item would hide them.
    """
    if isinstance(error, HashtrailError):
        return isinstance(error, InputError)
    if isinstance(error, sqlite3.DatabaseError):
        return isinstance(error, _ROW)
    return not (isinstance(error, OSError) and error.errno in _MACHINE)


def item_failure(kind: str, subject: str, error: Exception, where: str = "") -> Failure:
    """Return the Failure of one item whose `error` was caught.

    `kind` is the kind of item (`link`, `post`, `file`, …), `subject` its URL, URI or file name, and
    `where` its origin, for example "in post X".
    """
    place = f" {where}" if where else ""
    message = f"Cannot process the {kind} {subject}{place}: {_reason(error)}."
    message = f"{message} The {kind} was skipped."
    outcome = Outcome.BAD_CONTENT if isinstance(error, InputError) else Outcome.CRASHED
    return Failure(subject, kind, outcome, clean_line(message, 3 * _LONGEST_REASON))


def process_isolated(
    items: Sequence[I],
    process: Callable[[Sequence[I]], R],
    failed: Callable[[I, Exception], Failure],
) -> tuple[list[R], list[Failure]]:
    """Process all items together; on an error, halve them until the bad ones are alone.

    `process` must change nothing when it raises; `failed` makes the Failure of an item that fails
    alone. Returns the results of `process`, in order, and the failures. Raises errors that do not
    concern an item.
    """
    if not items:
        return [], []
    try:
        return [process(items)], []
    except Exception as error:
        if not concerns_item(error):
            raise
        if len(items) == 1:
            return [], [failed(items[0], error)]
    middle = len(items) // 2
    first, first_failures = process_isolated(items[:middle], process, failed)
    second, second_failures = process_isolated(items[middle:], process, failed)
    return first + second, first_failures + second_failures


def _reason(error: Exception) -> str:
    if isinstance(error, HashtrailError):
        return error.message.rstrip(".")
    text = clean_line(str(error), _LONGEST_REASON)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
