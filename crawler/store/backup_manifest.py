"""The manifest of a backup: rows and digest of each table when the backup was made."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

_BATCH = 1000
_TABLES = """SELECT name, sql FROM sqlite_master WHERE type = 'table'
    AND name NOT GLOB 'sqlite_*' ORDER BY name"""
_KEY = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"


@dataclass(frozen=True, slots=True)
class TableContent:
    """How many rows a table has, and the SHA-256 digest of all rows in the order of their keys."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """The size and the digest of a backup, and the content of the database that it copies.

    The content is known of full backups, and of those that the night restores for a check.
    """

    bytes: int
    sha256: str
    tables: Mapping[str, TableContent] | None


def database_content(db: sqlite3.Connection) -> dict[str, TableContent]:
    """Return the content of each table, without the tables of full-text indexes.

    A full-text index is derived from its table; SQLite checks it by itself.
    """
    with _text_as_bytes(db):
        tables = [(name.decode(), sql.decode()) for name, sql in db.execute(_TABLES).fetchall()]
        indexes = tuple(name for name, sql in tables if sql.upper().startswith("CREATE VIRTUAL"))
        return {
            name: _table_content(db, name, sql)
            for name, sql in tables
            if not name.startswith(indexes)
        }


def manifest_path(backup: Path) -> Path:
    """Return the path of the manifest of a `backup`: the same name, with `.json`."""
    return backup.with_suffix(".json")


def write_manifest(backup: Path, tables: Mapping[str, TableContent] | None) -> BackupManifest:
    """Write and return the manifest of a finished `backup` of a database with these `tables`.

    A kill leaves the backup without a manifest, or the complete one.
    """
    manifest = BackupManifest(backup.stat().st_size, file_digest(backup), tables)
    draft = manifest_path(backup).with_suffix(".json.draft")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    os.replace(draft, manifest_path(backup))
    return manifest


def read_manifest(backup: Path) -> BackupManifest | None:
    """Return the manifest of a `backup`, or None if it has none that can be read."""
    try:
        return msgspec.json.decode(manifest_path(backup).read_bytes(), type=BackupManifest)
    except (OSError, msgspec.MsgspecError):
        return None


def file_digest(path: Path) -> str:
    """Return the SHA-256 digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _text_as_bytes(db: sqlite3.Connection) -> Iterator[None]:
    """Read text as bytes, so that text that is not UTF-8 has a digest too."""
    former = db.text_factory
    db.text_factory = bytes
    try:
        yield
    finally:
        db.text_factory = former


def _table_content(db: sqlite3.Connection, table: str, sql: str) -> TableContent:
    has_rowid = not sql.upper().rstrip().endswith("WITHOUT ROWID")
    key = ["rowid"] if has_rowid else [name.decode() for (name,) in db.execute(_KEY, [table])]
    cursor = db.execute(f"SELECT * FROM {table} ORDER BY {', '.join(key)}")  # noqa: S608
    digest, count = hashlib.sha256(), 0
    while rows := cursor.fetchmany(_BATCH):
        digest.update(msgspec.msgpack.encode(rows))
        count += len(rows)
    return TableContent(count, digest.hexdigest())
