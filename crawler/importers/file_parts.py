"""Large files of lines, parsed part by part, so that the memory does not grow with the file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from crawler.importers.parse_file import collect_records, parse_file
from crawler.importers.protocol import Importer
from crawler.importers.record_types import MAX_RECORD_BYTES, ImportOptions, ImportResult, Record
from crawler.importers.registry import load_importers
from crawler.paused_collector import paused_collector

PART_BYTES = 2_000_000
_SKIPPED = 1_000_000  # bytes read at once of a line that is too long
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@runtime_checkable
class LineImporter(Importer, Protocol):
    """An importer whose files have one record per line.

    `matches` of such a module needs only the first `PART_BYTES` of a file.
    """

    def parse_lines(
        self, name: str, data: bytes, first: int, options: ImportOptions
    ) -> Iterator[Record]:
        """Yield the records of whole lines, of which the first has the number `first`.

        `name` is the file name for messages. An invalid line is a Failure.
        """
        ...


@dataclass(frozen=True, slots=True)
class PartStart:
    """Where a part of a file begins: the offset in bytes and the number of its first line."""

    offset: int = 0
    line: int = 1


@dataclass(frozen=True, slots=True)
class FilePart:
    """The content of one part of a file; `following` is where each later part begins.

    Only the first part states it, so that the others can be parsed in any order.
    """

    result: ImportResult
    following: tuple[PartStart, ...] = ()


def parse_part(
    name: str, file: BinaryIO, format: str | None, options: ImportOptions, start: PartStart
) -> FilePart:
    """Return the content of the part of `file` that begins at `start`.

    Files of lines are read in parts of `PART_BYTES`, other files at once. `name` is the file name,
    `format` the name of an importer (None: detected by content). Raises InputError that names the
    file if nothing in it can be imported, and UsageError for an unknown format.
    """
    file.seek(start.offset)
    data = file.read(PART_BYTES)
    is_first = not start.offset
    if len(data) < PART_BYTES and is_first:
        return FilePart(parse_file(name, data, format, options))
    line_format = _line_format(name, data, format, is_first)
    if line_format is None:
        return FilePart(parse_file(name, data + file.read(), format, options))
    importer, format_name = line_format
    lines, following = _read_lines(file, start)
    records = importer.parse_lines(name, lines, start.line, options)
    with paused_collector():  # a part has many objects, and none of them is garbage
        result = collect_records(records, format_name)
    return FilePart(result, tuple(_starts(file, following)) if is_first else ())


def _read_lines(file: BinaryIO, start: PartStart) -> tuple[bytes, PartStart | None]:
    """Return the lines of the part at `start`, and where the next part begins; None at the end."""
    file.seek(start.offset)
    lines = file.read(PART_BYTES)
    lines += file.readline(MAX_RECORD_BYTES + 1)
    if _skip_line(file, lines):
        return lines, None
    line = start.line + lines.count(b"\n") + (not lines.endswith(b"\n"))
    return lines, PartStart(file.tell(), line)


def _starts(file: BinaryIO, start: PartStart | None) -> Iterator[PartStart]:
    """Yield `start` and where each part after it begins."""
    while start:
        yield start
        _, start = _read_lines(file, start)


def _line_format(
    name: str, data: bytes, format: str | None, is_first: bool
) -> tuple[LineImporter, str] | None:
    """Return the importer of a file of lines and its name, None if the file has other records.

    Only the first part of a file can begin with a byte order mark.
    """
    if is_first and data.startswith(_UTF_16):
        return None
    importers = load_importers()
    names = importers if format is None else [format]
    for format_name in names:
        importer = importers.get(format_name)
        if isinstance(importer, LineImporter) and (format or importer.matches(name.lower(), data)):
            return importer, format_name
    return None


def _skip_line(file: BinaryIO, lines: bytes) -> bool:
    """Read to the end of the last of `lines`; return whether the file ends there."""
    line = lines
    while not line.endswith(b"\n") and (line := file.readline(_SKIPPED)):
        pass
    position = file.tell()
    has_ended = not file.read(1)
    file.seek(position)
    return has_ended
