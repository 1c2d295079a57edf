"""Erasing traces from every text column of a database, and from whole backups."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.erasure.match_traces import Traces
from crawler.errors import DiskFullError, HashtrailError, is_disk_full
from crawler.links.article_key import normalize_url
from crawler.store.backup import remove_backup
from crawler.store.backup_manifest import (
    database_content,
    manifest_path,
    read_manifest,
    write_manifest,
)
from crawler.store.database import transaction
from crawler.store.database_files import remove_database
from crawler.store.erase_rows import erase, vacuum_database
from crawler.store.json_columns import changed_texts, is_json_column
from crawler.store.schema import migrations
from crawler.store.tombstones import load_tombstones

_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
AND name NOT LIKE '%\\_fts%' ESCAPE '\\' ORDER BY name
"""


_OWN_URLS = "SELECT url, url FROM posts UNION SELECT uri, uri FROM posts"
_ARTICLES = "SELECT url, key FROM articles"
_OTHER_URLS = "SELECT url FROM aliases UNION SELECT url FROM links"
_DELETED_ROWS = {("aliases", "key"), ("aliases", "url"), ("article_links", "url")}
"""Columns of URLs whose rows are deleted, because a part of a URL leads nowhere."""


def with_urls_below(db: Database, words: Collection[str]) -> set[str]:
    """Return `words` and the stored URLs that are erased with them, as a whole.

    These are URLs below an erased profile or in another spelling, the own URLs of posts, and those
    of articles whose key contains one of `words`. An article stays if only a parameter that does
    not count names somebody.
    """
    traces = Traces(frozenset(words))
    own = [*db.execute(_OWN_URLS).fetchall(), *db.execute(_ARTICLES).fetchall()]
    others = (url for (url,) in db.execute(_OTHER_URLS).fetchall())
    return {
        *words,
        *(
            url
            for url, named in own
            if traces.redacted(named) != named or traces.is_erased_url(url)
        ),
        *filter(traces.is_erased_url, others),
    }


def erase_from_tables(db: sqlite3.Connection, traces: Traces) -> int:
    """Replace each of `traces` in every text column, also in rows that no other function erases.

    A row whose key would no longer be unique is deleted. Returns the number of rows changed.
    """
    return _replace(db, traces.redacted, lambda value: _has_trace(traces, value))


def erase_restored_text(db: Database) -> int:
    """Replace what the tombstones of a restored `db` name in every text column.

    A backup that was kept elsewhere still has it. Returns the number of rows changed.
    """
    cleared = load_tombstones(db, normalize_url).cleared_text
    with transaction(db):
        return _replace(
            db.conn, cleared, lambda value: isinstance(value, str) and cleared(value) != value
        )


def _replace(
    db: sqlite3.Connection, redacted: Callable[[str], str], has_trace: Callable[[object], bool]
) -> int:
    db.create_function("has_trace", 1, has_trace)
    db.create_function("redacted", 1, redacted)
    db.create_function("redacted_json", 1, lambda json: changed_texts(json, redacted))
    statements = [*_url_statements(db), *_text_statements(db), *_blob_statements(db)]
    return sum(max(0, db.execute(statement).rowcount) for statement in statements)


def _url_statements(db: sqlite3.Connection) -> Iterator[str]:
    """Yield statements that remove parameters of URLs of articles: the key has none of them."""
    for table, column in text_columns(db):
        if (table, column) in {("articles", "url"), ("aliases", "url")}:
            yield (
                f"UPDATE OR IGNORE {table} SET url = 'https://' || key "  # noqa: S608
                "WHERE has_trace(url) AND NOT has_trace(key) AND instr(key, '://') = 0"
            )


def _text_statements(db: sqlite3.Connection) -> Iterator[str]:
    """Yield statements that replace traces, and delete rows that cannot be updated."""
    for table, column in text_columns(db):
        if (table, column) not in _DELETED_ROWS:
            function = "redacted_json" if is_json_column(table, column) else "redacted"
            yield (
                f'UPDATE OR IGNORE "{table}" SET "{column}" = {function}("{column}") '  # noqa: S608
                f'WHERE has_trace("{column}")'
            )
        yield f'DELETE FROM "{table}" WHERE has_trace("{column}")'  # noqa: S608


