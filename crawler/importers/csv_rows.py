"""Rows of a CSV file (RFC 4180) in any dialect: delimiters, charsets and the additions of Excel."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.errors import InputError
from crawler.importers.decode_text import decode_table
from crawler.text_cleaning import clean_line, fold

_DELIMITERS = ",;\t|"
_MAX_FIELD = 1_000_000
_HEADER_BYTES = 20_000
_SEPARATOR_LINE = re.compile(r"\s*\"?sep=.\"?[ \t]*\r?\n", re.IGNORECASE)  # written for Excel

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvHeader:
    """The columns of a table as written, and the delimiter between them."""

    columns: tuple[str, ...]
    delimiter: str

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names by which columns are compared: folded, on one line."""
        return tuple(fold(clean_line(column)) for column in self.columns)


def csv_header(name: str, data: bytes) -> CsvHeader | None:
    """Return the header of a table with two or more columns; None for other content.

    `data` is the file or its beginning, `name` its name. The delimiter is the one that separates
    most columns.
    """
    try:
        text = decode_table(name, data[:_HEADER_BYTES])
    except InputError:  # a binary file
        return None
    return _header(text)


def csv_rows(name: str, data: bytes) -> Iterator[tuple[str, Row | csv.Error]]:
    """Yield each row with its label; a row that is not CSV is its error.

    The keys of a row are the folded names of its columns. `data` is the file, `name` its name.
    Raises InputError if it is too large, not text, or has no header.
    """
    text = decode_table(name, data)
    header = _header(text)
    if header is None:
        hint = "The first line of a CSV file names its columns."
        raise InputError(f"{name} is not a table with columns.", hint)
    csv.field_size_limit(_MAX_FIELD)
    lines = io.StringIO(_SEPARATOR_LINE.sub("", text, count=1), newline="")
    reader = csv.reader(lines, delimiter=header.delimiter)
    next(reader)
    while (row := _next_row(reader)) is not None:
        if isinstance(row, csv.Error):
            yield f"line {reader.line_num}", row
        elif any(row):
            yield f"line {reader.line_num}", dict(zip(header.names, row, strict=False))


def _header(text: str) -> CsvHeader | None:
    first = _SEPARATOR_LINE.sub("", text, count=1).lstrip("\ufeff\r\n")[:_HEADER_BYTES]
    headers = [_split(first, delimiter) for delimiter in _DELIMITERS]
    header = max(headers, key=lambda header: len(header.columns))
    return header if len(header.columns) > 1 else None


def _split(text: str, delimiter: str) -> CsvHeader:
    try:
        row = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        row = []
    return CsvHeader(tuple(row), delimiter)


def _next_row(reader: Iterator[list[str]]) -> list[str] | csv.Error | None:
    """Return the next row, the error of a row that is not CSV, or None at the end."""
    try:
        return next(reader, None)
    except csv.Error as error:
        return error
