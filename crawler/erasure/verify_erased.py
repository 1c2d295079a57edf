"""Searching the bytes of every place for what was forgotten: the proof that an erasure was
complete.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crawler.erasure.erase_archive_records import gzip_members, traces_in_bytes
from crawler.erasure.erase_database_text import text_columns
from crawler.erasure.match_traces import Traces
from crawler.erasure.storage_locations import AUTHORED, SQLITE, files_by_place
from crawler.workspace import Workspace

_GZIP = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """One place: how many files and bytes were searched, and what was found in which file.

    `bytes` counts archive records and other gzip members decompressed.
    """

    place: str
    files: int
    bytes: int
    found: tuple[tuple[str, str], ...]


def search_workspace(here: Workspace, traces: Traces) -> list[PlaceSearch]:
    """Search every place of a workspace; files that share an inode are read once."""
    return [_searched(here, place, files, traces) for place, files in files_by_place(here).items()]


def is_erased(places: Iterable[PlaceSearch]) -> bool:
    """Whether nothing was found, apart from files that only their authors edit."""
    return not any(each.found for each in places if each.place != AUTHORED)


def _searched(here: Workspace, place: str, files: list[Path], traces: Traces) -> PlaceSearch:
    total, inodes = 0, set()
    found: list[tuple[str, str]] = []
    for path in files:
        status = path.stat()
        if (status.st_dev, status.st_ino) in inodes:
            continue
        inodes.add((status.st_dev, status.st_ino))
        size, traced = _search_file(path, traces)
        total += size
        name = path.relative_to(here.root).as_posix()
        found += [
            (name, trace) for trace in sorted(traced | traces_in_bytes(traces, name.encode()))
        ]
    return PlaceSearch(place, len(inodes), total, tuple(found))


def _search_file(path: Path, traces: Traces) -> tuple[int, set[str]]:
    """The number of bytes searched, and the traces in them."""
    data = path.read_bytes()
    if data.startswith(SQLITE):
        return len(data), _in_database(path, data, traces)
    if path.suffix in (".db-wal", ".db-journal") or path.name.endswith(("-wal", "-journal")):
        return len(data), traces.in_bytes(data)
    if data.startswith(_GZIP):
        return _in_members(data, traces)
    return len(data), traces_in_bytes(traces, data)


def _in_members(data: bytes, traces: Traces) -> tuple[int, set[str]]:
    size, found = 0, set()
    for member in gzip_members(data):
        unpacked = data[member.start : member.end] if member.data is None else member.data
        size += len(unpacked)
        found |= traces_in_bytes(traces, unpacked)
        if member.data is None:
            found.add(f"bytes {member.start} to {member.end} cannot be read")
    return size, found


def _in_database(path: Path, data: bytes, traces: Traces) -> set[str]:
    """The traces in cells, and those in raw pages that no cell explains: free or unused space."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            found = {trace for cell in _cells(db) for trace in traces.in_text(cell)}
            raw = traces.in_bytes(data)
            if raw:
                raw -= {trace for cell in _cells(db) for trace in traces.in_bytes(cell.encode())}
    except sqlite3.DatabaseError:
        return traces.in_bytes(data)
    return found | raw


def _cells(db: sqlite3.Connection) -> Iterator[str]:
    for table, column in text_columns(db):
        query = f'SELECT "{column}" FROM "{table}" WHERE typeof("{column}") = \'text\''  # noqa: S608
        for (cell,) in db.execute(query):
            yield cell
