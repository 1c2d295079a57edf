"""One file to import: opened in this process, read as posts in a child process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crawler import importers
from crawler.errors import InputError
from crawler.importers import Imported, Options
from crawler.importers.opml import read_subscriptions

MAX_FILE_BYTES = 512_000_000


@dataclass(frozen=True, slots=True)
class File:
    """A file to import: its path, its format (None: recognized by content) and the options.

    `data` holds the content of what is not a regular file: a child cannot read our pipes.
    """

    path: Path
    format: str | None
    options: Options
    data: bytes | None = None


def open_file(path: Path, format: str | None, options: Options) -> File:
    """The File at a path. Raises InputError when it cannot be read or is too large."""
    try:
        with path.open("rb") as opened:
            regular = path.is_file()
            data = None if regular else opened.read(MAX_FILE_BYTES + 1)
            size = path.stat().st_size if data is None else len(data)
    except OSError as error:
        hint = "Check the name and the permissions of the file."
        raise InputError(f"{path}: {error.strerror}.", hint) from None
    if size > MAX_FILE_BYTES:
        reason = f"{path} has more than {MAX_FILE_BYTES // 1_000_000} MB."
        raise InputError(reason, "Take the file with the posts out of it and import that.")
    return File(path.absolute(), format, options, data)


def shown_name(path: Path) -> str:
    """The name of a file as text. Bytes that are not UTF-8 are written as `\\xff`.

    File names on Linux are bytes; Python decodes invalid ones to surrogates, which neither SQLite
    nor JSON accepts (PEP 383).
    """
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def read_file(file: File) -> Imported:
    """The contents of a file. Runs in a child process.

    Raises InputError that names the file when nothing in it can be read, and UsageError for an
    unknown format.
    """
    return importers.read(shown_name(file.path), _content(file), file.format, file.options)


def read_feeds(file: File) -> tuple[tuple[str, str], ...]:
    """The (title, URL) of each feed of an OPML file. Runs in a child process."""
    return read_subscriptions(shown_name(file.path), _content(file))


def _content(file: File) -> bytes:
    return file.path.read_bytes() if file.data is None else file.data
