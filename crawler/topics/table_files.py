"""Readers of the tables in the topics folder."""

from __future__ import annotations

from pathlib import Path


def table_lines(path: Path) -> list[str]:
    """Return the lines of the table at `path` without blank lines and comments.

    There are none if the file does not exist.
    """
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def read_words(path: Path) -> frozenset[str]:
    """Return the words of the table at `path`, one a line; none if the file does not exist."""
    return frozenset(line.strip() for line in table_lines(path))
