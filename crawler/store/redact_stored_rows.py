"""Remove secrets from stored rows that only newer rules recognize.

Arriving values are cleaned by `crawler.store.redact_secrets`. This step applies the current rules
to what earlier versions stored. The keys of articles follow: their rules
have a new version too.
"""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler.derivation_versions import version_of
from crawler.store.database import transaction
from crawler.store.json_columns import changed_texts, is_json_column
from crawler.store.stored_versions import load_versions, save_versions
from crawler.url_secrets import TABLES, VERSION, text_without_secrets, without_secrets

CURRENT = version_of(VERSION, TABLES)
"""The version of the rules. Stored rows are cleaned again when it changes."""

_PART = "secrets"
_ROWS = 1_000  # read, and changed in one transaction
_UNIQUE = {"authors": "handle", "posts": "uri"}  # numbered if two rows would become equal


class _Columns(NamedTuple):
    """The columns of a table with foreign URLs and texts; `key` identifies a row."""

    table: str
    key: tuple[str, ...]
    urls: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the key and of the columns."""
        return (*self.key, *self.urls, *self.texts)

    @property
    def where(self) -> str:
        """Return the condition that finds a row by its key."""
        return " AND ".join(f"{name} = ?" for name in self.key)

    def cleaned(self, row: tuple[Any, ...]) -> dict[str, str]:
        """Return the new value of each column of `row` with a secret."""
        after_key = self.names[len(self.key) :]
        return {
            name: plain
            for name, value in zip(after_key, row[len(self.key) :], strict=True)
            if value and (plain := self._cleaned(name, value)) != value
        }

    def _cleaned(self, name: str, value: str) -> str:
        if name in self.urls:
            return without_secrets(value)
        if is_json_column(self.table, name):
            return changed_texts(value, text_without_secrets)
        return text_without_secrets(value)


# Sorted; add a line.
_COLUMNS = (
    _Columns("aliases", ("id",), ("joined_to", "url"), ("evidence", "title")),
    _Columns("article_changes", ("id",), texts=("detail",)),
    _Columns("article_entities", ("article_id", "entity_id"), texts=("sentence",)),
    _Columns("article_links", ("article_id", "url"), ("url",), ("shown",)),
    _Columns(
        "articles",
        ("id",),
        ("url",),
        ("authors", "headings", "site_name", "state_evidence", "summary", "text", "title"),
    ),
    _Columns("author_names", ("author_id", "name"), texts=("name",)),
    _Columns("authors", ("id",), ("url",), ("handle", "name", "network")),
    _Columns("cards", ("id",), texts=("description", "site_name", "title")),
    _Columns("curation_log", ("id",), texts=("reason", "subject")),
    _Columns("evidence", ("id",), texts=("sentence",)),
    _Columns("fetches", ("id",), ("final_url", "url"), ("hops", "message")),
    _Columns("incidents", ("id",), texts=("message", "subject")),
    _Columns("item_failures", ("run_id", "kind", "subject"), texts=("message", "subject")),
    _Columns("links", ("id",), ("url",), ("shown",)),
    _Columns("not_merged", ("url", "other_url"), ("other_url", "url")),
    _Columns("post_hashtags", ("post_id", "hashtag"), texts=("hashtag", "shown")),
    _Columns("posts", ("id",), ("thread_key", "uri", "url"), ("network", "provenance", "text")),
    _Columns("run_sources", ("run_id", "source"), texts=("message",)),
    _Columns("runs", ("id",), texts=("message",)),
    _Columns("sources", ("name",), texts=("last_message",)),
)


def redact_stored_rows(db: Database) -> int:
    """Clean all rows by the current rules, unless that was done; return how many changed.

    A kill loses nothing: rows are changed in batches, and the version is stored after the last.
    Changed texts are annotated again by the run, and copied into the next snapshot.
    """
    if load_versions(db, _PART) == {"": CURRENT}:
        return 0
    count = sum(_clean_table(db, columns) for columns in _COLUMNS)
    save_versions(db, {_PART: CURRENT})
    return count


def _clean_table(db: Database, columns: _Columns) -> int:
    """Read a table in parts, in the order of its key, and clean each part in one transaction."""
    count = 0
    width = len(columns.key)
    rows = _read(db, columns, ())
    while rows:
        changes = [(row, values) for row in rows if (values := columns.cleaned(row))]
        if changes:
            with transaction(db):
                for row, values in changes:
                    _write(db, columns, row, values)
        count += len(changes)
        rows = _read(db, columns, rows[-1][:width])
    return count


def _read(db: Database, columns: _Columns, after: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the next rows of a table after the one with the key `after`, or the first rows."""
    key = ", ".join(columns.key)
    where = f"WHERE ({key}) > ({', '.join('?' * len(after))})" if after else ""
    names = ", ".join(columns.names)
    select = f"SELECT {names} FROM {columns.table} {where} ORDER BY {key} LIMIT {_ROWS}"  # noqa: S608
    return db.conn.execute(select, after).fetchall()


def _write(db: Database, columns: _Columns, row: tuple[Any, ...], values: dict[str, str]) -> None:
    """Write the new `values` of a row.

    A secret hashtag is deleted, and so is a row that would be equal to another one.
    """
    if columns.table == "post_hashtags":
        _delete(db, columns, row)
        return
    try:
        _update(db, columns, row, values)
    except sqlite3.IntegrityError:
        unique = _UNIQUE.get(columns.table)
        if unique is None:
            _delete(db, columns, row)
            return
        new = dict(zip(columns.names, row, strict=True)) | values
        _update(db, columns, row, values | {unique: f"{new[unique]}#{row[0]}"})


def _update(db: Database, columns: _Columns, row: tuple[Any, ...], values: dict[str, str]) -> None:
    assignments = ", ".join(f"{name} = ?" for name in values)
    update = f"UPDATE {columns.table} SET {assignments} WHERE {columns.where}"  # noqa: S608
    db.conn.execute(update, [*values.values(), *row[: len(columns.key)]])


def _delete(db: Database, columns: _Columns, row: tuple[Any, ...]) -> None:
    delete = f"DELETE FROM {columns.table} WHERE {columns.where}"  # noqa: S608
    db.conn.execute(delete, row[: len(columns.key)])
