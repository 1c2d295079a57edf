"""One file to import: opened in this process, read as posts in a child process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import InputError
from crawler.importers.opml import parse_subscriptions
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult

MAX_FILE_BYTES = 512_000_000


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to import: its path, its format (None: recognized by content) and the options.

    `data` is the content if the path is not a regular file: a child process cannot read our pipes.
    """

    path: Path
    format: str | None
    options: ImportOptions
    data: bytes | None = None


def open_file(path: Path, format: str | None, options: ImportOptions) -> ImportFile:
    """Return the file at `path`, to be parsed as `format` with `options`.

    Raises InputError if it cannot be read or is too large.
    """
    try:
        size, data = _size_and_data(path)
    except OSError as error:
        hint = "Check the name and the permissions of the file."
        raise InputError(f"{path}: {error.strerror}.", hint) from None
    if size > MAX_FILE_BYTES:
        reason = f"{path} has more than {MAX_FILE_BYTES // 1_000_000} MB."
        raise InputError(reason, "Take the file with the posts out of it and import that.")
    return ImportFile(path.absolute(), format, options, data)


def _size_and_data(path: Path) -> tuple[int, bytes | None]:
    """Return the size of a file, and the content of one that is not regular, such as a pipe."""
    with path.open("rb") as opened:
        if path.is_file():
            return path.stat().st_size, None
        data = opened.read(MAX_FILE_BYTES + 1)
        return len(data), data


def display_name(path: Path) -> str:
    """Return the name of the file at `path` as text, invalid UTF-8 bytes as `\\xff`.

    File names on Linux are bytes; Python decodes invalid ones to surrogates, which neither SQLite
    nor JSON accepts (PEP 383).
    """
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def parse_import_file(file: ImportFile) -> ImportResult:
    """Return the content of `file`. Runs in a child process.

    Raises InputError that names the file if nothing in it can be imported, and UsageError for an
    unknown format.
    """
    return parse_file(display_name(file.path), _content(file), file.format, file.options)


def parse_subscription_file(file: ImportFile) -> tuple[tuple[str, str], ...]:
    """Return the (title, URL) of each feed of the OPML `file`. Runs in a child process."""
    return parse_subscriptions(display_name(file.path), _content(file))


def _content(file: ImportFile) -> bytes:
    return file.path.read_bytes() if file.data is None else file.data
