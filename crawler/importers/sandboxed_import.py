"""One file to import: opened in this process, read as posts in a child process."""

from __future__ import annotations

import io
import os
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

if TYPE_CHECKING:
    from crawler.importers.opml import Subscription

MAX_FILE_BYTES = 512_000_000
_BLOCK = 1_000_000
_ZERO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to import: its path, its format (None: recognized by content) and the options.

    `data` is the content if the path is not a regular file: a child process cannot read our pipes.
    `name` is the name for messages, if it is not that of the path.
    """

    path: Path
    format: str | None
    options: ImportOptions
    data: bytes | None = None
    name: str = ""


def open_file(path: Path, format: str | None, options: ImportOptions) -> ImportFile:
    """Return the file at `path`, to be parsed as `format` with `options`.

    Raises InputError if it cannot be read or is too large.
    """
    try:
        size, data = _size_and_data(path)
        options = replace(options, written_at=_written_at(path, data))
    except OSError as error:
        raise _unreadable(path, error) from None
    _check_size(str(path), size)
    return ImportFile(path.absolute(), format, options, data)


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


def _size_and_data(path: Path) -> tuple[int, bytes | None]:
    """Return the size of a file, and the content of one that is not regular, such as a pipe."""
    with path.open("rb") as opened:
        if path.is_file():
            return path.stat().st_size, None
        data = opened.read(MAX_FILE_BYTES + 1)
        return len(data), data


def _written_at(path: Path, data: bytes | None) -> datetime | None:
    """Return when a regular file was last changed; None for a time that archives write as zero."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC) if data is None else _ZERO
    return changed if changed > _ZERO else None


def display_name(path: Path) -> str:
    """Return the name of the file at `path` as text, invalid UTF-8 bytes as `\\xff`.

    File names on Linux are bytes; Python decodes invalid ones to surrogates, which neither SQLite
    nor JSON accepts (PEP 383).
    """
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


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
    if file.data is not None:
        return io.BytesIO(file.data)
    try:
        return file.path.open("rb")
    except OSError as error:
        raise _unreadable(file.path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"{path}: {error.strerror}.", "Check the name and permissions of the file.")
