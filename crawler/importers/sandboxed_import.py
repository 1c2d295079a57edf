"""One file to import: opened in this process, read as posts in a child process."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from crawler.errors import InputError
from crawler.importers.file_parts import FilePart, PartStart, parse_part
from crawler.importers.record_types import ImportOptions
from crawler.terminal_streams import one_line

if TYPE_CHECKING:
    from crawler.importers.opml import Subscription

MAX_FILE_BYTES = 512_000_000
_BLOCK = 1_000_000
_ZERO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to import: its path, its format (None: recognized by content) and the options.

    `name` is the name for messages, if it is not that of the path.
    """

    path: Path
    format: str | None
    options: ImportOptions
    name: str = ""


def open_file(path: Path, format: str | None, options: ImportOptions) -> ImportFile:
    """Return the file at `path`, to be parsed as `format` with `options`.

    Raises InputError if it cannot be read, is too large or is not a regular file: reading a named
    pipe or a device may never end.
    """
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise _not_regular(path, facts.st_mode)
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from None
    _check_size(displayed(str(path)), facts.st_size)
    options = replace(options, written_at=_written_at(facts.st_mtime))
    return ImportFile(path.absolute(), format, options)


@contextmanager
def copied_stream(
    stream: BinaryIO, name: str, format: str | None, options: ImportOptions
) -> Iterator[ImportFile]:
    """Yield a temporary copy of `stream` as a file to import, which only this account can read.

    `name` is its name for messages, `format` and `options` are those of the import. Raises
    InputError if the stream is too large.
    """
    with NamedTemporaryFile(prefix="hashtrail-import-") as copy:
        size = 0
        while block := stream.read(_BLOCK):
            size += len(block)
            _check_size(name, size)
            copy.write(block)
        copy.flush()
        yield ImportFile(Path(copy.name), format, options, name=name)


def _check_size(name: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        reason = f"{name} has more than {MAX_FILE_BYTES // 1_000_000} MB."
        raise InputError(reason, "Take the file with the posts out of it and import that.")


def _not_regular(path: Path, mode: int) -> InputError:
    if stat.S_ISDIR(mode):
        return InputError(f"{displayed(str(path))}: Is a directory.", "Name the files in it.")
    hint = "Name a file, or read the pipe as standard input: hashtrail import - < PIPE"
    return InputError(f"{displayed(str(path))} is not a regular file.", hint)


def _written_at(modified: float) -> datetime | None:
    """Return when a file was `modified` last; None for a time that archives write as zero."""
    changed = datetime.fromtimestamp(modified, UTC)
    return changed if changed > _ZERO else None


def display_name(path: Path) -> str:
    """Return the name of the file at `path` as text on one line, invalid UTF-8 bytes as `\\xff`.

    File names on Linux are bytes; Python decodes invalid ones to surrogates, which neither SQLite
    nor JSON accepts (PEP 383).
    """
    return displayed(path.name)


def displayed(name: str) -> str:
    """Return the name or path `name` of a file as text on one line, invalid bytes as `\\xff`."""
    return one_line(os.fsencode(name).decode("utf-8", "backslashreplace"))


def parse_import_part(file: ImportFile, start: PartStart) -> FilePart:
    """Return the content of the part of `file` that begins at `start`. Runs in a child process.

    Raises InputError that names the file if nothing in it can be imported, and UsageError for an
    unknown format.
    """
    name = file.name or display_name(file.path)
    with _opened(file) as content:
        return parse_part(name, content, file.format, file.options, start)


def parse_subscription_file(file: ImportFile) -> tuple[Subscription, ...]:
    """Return the (title, URL) of each feed of the OPML `file`. Runs in a child process."""
    from crawler.importers.opml import parse_subscriptions

    with _opened(file) as content:
        return parse_subscriptions(display_name(file.path), content.read())


def _opened(file: ImportFile) -> BinaryIO:
    """Open `file`. Raises InputError if it was removed since the command read it."""
    try:
        return file.path.open("rb")
    except OSError as error:
        raise _unreadable(file.path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    place = displayed(str(path))
    return InputError(f"{place}: {error.strerror}.", "Check the name and permissions of the file.")