def _blob_statements(db: sqlite3.Connection) -> Iterator[str]:
    """Yield statements that delete stored robots.txt files, which are fetched again."""
    for table, column in _columns(db, "BLOB"):
        yield f'DELETE FROM "{table}" WHERE has_trace("{column}")'  # noqa: S608


def text_columns(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield (table, column) of every text column, without the tables of the search index."""
    yield from _columns(db, "", "TEXT")


def _columns(db: sqlite3.Connection, *types: str) -> Iterator[tuple[str, str]]:
    for (table,) in db.execute(_TABLES).fetchall():
        for row in db.execute(f'PRAGMA table_info("{table}")').fetchall():
            if row[2].upper() in types:
                yield table, row[1]


def erase_from_backup(path: Path, words: Collection[str], reason: str, now: datetime) -> int | None:
    """Rewrite a backup without the rows and traces that `words` name.

    `reason` is logged. A backup with something to erase gets the current schema, so that the same
    statements erase it. Returns the number of rows erased. A damaged backup is deleted: returns
    None. Raises DiskFullError.
    """
    draft = path.with_name(f"{path.name}.erasing")
    try:
        _copy_with_log(path, draft)
        rows = _erase_from_copy(draft, words, reason, now)
        if rows:
            _replace_backup(path, draft)
        return rows
    except DiskFullError:
        raise
    except (sqlite3.DatabaseError, HashtrailError, OSError) as error:
        if is_disk_full(error):  # the backup is sound, and the call can be repeated
            raise DiskFullError(str(path)) from error
        remove_backup(path)
        return None
    finally:
        remove_database(draft)


def _copy_with_log(path: Path, draft: Path) -> None:
    """Copy a database and its write-ahead log, if they exist."""
    remove_database(draft)
    for suffix in ("", "-wal"):
        part = path.with_name(path.name + suffix)
        if part.is_file():
            shutil.copyfile(part, draft.with_name(draft.name + suffix))


def _replace_backup(path: Path, draft: Path) -> None:
    """Replace a backup with its draft, and its manifest, if there is one."""
    has_manifest = read_manifest(path) is not None
    manifest_path(path).unlink(missing_ok=True)
    os.replace(draft, path)
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    if has_manifest:
        with closing(sqlite3.connect(path)) as db:
            content = database_content(db)
        write_manifest(path, content)


def _erase_from_copy(draft: Path, words: Collection[str], reason: str, now: datetime) -> int:
    """Erase from a copy of a backup; return the number of rows erased."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA foreign_keys = ON")
        _require_intact(connection)
        db = Database(connection)
        if migrations.applied(db):
            migrations.apply(db)
        return _erase_from_database(db, draft, words, reason, now)


def _require_intact(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError if the database is damaged."""
    message = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if message != "ok":
        raise sqlite3.DatabaseError(message)


def _erase_from_database(
    db: Database, path: Path, words: Collection[str], reason: str, now: datetime
) -> int:
    words = with_urls_below(db, words)
    traces = Traces(frozenset(words))
    erased = erase(db, words, reason, now, logged=False)
    rows = erased.authors + erased.posts + erased.articles + erased.links + erased.mentions
    rows += erase_from_tables(db.conn, traces)
    if rows or _has_trace_in_file(path, traces):
        vacuum_database(db)
        rows = max(rows, 1)
    return rows


def _has_trace_in_file(path: Path, traces: Traces) -> bool:
    """Whether the file contains a trace, also in pages that SQLite no longer uses."""
    return bool(traces.in_bytes(path.read_bytes()))


def _has_trace(traces: Traces, value: Any) -> bool:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return isinstance(text, str) and traces.redacted(text) != text
