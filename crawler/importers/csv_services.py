"""Bookmark services that export CSV: one row per service names its columns.

A service is recognized by its columns. `--format NAME` reads a file as the export of that service.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.errors import InputError
from crawler.importers.bookmark_posts import Bookmark, bookmark_records
from crawler.importers.csv_rows import Row, csv_header, csv_rows
from crawler.importers.record_types import ImportOptions, Record, records_of_member
from crawler.importers.zip_files import contains_file, extract_files, is_zip
from crawler.models.outcomes import Failure

_QUOTED = re.compile(r"'((?:[^'\\]|\\.){1,200})'|\"((?:[^\"\\]|\\.){1,200})\"")


@dataclass(frozen=True, slots=True)
class CsvService:
    """One service that exports CSV; an `Importer` (protocol.py) for its files.

    `columns` are the columns that identify the service, in lower case; a file may have more. `url`,
    `title`, `description`, `tags`, `folder` and `added` name the columns with these values, where
    there are any. `separator` separates tags, `levels` the levels of a folder. `members` is the
    pattern of the CSV files in the zip that the service sends.
    """

    title: str
    columns: tuple[str, ...]
    url: str = "url"
    name: str = "title"
    description: str = ""
    tags: str = ""
    separator: str = ","
    folder: str = ""
    levels: str = "/"
    added: str = ""
    members: str = ""
    PRIORITY: int = 45
    HAS_ALL_POSTS: bool = False

    def matches(self, name: str, data: bytes) -> bool:
        """Return whether `data` has the columns of the service, or is its zip.

        `name` is the file name.
        """
        if is_zip(data):
            return bool(self.members) and contains_file(data, self.members)
        header = csv_header(name, data)
        return header is not None and set(self.columns) <= set(header.names)

    def parse(self, name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
        """Yield one post per bookmark in `data`, the file `name`.

        `options` has the time of the import. Raises InputError if the columns are missing.
        """
        rows = self._rows(name, data)
        yield from bookmark_records(name, rows, self._bookmark, options.seen_at)

    def _rows(self, name: str, data: bytes) -> Iterator[tuple[str, Row | csv.Error | Failure]]:
        files = {name: data}
        if is_zip(data):
            files = extract_files(name, data, self.members or "(?!)")
        for path, content in files.items():
            for row in records_of_member(name, path, self._rows_of_file(path, content)):
                yield (path, row) if isinstance(row, Failure) else row
        if not files:
            raise InputError(f"{name} holds no export of {self.title}.", "Unpack it first.")

    def _rows_of_file(self, path: str, data: bytes) -> Iterator[tuple[str, Row | csv.Error]]:
        header = csv_header(path, data)
        if header is None or self.url not in header.names:
            wanted = ", ".join(self.columns)
            reason = f"{path} is not an export of {self.title}: it has no column {self.url!r}."
            raise InputError(reason, f"Its columns are {wanted}.")
        yield from csv_rows(path, data)

    def _bookmark(self, row: Row | csv.Error | Failure) -> Bookmark:
        """Return the bookmark of a row. Raises ValueError for a row that is not CSV."""
        if isinstance(row, Failure | csv.Error):
            raise ValueError(row.message if isinstance(row, Failure) else str(row))
        return Bookmark(
            url=row.get(self.url),
            title=row.get(self.name, ""),
            description=row.get(self.description, ""),
            tags=tag_list(row.get(self.tags, ""), self.separator),
            folders=tuple(row.get(self.folder, "").split(self.levels)),
            added=row.get(self.added, ""),
        )


def tag_list(written: str, separator: str) -> tuple[str, ...]:
    """Return the tags in the cell `written`, between `separator` or as a list in brackets.

    Instapaper writes a list as JSON, Readwise as Python.
    """
    text = written.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return tuple(text.split(separator))
    try:
        tags = json.loads(text)
    except (ValueError, RecursionError):
        tags = [first or second for first, second in _QUOTED.findall(text)]
    return tuple(tag for tag in tags if isinstance(tag, str))


# Private notes of people are not read: the column `note` of Raindrop, highlights of Readwise.
SERVICES: dict[str, CsvService] = {
    "instapaper": CsvService(
        "Instapaper",
        ("folder", "selection", "timestamp", "title", "url"),
        description="selection",
        tags="tags",
        folder="folder",
        added="timestamp",
    ),
    "matter": CsvService(
        "Matter",
        ("file id", "in queue", "last interaction date", "title", "url"),
        tags="tags",
        added="last interaction date",
    ),
    "pocket": CsvService(
        "Pocket",
        ("status", "tags", "time_added", "title", "url"),
        tags="tags",
        separator="|",
        added="time_added",
        members=r"(?:[^/]+/)?part_\d+\.csv",
    ),
    "raindrop": CsvService(
        "Raindrop",
        ("created", "excerpt", "folder", "title", "url"),
        description="excerpt",
        tags="tags",
        folder="folder",
        levels=" / ",
        added="created",
    ),
    "readwise": CsvService(
        "Readwise Reader",
        ("document tags", "location", "saved date", "title", "url"),
        tags="document tags",
        added="saved date",
    ),
}
