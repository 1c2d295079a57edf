"""The tables beside the topic files: a path in, lines out."""

from __future__ import annotations

from pathlib import Path


def table_lines(path: Path) -> list[str]:
    """The lines of a table but blank ones and comments; none if there is no such file."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def read_words(path: Path) -> frozenset[str]:
    """The words of a table, one a line; none if there is no such file."""
    return frozenset(line.strip() for line in table_lines(path))
