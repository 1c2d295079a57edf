"""Readers of the tables in the topics folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.errors import ConfigurationError


def folder_files(folder: Path, pattern: str) -> list[Path]:
    """Return the paths in `folder` that match `pattern`, sorted, without those that begin with `_`.

    Raises ConfigurationError for a named pipe, whose reader would wait, and for a device.
    """
    paths = sorted(path for path in folder.glob(pattern) if not path.name.startswith("_"))
    for path in paths:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ConfigurationError(
                f"{path} is not a regular file.", "Delete it, or write a file with that name."
            )
    return paths


def table_lines(path: Path) -> list[str]:
    """Return the lines of the table at `path` without blank lines and comments.

    There are none if the file does not exist.
    """
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def table_rows(path: Path, *columns: str, optional: int = 0) -> Iterator[list[str]]:
    """Yield the values of each row of the table at `path`, which are separated by tabs.

    `columns` are the names of the columns. The last `optional` ones may be missing. Raises
    ConfigurationError if a row has fewer or more values.
    """
    for line in table_lines(path):
        values = line.split("\t")
        if not len(columns) - optional <= len(values) <= len(columns):
            raise invalid_row(path, columns, values)
        yield values


def invalid_row(path: Path, columns: Sequence[str], values: Sequence[str]) -> ConfigurationError:
    """Return the error for a row of the table at `path` whose `values` do not fit its `columns`."""
    *others, last = columns
    wanted = f"{', '.join(others)} and {last}" if others else last
    line = "\t".join(values)
    return ConfigurationError(
        f"{path}: not {wanted} between tabs: {line!r}.", "Correct or delete that line."
    )


def read_words(path: Path) -> frozenset[str]:
    """Return the words of the table at `path`, one a line; none if the file does not exist."""
    return frozenset(line.strip() for line in table_lines(path))
