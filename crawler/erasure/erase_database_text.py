"""Erasing traces in every text column of a database, and in backups as a whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.erasure.match_traces import Traces
from crawler.errors import DiskFullError, HashtrailError, is_disk_full
from crawler.store.database import remove_database
from crawler.store.erase_rows import erase, vacuum_database
from crawler.store.schema import migrations

_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
AND name NOT LIKE '%\\_fts%' ESCAPE '\\' ORDER BY name
"""


def erase_from_tables(db: sqlite3.Connection, traces: Traces) -> int:
    """Replace every trace in every text column, the rows that nothing else can erase included.

    A row whose key would no longer be unique is deleted. Returns the number of rows changed.
    """
    db.create_function("has_trace", 1, lambda value: _has_trace(traces, value))
    db.create_function("cleared", 1, traces.cleared)
    changed = 0
    for table, column in text_columns(db):
        for statement in (
            f'UPDATE OR IGNORE "{table}" SET "{column}" = cleared("{column}") '  # noqa: S608
            f'WHERE has_trace("{column}")',
            f'DELETE FROM "{table}" WHERE has_trace("{column}")',  # noqa: S608
        ):
            changed += max(0, db.execute(statement).rowcount)
    for table, column in _columns(db, "BLOB"):  # stored robots.txt files, which are fetched again
        statement = f'DELETE FROM "{table}" WHERE has_trace("{column}")'  # noqa: S608
        changed += max(0, db.execute(statement).rowcount)
    return changed


def text_columns(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(table, column) of every text column, without the tables of the search index."""
    yield from _columns(db, "", "TEXT")


def _columns(db: sqlite3.Connection, *types: str) -> Iterator[tuple[str, str]]:
    for (table,) in db.execute(_TABLES).fetchall():
        for row in db.execute(f'PRAGMA table_info("{table}")').fetchall():
            if row[2].upper() in types:
                yield table, row[1]


def erase_from_backup(path: Path, words: Collection[str], reason: str, now: datetime) -> int | None:
    """Rewrite a backup without what `words` name; returns the number of rows erased.

    A backup with something to erase gets the current schema, so that the same statements erase it.
    A damaged backup is deleted: returns None. Raises DiskFullError.
    """
    draft = path.with_name(f"{path.name}.erasing")
    try:
        remove_database(draft)
        for suffix in ("", "-wal"):
            if path.with_name(path.name + suffix).is_file():
                shutil.copyfile(
                    path.with_name(path.name + suffix), draft.with_name(draft.name + suffix)
                )
        rows = _clear_copy(draft, words, reason, now)
        if rows:
            os.replace(draft, path)
            for suffix in ("-wal", "-shm", "-journal"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        return rows
    except DiskFullError:
        raise
    except (sqlite3.DatabaseError, HashtrailError, OSError) as error:
        if is_disk_full(error):  # the backup is sound, and the call can be repeated
            raise DiskFullError(str(path)) from error
        remove_database(path)
        return None
    finally:
        remove_database(draft)


def _clear_copy(draft: Path, words: Collection[str], reason: str, now: datetime) -> int:
    traces = Traces(frozenset(words))
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA foreign_keys = ON")
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        db = Database(connection)
        if migrations.applied(db):
            migrations.apply(db)
        erased = erase(db, words, reason, now, logged=False)
        rows = erased.authors + erased.posts + erased.articles + erased.links
        rows += erase_from_tables(connection, traces)
        if rows or _holds(draft, traces):
            vacuum_database(db)
            rows = max(rows, 1)
    return rows


def _holds(path: Path, traces: Traces) -> bool:
    """Whether pages that SQLite no longer uses still hold a trace."""
    return bool(traces.in_bytes(path.read_bytes()))


def _has_trace(traces: Traces, value: Any) -> bool:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return isinstance(text, str) and traces.cleared(text) != text
