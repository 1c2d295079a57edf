"""Update the public snapshot: keep it, copy the changes, or write it in full."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
from sqlite_utils import Database

from crawler.errors import store_error_from_os
from crawler.store.change_triggers import CHECKED_ARTICLE_COLUMNS, CHECKED_POST_COLUMNS
from crawler.store.database import database_path
from crawler.store.database_files import remove_database
from crawler.store.item_versions import update_item_versions
from crawler.store.partial_copy import partial_copy
from crawler.store.public_snapshot import draft_error, make_public, write_snapshot
from crawler.store.redact_links_to_hidden_articles import Key
from crawler.store.snapshot_changes import (
    SnapshotChanges,
    changes_since,
    record_written,
    take_changes,
)

_MOST_CHANGES = 20_000  # more rows than a full write copies in the same time

_WHOLE_TABLES = ("sources", "runs", "run_measures")
_ARTICLE_CHECKS = ", ".join(CHECKED_ARTICLE_COLUMNS)
_POST_CHECKS = f"""
SELECT {", ".join(CHECKED_POST_COLUMNS)}, id FROM posts
WHERE id IN (SELECT value FROM json_each(?))
"""  # noqa: S608


def update_snapshot(db: Database, target: Path, key: Key = str) -> Path:
    """Update the snapshot `target` of `db` at the least cost.

    If nothing that is published changed, the file does not change. If only runs, requests, sources
    and times of checks changed, their rows are copied into a copy of the file. Everything else is
    written in full. Rows and item versions are those of a full write; only the statistics of SQLite
    and the order of pages in the file may differ. `key` is as for `write_snapshot`.

    Readers of the old file keep it. Returns `target`. Raises StoreError.
    """
    if not changes_since(db, target):
        return target
    take_changes(db)
    changes = changes_since(db, target)
    database = database_path(db)
    if changes.needs_full_write or len(changes) > _MOST_CHANGES or not database.name:
        write_snapshot(db, target, key)
    else:
        with partial_copy(database, changes) as copy:
            make_public(copy, key)
            _replace_file(target, partial(_copy_changes, db, copy, changes))
    record_written(db, target)
    return target


def _replace_file(target: Path, change: Callable[[sqlite3.Connection], None]) -> None:
    """Replace the file `target` by a copy that `change` has changed."""
    draft = target.with_name(f"{target.name}.draft")
    remove_database(draft)
    try:
        shutil.copyfile(target, draft)
        with closing(sqlite3.connect(draft, isolation_level=None)) as snapshot:
            snapshot.execute("PRAGMA journal_mode = MEMORY")  # a lost draft is written again
            snapshot.execute("PRAGMA secure_delete = ON")
            snapshot.execute("BEGIN")
            change(snapshot)
            snapshot.execute("COMMIT")
        os.replace(draft, target)
    except sqlite3.DatabaseError as error:
        raise draft_error(error, target) from error
    except OSError as error:
        raise store_error_from_os(error, target) from error
    finally:
        remove_database(draft)


def _copy_changes(
    db: Database,
    copy: sqlite3.Connection,
    changes: SnapshotChanges,
    snapshot: sqlite3.Connection,
) -> None:
    """Replace the changed rows of `snapshot` by those of the public `copy`.

    An article or post that the snapshot does not show gets no row.
    """
    for table in _WHOLE_TABLES:
        _replace_rows(copy, snapshot, table, "1", ())
    _replace_rows(copy, snapshot, "run_sources", "run_id = ?", changes.of("run"))
    _replace_rows(copy, snapshot, "fetches", "id = ?", changes.of("fetch"))
    articles = copy.execute(f"SELECT {_ARTICLE_CHECKS}, id FROM articles").fetchall()  # noqa: S608
    snapshot.executemany(_update("articles", CHECKED_ARTICLE_COLUMNS), articles)
    snapshot.executemany(
        "UPDATE article_list SET last_checked = ? WHERE id = ?",
        copy.execute("SELECT last_checked, id FROM articles"),
    )
    posts = db.execute(_POST_CHECKS, [msgspec.json.encode(changes.of("post-check")).decode()])
    snapshot.executemany(_update("posts", CHECKED_POST_COLUMNS), posts)
    checked = [row[-1] for row in articles]
    update_item_versions(snapshot, {"article": checked}, (*_WHOLE_TABLES, "run_sources"))


def _replace_rows(
    copy: sqlite3.Connection,
    snapshot: sqlite3.Connection,
    table: str,
    condition: str,
    ids: Iterable[int],
) -> None:
    """Replace rows of a table: those that fulfil the `condition` of each id, or all rows."""
    deleted = f"DELETE FROM {table} WHERE {condition}"  # noqa: S608
    if "?" in condition:
        snapshot.executemany(deleted, [(subject,) for subject in ids])
    else:
        snapshot.execute(deleted)
    rows = copy.execute(f"SELECT * FROM {table}")  # noqa: S608
    places = ", ".join("?" * len(rows.description))
    snapshot.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def _update(table: str, columns: Iterable[str]) -> str:
    """Return the statement that sets `columns` of the row with an id."""
    assignments = ", ".join(f"{column} = ?" for column in columns)
    return f"UPDATE {table} SET {assignments} WHERE id = ?"  # noqa: S608
