"""The result of a named query as a table that fits the terminal."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence

from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.summary_sentences import SqlValue
from crawler.terminal_streams import one_line

_GAP = "  "
_LEAST_WIDTH = 8  # columns of the terminal
_DAY = len("2026-11-28")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


def table_lines(result: QueryResult) -> Iterator[str]:
    """Yield the lines of a table with the first columns of a result and a heading.

    Numbers are aligned right, and times are cut to their day. On a terminal, long cells are cut so
    that each row is one line.
    """
    names = [name for name in result.query.columns if name in result.columns] or result.columns
    indexes = [result.columns.index(name) for name in names]
    columns = [[row[index] for row in result.rows] for index in indexes]
    texts = [
        [name.replace("_", " "), *map(_text, column)]
        for name, column in zip(names, columns, strict=True)
    ]
    widths = _fitted([max(map(_width, column)) for column in texts], _terminal_width())
    numeric = [all(isinstance(value, int | float) for value in column) for column in columns]
    for cells in zip(*texts, strict=True):
        aligned = map(_aligned, cells, widths, numeric)
        yield _GAP.join(aligned).rstrip()


def _text(value: SqlValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    text = one_line(str(value))
    return text[:_DAY] if _TIME.fullmatch(text) else text


def _terminal_width() -> int | None:
    """The width of the terminal; None if standard output is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _fitted(widths: Sequence[int], most: int | None) -> list[int]:
    """The widths of the columns; the widest ones are narrowed until a row has `most` columns.

    The first column, mostly a title, stays twice as wide as the others.
    """
    fitted = list(widths)
    while most and sum(fitted) + len(_GAP) * (len(fitted) - 1) > most:
        weighted = [fitted[0] / 2, *fitted[1:]]
        widest = weighted.index(max(weighted))
        if fitted[widest] <= _LEAST_WIDTH:
            break
        fitted[widest] -= 1
    return fitted


def _aligned(text: str, width: int, is_number: bool) -> str:
    if _width(text) > width:
        from rich.cells import set_cell_size

        return set_cell_size(text, width - 1) + "…"
    space = " " * (width - _width(text))
    return space + text if is_number else text + space


def _width(text: str) -> int:
    """The number of terminal columns of a text: 2 for a wide character."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
