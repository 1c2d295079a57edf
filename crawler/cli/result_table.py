"""The result of a named query as a table that fits the terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence

from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.readable_values import day_of_time, listed_texts
from crawler.named_queries.summary_sentences import SqlValue
from crawler.terminal_streams import one_line

_GAP = "  "
_LEAST_WIDTH = 8  # columns of the terminal


def table_lines(result: QueryResult) -> Iterator[str]:
    """Yield the lines of a table with the first columns of a result and a heading.

    Numbers are aligned right, and times are cut to their day. On a terminal, long cells are cut so
    that each row is one line.
    """
    names = [name for name in result.query.columns if name in result.columns] or result.columns
    named = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    columns = [[_named_value(row, name) for row in named] for name in names]
    texts = [
        [name.replace("_", " "), *map(_text, column)]
        for name, column in zip(names, columns, strict=True)
    ]
    widths = _fitted([max(map(_width, column)) for column in texts], _terminal_width())
    numeric = [all(isinstance(value, int | float) for value in column) for column in columns]
    for cells in zip(*texts, strict=True):
        aligned = map(_aligned, cells, widths, numeric)
        yield _GAP.join(aligned).rstrip()


def _named_value(row: Mapping[str, SqlValue], name: str) -> SqlValue:
    """The value of a column of a row; the URL for an article without a title."""
    value = row[name]
    return row.get("url") or value if name == "title" and value == "" else value


def _text(value: SqlValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    return day_of_time(one_line(listed_texts(str(value))))


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
