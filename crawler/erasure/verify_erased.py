"""Searching the bytes of every place for erased URLs and handles, to verify an erasure."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from crawler.archive_storage import list_segments
from crawler.erasure.erase_archive_records import GzipMember, gzip_members, traces_in_bytes
from crawler.erasure.erase_database_text import text_columns
from crawler.erasure.match_traces import Traces
from crawler.erasure.storage_locations import AUTHORED, SQLITE, files_by_place
from crawler.errors import CorruptStoreError
from crawler.store.differential_backup import whole_database
from crawler.workspace import Workspace

_GZIP = b"\x1f\x8b\x08"
_LOG_SUFFIXES = (".db-wal", ".db-journal")
_LOG_ENDINGS = ("-wal", "-journal")


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """The result for one place: numbers of files and bytes, and the traces as (file, trace).

    `bytes` counts archive records and other gzip members decompressed.
    """

    place: str
    files: int
    bytes: int
    traces: tuple[tuple[str, str], ...]


def search_workspace(here: Workspace, traces: Traces) -> list[PlaceSearch]:
    """Search every place of a workspace for `traces`. Returns one result for each place.

    Files that share an inode are read once.
    """
    places = files_by_place(here).items()
    return [_search_place(here, place, files, traces) for place, files in places]


def is_erased(places: Iterable[PlaceSearch]) -> bool:
    """Whether `places` contain no trace, apart from files that only their authors edit."""
    return not any(result.traces for result in places if result.place != AUTHORED)


def _search_place(here: Workspace, place: str, files: list[Path], traces: Traces) -> PlaceSearch:
    count = total = 0
    matches: list[tuple[str, str]] = []
    for path in _without_hard_links(files):
        count += 1
        size, in_file = _search_file(path, traces)
        total += size
        name = path.relative_to(here.root).as_posix()
        in_name = traces_in_bytes(traces, os.fsencode(name))
        matches += [(name, trace) for trace in sorted(in_file | in_name)]
    if place == "archive" and here.archive != here.archive_spool:
        for segment in list_segments(here.archive):
            size, in_file = _search_members(segment.read_bytes(), traces)
            count, total = count + 1, total + size
            matches += [(segment.name, trace) for trace in sorted(in_file)]
    return PlaceSearch(place, count, total, tuple(matches))


def _without_hard_links(files: list[Path]) -> Iterator[Path]:
    """Yield the first file of each inode."""
    inodes: set[tuple[int, int]] = set()
    for path in files:
        status = path.stat()
        inode = status.st_dev, status.st_ino
        if inode not in inodes:
            inodes.add(inode)
            yield path


def _search_file(path: Path, traces: Traces) -> tuple[int, set[str]]:
    """Return the number of bytes searched, and the traces in them."""
    with suppress(CorruptStoreError), whole_database(path) as whole:
        data = whole.read_bytes()
        if data.startswith(SQLITE):
            return len(data), _search_database(whole, data, traces)
    data = path.read_bytes()
    if path.suffix in _LOG_SUFFIXES or path.name.endswith(_LOG_ENDINGS):
        return len(data), traces.in_bytes(data)
    if data.startswith(_GZIP):
        return _search_members(data, traces)
    return len(data), traces_in_bytes(traces, data)


def _search_members(data: bytes, traces: Traces) -> tuple[int, set[str]]:
    size = 0
    matches: set[str] = set()
    for member in gzip_members(data):
        unpacked = _bytes_of(member, data)
        size += len(unpacked)
        matches |= traces_in_bytes(traces, unpacked)
        if member.data is None:
            matches.add(f"bytes {member.start} to {member.end} cannot be read")
    return size, matches


def _bytes_of(member: GzipMember, data: bytes) -> bytes:
    return data[member.start : member.end] if member.data is None else member.data


def _search_database(path: Path, data: bytes, traces: Traces) -> set[str]:
    """Return the traces in cells, and those in raw pages outside cells: free or unused space."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            in_cells = {trace for cell in _cells(db) for trace in traces.in_text(cell)}
            in_pages = traces.in_bytes(data)
            if in_pages:
                cells = (cell.encode() for cell in _cells(db))
                in_pages -= {trace for cell in cells for trace in traces.in_bytes(cell)}
    except sqlite3.DatabaseError:
        return traces.in_bytes(data)
    return in_cells | in_pages


def _cells(db: sqlite3.Connection) -> Iterator[str]:
    for table, column in text_columns(db):
        query = f'SELECT "{column}" FROM "{table}" WHERE typeof("{column}") = \'text\''  # noqa: S608
        for (cell,) in db.execute(query):
            yield cell
